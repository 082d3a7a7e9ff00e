// The product to[image] = w * x[image] of several images as if their pixels were one row: panels run on over the ends of images, so that small maps fill vectors too.
// 16 images of 3x3 are 9 vectors of 16 pixels; one by one they are 16, and every image reads all weights. Leaves out where a panel's columns come from.
//
// The ladder
//   1 image by image  as many register tiles as an image has panels; its last vector is partly idle, and a map of 9 pixels is nothing but last vectors.
//   2 this: pieces    a panel holds pieces of neighbouring images. What the tiles make of it waits in an array of the first-level cache, kProductRows rows at a time, and goes to the
//                     images piece by piece. A panel inside one image needs none of that.
// What bounds it: the multiply-add pipes; the way to the images costs a twentieth, and unfolding pieces of 3 or 6 pixels more than that. Measured, 16 images, one thread, EPYC Zen 4
//                   (peak 118 GFLOP/s): 3x3 on 256 channels of 6x6 from 72 to 88, on 512 of 3x3 from 55 to 75; 160 -> 960 pointwise on 3x3 from 65 to 108.
#pragma once
#include "generic/gemm.inl"

namespace convbook::kernels {
namespace {

constexpr int kProductRows = 3 * kTileRows;

/// Size of a map.
struct MapSize {
    int h, w;
    int pixels() const { return h * w; }
};

/// Neighbouring pixels of one image, counted along its rows from (y, x) on, that stand in a panel from `column` on.
struct PanelPiece { int image, pixel, y, x, count, column; };

/// The pieces of a panel of at most Width pixels: `width` of them from pixel `first` on, which count on from image to image.
template <int Width>
struct PanelPieces {
    PanelPiece piece[Width];
    int count = 0, width;
    PanelPieces(int first, int width_, MapSize map) : width(width_) {
        for (int column = 0; column < width; column += piece[count++].count) {
            const int pixel = (first + column) % map.pixels(), inside = map.pixels() - pixel, rest = width - column;
            piece[count] = {(first + column) / map.pixels(), pixel, pixel / map.w, pixel % map.w, inside < rest ? inside : rest, column};
        }
    }
    const PanelPiece* begin() const { return piece; }
    const PanelPiece* end() const { return piece + count; }
};

/// Does leaving vectors whole across images save more than one of three? Else the last pixels of an image have ways of their own.
inline bool joining_pays(int images, int pixels) {
    const int apart = images * ((pixels + kLanes - 1) / kLanes), together = (images * pixels + kLanes - 1) / kLanes;
    return 3 * (apart - together) > apart;
}

/// Planes of several images; from one image to the next it is `step` floats.
template <class Float>
struct Images {
    Float* first;
    ptrdiff_t step;
    Float* at(int image) const { return first + image * step; }
};

/// x [images][depth][pixels], w [rows][depth], to [images][rows][pixels].
struct JoinedDims {
    int images, depth, rows;
    MapSize map;
};

/// Some rows of a product, to the pixels of one piece.
inline void place_product(const float* product, int rows, int count, float* to, ptrdiff_t to_row, TileStart start) {
    for (int r = 0; r < rows; ++r, product += kPanelWidth, to += to_row) {
        const Vec bias = start.bias ? broadcast(start.bias[r]) : zero();
        for (int p = 0; p < count; p += kLanes) {
            const LaneSet some = lanes(0, count - p < kLanes ? count - p : kLanes);
            store_part(to + p, add(load(product + p), start.is_first ? bias : load_part(to + p, some)), some);
        }
    }
}

/// to[image][r][p] = bias[r] + sum_k w[r,k] x[image][k][p]. fill(pieces, k, depth, panel) writes rows k..k+depth-1 of x, kPanelWidth floats apart, up to kLanes - 1 floats too many.
template <class Fill>
inline void joined_product(const JoinedDims& d, GemmWeights w, const float* bias, Images<float> to, const Fill& fill) {
    alignas(64) float panel[kPanelDepth * kPanelWidth + kLanes], product[kProductRows * kPanelWidth + kLanes];
    const int pixels = d.map.pixels(), total = d.images * pixels;
    for (int first = 0; first < total; first += kPanelWidth) {
        const PanelPieces<kPanelWidth> pieces(first, total - first < kPanelWidth ? total - first : kPanelWidth, d.map);
        for (int k = 0; k < d.depth; k += kPanelDepth) {
            const int depth = d.depth - k < kPanelDepth ? d.depth - k : kPanelDepth;
            const GemmWeights slice{w.at + k * w.depth, w.row, w.depth};
            fill(pieces, k, depth, panel);
            if (pieces.count == 1) {
                gemm_panel(d.rows, slice, panel, kPanelWidth, depth, to.at(pieces.piece[0].image) + pieces.piece[0].pixel, pixels, pieces.width, {bias, k == 0});
                continue;
            }
            for (int r = 0; r < d.rows; r += kProductRows) {
                const int rows = d.rows - r < kProductRows ? d.rows - r : kProductRows;
                gemm_panel(rows, slice.from_row(r), panel, kPanelWidth, depth, product, kPanelWidth, pieces.width, {nullptr, true});
                for (const PanelPiece& piece : pieces) {
                    float* const at = to.at(piece.image) + static_cast<ptrdiff_t>(r) * pixels + piece.pixel;
                    place_product(product + piece.column, rows, piece.count, at, pixels, {bias ? bias + r : nullptr, k == 0});
                }
            }
        }
    }
}

/// Planes k..k+depth-1 of x to the rows of a panel of Width pixels; writes up to kLanes - 1 floats too many.
template <int Width>
inline void copy_planes(Images<const float> x, int pixels, const PanelPieces<Width>& pieces, int k, int depth, float* panel) {
    for (int plane = k; plane < k + depth; ++plane, panel += Width) {
        for (const PanelPiece& piece : pieces) {
            const float* const from = x.at(piece.image) + static_cast<ptrdiff_t>(plane) * pixels + piece.pixel;
            int p = 0;
            for (; p + kLanes <= piece.count; p += kLanes) store(panel + piece.column + p, load(from + p));
            if (p < piece.count) store(panel + piece.column + p, load_part(from + p, lanes(0, piece.count - p)));
        }
    }
}

/// joined_product where x is there to be copied.
inline void joined_planes_product(const JoinedDims& d, GemmWeights w, const float* bias, Images<const float> x, Images<float> to) {
    joined_product(d, w, bias, to, [&](const PanelPieces<kPanelWidth>& pieces, int k, int depth, float* panel) { copy_planes(x, d.map.pixels(), pieces, k, depth, panel); });
}

}  // namespace
}  // namespace convbook::kernels
