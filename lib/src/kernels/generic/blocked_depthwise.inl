// Depthwise convolution on the blocked layout: a vector holds kLanes channels of one pixel, so a filter tap is one vector and every column aligned.
// 3x3 and 5x5 at stride 1 and 2 in register tiles, any other shape one output at a time. Leaves out rows above and below: the caller points them at zeros.
//
// The ladder
//   1 naive         9 pixel loads and 9 weight loads for 9 multiply-adds on one sum, each of which waits 4 cycles for the one before.
//   2 this: tile    kDepthwiseTileRows x Columns outputs: each input vector is loaded once for the whole tile. 2 x 7 on AVX-512: 4 rows of 9 pixels and
//                   18 weights, 54 loads for 126 multiply-adds; 14 sums hide the latency. Map widths are multiples of 7: 112, 56, 28, 14, 7.
//   3 this: phases  the vectors of an input row wait in registers while its weights stream past. At stride 2 the even columns go first, then the odd ones:
//                   half as many registers, so that 5x5 fits too.
//   4 this: threes  an odd number of rows ends in a tile of 3 where registers allow: one row alone has too few sums in flight.
// The last tile of a row moves left to end with it (it computes a few outputs twice). Columns outside the image are a vector of zeros: one multiply-add
// like any other, so that 0 * infinity is NaN as in the reference.
// What bounds it: the multiply-add pipes at stride 1, reading the input at stride 2 on large maps; on 7x7 the work around the edges.
// Measured (EPYC Zen 4, one thread, peak 118 GFLOP/s, warm buffers): 3x3 stride 1 82-91 % of the bound, stride 2 71-74 %, 5x5 82-95 %. Rung 4 took 5x5 on 7x7 from 79 % to
//                 94 %; relu instead of a clamp with two ends took 3x3 on 112x112 from 84 % to 91 %: on this CPU a minimum costs as much as a multiply-add.
#pragma once
#include "generic/blocked_epilogue.inl"

namespace convbook::kernels {
namespace {

/// Rows x Columns outputs from output row y and column x on; with Edge some input columns may lie outside the image.
template <int K, int Stride, int Rows, int Columns, bool Edge>
inline void depthwise_block_tile(const BlockedDepthwise& job, int y, int x) {
    Vec sum[Rows][Columns];
    const Vec bias = job.bias ? load(job.bias) : zero();
    #pragma GCC unroll 32
    for (int i = 0; i < Rows * Columns; ++i) sum[i / Columns][i % Columns] = bias;
    const int left = x * Stride - job.pad_left;
    #pragma GCC unroll 32
    for (int row = 0; row < (Rows - 1) * Stride + K; ++row) {
        const float* in = job.rows[y * Stride + row] + static_cast<ptrdiff_t>(left) * kLanes;
        #pragma GCC unroll 2
        for (int phase = 0; phase < Stride; ++phase) {
            // Load the columns of this phase, each once
            constexpr int kMost = Columns + (K - 1) / Stride;
            const int count = Columns + (K - 1 - phase) / Stride;
            Vec value[kMost];
            #pragma GCC unroll 32
            for (int t = 0; t < kMost; ++t) {
                if (t >= count) continue;
                const int column = phase + t * Stride;
                const bool is_inside = !Edge || static_cast<unsigned>(left + column) < static_cast<unsigned>(job.width);
                value[t] = load(is_inside ? in + column * kLanes : kZeroPixel);
            }
            // Add them to the output rows that see this row
            #pragma GCC unroll 8
            for (int r = 0; r < Rows; ++r) {
                const int i = row - r * Stride;
                if (i < 0 || i >= K) continue;
                #pragma GCC unroll 8
                for (int j = phase; j < K; j += Stride) {
                    const Vec weight = load(job.w + (i * K + j) * kLanes);
                    #pragma GCC unroll 32
                    for (int q = 0; q < Columns; ++q) sum[r][q] = fma(value[q + j / Stride], weight, sum[r][q]);
                }
            }
        }
    }
    #pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
        store_finished(job.out + (y + r) * job.out_stride + static_cast<ptrdiff_t>(x) * kLanes, sum[r], job.epilogue);
    }
}

/// Output rows y .. y+Rows-1.
template <int K, int Stride, int Rows, int Columns>
inline void depthwise_block_rows(const BlockedDepthwise& job, int y) {
    int x = 0;
    while (x < job.out_width) {
        if (job.out_width < Columns) {
            depthwise_block_tile<K, Stride, Rows, 1, true>(job, y, x++);
            continue;
        }
        const int at = x + Columns > job.out_width ? job.out_width - Columns : x, left = at * Stride - job.pad_left;
        const bool is_inside = left >= 0 && left + (Columns - 1) * Stride + K <= job.width;
        if (is_inside) depthwise_block_tile<K, Stride, Rows, Columns, false>(job, y, at);
        else depthwise_block_tile<K, Stride, Rows, Columns, true>(job, y, at);
        x = at + Columns;
    }
}

template <int K, int Stride>
void depthwise_block_square(const BlockedDepthwise& job) {
    constexpr int kColumns = K == 3 ? kDepthwiseColumns3 : kDepthwiseColumns5;
    constexpr bool kHasThreeRows = 3 * kColumns + kColumns + (K - 1) / Stride + 1 < kRegisters;
    int y = 0;
    for (; y + 2 <= job.out_rows && !(kHasThreeRows && y + 3 == job.out_rows); y += 2) depthwise_block_rows<K, Stride, 2, kColumns>(job, y);
    if constexpr (kHasThreeRows) {
        if (y + 3 == job.out_rows) return depthwise_block_rows<K, Stride, 3, kColumns>(job, y);
    }
    if (y < job.out_rows) depthwise_block_rows<K, Stride, 1, kColumns>(job, y);
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
    const bool is_square = job.kh == job.kw && job.stride_h == job.stride_w && job.dilation_h == 1 && job.dilation_w == 1;
    if (is_square && job.kh == 3 && job.stride_h == 1) return depthwise_block_square<3, 1>(job);
    if (is_square && job.kh == 3 && job.stride_h == 2) return depthwise_block_square<3, 2>(job);
    if (is_square && job.kh == 5 && job.stride_h == 1) return depthwise_block_square<5, 1>(job);
    if (is_square && job.kh == 5 && job.stride_h == 2) return depthwise_block_square<5, 2>(job);
    depthwise_block_general(job);
}

}  // namespace
}  // namespace convbook::kernels
