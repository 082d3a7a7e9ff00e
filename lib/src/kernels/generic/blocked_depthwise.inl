// Depthwise convolution on the blocked layout: a vector holds kLanes channels of one pixel, so a filter tap is one vector and every column aligned.
// 3x3 and 5x5 at stride 1 and 2 in register tiles, any other shape one output at a time. Leaves out rows above and below: the caller points them at zeros.
//
// The ladder
//   1 naive         9 pixel loads and 9 weight loads for 9 multiply-adds on one sum, each of which waits 4 cycles for the one before.
//   2 this: tile    kDepthwiseTileRows x Columns outputs: each input vector is loaded once for the whole tile. 2 x 7 on AVX-512: 4 rows of 9 pixels and
//                   18 weights, 54 loads for 126 multiply-adds; 14 sums hide the latency. Map widths are multiples of 7: 112, 56, 28, 14, 7.
//                   With 16 registers (AVX2) 3 x 4: sums and weights fill them, so each vector is loaded anew for every tap (add_row_reloaded).
//   3 this: phases  the vectors of an input row wait in registers while its weights stream past. At stride 2 the even columns go first, then the odd ones:
//                   half as many registers, so that 5x5 fits too.
//   4 this: threes  an odd number of rows ends in a tile of 3 where registers allow: one row alone has too few sums in flight.
// The last tile of a row moves left to end with it (it computes a few outputs twice). Columns outside the image are a vector of zeros: one multiply-add
// like any other, so that 0 * infinity is NaN as in the reference.
// What bounds it: the multiply-add pipes at stride 1, reading the input at stride 2 on large maps; on 7x7 the work around the edges.
// Measured (EPYC Zen 4, one thread, peak 118 GFLOP/s, warm buffers): 3x3 stride 1 82-91 % of the bound, stride 2 71-74 %, 5x5 82-95 %. Rung 4 took 5x5 on 7x7 from 79 % to
//                 94 %; relu instead of a clamp with two ends took 3x3 on 112x112 from 84 % to 91 %: on this CPU a minimum costs as much as a multiply-add.
//                 EPYC Zen 5 (peak 236, rows in the first-level cache): 3x3 stride 1 91-96 %; columns held in registers, where the compiler had loaded each again for every
//                 weight, took stride 2 from 69 % to 79 %.
//                 EPYC Zen 3 (AVX2, peak 103): stride 1 about 60 %, stride 2 about 45 %, 5x5 70-80 %. Xeon with AVX-512 (217): 55-62 %, 5x5 70 %; what is larger than its
//                 second-level cache runs at the 30 GB/s of its third.
#pragma once
#include "generic/blocked_epilogue.inl"

