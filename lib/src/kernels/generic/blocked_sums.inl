// The sums of a register tile, blocks x pixels: how they begin, wait and end, and what is fetched meanwhile. Shared by the pointwise and the dense kernel.
// Leaves out the arithmetic between.
#pragma once
#include "generic/blocked_epilogue.inl"

namespace convbook::kernels {
namespace {

/// What is fetched while registers multiply: `lines` cache lines whenever a run of channels begins.
struct Fetch {
    Stretch now, later;
    int lines;
    /// Between register tiles: on to the second stretch when the first one has been asked for.
    void go_on() {
        if (now.at >= now.end) now = later, later = {};
    }
};

CONVBOOK_INLINE void fetch_lines(const float*& at, const float* end, int lines) {
    if constexpr (kFetchedLines == 1) {
        // To ask for the last one again costs less than to ask whether to
        prefetch(at);
        at += at < end ? kLineFloats : 0;
        return;
    }
    for (int i = 0; i < lines && at < end; ++i, at += kLineFloats) prefetch(at);
}

/// Lines to ask for at each of so many turns, so that all of so many floats have been asked for at the last one.
inline int lines_a_turn(ptrdiff_t floats, ptrdiff_t turns) {
    const ptrdiff_t lines = floats / kLineFloats;
    return static_cast<int>(lines < turns * kFetchedLines ? (lines + turns - 1) / turns : kFetchedLines);
}

/// Every sum begins with 0, which costs nothing. Begun with the bias, a tile of 24 sums takes 20 cycles more on EPYC Zen 5: the first multiply-adds read it from the register
/// file, probably through ports that the stores of the tile before are using. Added at the end it costs 5.
template <int Blocks, int Pixels>
CONVBOOK_INLINE void start_sums(Vec (&sum)[Blocks][Pixels]) {
    #pragma GCC unroll 32
    for (int i = 0; i < Blocks * Pixels; ++i) sum[i / Pixels][i % Pixels] = zero();
}

/// Where a register tile's outputs and addends begin, `shift` floats behind the pointers of its blocks.
struct TileEnd {
    const float* bias;               // of the tile's blocks; or null
    float* const* out;
    const float* const* residual;    // or null
    ptrdiff_t shift;
    const Epilogue& epilogue;
};
/// Of the blocks of `job` from `block` on.
template <class Job>
inline TileEnd tile_end(const Job& job, int block, ptrdiff_t shift) {
    return {job.bias ? job.bias + block * kLanes : nullptr, job.out + block, job.residual ? job.residual + block : nullptr, shift, job.epilogue};
}

/// Adds bias and residual, applies the epilogue and stores.
template <int Blocks, int Pixels>
CONVBOOK_INLINE void finish_sums(Vec (&sum)[Blocks][Pixels], const TileEnd& end) {
    #pragma GCC unroll 8
    for (int b = 0; b < Blocks; ++b) {
        if (end.bias) {
            const Vec bias = load(end.bias + b * kLanes);
            #pragma GCC unroll 32
            for (int p = 0; p < Pixels; ++p) sum[b][p] = add(sum[b][p], bias);
        }
        if (end.residual) {
            #pragma GCC unroll 32
            for (int p = 0; p < Pixels; ++p) sum[b][p] = add(sum[b][p], load(end.residual[b] + end.shift + p * kLanes));
        }
        store_finished(end.out[b] + end.shift, sum[b], end.epilogue);
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

/// The largest of 1, 2, 4, 8 below a tile of so many pixels.
constexpr int smaller_tile(int pixels) {
    int smaller = 1;
    while (2 * smaller < pixels) smaller *= 2;
    return smaller;
}

/// Calls make<Count>(pixel) for tiles of Pixels pixels, then for the last few with the least of smaller tiles that holds them: where pixels may be made twice, it moves left
/// to end with them.
template <int Pixels, bool MayRepeat, class Make>
inline void for_each_tile_and_rest(int pixels, const Make& make, int pixel = 0) {
    for (; pixel + Pixels <= pixels; pixel += Pixels) make.template operator()<Pixels>(pixel);
    if constexpr (Pixels > 1) {
        constexpr int kSmaller = smaller_tile(Pixels);
        if (MayRepeat && pixels - pixel > kSmaller && pixels >= Pixels) return make.template operator()<Pixels>(pixels - Pixels);
        if (pixel < pixels) for_each_tile_and_rest<kSmaller, MayRepeat>(pixels, make, pixel);
    }
}

/// Calls make<Count>(pixel) for tiles of Pixels pixels, and for as many of one less as let all come out even: 49 pixels are 4 tiles of 6 and 5 of 5. A tile of a single pixel
/// would read all weights for a sixth of the work. Too few pixels for that are tiles and a rest.
template <int Pixels, bool MayRepeat, class Make>
inline void for_each_pixel_tile(int pixels, const Make& make) {
    if constexpr (Pixels > 2) {
        const int narrow = (Pixels - pixels % Pixels) % Pixels, whole_end = pixels - narrow * (Pixels - 1);
        if (whole_end >= 0) {
            int pixel = 0;
            for (; pixel < whole_end; pixel += Pixels) make.template operator()<Pixels>(pixel);
            for (; pixel < pixels; pixel += Pixels - 1) make.template operator()<Pixels - 1>(pixel);
            return;
        }
    }
    for_each_tile_and_rest<Pixels, MayRepeat>(pixels, make);
}

}  // namespace
}  // namespace convbook::kernels
