// Batch normalisation as its formula: what the statistics of a channel are, and how they are applied.
// Leaves out the running averages (ops/batch_norm.cpp).
#include <cmath>

#include "kernels/reference/reference.h"

namespace convbook::kernels::reference {
namespace {

/// Sum of term(i) over the pixels of channel c in the whole batch, i their place in memory. In double: thousands of float additions would lose the last digits of
/// a mean; and in eight parts, so that no addition waits for the one before it.
template <class Term>
double channel_sum(const Shape& s, int c, const Term& term) {
    constexpr std::size_t kParts = 8;
    double parts[kParts] = {};
    const std::size_t pixels = static_cast<std::size_t>(s.h) * static_cast<std::size_t>(s.w);
    for (int n = 0; n < s.n; ++n) {
        const std::size_t begin = s.offset(n, c, 0, 0), whole = pixels / kParts * kParts;
        for (std::size_t i = begin; i < begin + whole; i += kParts)
        for (std::size_t part = 0; part < kParts; ++part) parts[part] += term(i + part);
        for (std::size_t i = begin + whole; i < begin + pixels; ++i) parts[0] += term(i);
    }
    double sum = 0.0;
    for (const double part : parts) sum += part;
    return sum;
}

/// Calls change(i) for every pixel of channel c of image n.
template <class Change>
void for_each_pixel(const Shape& s, int n, int c, const Change& change) {
    const std::size_t begin = s.offset(n, c, 0, 0), end = begin + static_cast<std::size_t>(s.h) * static_cast<std::size_t>(s.w);
    for (std::size_t i = begin; i < end; ++i) change(i);
}

}  // namespace

//   mean[c] = 1/m sum_n,y,x in[n,c,y,x],   var[c] = 1/m sum_n,y,x (in[n,c,y,x] - mean[c])^2,   m = N*H*W
ChannelStatistics channel_statistics(TensorView in) {
    const double m = static_cast<double>(in.shape.n) * in.shape.h * in.shape.w;
    ChannelStatistics of{Tensor(Shape::of({in.shape.c})), Tensor(Shape::of({in.shape.c}))};
    for (int c = 0; c < in.shape.c; ++c) {
        const double mean = channel_sum(in.shape, c, [&](std::size_t i) { return static_cast<double>(in.data[i]); }) / m;
        const auto square = [&](std::size_t i) { return (in.data[i] - mean) * (in.data[i] - mean); };
        of.mean.data()[c] = static_cast<float>(mean);
        of.var.data()[c] = static_cast<float>(channel_sum(in.shape, c, square) / m);
    }
    return of;
}

//   out[n,c,y,x] = (in[n,c,y,x] - mean[c]) / sqrt(var[c] + eps) * weight[c] + bias[c]
void batch_norm(TensorView in, TensorView mean, TensorView var, TensorView weight, TensorView bias, float eps, Tensor& out) {
    for (int n = 0; n < in.shape.n; ++n)
    for (int c = 0; c < in.shape.c; ++c) {
        const float scale = weight.is_absent() ? 1.0f : weight.data[c], shift = bias.is_absent() ? 0.0f : bias.data[c];
        const float deviation = std::sqrt(var.data[c] + eps), centre = mean.data[c];
        for_each_pixel(in.shape, n, c, [&, to = out.data()](std::size_t i) { to[i] = (in.data[i] - centre) / deviation * scale + shift; });
    }
}

//   grad_normal[c] = sum_n,y,x grad * (in - mean[c]) / sqrt(var[c] + eps),   grad[c] = sum_n,y,x grad
BatchNormSums batch_norm_sums(TensorView in, TensorView mean, TensorView var, TensorView grad, float eps) {
    BatchNormSums sums{Tensor(Shape::of({in.shape.c})), Tensor(Shape::of({in.shape.c}))};
    for (int c = 0; c < in.shape.c; ++c) {
        const double deviation = std::sqrt(static_cast<double>(var.data[c]) + eps), centre = mean.data[c];
        const double grad_from_centre = channel_sum(in.shape, c, [&](std::size_t i) { return grad.data[i] * (in.data[i] - centre); });
        sums.grad_normal.data()[c] = static_cast<float>(grad_from_centre / deviation);
        sums.grad.data()[c] = static_cast<float>(channel_sum(in.shape, c, [&](std::size_t i) { return static_cast<double>(grad.data[i]); }));
    }
    return sums;
}

//   gin[n,c,y,x] = grad[n,c,y,x] * weight[c] / sqrt(var[c] + eps)
void batch_norm_input_gradient(TensorView var, TensorView weight, TensorView grad, float eps, Tensor& gin) {
    for (int n = 0; n < grad.shape.n; ++n)
    for (int c = 0; c < grad.shape.c; ++c) {
        const float scale = (weight.is_absent() ? 1.0f : weight.data[c]) / std::sqrt(var.data[c] + eps);
        for_each_pixel(grad.shape, n, c, [&, to = gin.data()](std::size_t i) { to[i] = grad.data[i] * scale; });
    }
}

//   gin[n,c,y,x] = weight[c] / s * (grad[n,c,y,x] - 1/m sum grad - x^ * 1/m sum grad * x^),   x^ = (in - mean[c]) / s,   s = sqrt(var[c] + eps),   m = N*H*W
void batch_norm_train_input_gradient(TensorView in, const ChannelStatistics& batch, TensorView weight, TensorView grad, const BatchNormSums& sums, float eps, Tensor& gin) {
    const float m = static_cast<float>(in.shape.n) * static_cast<float>(in.shape.h) * static_cast<float>(in.shape.w);
    for (int n = 0; n < in.shape.n; ++n)
    for (int c = 0; c < in.shape.c; ++c) {
        const float deviation = std::sqrt(batch.var.data()[c] + eps), scale = (weight.is_absent() ? 1.0f : weight.data[c]) / deviation;
        const float mean = batch.mean.data()[c], mean_grad = sums.grad.data()[c] / m, mean_grad_normal = sums.grad_normal.data()[c] / m;
        for_each_pixel(in.shape, n, c, [&, to = gin.data()](std::size_t i) {
            const float normal = (in.data[i] - mean) / deviation;
            to[i] = scale * (grad.data[i] - mean_grad - normal * mean_grad_normal);
        });
    }
}

}  // namespace convbook::kernels::reference
