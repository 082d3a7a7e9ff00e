// Pooling as its formula: the largest or the mean value of a window, each channel on its own.
// Leaves out how many windows there are (ops/pool2d.cpp).
#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

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

/// One cell of the window, for every output of a row at once: output x reads place at + x * stride, for first <= x < last.
struct Tap {
    std::ptrdiff_t at;
    int first, last;
};

/// Calls use(tap) for the taps of output row y whose row lies inside the image, window row by window row.
template <class Use>
void for_each_tap(const Shape& in, int n, int c, int y, int outputs, const PoolDims& d, const Use& use) {
    for (int i = 0; i < d.kernel.h; ++i) {
        const int row = y * d.stride.h + i * d.dilation.h - d.pad_top;
        if (row < 0 || row >= in.h) continue;
        for (int j = 0; j < d.kernel.w; ++j) {
            const int left = j * d.dilation.w - d.pad_left;  // the column that output 0 reads
            const int first = left < 0 ? (-left + d.stride.w - 1) / d.stride.w : 0, last = left < in.w ? (in.w - left + d.stride.w - 1) / d.stride.w : 0;
            use(Tap{static_cast<std::ptrdiff_t>(in.offset(n, c, row, 0)) + left, first, std::min(last, outputs)});
        }
    }
}

/// One tap's cells against the best of each output so far; a negative winner: none yet. NaN wins.
void challenge(const float* in, const Tap& tap, int index, int stride, float* best, int* winner) {
    for (int x = tap.first; x < tap.last; ++x) {
        const float value = in[tap.at + x * stride];
        const bool wins = (winner[x] < 0) | (value > best[x]) | (value != value);  // no branches: the compiler takes several outputs at once
        best[x] = wins ? value : best[x];
        winner[x] = wins ? index : winner[x];
    }
}

}  // namespace

//   out[n,c,y,x] = max_i,j in[n,c, y*s + i*d - p, x*s + j*d - p]   over the cells inside the image; NaN wins
void max_pool2d(TensorView in, Tensor& out, const PoolDims& d) {
    const int width = out.shape().w;
    for (int n = 0; n < out.shape().n; ++n)
    for (int c = 0; c < out.shape().c; ++c)
    for (int y = 0; y < out.shape().h; ++y) {
        float* const best = out.data() + out.shape().offset(n, c, y, 0);
        std::fill_n(best, width, -std::numeric_limits<float>::infinity());
        for_each_tap(in.shape, n, c, y, width, d, [&](const Tap& tap) {
            for (int x = tap.first; x < tap.last; ++x) {
                const float value = in.data[tap.at + x * d.stride.w];
                best[x] = value > best[x] || value != value ? value : best[x];
            }
        });
    }
}

//   gin[n,c, cell that won] += grad[n,c,y,x]; of equal cells the first won
void max_pool2d_gradient(TensorView in, TensorView grad, Tensor& gin, const PoolDims& d) {
    const int width = grad.shape.w;
    constexpr int kNone = -1;
    std::vector<float> best(static_cast<std::size_t>(width));
    std::vector<int> winner(static_cast<std::size_t>(width));  // which of the row's taps
    std::vector<Tap> taps;
    for (int n = 0; n < grad.shape.n; ++n)
    for (int c = 0; c < grad.shape.c; ++c)
    for (int y = 0; y < grad.shape.h; ++y) {
        std::ranges::fill(winner, kNone);
        taps.clear();
        for_each_tap(in.shape, n, c, y, width, d, [&](const Tap& tap) {
            challenge(in.data, tap, static_cast<int>(taps.size()), d.stride.w, best.data(), winner.data());
            taps.push_back(tap);
        });
        const float* const row = grad.data + grad.shape.offset(n, c, y, 0);
        for (int x = 0; x < width; ++x) {
            const int tap = winner[static_cast<std::size_t>(x)];
            if (tap != kNone) gin.data()[taps[static_cast<std::size_t>(tap)].at + x * d.stride.w] += row[x];
        }
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
