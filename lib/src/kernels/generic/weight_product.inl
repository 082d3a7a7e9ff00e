// The product of gradients and inputs that weight gradients are made of: gw[o,k] = sum_p grad[o,p] x[k,p], over the pixels of all images.
// Leaves out what x is: planes of the input (pointwise), or what the taps of a window see of them (conv2d_gradient.inl).
//
// The ladder
//   1 naive         a scalar sum waits 4 cycles for each of its additions: a hundredth of the peak.
//   2 dot products  lanes run along the pixels: 6 x 4 sums in registers, whose lanes are added in trees at the end. A tree costs as much as 4 vectors of pixels, and 16 images of 3x3
//                   have 9: 44 GFLOP/s of 118 (EPYC Zen 4).
//   3 this: turned  x is turned on its side, a square of kLanes rows at a time, so that lanes run along k and the depth along the pixels: the register tile of the forward product
//                   (gemm.inl), with grad for its weights. Turning costs as much as multiplying for 5 outputs.
//   4 this: pieces  a slice of kPanelDepth pixels runs on over the ends of images (joined_product.inl).
// What bounds it: the multiply-add pipes; with few outputs turning. Measured, 16 images, one thread, EPYC Zen 4: 3x3 on 256 channels of 6x6 from 48 to 88 GFLOP/s,
//                   96 -> 576 pointwise on 6x6 from 56 to 79.
#pragma once
#include "generic/joined_product.inl"

namespace convbook::kernels {
namespace {

constexpr int kCopiedOutputs = 256;  // whose gradients are copied together, where a slice has pieces of several images: 192 KiB, in the second-level cache

/// v[i][j] and v[j][i] change places: each round interleaves the upper half of the rows with the lower.
CONVBOOK_INLINE void turn(Vec (&v)[kLanes]) {
    #pragma GCC unroll 4
    for (int round = 1; round < kLanes; round *= 2) {
        Vec next[kLanes];
        #pragma GCC unroll 8
        for (int i = 0; i < kLanes / 2; ++i) next[2 * i] = zip_low(v[i], v[i + kLanes / 2]), next[2 * i + 1] = zip_high(v[i], v[i + kLanes / 2]);
        #pragma GCC unroll 16
        for (int i = 0; i < kLanes; ++i) v[i] = next[i];
    }
}

/// panel[p][i] = rows[i][p] for `count` rows of kPanelDepth floats, of which `depth` hold something.
inline void turn_to_panel(const float* rows, int count, int depth, float* panel) {
    for (int i = 0; i < count; i += kLanes) {
        for (int p = 0; p < depth; p += kLanes) {
            Vec v[kLanes];
            #pragma GCC unroll 16
            for (int r = 0; r < kLanes; ++r) v[r] = load(rows + static_cast<ptrdiff_t>(i + r) * kPanelDepth + p);
            turn(v);
            #pragma GCC unroll 16
            for (int r = 0; r < kLanes; ++r) store(panel + static_cast<ptrdiff_t>(p + r) * kPanelWidth + i, v[r]);
        }
    }
}

/// grad [images][outputs][pixels], gw [outputs][columns].
struct WeightProductDims {
    int images, outputs, columns;
    MapSize map;
};

/// fill(pieces, k, count, rows) writes rows k..k+count-1 of x, kPanelDepth floats apart, up to kLanes - 1 floats too many.
template <class Fill>
inline void weight_product(const WeightProductDims& d, Images<const float> grad, float* gw, const Fill& fill) {
    alignas(64) float rows[kPanelWidth * kPanelDepth + kLanes], panel[kPanelDepth * kPanelWidth], copied[kCopiedOutputs * kPanelDepth + kLanes];
    for (int i = 0; i < kPanelWidth * kPanelDepth + kLanes; i += kLanes) store(rows + i, zero());  // rows that are never written are turned, too
    const int pixels = d.map.pixels(), total = d.images * pixels;
    for (int first = 0; first < total; first += kPanelDepth) {
        const PanelPieces<kPanelDepth> pieces(first, total - first < kPanelDepth ? total - first : kPanelDepth, d.map);
        const PanelPiece& piece = pieces.piece[0];
        const int most = pieces.count == 1 ? d.outputs : kCopiedOutputs;
        for (int o = 0; o < d.outputs; o += most) {
            const int outputs = d.outputs - o < most ? d.outputs - o : most;
            GemmWeights w{grad.at(piece.image) + static_cast<ptrdiff_t>(o) * pixels + piece.pixel, pixels, 1};
            if (pieces.count > 1) {
                copy_planes(grad, pixels, pieces, o, outputs, copied);
                w = {copied, kPanelDepth, 1};
            }
            for (int k = 0; k < d.columns; k += kPanelWidth) {
                const int count = d.columns - k < kPanelWidth ? d.columns - k : kPanelWidth;
                fill(pieces, k, count, rows);
                turn_to_panel(rows, count, pieces.width, panel);
                gemm_panel(outputs, w, panel, kPanelWidth, pieces.width, gw + static_cast<ptrdiff_t>(o) * d.columns + k, d.columns, count, {nullptr, first == 0});
            }
        }
    }
}

}  // namespace
}  // namespace convbook::kernels
