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

void add_to(Tensor& out, int n, int c, Range rows, Range columns, float value) {
    for (int y = rows.first; y < rows.last; ++y)
    for (int x = columns.first; x < columns.last; ++x)
        out(n, c, y, x) += value;
}

/// The cells of a window that lie inside the image, and what their sum is divided by.
struct MeanWindow { Range rows, columns; float divisor; };

/// Of average pooling. divisor: cells of the window inside the padded image, or inside the image only, or the given number.
MeanWindow mean_window(int y, int x, const Shape& in, const PoolDims& d) {
    const auto area = [](Range r, Range c) { return static_cast<float>(static_cast<std::int64_t>(length(r)) * length(c)); };
    const int top = y * d.stride.h - d.pad_top, left = x * d.stride.w - d.pad_left;
    const Range rows{top, std::min(top + d.kernel.h, in.h + d.pad_bottom)}, columns{left, std::min(left + d.kernel.w, in.w + d.pad_right)};
    const Range seen_rows = clipped(rows, in.h), seen_columns = clipped(columns, in.w);
    if (d.divisor_override != 0) return {seen_rows, seen_columns, static_cast<float>(d.divisor_override)};
    return {seen_rows, seen_columns, d.count_include_pad ? area(rows, columns) : area(seen_rows, seen_columns)};
}

bool is_empty(const MeanWindow& window) { return length(window.rows) == 0 || length(window.columns) == 0; }

/// Of adaptive pooling: bin (y, x) of `bins`.
MeanWindow mean_bin(int y, int x, const Shape& in, const Shape& bins) {
    const auto bin = [](int i, std::int64_t size, std::int64_t count) {
        return Range{static_cast<int>(i * size / count), static_cast<int>(((i + 1) * size + count - 1) / count)};
    };
    const Range rows = bin(y, in.h, bins.h), columns = bin(x, in.w, bins.w);
    return {rows, columns, static_cast<float>(length(rows)) * static_cast<float>(length(columns))};
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

//   gin[n,c, cell that won] += grad[n,c,y,x]; of equal cells the first won
void max_pool2d_gradient(TensorView in, TensorView grad, Tensor& gin, const PoolDims& d) {
    const Shape& size = in.shape;
    const auto is_inside = [&](int y, int x) { return y >= 0 && y < size.h && x >= 0 && x < size.w; };
    const auto wins = [](float value, const float* best) { return !best || value > *best || std::isnan(value); };

    for (int n = 0; n < grad.shape.n; ++n)
    for (int c = 0; c < grad.shape.c; ++c)
    for (int y = 0; y < grad.shape.h; ++y)
    for (int x = 0; x < grad.shape.w; ++x) {
        const float* best = nullptr;
        for (int i = 0; i < d.kernel.h; ++i)
        for (int j = 0; j < d.kernel.w; ++j) {
            const int row = y * d.stride.h + i * d.dilation.h - d.pad_top, column = x * d.stride.w + j * d.dilation.w - d.pad_left;
            if (is_inside(row, column) && wins(in(n, c, row, column), best)) best = in.data + size.offset(n, c, row, column);
        }
        if (best) gin.data()[best - in.data] += grad(n, c, y, x);
    }
}

//   out[n,c,y,x] = sum_i,j in[n,c, y*s + i - p, x*s + j - p] / count
void avg_pool2d(TensorView in, Tensor& out, const PoolDims& d) {
    for (int n = 0; n < out.shape().n; ++n)
    for (int c = 0; c < out.shape().c; ++c)
    for (int y = 0; y < out.shape().h; ++y)
    for (int x = 0; x < out.shape().w; ++x) {
        const MeanWindow window = mean_window(y, x, in.shape, d);
        out(n, c, y, x) = is_empty(window) ? 0.0f : sum_over(in, n, c, window.rows, window.columns) / window.divisor;
    }
}

//   gin[n,c, y*s + i - p, x*s + j - p] += grad[n,c,y,x] / count
void avg_pool2d_gradient(TensorView grad, Tensor& gin, const PoolDims& d) {
    for (int n = 0; n < grad.shape.n; ++n)
    for (int c = 0; c < grad.shape.c; ++c)
    for (int y = 0; y < grad.shape.h; ++y)
    for (int x = 0; x < grad.shape.w; ++x) {
        const MeanWindow window = mean_window(y, x, gin.shape(), d);
        if (!is_empty(window)) add_to(gin, n, c, window.rows, window.columns, grad(n, c, y, x) / window.divisor);
    }
}

//   out[n,c,y,x] = mean of rows floor(y*H/H') .. ceil((y+1)*H/H')-1 and columns floor(x*W/W') .. ceil((x+1)*W/W')-1
void adaptive_avg_pool2d(TensorView in, Tensor& out) {
    for (int n = 0; n < out.shape().n; ++n)
    for (int c = 0; c < out.shape().c; ++c)
    for (int y = 0; y < out.shape().h; ++y)
    for (int x = 0; x < out.shape().w; ++x) {
        const MeanWindow bin = mean_bin(y, x, in.shape, out.shape());
        out(n, c, y, x) = sum_over(in, n, c, bin.rows, bin.columns) / bin.divisor;
    }
}

//   gin[n,c, every cell of bin (y, x)] += grad[n,c,y,x] / cells
void adaptive_avg_pool2d_gradient(TensorView grad, Tensor& gin) {
    for (int n = 0; n < grad.shape.n; ++n)
    for (int c = 0; c < grad.shape.c; ++c)
    for (int y = 0; y < grad.shape.h; ++y)
    for (int x = 0; x < grad.shape.w; ++x) {
        const MeanWindow bin = mean_bin(y, x, gin.shape(), grad.shape);
        add_to(gin, n, c, bin.rows, bin.columns, grad(n, c, y, x) / bin.divisor);
    }
}

}  // namespace convbook::kernels::reference
