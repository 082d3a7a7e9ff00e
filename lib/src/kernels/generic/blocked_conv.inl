// Dense K x K convolution to the blocked layout, from blocked maps or from the planes of a network's input. Leaves out Winograd's transforms.
//
// The ladder
//   1 naive          seven loops around one multiply-add.
//   2 this: tile     the register tile of blocked_pointwise.inl, once for every tap of the window: weights lie as [tile][tap][channel][block][lane].
//   3 this: pointers each pixel of the tile has its own pointer, set once a tap; outside the image it rests on zeros. So the pixels of a tile run on over row ends
//                    (7x7 and 14x14 fill it), and nothing is padded or unfolded.
//   4 this: planes   a network's first layer reads 3 planes, too few channels for a pointer each: its tile lies within one output row, where pixel p stands Stride * p
//                    floats on. A tile that hangs over the image copies its patch into a small array with the zeros around it and reads that.
// What bounds it: the multiply-add pipes. Measured (EPYC Zen 4, one thread, peak 118 GFLOP/s): 3x3 on 64 channels of 56x56 98 %; 3 -> 32 planes at stride 2 went from
//                    33 % with pointers to 80 % with rung 4.
#pragma once
#include "generic/blocked_pointwise.inl"

namespace convbook::kernels {
namespace {

/// Adds one tap: pixel p reads step k of the depth at x[p][k]; returns the weights behind those it used.
template <int Blocks, int Pixels>
inline const float* add_tap(Vec (&sum)[Blocks][Pixels], const float* (&x)[Pixels], int depth, const float* w) {
    for (int k = 0; k < depth; ++k, w += Blocks * kLanes) {
        Vec weight[Blocks];
        #pragma GCC unroll 8
        for (int b = 0; b < Blocks; ++b) weight[b] = load(w + b * kLanes);
        #pragma GCC unroll 32
        for (int p = 0; p < Pixels; ++p) {
            const Vec value = broadcast(x[p][k]);
            #pragma GCC unroll 8
            for (int b = 0; b < Blocks; ++b) sum[b][p] = fma(value, weight[b], sum[b][p]);
        }
    }
    return w;
}

/// Stores a tile's sums from output pixel `pixel` (y * ow + x) on.
template <int Blocks, int Pixels>
inline void finish_conv_sums(const BlockedConv& job, Vec (&sum)[Blocks][Pixels], int block, int pixel) {
    const ptrdiff_t shift = job.out_shift + static_cast<ptrdiff_t>(pixel - job.first_row * job.ow) * kLanes;
    finish_sums<Blocks, Pixels, false>(sum, job.out + block, job.residual ? job.residual + block : nullptr, shift, job.epilogue);
}

/// Blocks x Pixels outputs from output pixel `pixel` (y * ow + x) on.
template <int Blocks, int Pixels>
void conv_tile(const BlockedConv& job, const float* w, int block, int pixel) {
    Vec sum[Blocks][Pixels];
    start_sums<Blocks, Pixels, false>(sum, job.bias, block);
    int top[Pixels], left[Pixels];
    for (int p = 0; p < Pixels; ++p) {
        top[p] = (pixel + p) / job.ow * job.stride_h - job.pad_top;
        left[p] = (pixel + p) % job.ow * job.stride_w - job.pad_left;
    }
    const int channels = job.is_planar ? 1 : kLanes;  // side by side: a plane has one, a block kLanes
    const ptrdiff_t plane = static_cast<ptrdiff_t>(job.h) * job.w_in * channels;
    for (int i = 0; i < job.kh; ++i) {
        for (int j = 0; j < job.kw; ++j) {
            const float* x[Pixels];
            ptrdiff_t hop[Pixels];  // to the next plane or block; none from the zeros
            for (int p = 0; p < Pixels; ++p) {
                const int row = top[p] + i * job.dilation_h, column = left[p] + j * job.dilation_w;
                const bool is_inside = static_cast<unsigned>(row) < static_cast<unsigned>(job.h) && static_cast<unsigned>(column) < static_cast<unsigned>(job.w_in);
                x[p] = is_inside ? job.in + (static_cast<ptrdiff_t>(row) * job.w_in + column) * channels : kZeroPixel;
                hop[p] = is_inside ? plane : 0;
            }
            for (int c = 0; c < job.cin; c += channels) {
                w = add_tap<Blocks, Pixels>(sum, x, job.cin - c < channels ? job.cin - c : channels, w);
                for (int p = 0; p < Pixels; ++p) x[p] += hop[p];
            }
        }
    }
    finish_conv_sums<Blocks, Pixels>(job, sum, block, pixel);
}

constexpr int kPatchFloats = 4096;  // rows x columns x planes under one tile; 3 planes of 7x7 at stride 2 take 3 * 7 * 61 with 28 pixels

/// Where a planar tile reads: plane c, row i of the window, column j begin at in + c * plane + i * row + j.
struct Patch { const float* in; ptrdiff_t plane, row; };

/// The patch under output pixels x.. of row y: in the image, or copied with zeros around it.
template <int Pixels, int Stride>
inline Patch patch_under(const BlockedConv& job, int y, int x, float* copy) {
    const int top = y * job.stride_h - job.pad_top, left = x * Stride - job.pad_left, width = (Pixels - 1) * Stride + (job.kw - 1) * job.dilation_w + 1;
    const bool is_inside = top >= 0 && left >= 0 && top + (job.kh - 1) * job.dilation_h < job.h && left + width <= job.w_in;
    const ptrdiff_t plane = static_cast<ptrdiff_t>(job.h) * job.w_in;
    if (is_inside) return {job.in + static_cast<ptrdiff_t>(top) * job.w_in + left, plane, static_cast<ptrdiff_t>(job.dilation_h) * job.w_in};
    float* to = copy;
    for (int c = 0; c < job.cin; ++c) {
        for (int i = 0; i < job.kh; ++i, to += width) {
            const int row = top + i * job.dilation_h;
            const bool is_row_inside = row >= 0 && row < job.h;
            for (int j = 0; j < width; ++j) {
                const int column = left + j;
                to[j] = is_row_inside && column >= 0 && column < job.w_in ? job.in[c * plane + static_cast<ptrdiff_t>(row) * job.w_in + column] : 0.0f;
            }
        }
    }
    return {copy, static_cast<ptrdiff_t>(job.kh) * width, width};
}

template <int Blocks, int Pixels, int Stride>
void planar_tile(const BlockedConv& job, const float* w, int block, int y, int x) {
    alignas(64) float copy[kPatchFloats];
    const Patch patch = patch_under<Pixels, Stride>(job, y, x, copy);
    Vec sum[Blocks][Pixels];
    start_sums<Blocks, Pixels, false>(sum, job.bias, block);
    for (int i = 0; i < job.kh; ++i) {
        for (int j = 0; j < job.kw; ++j) {
            const float* at = patch.in + i * patch.row + j * job.dilation_w;
            for (int c = 0; c < job.cin; ++c, at += patch.plane, w += Blocks * kLanes) add_step<Stride, false>(sum, at, w);
        }
    }
    finish_conv_sums<Blocks, Pixels>(job, sum, block, y * job.ow + x);
}

/// One output row, from pixel x on; the last few pixels in halved tiles.
template <int Blocks, int Pixels, int Stride>
void planar_row(const BlockedConv& job, const float* w, int block, int y, int x) {
    for (; x + Pixels <= job.ow; x += Pixels) planar_tile<Blocks, Pixels, Stride>(job, w, block, y, x);
    if constexpr (Pixels > 1) {
        if (x < job.ow) planar_row<Blocks, Pixels / 2, Stride>(job, w, block, y, x);
    }
}

/// Does the patch of the widest tile fit its array?
inline bool is_planar_tile(const BlockedConv& job) {
    const int width = (kPixelsOf1Block - 1) * job.stride_w + (job.kw - 1) * job.dilation_w + 1;
    return job.is_planar && job.stride_w <= 2 && static_cast<ptrdiff_t>(job.cin) * job.kh * width <= kPatchFloats;
}

template <int Blocks, int Pixels>
void conv_pixels(const BlockedConv& job, const float* w, int block, int pixel, int end) {
    for (; pixel + Pixels <= end; pixel += Pixels) conv_tile<Blocks, Pixels>(job, w, block, pixel);
    if constexpr (Pixels > 1) {
        if (pixel < end) conv_pixels<Blocks, Pixels / 2>(job, w, block, pixel, end);
    }
}

/// Output pixels `pixel` .. `end`-1, whole rows, of one tile of blocks.
template <int Blocks, int Pixels>
void conv_blocks(const BlockedConv& job, const float* w, int block, int pixel, int end) {
    if (!is_planar_tile(job)) return conv_pixels<Blocks, Pixels>(job, w, block, pixel, end);
    for (int y = pixel / job.ow; y * job.ow < end; ++y) {
        if (job.stride_w == 1) planar_row<Blocks, Pixels, 1>(job, w, block, y, 0);
        else planar_row<Blocks, Pixels, 2>(job, w, block, y, 0);
    }
}

void blocked_conv(const BlockedConv& job) {
    const float* w = job.w;
    const int begin = job.first_row * job.ow, end = begin + job.rows * job.ow;
    for (int block = 0; block < job.blocks; block += kTileBlocks) {
        const int blocks = job.blocks - block < kTileBlocks ? job.blocks - block : kTileBlocks;
        switch (blocks) {
            case 1: conv_blocks<1, kPixelsOf1Block>(job, w, block, begin, end); break;
            case 2: conv_blocks<2, kPixelsOf2Blocks>(job, w, block, begin, end); break;
            case 3: if constexpr (kTileBlocks >= 3) conv_blocks<3, kPixelsOf3Blocks>(job, w, block, begin, end); break;
            default: if constexpr (kTileBlocks >= 4) conv_blocks<4, kPixelsOf4Blocks>(job, w, block, begin, end); break;
        }
        w += static_cast<ptrdiff_t>(blocks) * kLanes * job.cin * job.kh * job.kw;
    }
}

}  // namespace
}  // namespace convbook::kernels
