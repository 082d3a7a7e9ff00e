// Register tiles of a pointwise convolution that take two steps of the depth at once: a vector of sums holds half a block of outputs, each as the sum of its even and
// of its odd steps, and one load repeats two neighbouring channels of a pixel across a vector. The halves are added when the tile is done.
//
// What it is for
//   half blocks    24 outputs are 1.5 vectors of 16: as 3 half blocks no lane is idle. Two whole blocks multiply 8 lanes of zeros.
//   single blocks  a tile of one block loads a pixel for every multiply-add, as fast as two loads a cycle allow; as two half blocks each load serves two.
//   SSE            a broadcast is a load and a shuffle, which competes with the arithmetic; a pair is repeated by the load itself (movddup).
// A run of an odd number of channels ends with a single step, whose value has zeros beside it: the neighbour's channel, infinite or not, must not be read as 0 * x.
// What bounds it: as blocked_pointwise.inl; singles, which count as much as pairs (pack_pointwise leaves pairs out where there are many).
// Measured, one thread, warm buffers, Xeon: 144 -> 24 channels from 126 to 168 GFLOP/s, three groups of 80 -> 20 from 106 to 138 (AVX-512, 179 at most that evening; before
//                  it, two pixels shared the vector of the last half block, each pair of pixels blended in a register); in SSE a tenth of a layer's time.
//                  EPYC Zen 5 (AVX-512): 32 -> 16 channels from 79 % to 90 % of the peak.
#pragma once
#include "generic/blocked_sums.inl"

namespace convbook::kernels {
namespace {

/// Adds two steps, or one: pixel p's channels as value(x + p * kLanes) puts them into lanes.
template <int Halves, int Pixels, class Value>
CONVBOOK_INLINE void add_pair(Vec (&sum)[Halves][Pixels], const float* x, const float* w, const Value& value) {
    forget_loads();  // or the compiler would carry a pixel's channels over from the turn before, where it finds the same address, and repeat them by shuffles
    Vec weight[Halves];
    #pragma GCC unroll 8
    for (int h = 0; h < Halves; ++h) weight[h] = load(w + h * kLanes);
    #pragma GCC unroll 32
    for (int p = 0; p < Pixels; ++p) {
        if constexpr (kPairsReload) forget_loads();
        const Vec pair = value(x + p * kLanes);
        #pragma GCC unroll 8
        for (int h = 0; h < Halves; ++h) sum[h][p] = fma(pair, kPairsReload ? load(w + h * kLanes) : weight[h], sum[h][p]);
    }
}

/// Adds a run of `count` channels; `w` moves on behind the weights used.
template <int Halves, int Pixels>
CONVBOOK_INLINE void add_pairs(Vec (&sum)[Halves][Pixels], const float* x, int count, const float*& w) {
    const auto add_even = [&](int channels) CONVBOOK_INLINE_LAMBDA {
        #pragma GCC unroll 2
        for (int k = 0; k + 2 <= channels; k += 2, w += Halves * kLanes) add_pair(sum, x + k, w, [](const float* at) { return broadcast_pair(at); });
    };
    if (count == kLanes) return add_even(kLanes);  // a whole block: the compiler knows how long the loop is
    add_even(count);
    if (count % 2 == 1) {
        add_pair(sum, x + count - 1, w, [](const float* at) { return zip_low(broadcast(*at), zero()); });
        w += Halves * kLanes;
    }
}

/// Even and odd steps together: whole blocks, zeros in the half that was left out.
template <int Halves, int Pixels, int Blocks>
CONVBOOK_INLINE void join_pairs(const Vec (&sum)[Halves][Pixels], Vec (&whole)[Blocks][Pixels]) {
    #pragma GCC unroll 8
    for (int b = 0; b < Blocks; ++b) {
        #pragma GCC unroll 32
        for (int p = 0; p < Pixels; ++p) {
            const Vec low = sum[2 * b][p];
            Vec high = zero();
            if (2 * b + 1 < Halves) high = sum[2 * b + 1][p];
            whole[b][p] = add(evens(low, high), odds(low, high));
        }
    }
}

/// Halves half blocks x Pixels pixels, over the whole depth.
template <int Halves, int Pixels>
inline void paired_tile(const BlockedPointwise& job, const float* w, int block, int pixel, Fetch& fetch) {
    Vec sum[Halves][Pixels];
    const ptrdiff_t at = static_cast<ptrdiff_t>(pixel) * kLanes;
    start_sums(sum);
    fetch.go_on();
    const float *fetched = fetch.now.at, *const fetched_end = fetch.now.end;
    for (const ChannelRun* run = job.in; run < job.in + job.runs; ++run) {
        fetch_lines(fetched, fetched_end, fetch.lines);
        add_pairs(sum, run->at + job.in_shift + at, run->count, w);
    }
    fetch.now.at = fetched;
    Vec whole[(Halves + 1) / 2][Pixels];
    join_pairs(sum, whole);
    finish_sums(whole, tile_end(job, block, job.out_shift + at));
}

/// All pixels of a tile of tile.halves half blocks.
template <int Halves = 1>
inline void paired_pixels(const BlockedPointwise& job, const PointwiseTile& tile, const float* w, int block, Fetch& fetch) {
    if constexpr (Halves <= 2 * kTileBlocks) {
        if (tile.halves != Halves) return paired_pixels<Halves + 1>(job, tile, w, block, fetch);
        if constexpr (kPixelsOfHalves[Halves] > 0) {
            for_each_pixel_tile<kPixelsOfHalves[Halves], true>(job.pixels, [&]<int Count>(int pixel) { paired_tile<Halves, Count>(job, w, block, pixel, fetch); });
        }
    }
}

}  // namespace
}  // namespace convbook::kernels
