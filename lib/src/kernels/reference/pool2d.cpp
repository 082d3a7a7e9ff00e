// Pooling as its formula: the largest or the mean value of a window, each channel on its own.
// Leaves out how many windows there are (ops/pool2d.cpp).
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/reference/reference.h"

namespace convbook::kernels::reference {
namespace {

/// Rows or columns first..last-1 of the image.
struct Range { int first, last; };

Range clipped(Range window, int size) { return {std::max(window.first, 0), std::min(window.last, size)}; }
int length(Range r) { return std::max(r.last - r.first, 0); }

float sum_over(TensorView in, int n, int c, Range rows, Range columns) {
    float sum = 0.0f;
    for (int y = rows.first; y < rows.last; ++y)
    for (int x = columns.first; x < columns.last; ++x)
        sum += in(n, c, y, x);
    return sum;
}

}  // namespace

//   out[n,c,y,x] = max_i,j in[n,c, y*s + i*d - p, x*s + j*d - p]   over the cells inside the image; NaN wins
void max_pool2d(TensorView in, Tensor& out, const PoolDims& d) {
    const Shape& size = in.shape;
    const auto is_inside = [&](int y, int x) { return y >= 0 && y < size.h && x >= 0 && x < size.w; };
    const auto wins = [](float value, float best) { return value > best || std::isnan(value); };

    for (int n = 0; n < out.shape().n; ++n)
    for (int c = 0; c < out.shape().c; ++c)
    for (int y = 0; y < out.shape().h; ++y)
    for (int x = 0; x < out.shape().w; ++x) {
        float best = -std::numeric_limits<float>::infinity();
        for (int i = 0; i < d.kernel.h; ++i)
        for (int j = 0; j < d.kernel.w; ++j) {
            const int row = y * d.stride.h + i * d.dilation.h - d.pad_top, column = x * d.stride.w + j * d.dilation.w - d.pad_left;
            if (is_inside(row, column) && wins(in(n, c, row, column), best)) best = in(n, c, row, column);
        }
        out(n, c, y, x) = best;
    }
}

//   out[n,c,y,x] = sum_i,j in[n,c, y*s + i - p, x*s + j - p] / count
// count: cells of the window inside the padded image, or inside the image only, or the given divisor
void avg_pool2d(TensorView in, Tensor& out, const PoolDims& d) {
    const auto divisor = [&](Range rows, Range columns, Range seen_rows, Range seen_columns) {
        if (d.divisor_override != 0) return static_cast<float>(d.divisor_override);
        const auto area = [](Range r, Range c) { return static_cast<float>(static_cast<std::int64_t>(length(r)) * length(c)); };
        return d.count_include_pad ? area(rows, columns) : area(seen_rows, seen_columns);
    };

    for (int n = 0; n < out.shape().n; ++n)
    for (int c = 0; c < out.shape().c; ++c)
    for (int y = 0; y < out.shape().h; ++y)
    for (int x = 0; x < out.shape().w; ++x) {
        const int top = y * d.stride.h - d.pad_top, left = x * d.stride.w - d.pad_left;
        const Range rows{top, std::min(top + d.kernel.h, in.shape.h + d.pad_bottom)};
        const Range columns{left, std::min(left + d.kernel.w, in.shape.w + d.pad_right)};
        const Range seen_rows = clipped(rows, in.shape.h), seen_columns = clipped(columns, in.shape.w);
        const bool is_empty = length(seen_rows) == 0 || length(seen_columns) == 0;
        out(n, c, y, x) = is_empty ? 0.0f : sum_over(in, n, c, seen_rows, seen_columns) / divisor(rows, columns, seen_rows, seen_columns);
    }
}

//   out[n,c,y,x] = mean of rows floor(y*H/H') .. ceil((y+1)*H/H')-1 and columns floor(x*W/W') .. ceil((x+1)*W/W')-1
void adaptive_avg_pool2d(TensorView in, Tensor& out) {
    const auto bin = [](int i, std::int64_t size, std::int64_t bins) {
        return Range{static_cast<int>(i * size / bins), static_cast<int>(((i + 1) * size + bins - 1) / bins)};
    };

    for (int n = 0; n < out.shape().n; ++n)
    for (int c = 0; c < out.shape().c; ++c)
    for (int y = 0; y < out.shape().h; ++y)
    for (int x = 0; x < out.shape().w; ++x) {
        const Range rows = bin(y, in.shape.h, out.shape().h), columns = bin(x, in.shape.w, out.shape().w);
        out(n, c, y, x) = sum_over(in, n, c, rows, columns) / (static_cast<float>(length(rows)) * static_cast<float>(length(columns)));
    }
}

}  // namespace convbook::kernels::reference
