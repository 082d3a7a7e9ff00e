// Softmax, its logarithm, and cross entropy as their formulas, the largest value subtracted first so that no exponential overflows.
// Leaves out which axis a framework's `dim` means (ops/softmax.cpp).
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "kernels/reference/reference.h"

namespace convbook::kernels::reference {
namespace {

/// The values along one axis through one position: `count` of them, `step` apart.
struct Line {
    std::size_t first, step;
    int count;
    std::size_t at(int k) const { return first + step * static_cast<std::size_t>(k); }
};

/// Calls `visit` for each line of the tensor along `axis`.
template <class Visit>
void for_each_line(const Shape& s, Axis axis, const Visit& visit) {
    const int index = static_cast<int>(axis);
    const int sizes[] = {s.n, s.c, s.h, s.w};
    const std::size_t steps[] = {s.offset(1, 0, 0, 0), s.offset(0, 1, 0, 0), s.offset(0, 0, 1, 0), 1};
    const auto starts = [&](int i) { return i == index ? 1 : sizes[i]; };
    if (s.count() == 0) return;

    for (int n = 0; n < starts(0); ++n)
    for (int c = 0; c < starts(1); ++c)
    for (int y = 0; y < starts(2); ++y)
    for (int x = 0; x < starts(3); ++x)
        visit(Line{s.offset(n, c, y, x), steps[index], sizes[index]});
}

float largest(TensorView in, const Line& line) {
    float best = -std::numeric_limits<float>::infinity();
    for (int k = 0; k < line.count; ++k) best = std::max(best, in.data[line.at(k)]);
    return best;
}

float exponential_sum(TensorView in, const Line& line, float shift) {
    float sum = 0.0f;
    for (int k = 0; k < line.count; ++k) sum += std::exp(in.data[line.at(k)] - shift);
    return sum;
}

}  // namespace

//   out[k] = e^(in[k] - max) / sum_j e^(in[j] - max)
void softmax(TensorView in, Tensor& out, Axis axis) {
    for_each_line(in.shape, axis, [&](const Line& line) {
        const float max = largest(in, line), sum = exponential_sum(in, line, max);
        for (int k = 0; k < line.count; ++k) out.data()[line.at(k)] = std::exp(in.data[line.at(k)] - max) / sum;
    });
}

//   out[k] = in[k] - max - log sum_j e^(in[j] - max)
void log_softmax(TensorView in, Tensor& out, Axis axis) {
    for_each_line(in.shape, axis, [&](const Line& line) {
        const float max = largest(in, line), log_sum = std::log(exponential_sum(in, line, max));
        for (int k = 0; k < line.count; ++k) out.data()[line.at(k)] = in.data[line.at(k)] - max - log_sum;
    });
}

//   -sum_k q[k] log p[k],   q[k] = e/K + (1-e)*[k = target]
float cross_entropy_row(TensorView log_probabilities, int row, int target, float label_smoothing) {
    const int classes = log_probabilities.shape.w;
    float sum = 0.0f;
    for (int k = 0; k < classes; ++k) {
        const float q = label_smoothing / static_cast<float>(classes) + (k == target ? 1.0f - label_smoothing : 0.0f);
        if (q != 0.0f) sum -= q * log_probabilities(0, 0, row, k);  // 0 * log 0 counts as 0
    }
    return sum;
}

//   gin[k] = out[k] * (grad[k] - sum_j grad[j] * out[j])
void softmax_gradient(TensorView out, TensorView grad, Tensor& gin, Axis axis) {
    for_each_line(out.shape, axis, [&](const Line& line) {
        float sum = 0.0f;
        for (int k = 0; k < line.count; ++k) sum += grad.data[line.at(k)] * out.data[line.at(k)];
        for (int k = 0; k < line.count; ++k) gin.data()[line.at(k)] = out.data[line.at(k)] * (grad.data[line.at(k)] - sum);
    });
}

//   gin[k] = grad[k] - e^out[k] * sum_j grad[j]
void log_softmax_gradient(TensorView out, TensorView grad, Tensor& gin, Axis axis) {
    for_each_line(out.shape, axis, [&](const Line& line) {
        float sum = 0.0f;
        for (int k = 0; k < line.count; ++k) sum += grad.data[line.at(k)];
        for (int k = 0; k < line.count; ++k) gin.data()[line.at(k)] = grad.data[line.at(k)] - std::exp(out.data[line.at(k)]) * sum;
    });
}

//   gin[k] = p[k] - q[k],   q[k] = e/K + (1-e)*[k = target]
void cross_entropy_row_gradient(TensorView probabilities, int row, int target, float label_smoothing, Tensor& gin) {
    const int classes = probabilities.shape.w;
    for (int k = 0; k < classes; ++k) {
        const float q = label_smoothing / static_cast<float>(classes) + (k == target ? 1.0f - label_smoothing : 0.0f);
        gin(0, 0, row, k) = probabilities(0, 0, row, k) - q;
    }
}

}  // namespace convbook::kernels::reference
