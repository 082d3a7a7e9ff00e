// Pointwise (1x1) convolution on the blocked layout: out[o,p] = sum_c w[o,c] in[c,p], where a vector holds kLanes output channels of one pixel.
// Weights are packed ahead of time. Leaves out groups: pack_pointwise (packing.h) cuts them into runs.
//
// The ladder
//   1 naive        one sum a pixel and block: a weight load and a broadcast for each multiply-add, and every sum waits 4 cycles for the one before.
//   2 this: tile   kTileBlocks blocks x kTilePixels pixels: each weight vector serves all pixels, each broadcast all blocks. 4 x 6 on AVX-512: 10 loads for 24
//                  multiply-adds, which is 5 cycles of loads beside 12 of arithmetic.
//   3 this: narrow with fewer blocks than a whole tile the tile grows in pixels instead (2 x 14, 1 x 14), so that 16 or 24 output channels also keep enough sums in flight.
//   4 this: order  weights lie as [tile][depth][block][lane]: one stream, front to back, of which the second-level cache can feed kTilePixels pixels a pass.
// What bounds it: the multiply-add pipes; for cout not a multiple of kLanes the idle lanes of the last block.
#pragma once
#include "generic/blocked_epilogue.inl"

namespace convbook::kernels {
namespace {

/// Every sum begins with its channel's bias.
template <int Blocks, int Pixels>
inline void start_sums(Vec (&sum)[Blocks][Pixels], const float* bias, int block) {
    #pragma GCC unroll 8
    for (int b = 0; b < Blocks; ++b) {
        const Vec start = bias ? load(bias + (block + b) * kLanes) : zero();
        #pragma GCC unroll 32
        for (int p = 0; p < Pixels; ++p) sum[b][p] = start;
    }
}

/// Adds the residual, applies the epilogue and stores, from pixel `out` of the first block on.
template <int Blocks, int Pixels>
inline void finish_sums(Vec (&sum)[Blocks][Pixels], float* out, ptrdiff_t out_stride, const float* residual, ptrdiff_t residual_stride, const Epilogue& epilogue) {
    #pragma GCC unroll 8
    for (int b = 0; b < Blocks; ++b, out += out_stride, residual = residual ? residual + residual_stride : nullptr) {
        if (residual) {
            #pragma GCC unroll 32
            for (int p = 0; p < Pixels; ++p) sum[b][p] = add(sum[b][p], load(residual + p * kLanes));
        }
        store_finished(out, sum[b], epilogue);
    }
}

/// Blocks x Pixels sums over all channels, finished and stored.
template <int Blocks, int Pixels>
inline void pointwise_tile(const BlockedPointwise& job, const float* w, int block, int pixel) {
    Vec sum[Blocks][Pixels];
    start_sums<Blocks, Pixels>(sum, job.bias, block);
    // One block of input channels after the other, lane by lane
    const int end = job.first_channel + job.channels;
    for (int c = job.first_channel; c < end;) {
        const int lane = c % kLanes, count = end - c < kLanes - lane ? end - c : kLanes - lane;
        const float* x = job.in + (c / kLanes) * job.in_stride + static_cast<ptrdiff_t>(pixel) * kLanes + lane;
        for (const float* x_end = x + count; x < x_end; ++x, w += Blocks * kLanes) {
            Vec weight[Blocks];
            #pragma GCC unroll 8
            for (int b = 0; b < Blocks; ++b) weight[b] = load(w + b * kLanes);
            #pragma GCC unroll 32
            for (int p = 0; p < Pixels; ++p) {
                const Vec value = broadcast(x[p * kLanes]);
                #pragma GCC unroll 8
                for (int b = 0; b < Blocks; ++b) sum[b][p] = fma(value, weight[b], sum[b][p]);
            }
        }
        c += count;
    }
    const ptrdiff_t at = static_cast<ptrdiff_t>(pixel) * kLanes;
    finish_sums<Blocks, Pixels>(sum, job.out + block * job.out_stride + at, job.out_stride, job.residual ? job.residual + block * job.residual_stride + at : nullptr, job.residual_stride,
                                job.epilogue);
}

/// All pixels of one tile of blocks; the last few in halved tiles.
template <int Blocks, int Pixels>
inline void pointwise_blocks(const BlockedPointwise& job, const float* w, int block, int pixel) {
    for (; pixel + Pixels <= job.pixels; pixel += Pixels) pointwise_tile<Blocks, Pixels>(job, w, block, pixel);
    if constexpr (Pixels > 1) {
        if (pixel < job.pixels) pointwise_blocks<Blocks, Pixels / 2>(job, w, block, pixel);
    }
}

void blocked_pointwise(const BlockedPointwise& job) {
    const float* w = job.w;
    for (int block = 0; block < job.blocks; block += kTileBlocks) {
        const int blocks = job.blocks - block < kTileBlocks ? job.blocks - block : kTileBlocks;
        switch (blocks) {
            case 1: pointwise_blocks<1, kPixelsOf1Block>(job, w, block, 0); break;
            case 2: pointwise_blocks<2, kPixelsOf2Blocks>(job, w, block, 0); break;
            case 3: if constexpr (kTileBlocks >= 3) pointwise_blocks<3, kPixelsOf3Blocks>(job, w, block, 0); break;
            default: if constexpr (kTileBlocks >= 4) pointwise_blocks<4, kPixelsOf4Blocks>(job, w, block, 0); break;
        }
        w += static_cast<ptrdiff_t>(blocks) * kLanes * job.channels;
    }
}

}  // namespace
}  // namespace convbook::kernels
