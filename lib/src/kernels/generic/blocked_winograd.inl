// Winograd's minimal filtering F(2x2, 3x3) on the blocked layout: four outputs of a 3x3 convolution at stride 1 out of 16 products a channel, not 36. Both transforms around
// those products; the products themselves are 16 pointwise convolutions over tiles instead of pixels (blocked_pointwise.inl).
// Lavin and Gray 2016, arXiv:1509.09308: Y = A^T [(G g G^T) * (B^T d B)] A, where d is a window of 4x4 inputs and windows stand 2 apart.
//
// The ladder
//   1 naive          B^T d B as two products with matrices of -1, 0 and 1: 64 multiply-adds a channel and tile.
//   2 this: sums     each transform of four values is four additions: 32 a tile.
//   3 this: columns  two of a window's four columns are the window's before it: they are transformed once and stay in registers, 24 additions a tile.
// What bounds it: writing 16 vectors a tile in 16 places; the transforms of 64 channels cost a tenth of the products, of 256 a fortieth.
// Rounding: the largest coefficient is 1 and G's are halves, so small integers stay exact, and errors about double. Infinity is not kept: a window that holds one gives NaN.
#pragma once
#include "generic/blocked_epilogue.inl"

namespace convbook::kernels {
namespace {

/// B^T times a column of four values.
CONVBOOK_INLINE void transform_four(const Vec& a, const Vec& b, const Vec& c, const Vec& d, Vec (&to)[4]) {
    to[0] = sub(a, c);
    to[1] = add(b, c);
    to[2] = sub(c, b);
    to[3] = sub(b, d);
}

/// Column `column` of a window's four rows, transformed; zeros beside the image.
CONVBOOK_INLINE void window_column_transformed(const WinogradInput& job, const float* const* rows, int column, Vec (&to)[4]) {
    const bool is_inside = static_cast<unsigned>(column) < static_cast<unsigned>(job.width);
    Vec value[4];
    #pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) value[i] = load(is_inside ? rows[i] + static_cast<ptrdiff_t>(column) * kLanes : kZeroPixel);
    transform_four(value[0], value[1], value[2], value[3], to);
}

void winograd_input(const WinogradInput& job) {
    float* out = job.out;
    for (int y = 0; y < job.tile_rows; ++y) {
        const float* const* rows = job.rows + 2 * y;
        Vec column[4][4];
        window_column_transformed(job, rows, -job.pad_left, column[0]);
        window_column_transformed(job, rows, 1 - job.pad_left, column[1]);
        for (int x = 0; x < job.tile_columns; ++x, out += kLanes) {
            window_column_transformed(job, rows, 2 * x + 2 - job.pad_left, column[2]);
            window_column_transformed(job, rows, 2 * x + 3 - job.pad_left, column[3]);
            #pragma GCC unroll 4
            for (int i = 0; i < 4; ++i) {
                Vec row[4];
                transform_four(column[0][i], column[1][i], column[2][i], column[3][i], row);
                #pragma GCC unroll 4
                for (int j = 0; j < 4; ++j) store(out + (4 * i + j) * job.out_stride, row[j]);
                column[0][i] = column[2][i], column[1][i] = column[3][i];
            }
        }
    }
}

/// A^T times a column of four values.
CONVBOOK_INLINE void gather_four(const Vec& a, const Vec& b, const Vec& c, const Vec& d, Vec& first, Vec& second) {
    first = add(add(a, b), c);
    second = sub(sub(b, c), d);
}

void winograd_output(const WinogradOutput& job) {
    const Vec bias = job.bias ? load(job.bias) : zero();
    const float* in = job.in;
    for (int y = 0; y < job.out_rows; y += 2) {
        for (int x = 0; x < job.out_width; x += 2, in += kLanes) {
            // Rows of the 4x4 products first, then what is left of the columns
            Vec half[4][2];
            #pragma GCC unroll 4
            for (int i = 0; i < 4; ++i) {
                const float* row = in + 4 * i * job.in_stride;
                gather_four(load(row), load(row + job.in_stride), load(row + 2 * job.in_stride), load(row + 3 * job.in_stride), half[i][0], half[i][1]);
            }
            const int columns = x + 1 < job.out_width ? 2 : 1;
            for (int j = 0; j < columns; ++j) {
                Vec value[2];
                gather_four(half[0][j], half[1][j], half[2][j], half[3][j], value[0], value[1]);
                for (int i = y < job.first_row ? 1 : 0; i < 2 && y + i < job.out_rows; ++i) {
                    const ptrdiff_t at = (y + i) * job.out_stride + static_cast<ptrdiff_t>(x + j) * kLanes;
                    const Vec sum = add(value[i], bias);
                    store(job.out + at, finished(job.residual ? add(sum, load(job.residual + at)) : sum, job.epilogue));
                }
            }
        }
    }
}

}  // namespace
}  // namespace convbook::kernels
