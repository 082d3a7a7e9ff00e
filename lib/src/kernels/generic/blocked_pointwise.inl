// Pointwise (1x1) convolution on the blocked layout: out[o,p] = sum_c w[o,c] in[c,p], where a vector holds kLanes output channels of one pixel.
// Weights are packed ahead of time, for input channels in whatever order they lie. Leaves out groups: pack_pointwise (packing.h) makes one job of each.
//
// The ladder
//   1 naive        one sum a pixel and block: a weight load and a broadcast for each multiply-add, and every sum waits 4 cycles for the one before.
//   2 this: tile   kTileBlocks blocks x kTilePixels pixels: each weight vector serves all pixels, each broadcast all blocks. 4 x 6 on AVX-512: 10 loads for 24
//                  multiply-adds, which is 5 cycles of loads beside 12 of arithmetic.
//   3 this: narrow with fewer blocks than a whole tile the tile grows in pixels instead (2 x 14, 1 x 14), so that 16 or 24 output channels also keep enough sums in flight.
//   4 this: order  weights lie as [tile][depth][block][lane]: one stream, front to back, of which the second-level cache can feed kTilePixels pixels a pass.
//   5 this: steps  two steps of the depth in one vector of half as many outputs, or four of a quarter: 24 of them are three half blocks, 20 five quarters, no lane idle
//                  (blocked_pointwise_steps.inl).
//   6 this: parts  where weights come faster than they are used from the first-level cache only (AVX2), all pixels are made for one part of the depth before the next.
//   7 this: ahead  while registers multiply, the next tile's and layer's weights are asked for: each lies in memory or in the third-level cache until then. As many lines at a time
//                  as bring all of them by the end of the job (lines_a_run): with a fixed number a classifier's weights came too late, and MobileNet v3 large took 3 % more.
//   8 this: twos   two steps of the depth a turn of the innermost loop, where registers allow (AVX-512).
//   9 sums         begin with 0, and the bias is added at the end (start_sums).
//  10 even         tiles of a strip differ by one pixel at most (for_each_pixel_tile): 49 pixels are 4 x 6 + 5 x 5, not 8 x 6 + 1.
// What bounds it: the multiply-add pipes; for cout not a multiple of kLanes the idle lanes of the last block, and for few input channels storing the tile.
// Measured, one thread, warm buffers. EPYC Zen 4 (AVX-512, peak 118 GFLOP/s): 95-98 % of the peak with 32 or more channels on both sides; 16 -> 96
//                  on 112x112 went from 84 % to 90 % when the epilogue was asked once a tile, not once a vector.
//                  Rung 10 took MobileNet v1 from 10.07 to 9.89 ms, v2 from 5.69 to 5.63 ms.
//                  EPYC Zen 3 (AVX2, peak 103): 91-99 %. Xeon with AVX-512 (217, and about 180 at the clock that loads beside multiply-adds leave): rung 8 took
//                  576 -> 96 from 165 to 181 GFLOP/s, 512 -> 512 from 164 to 178. EPYC Zen 5 (AVX-512, peak 236): 95-99 % with 64 or more channels on both sides; rung 9
//                  took 16 -> 96 channels from 84 % to 90 %, 32 -> 192 from 89 % to 92 %.
#pragma once
#include "generic/blocked_pointwise_steps.inl"