namespace convbook::kernels {
namespace {

/// What a tile reads: rows of pixels, and how many columns of the image lie to the left of it.
struct DepthwisePatch {
    const float* const* rows;
    int left, width;
};

/// The input vector in column `column` of a tile's window. With Edge the K/2 outermost columns of the window may lie outside the image.
template <int K, int Width, bool Edge>
inline Vec window_column(const float* in, const DepthwisePatch& patch, int column) {
    const bool may_be_outside = Edge && (column < K / 2 || column >= Width - K / 2);
    const bool is_inside = !may_be_outside || static_cast<unsigned>(patch.left + column) < static_cast<unsigned>(patch.width);
    return load(is_inside ? in + column * kLanes : kZeroPixel);
}

/// Adds one input row to the output rows that see it, with the row's vectors held in registers while the weights stream past.
template <int K, int Stride, bool Edge, int Rows, int Columns>
CONVBOOK_INLINE void add_row_held(Vec (&sum)[Rows][Columns], const DepthwisePatch& patch, int row, const float* w) {
    constexpr int kWidth = (Columns - 1) * Stride + K;
    const float* in = patch.rows[row] + static_cast<ptrdiff_t>(patch.left) * kLanes;
    #pragma GCC unroll 2
    for (int phase = 0; phase < Stride; ++phase) {
        // Load the columns of this phase, each once
        constexpr int kMost = Columns + (K - 1) / Stride;
        const int count = Columns + (K - 1 - phase) / Stride;
        Vec value[kMost];
        #pragma GCC unroll 32
        for (int t = 0; t < kMost; ++t) {
            if (t < count) value[t] = window_column<K, kWidth, Edge>(in, patch, phase + t * Stride);
            if (K == 3 && t < count) hold(value[t]);  // of 5 x 5 the weights need the registers
        }
        // Add them to the output rows
        #pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r) {
            const int i = row - r * Stride;
            if (i < 0 || i >= K) continue;
            #pragma GCC unroll 8
            for (int j = phase; j < K; j += Stride) {
                const Vec weight = load(w + (i * K + j) * kLanes);
                #pragma GCC unroll 32
                for (int q = 0; q < Columns; ++q) sum[r][q] = fma(value[q + j / Stride], weight, sum[r][q]);
            }
        }
    }
}

/// The same with one weight a row of outputs held, and every vector loaded anew for each tap: two or three registers beside the sums.
template <int K, int Stride, bool Edge, int Rows, int Columns>
CONVBOOK_INLINE void add_row_reloaded(Vec (&sum)[Rows][Columns], const DepthwisePatch& patch, int row, const float* w) {
    constexpr int kWidth = (Columns - 1) * Stride + K;
    const float* in = patch.rows[row] + static_cast<ptrdiff_t>(patch.left) * kLanes;
    #pragma GCC unroll 8
    for (int j = 0; j < K; ++j) {
        forget_loads();
        Vec weight[Rows];
        #pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r) {
            const int i = row - r * Stride;
            if (i >= 0 && i < K) weight[r] = load(w + (i * K + j) * kLanes);
        }
        #pragma GCC unroll 32
        for (int q = 0; q < Columns; ++q) {
            const Vec value = window_column<K, kWidth, Edge>(in, patch, q * Stride + j);
            #pragma GCC unroll 8
            for (int r = 0; r < Rows; ++r) {
                const int i = row - r * Stride;
                if (i >= 0 && i < K) sum[r][q] = fma(value, weight[r], sum[r][q]);
            }
            #pragma GCC unroll 8
            for (int r = 0; r < Rows; ++r) compute_here(sum[r][q]);
        }
    }
}

/// Rows x Columns outputs from output row y and column x on; with Edge some input columns may lie outside the image.
template <int K, int Stride, int Rows, int Columns, bool Edge>
CONVBOOK_INLINE void depthwise_block_tile(const BlockedDepthwise& job, int y, int x) {
    Vec sum[Rows][Columns];
    const Vec bias = job.bias ? load(job.bias) : zero();
    #pragma GCC unroll 32
    for (int i = 0; i < Rows * Columns; ++i) sum[i / Columns][i % Columns] = bias;
    const DepthwisePatch patch{job.rows + y * Stride, x * Stride - job.pad_left, job.width};
    const float* const w = job.w;
    #pragma GCC unroll 32
    for (int row = 0; row < (Rows - 1) * Stride + K; ++row) {
        if constexpr (kDepthwiseReloads) add_row_reloaded<K, Stride, Edge>(sum, patch, row, w);
        else add_row_held<K, Stride, Edge>(sum, patch, row, w);
    }
    #pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
        store_finished(job.out + (y + r) * job.out_stride + static_cast<ptrdiff_t>(x) * kLanes, sum[r], job.epilogue);
    }
}

/// One tile from column x on; asks whether it touches the image's border.
template <int K, int Stride, int Rows, int Columns>
CONVBOOK_INLINE void depthwise_block_columns(const BlockedDepthwise& job, int y, int x) {
    const int left = x * Stride - job.pad_left;
    const bool is_inside = left >= 0 && left + (Columns - 1) * Stride + K <= job.width;
    if (is_inside) depthwise_block_tile<K, Stride, Rows, Columns, false>(job, y, x);
    else depthwise_block_tile<K, Stride, Rows, Columns, true>(job, y, x);
}

