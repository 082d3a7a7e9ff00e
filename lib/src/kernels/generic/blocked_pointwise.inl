// Pointwise (1x1) convolution on the blocked layout: out[o,p] = sum_c w[o,c] in[c,p], where a vector holds kLanes output channels of one pixel.
// Weights are packed ahead of time, for input channels in whatever order they lie. Leaves out groups: pack_pointwise (packing.h) makes one job of each.
//
// The ladder
//   1 naive        one sum a pixel and block: a weight load and a broadcast for each multiply-add, and every sum waits 4 cycles for the one before.
//   2 this: tile   kTileBlocks blocks x kTilePixels pixels: each weight vector serves all pixels, each broadcast all blocks. 4 x 6 on AVX-512: 10 loads for 24
//                  multiply-adds, which is 5 cycles of loads beside 12 of arithmetic.
//   3 this: narrow with fewer blocks than a whole tile the tile grows in pixels instead (2 x 14, 1 x 14), so that 16 or 24 output channels also keep enough sums in flight.
//   4 this: order  weights lie as [tile][depth][block][lane]: one stream, front to back, of which the second-level cache can feed kTilePixels pixels a pass.
//   5 this: halves 24 output channels are 1.5 vectors: where the last block is at most half full, two pixels share its vector, 21 multiply-adds for 14 pixels
//                  instead of 28.
//   6 this: parts  where weights come faster than they are used from the first-level cache only (AVX2), all pixels are made for one part of the depth before the next.
//   7 this: ahead  while registers multiply, the next tile's and layer's weights are asked for: each lies in memory or in the third-level cache until then.
//   8 this: pairs  two steps of the depth a turn of the innermost loop, where registers allow (AVX-512).
// What bounds it: the multiply-add pipes; for cout not a multiple of kLanes the idle lanes of the last block, and for few input channels storing the tile.
// Measured, one thread, warm buffers. EPYC Zen 4 (AVX-512, peak 118 GFLOP/s): 95-98 % of the peak with 32 or more channels on both sides; 144 -> 24 went from 73 % to 77 %
//                  with rung 5, 116 -> 116 from 87 % to 93 %; 16 -> 96 on 112x112 from 84 % to 90 % when the epilogue was asked once a tile, not once a vector.
//                  EPYC Zen 3 (AVX2, peak 103): 91-99 %. Xeon with AVX-512 (217, and about 180 at the clock that loads beside multiply-adds leave): rung 8 took
//                  576 -> 96 from 165 to 181 GFLOP/s, 512 -> 512 from 164 to 178.
#pragma once
#include "generic/blocked_epilogue.inl"

