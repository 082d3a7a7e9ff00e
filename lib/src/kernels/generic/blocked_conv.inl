// Dense K x K convolution to the blocked layout, from blocked maps or from the planes of a network's input. Leaves out Winograd's transforms.
//
// The ladder
//   1 naive          seven loops around one multiply-add.
//   2 this: tile     the register tile of blocked_pointwise.inl, once for every tap of the window: weights lie as [tile][tap][channel][block][lane].
//   3 this: pointers each pixel of the tile has its own pointer, set once a tap; outside the image it rests on zeros. So the pixels of a tile run on over row ends
//                    (7x7 and 14x14 fill it), and nothing is padded or unfolded.
// What bounds it: the multiply-add pipes; for 3 planes of input the pointers, set anew for every 3 channels.
#pragma once
#include "generic/blocked_pointwise.inl"

namespace convbook::kernels {
namespace {

/// Adds one tap: pixel p reads step k of the depth at x[p][k * step]; returns the weights behind those it used.
template <int Blocks, int Pixels>
inline const float* add_tap(Vec (&sum)[Blocks][Pixels], const float* (&x)[Pixels], ptrdiff_t step, int depth, const float* w) {
    for (int k = 0; k < depth; ++k, w += Blocks * kLanes) {
        Vec weight[Blocks];
        #pragma GCC unroll 8
        for (int b = 0; b < Blocks; ++b) weight[b] = load(w + b * kLanes);
        #pragma GCC unroll 32
        for (int p = 0; p < Pixels; ++p) {
            const Vec value = broadcast(x[p][k * step]);
            #pragma GCC unroll 8
            for (int b = 0; b < Blocks; ++b) sum[b][p] = fma(value, weight[b], sum[b][p]);
        }
    }
    return w;
}

/// Blocks x Pixels outputs from output pixel `pixel` (y * ow + x) on.
template <int Blocks, int Pixels>
void conv_tile(const BlockedConv& job, const float* w, int block, int pixel) {
    Vec sum[Blocks][Pixels];
    #pragma GCC unroll 8
    for (int b = 0; b < Blocks; ++b) {
        const Vec bias = job.bias ? load(job.bias + (block + b) * kLanes) : zero();
        #pragma GCC unroll 32
        for (int p = 0; p < Pixels; ++p) sum[b][p] = bias;
    }
    int top[Pixels], left[Pixels];
    for (int p = 0; p < Pixels; ++p) {
        top[p] = (pixel + p) / job.ow * job.stride_h - job.pad_top;
        left[p] = (pixel + p) % job.ow * job.stride_w - job.pad_left;
    }
    const ptrdiff_t plane = static_cast<ptrdiff_t>(job.h) * job.w_in;
    for (int i = 0; i < job.kh; ++i) {
        for (int j = 0; j < job.kw; ++j) {
            // A plane at a time, or a block of channels at a time
            const int channels = job.is_planar ? 1 : kLanes, pitch = job.is_planar ? 1 : kLanes;
            for (int c = 0; c < job.cin; c += channels) {
                const float* x[Pixels];
                for (int p = 0; p < Pixels; ++p) {
                    const int row = top[p] + i * job.dilation_h, column = left[p] + j * job.dilation_w;
                    const bool is_inside = static_cast<unsigned>(row) < static_cast<unsigned>(job.h) && static_cast<unsigned>(column) < static_cast<unsigned>(job.w_in);
                    x[p] = is_inside ? job.in + static_cast<ptrdiff_t>(c) * plane + (static_cast<ptrdiff_t>(row) * job.w_in + column) * pitch : kZeroPixel;
                }
                w = add_tap<Blocks, Pixels>(sum, x, 1, job.cin - c < channels ? job.cin - c : channels, w);
            }
        }
    }
    const ptrdiff_t out_stride = static_cast<ptrdiff_t>(job.oh) * job.ow * kLanes;
    for (int b = 0; b < Blocks; ++b) {
        const ptrdiff_t at = (block + b) * out_stride + static_cast<ptrdiff_t>(pixel) * kLanes;
        for (int p = 0; p < Pixels; ++p) {
            const Vec v = job.residual ? add(sum[b][p], load(job.residual + at + p * kLanes)) : sum[b][p];
            store(job.out + at + p * kLanes, finished(v, job.epilogue));
        }
    }
}

template <int Blocks, int Pixels>
void conv_blocks(const BlockedConv& job, const float* w, int block, int pixel, int end) {
    for (; pixel + Pixels <= end; pixel += Pixels) conv_tile<Blocks, Pixels>(job, w, block, pixel);
    if constexpr (Pixels > 1) {
        if (pixel < end) conv_blocks<Blocks, Pixels / 2>(job, w, block, pixel, end);
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
