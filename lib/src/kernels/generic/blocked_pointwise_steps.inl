// Register tiles of a pointwise convolution that take two or four steps of the depth at once: a vector of sums holds half or a quarter of a block of outputs, each as a few sums of every
// second or fourth step, and one load repeats neighbouring channels of a pixel across a vector. What belongs together is added when the tile is done.
//
// What it is for
//   half blocks    24 outputs are 1.5 vectors of 16: as 3 half blocks no lane is idle. Two whole blocks multiply 8 lanes of zeros.
//   quarters       20 outputs are 5 quarters of 4, 58 are 2 whole blocks and 7 quarters, 2 of 60 lanes idle.
//   single blocks  a tile of one block loads a pixel for every multiply-add, as fast as two loads a cycle allow; as two half blocks each load serves two.
//   SSE            a broadcast is a load and a shuffle, which competes with the arithmetic; a pair is repeated by the load itself (movddup).
// The last steps of a run may be fewer: zeros stand beside them, for the neighbour's channel, infinite or not, must not be read as 0 * x.
// What bounds it: as blocked_pointwise.inl; steps that are not there, which count as much as others (pack_pointwise leaves out what has many).
// Measured, one thread, warm buffers, Xeon: 144 -> 24 channels from 126 to 168 GFLOP/s, three groups of 80 -> 20 from 106 to 138 (AVX-512, 179 at most that evening; before
//                  it, two pixels shared the vector of the last half block, each pair of pixels blended in a register); in SSE a tenth of a layer's time.
//                  EPYC Zen 5 (AVX-512): 32 -> 16 channels from 79 % to 90 % of the peak.
#pragma once
#include "generic/blocked_sums.inl"

namespace convbook::kernels {
namespace {

/// Steps neighbouring channels of a pixel, again and again; of the last ones `count`, then zeros.
template <int Steps>
CONVBOOK_INLINE Vec broadcast_steps(const float* p, int count) {
    if constexpr (Steps == 4) return broadcast_quad(p, count);
    else return count == 2 ? broadcast_pair(p) : zip_low(broadcast(*p), zero());
}

/// Adds `count` steps, at most Steps of them.
template <int Steps, int Parts, int Pixels>
CONVBOOK_INLINE void add_steps_at_once(Vec (&sum)[Parts][Pixels], const float* x, int count, const float* w) {
    forget_loads();  // or the compiler would carry a pixel's channels over from the turn before, where it finds the same address, and repeat them by shuffles
    Vec weight[Parts];
    #pragma GCC unroll 8
    for (int b = 0; b < Parts; ++b) weight[b] = load(w + b * kLanes);
    #pragma GCC unroll 32
    for (int p = 0; p < Pixels; ++p) {
        if constexpr (kPairsReload) forget_loads();
        const Vec value = broadcast_steps<Steps>(x + p * kLanes, count);
        #pragma GCC unroll 8
        for (int b = 0; b < Parts; ++b) sum[b][p] = fma(value, kPairsReload ? load(w + b * kLanes) : weight[b], sum[b][p]);
    }
}

/// Adds a run of `count` channels; `w` moves on behind the weights used.
template <int Steps, int Parts, int Pixels>
CONVBOOK_INLINE void add_run(Vec (&sum)[Parts][Pixels], const float* x, int count, const float*& w) {
    const auto add_whole = [&](int channels) CONVBOOK_INLINE_LAMBDA {
        #pragma GCC unroll 2
        for (int k = 0; k + Steps <= channels; k += Steps, w += Parts * kLanes) add_steps_at_once<Steps>(sum, x + k, Steps, w);
    };
    if (count == kLanes) return add_whole(kLanes);  // a whole block: the compiler knows how long the loop is
    add_whole(count);
    if (const int rest = count % Steps; rest > 0) {
        add_steps_at_once<Steps>(sum, x + count - rest, rest, w);
        w += Parts * kLanes;
    }
}

/// Adds neighbouring lanes of every two vectors to one, zeros in the half of one that is missing: quarters become halves, halves whole blocks.
template <int Parts, int Pixels>
CONVBOOK_INLINE void join_parts(const Vec (&sum)[Parts][Pixels], Vec (&joined)[(Parts + 1) / 2][Pixels]) {
    #pragma GCC unroll 8
    for (int b = 0; b < (Parts + 1) / 2; ++b) {
        #pragma GCC unroll 32
        for (int p = 0; p < Pixels; ++p) {
            const Vec low = sum[2 * b][p];
            Vec high = zero();
            if (2 * b + 1 < Parts) high = sum[2 * b + 1][p];
            joined[b][p] = add(evens(low, high), odds(low, high));
        }
    }
}

/// Joins the sums to whole blocks and finishes them.
template <int Steps, int Parts, int Pixels>
CONVBOOK_INLINE void finish_parts(const Vec (&sum)[Parts][Pixels], const TileEnd& end) {
    Vec joined[(Parts + 1) / 2][Pixels];
    join_parts(sum, joined);
    if constexpr (Steps > 2) finish_parts<Steps / 2>(joined, end);
    else finish_sums(joined, end);
}

/// Parts vectors of outputs x Pixels pixels, over the whole depth.
template <int Steps, int Parts, int Pixels>
inline void parts_tile(const BlockedPointwise& job, const float* w, int block, int pixel, Fetch& fetch) {
    Vec sum[Parts][Pixels];
    const ptrdiff_t at = static_cast<ptrdiff_t>(pixel) * kLanes;
    start_sums(sum);
    fetch.go_on();
    const float *fetched = fetch.now.at, *const fetched_end = fetch.now.end;
    for (const ChannelRun* run = job.in; run < job.in + job.runs; ++run) {
        fetch_lines(fetched, fetched_end, fetch.lines);
        add_run<Steps>(sum, run->at + job.in_shift + at, run->count, w);
    }
    fetch.now.at = fetched;
    finish_parts<Steps>(sum, tile_end(job, block, job.out_shift + at));
}

/// All pixels of a tile of tile.parts vectors.
template <int Steps, int Parts = 1>
inline void pixels_of_parts(const BlockedPointwise& job, const PointwiseTile& tile, const float* w, int block, Fetch& fetch) {
    if constexpr (Parts <= 2 * kTileBlocks) {
        if (tile.parts != Parts) return pixels_of_parts<Steps, Parts + 1>(job, tile, w, block, fetch);
        if constexpr (kPixelsOfParts[Parts] > 0) {
            for_each_pixel_tile<kPixelsOfParts[Parts], true>(job.pixels, [&]<int Count>(int pixel) { parts_tile<Steps, Parts, Count>(job, w, block, pixel, fetch); });
        }
    }
}

}  // namespace
}  // namespace convbook::kernels