namespace convbook::kernels {
namespace {

/// What is fetched while registers multiply: kFetchedLines cache lines whenever a run of channels begins.
struct Fetch {
    Stretch now, later;
    /// Between register tiles: on to the second stretch when the first one has been asked for.
    void go_on() {
        if (now.at >= now.end) now = later, later = {};
    }
};

/// Asks for the next lines; at the end of the stretch for the same one again, which costs less than to ask whether to.
CONVBOOK_INLINE void fetch_lines(const float*& at, const float* end) {
    #pragma GCC unroll 8
    for (int i = 0; i < kFetchedLines; ++i) {
        prefetch(at);
        at += at < end ? kLineFloats : 0;
    }
}

/// A stretch of the depth: the sums begin with the bias or go on from what the stretch before has left in `out`, and end finished or as they are.
struct DepthPart {
    const ChannelRun *first, *end;
    bool is_first, is_last;
};

/// Every sum begins with its channel's bias.
template <int Blocks, int Pixels, bool HasHalf>
CONVBOOK_INLINE void start_sums(Vec (&sum)[Blocks][Pixels], const float* bias, int block) {
    #pragma GCC unroll 8
    for (int b = 0; b < Blocks; ++b) {
        const float* of_block = bias + (block + b) * kLanes;
        const Vec start = !bias ? zero() : HasHalf && b == Blocks - 1 ? twice(of_block) : load(of_block);
        #pragma GCC unroll 32
        for (int p = 0; p < Pixels; ++p) sum[b][p] = start;
    }
}

/// Adds the residual, applies the epilogue and stores, `shift` floats behind the pointers of the tile's blocks.
template <int Blocks, int Pixels, bool HasHalf>
CONVBOOK_INLINE void finish_sums(Vec (&sum)[Blocks][Pixels], float* const* out, const float* const* residual, ptrdiff_t shift, const Epilogue& epilogue) {
    if constexpr (HasHalf) {
        #pragma GCC unroll 32
        for (int p = Pixels - 2; p >= 0; p -= 2) {
            const Vec two = sum[Blocks - 1][p / 2];
            sum[Blocks - 1][p] = low_half(two);
            sum[Blocks - 1][p + 1] = high_half(two);
        }
    }
    #pragma GCC unroll 8
    for (int b = 0; b < Blocks; ++b) {
        if (residual) {
            #pragma GCC unroll 32
            for (int p = 0; p < Pixels; ++p) sum[b][p] = add(sum[b][p], load(residual[b] + shift + p * kLanes));
        }
        store_finished(out[b] + shift, sum[b], epilogue);
    }
}

/// Adds one step of the depth: pixel p reads x[p * Pitch]. With HasHalf the sums of the last block hold two pixels each, side by side.
template <int Pitch, bool HasHalf, int Blocks, int Pixels>
CONVBOOK_INLINE void add_step(Vec (&sum)[Blocks][Pixels], const float* x, const float* w) {
    constexpr int kWhole = Blocks - HasHalf;
    Vec weight[Blocks];
    #pragma GCC unroll 8
    for (int b = 0; b < kWhole; ++b) weight[b] = load(w + b * kLanes);
    if constexpr (HasHalf) weight[kWhole] = twice(w + kWhole * kLanes);
    Vec before = zero();
    #pragma GCC unroll 32
    for (int p = 0; p < Pixels; ++p) {
        const Vec value = broadcast(x[p * Pitch]);
        #pragma GCC unroll 8
        for (int b = 0; b < kWhole; ++b) sum[b][p] = fma(value, weight[b], sum[b][p]);
        if constexpr (HasHalf) {
            if (p % 2 == 1) sum[kWhole][p / 2] = fma(halves(before, value), weight[kWhole], sum[kWhole][p / 2]);
            before = value;
        }
    }
}

/// Adds `count` steps, kDepthSteps of them at each turn of the loop; `w` moves on behind the weights used.
template <int Pitch, bool HasHalf, int Blocks, int Pixels>
CONVBOOK_INLINE void add_steps(Vec (&sum)[Blocks][Pixels], const float* x, int count, const float*& w) {
    const float* const end = x + count;
    for (; x + kDepthSteps <= end; x += kDepthSteps, w += kDepthSteps * Blocks * kLanes) {
        #pragma GCC unroll 4
        for (int k = 0; k < kDepthSteps; ++k) add_step<Pitch, HasHalf>(sum, x + k, w + k * Blocks * kLanes);
    }
    if constexpr (kDepthSteps > 1) {
        for (; x < end; ++x, w += Blocks * kLanes) add_step<Pitch, HasHalf>(sum, x, w);
    }
}

/// Sums of an earlier part of the depth, and where they wait for the next.
template <int Blocks, int Pixels>
CONVBOOK_INLINE void load_sums(Vec (&sum)[Blocks][Pixels], float* const* out, ptrdiff_t shift) {
    for (int b = 0; b < Blocks; ++b) {
        for (int p = 0; p < Pixels; ++p) sum[b][p] = load(out[b] + shift + p * kLanes);
    }
}
template <int Blocks, int Pixels>
CONVBOOK_INLINE void store_sums(const Vec (&sum)[Blocks][Pixels], float* const* out, ptrdiff_t shift) {
    for (int b = 0; b < Blocks; ++b) {
        for (int p = 0; p < Pixels; ++p) store(out[b] + shift + p * kLanes, sum[b][p]);
    }
}

/// Blocks x Pixels sums over one part of the depth, or over the whole of it.
template <int Blocks, int Pixels, bool HasHalf, bool InParts>
inline void pointwise_tile(const BlockedPointwise& job, const DepthPart& part, const float* w, int block, int pixel, Fetch& fetch) {
    Vec sum[Blocks][Pixels];
    const ptrdiff_t at = static_cast<ptrdiff_t>(pixel) * kLanes;
    if (!InParts || part.is_first) start_sums<Blocks, Pixels, HasHalf>(sum, job.bias, block);
    else load_sums(sum, job.out + block, job.out_shift + at);
    fetch.go_on();
    const float *fetched = fetch.now.at, *const fetched_end = fetch.now.end;
    for (const ChannelRun* run = part.first; run < part.end; ++run) {
        fetch_lines(fetched, fetched_end);
        const float* x = run->at + job.in_shift + at;
        add_steps<kLanes, HasHalf>(sum, x, run->count, w);
    }
    fetch.now.at = fetched;
    if (!InParts || part.is_last) finish_sums<Blocks, Pixels, HasHalf>(sum, job.out + block, job.residual ? job.residual + block : nullptr, job.out_shift + at, job.epilogue);
    else store_sums(sum, job.out + block, job.out_shift + at);
}

/// All pixels of one tile of blocks; the last few in halved tiles, or, where those would be several, in a whole one that moves left to end with them.
template <int Blocks, int Pixels, bool HasHalf, bool InParts>
inline void pointwise_pixels(const BlockedPointwise& job, const DepthPart& part, const float* w, int block, int pixel, Fetch& fetch) {
    for (; pixel + Pixels <= job.pixels; pixel += Pixels) pointwise_tile<Blocks, Pixels, HasHalf, InParts>(job, part, w, block, pixel, fetch);
    const int rest = job.pixels - pixel;
    if constexpr (!InParts) {
        const bool takes_several = rest > Pixels / 2 || (rest > Pixels / 4 && rest < Pixels / 2);
        if (takes_several && job.pixels >= Pixels) return pointwise_tile<Blocks, Pixels, HasHalf, InParts>(job, part, w, block, job.pixels - Pixels, fetch);
    }
    if constexpr (Pixels > 1) {
        if (rest > 0) pointwise_pixels<Blocks, Pixels / 2, false, InParts>(job, part, w, block, pixel, fetch);
    }
}

/// One tile of blocks; where the depth is large, part by part of it.
template <int Blocks, int Pixels>
inline void pointwise_blocks(const BlockedPointwise& job, const float* w, int block, Fetch& fetch) {
    const ChannelRun* const end = job.in + job.runs;
    if constexpr (kHalvesPay && Blocks > 1 && Pixels % 2 == 0) {
        if (block + Blocks == job.blocks && 2 * job.idle_lanes >= kLanes) return pointwise_pixels<Blocks, Pixels, true, false>(job, {job.in, end, true, true}, w, block, 0, fetch);
    }
    if constexpr (kDepthPart > 0) {
        if (job.channels > kDepthPart + kDepthPart / 2) {
            for (const ChannelRun* first = job.in; first < end;) {
                int depth = 0;
                const ChannelRun* run = first;
                while (run < end && depth < kDepthPart) depth += (run++)->count;
                pointwise_pixels<Blocks, Pixels, false, true>(job, {first, run, first == job.in, run == end}, w, block, 0, fetch);
                w += static_cast<ptrdiff_t>(depth) * Blocks * kLanes;
                first = run;
            }
            return;
        }
    }
    pointwise_pixels<Blocks, Pixels, false, false>(job, {job.in, end, true, true}, w, block, 0, fetch);
}

void blocked_pointwise(const BlockedPointwise& job) {
    const float* w = job.w;
    Fetch fetch{job.next, job.later};
    for (int block = 0, blocks = 0; block < job.blocks; block += blocks) {
        blocks = tile_of(job.blocks - block, kTileBlocks);
        switch (blocks) {
            case 1: pointwise_blocks<1, kPixelsOf1Block>(job, w, block, fetch); break;
            case 2: pointwise_blocks<2, kPixelsOf2Blocks>(job, w, block, fetch); break;
            case 3: if constexpr (kTileBlocks >= 3) pointwise_blocks<3, kPixelsOf3Blocks>(job, w, block, fetch); break;
            default: if constexpr (kTileBlocks >= 4) pointwise_blocks<4, kPixelsOf4Blocks>(job, w, block, fetch); break;
        }
        w += static_cast<ptrdiff_t>(blocks) * kLanes * job.channels;
    }
}

}  // namespace
}  // namespace convbook::kernels