namespace convbook::kernels {
namespace {

/// A stretch of the depth: the sums begin with 0 or go on from what the stretch before has left in `out`, and end finished or as they are.
struct DepthPart {
    const ChannelRun *first, *end;
    bool is_first, is_last;
};

/// Adds one step of the depth: pixel p reads x[p * Pitch].
template <int Pitch, int Blocks, int Pixels>
CONVBOOK_INLINE void add_step(Vec (&sum)[Blocks][Pixels], const float* x, const float* w) {
    Vec weight[Blocks];
    #pragma GCC unroll 8
    for (int b = 0; b < Blocks; ++b) weight[b] = load(w + b * kLanes);
    #pragma GCC unroll 32
    for (int p = 0; p < Pixels; ++p) {
        const Vec value = broadcast(x[p * Pitch]);
        #pragma GCC unroll 8
        for (int b = 0; b < Blocks; ++b) sum[b][p] = fma(value, weight[b], sum[b][p]);
    }
}

/// Adds `count` steps, kDepthSteps of them at each turn of the loop; `w` moves on behind the weights used.
template <int Pitch, int Blocks, int Pixels>
CONVBOOK_INLINE void add_steps(Vec (&sum)[Blocks][Pixels], const float* x, int count, const float*& w) {
    const float* const end = x + count;
    for (; x + kDepthSteps <= end; x += kDepthSteps, w += kDepthSteps * Blocks * kLanes) {
        #pragma GCC unroll 4
        for (int k = 0; k < kDepthSteps; ++k) add_step<Pitch>(sum, x + k, w + k * Blocks * kLanes);
    }
    if constexpr (kDepthSteps > 1) {
        for (; x < end; ++x, w += Blocks * kLanes) add_step<Pitch>(sum, x, w);
    }
}

/// Blocks x Pixels sums over one part of the depth, or over the whole of it.
template <int Blocks, int Pixels, bool InParts>
inline void pointwise_tile(const BlockedPointwise& job, const DepthPart& part, const float* w, int block, int pixel, Fetch& fetch) {
    Vec sum[Blocks][Pixels];
    const ptrdiff_t at = static_cast<ptrdiff_t>(pixel) * kLanes;
    if (!InParts || part.is_first) start_sums(sum);
    else load_sums(sum, job.out + block, job.out_shift + at);
    fetch.go_on();
    const float *fetched = fetch.now.at, *const fetched_end = fetch.now.end;
    for (const ChannelRun* run = part.first; run < part.end; ++run) {
        fetch_lines(fetched, fetched_end, fetch.lines);
        const float* x = run->at + job.in_shift + at;
        add_steps<kLanes>(sum, x, run->count, w);
    }
    fetch.now.at = fetched;
    if (!InParts || part.is_last) finish_sums(sum, tile_end(job, block, job.out_shift + at));
    else store_sums(sum, job.out + block, job.out_shift + at);
}

/// One tile of blocks; where the depth is large, part by part of it.
template <int Blocks, int Pixels>
inline void pointwise_blocks(const BlockedPointwise& job, const float* w, int block, Fetch& fetch) {
    const ChannelRun* const end = job.in + job.runs;
    if constexpr (kDepthPart > 0) {
        if (job.size.channels > kDepthPart + kDepthPart / 2) {
            for (const ChannelRun* first = job.in; first < end;) {
                int depth = 0;
                const ChannelRun* run = first;
                while (run < end && depth < kDepthPart) depth += (run++)->count;
                const DepthPart part{first, run, first == job.in, run == end};
                for_each_pixel_tile<Pixels, false>(job.pixels, [&]<int Count>(int pixel) { pointwise_tile<Blocks, Count, true>(job, part, w, block, pixel, fetch); });
                w += static_cast<ptrdiff_t>(depth) * Blocks * kLanes;
                first = run;
            }
            return;
        }
    }
    const DepthPart whole{job.in, end, true, true};
    for_each_pixel_tile<Pixels, true>(job.pixels, [&]<int Count>(int pixel) { pointwise_tile<Blocks, Count, false>(job, whole, w, block, pixel, fetch); });
}

/// Of `next` and `later` whenever a run of channels begins.
inline int lines_a_run(const BlockedPointwise& job) {
    constexpr int kPixels = kTileBlocks >= 4 ? kPixelsOf4Blocks : kTileBlocks == 3 ? kPixelsOf3Blocks : kPixelsOf2Blocks;
    const ptrdiff_t tiles = static_cast<ptrdiff_t>((job.size.blocks + kTileBlocks - 1) / kTileBlocks) * ((job.pixels + kPixels - 1) / kPixels);
    return lines_a_turn((job.next.end - job.next.at) + (job.later.end - job.later.at), tiles * job.runs);
}

void blocked_pointwise(const BlockedPointwise& job) {
    const float* w = job.w;
    Fetch fetch{job.next, job.later, lines_a_run(job)};
    for (int block = 0; block < job.size.blocks;) {
        const PointwiseTile tile = next_pointwise_tile(job.size, block, {kLanes, kTileBlocks, kPairing});
        if (tile.steps == 4) {
            if constexpr (kPairing == Pairing::narrow) pixels_of_parts<4>(job, tile, w, block, fetch);
        } else if (tile.steps == 2) {
            pixels_of_parts<2>(job, tile, w, block, fetch);
        } else {
            switch (tile.blocks) {
                case 1: pointwise_blocks<1, kPixelsOf1Block>(job, w, block, fetch); break;
                case 2: pointwise_blocks<2, kPixelsOf2Blocks>(job, w, block, fetch); break;
                case 3: if constexpr (kTileBlocks >= 3) pointwise_blocks<3, kPixelsOf3Blocks>(job, w, block, fetch); break;
                default: if constexpr (kTileBlocks >= 4) pointwise_blocks<4, kPixelsOf4Blocks>(job, w, block, fetch); break;
            }
        }
        w += tile.floats;
        block += tile.blocks;
    }
}

}  // namespace
}  // namespace convbook::kernels