/// Output rows y .. y+Rows-1: whole tiles, then as many of one column less as make the row come out even (14 = 4 + 4 + 3 + 3), so that nothing is computed twice.
template <int K, int Stride, int Rows, int Columns>
void depthwise_block_rows(const BlockedDepthwise& job, int y) {
    const int narrow = (Columns - job.out_width % Columns) % Columns, whole_columns = job.out_width - narrow * (Columns - 1);
    int x = 0;
    for (; x + Columns <= whole_columns; x += Columns) depthwise_block_columns<K, Stride, Rows, Columns>(job, y, x);
    if (whole_columns >= 0) {
        for (; x < job.out_width; x += Columns - 1) depthwise_block_columns<K, Stride, Rows, Columns - 1>(job, y, x);
    } else {
        for (; x < job.out_width; ++x) depthwise_block_columns<K, Stride, Rows, 1>(job, y, x);
    }
}

/// Tiles of kDepthwiseTileRows rows; what is left in tiles of fewer, none of one row alone if that can be: it has too few sums in flight.
template <int K, int Stride>
void depthwise_block_square(const BlockedDepthwise& job) {
    constexpr int kColumns = K == 3 ? kDepthwiseColumns3 : kDepthwiseColumns5;
    int y = 0, rest = job.out_rows;
    if constexpr (kDepthwiseTileRows == 3) {
        for (; rest >= 3 && rest != 4; y += 3, rest -= 3) depthwise_block_rows<K, Stride, 3, kColumns>(job, y);
        for (; rest >= 2; y += 2, rest -= 2) depthwise_block_rows<K, Stride, 2, kColumns>(job, y);
    } else {
        for (; rest >= 2 && rest != 3; y += 2, rest -= 2) depthwise_block_rows<K, Stride, 2, kColumns>(job, y);
        if (rest == 3) return depthwise_block_rows<K, Stride, 3, kColumns>(job, y);
    }
    if (rest == 1) depthwise_block_rows<K, Stride, 1, kColumns>(job, y);
}

/// Does the window overhang the image by at most K/2 columns on either side? What hangs further is no case for the tiles.
inline bool has_narrow_edges(const BlockedDepthwise& job) {
    const int right = (job.out_width - 1) * job.stride_w - job.pad_left + job.kw;
    return job.pad_left <= job.kw / 2 && right <= job.width + job.kw / 2;
}

/// Any kernel, stride and dilation, one output at a time (rung 1).
void depthwise_block_general(const BlockedDepthwise& job) {
    for (int y = 0; y < job.out_rows; ++y) {
        for (int x = 0; x < job.out_width; ++x) {
            Vec sum = job.bias ? load(job.bias) : zero();
            for (int i = 0; i < job.kh; ++i) {
                const float* row = job.rows[y * job.stride_h + i * job.dilation_h];
                for (int j = 0; j < job.kw; ++j) {
                    const int column = x * job.stride_w + j * job.dilation_w - job.pad_left;
                    const bool is_inside = column >= 0 && column < job.width;
                    sum = fma(load(is_inside ? row + static_cast<ptrdiff_t>(column) * kLanes : kZeroPixel), load(job.w + (i * job.kw + j) * kLanes), sum);
                }
            }
            store(job.out + y * job.out_stride + static_cast<ptrdiff_t>(x) * kLanes, finished(sum, job.epilogue));
        }
    }
}

void blocked_depthwise(const BlockedDepthwise& job) {
    const bool is_square = job.kh == job.kw && job.stride_h == job.stride_w && job.dilation_h == 1 && job.dilation_w == 1 && has_narrow_edges(job);
    if (is_square && job.kh == 3 && job.stride_h == 1) return depthwise_block_square<3, 1>(job);
    if (is_square && job.kh == 3 && job.stride_h == 2) return depthwise_block_square<3, 2>(job);
    if (is_square && job.kh == 5 && job.stride_h == 1) return depthwise_block_square<5, 1>(job);
    if (is_square && job.kh == 5 && job.stride_h == 2) return depthwise_block_square<5, 2>(job);
    depthwise_block_general(job);
}

}  // namespace
}  // namespace convbook::kernels
