// Batch normalisation as its formula: what the statistics of a channel are, and how they are applied.
// Leaves out the running averages (ops/batch_norm.cpp).
#include <cmath>
#include <numeric>

#include "kernels/reference/reference.h"

namespace convbook::kernels::reference {
namespace {

/// Sum of term(i) over the pixels of channel c in the whole batch, i their place in memory. Sixteen sums side by side, so that no addition waits for the one before it; after
/// sixteen additions each they go to doubles, because thousands of additions in float would lose the last digits of a mean.
template <class Term>
double channel_sum(const Shape& s, int c, const Term& term) {
    constexpr std::size_t kParts = 16, kMostAdditions = 16;
    float parts[kParts] = {};
    double sums[kParts] = {};
    std::size_t additions = 0;
    const auto move_on = [&] {
        for (std::size_t part = 0; part < kParts; ++part) sums[part] += parts[part], parts[part] = 0.0f;
        additions = 0;
    };
    const std::size_t pixels = static_cast<std::size_t>(s.h) * static_cast<std::size_t>(s.w), whole = pixels / kParts * kParts;
    for (int n = 0; n < s.n; ++n) {
        const std::size_t begin = s.offset(n, c, 0, 0);
        for (std::size_t i = begin; i < begin + whole; i += kParts) {
            for (std::size_t part = 0; part < kParts; ++part) parts[part] += term(i + part);
            if (++additions == kMostAdditions) move_on();
        }
        for (std::size_t part = 0; part < pixels - whole; ++part) parts[part] += term(begin + whole + part);
        if (++additions >= kMostAdditions) move_on();
    }
    move_on();
    return std::accumulate(sums, sums + kParts, 0.0);
}

/// Calls change(i) for every pixel of channel c in the whole batch.
template <class Change>
void for_each_pixel(const Shape& s, int c, const Change& change) {
    for (int n = 0; n < s.n; ++n) {
        const std::size_t begin = s.offset(n, c, 0, 0), end = begin + static_cast<std::size_t>(s.h) * static_cast<std::size_t>(s.w);
        for (std::size_t i = begin; i < end; ++i) change(i);
    }
}

}  // namespace

//   mean = 1/m sum_n,y,x in[n,c,y,x],   var = 1/m sum_n,y,x (in[n,c,y,x] - mean)^2,   m = N*H*W
ChannelStatistics channel_statistics(TensorView in, int c) {
    const double m = static_cast<double>(in.shape.n) * in.shape.h * in.shape.w;
    const auto mean = static_cast<float>(channel_sum(in.shape, c, [&](std::size_t i) { return in.data[i]; }) / m);
    const auto square = [&](std::size_t i) { return (in.data[i] - mean) * (in.data[i] - mean); };
    return {mean, static_cast<float>(channel_sum(in.shape, c, square) / m)};
}

//   out[n,c,y,x] = (in[n,c,y,x] - mean) / sqrt(var + eps) * weight + bias
void batch_norm(TensorView in, int c, ChannelStatistics of, float weight, float bias, float eps, Tensor& out) {
    const float deviation = std::sqrt(of.var + eps);
    for_each_pixel(in.shape, c, [&, to = out.data()](std::size_t i) { to[i] = (in.data[i] - of.mean) / deviation * weight + bias; });
}

//   grad_normal = sum_n,y,x grad * (in - mean) / sqrt(var + eps),   grad = sum_n,y,x grad
BatchNormSums batch_norm_sums(TensorView in, int c, ChannelStatistics of, TensorView grad, float eps) {
    const double grad_from_mean = channel_sum(in.shape, c, [&](std::size_t i) { return grad.data[i] * (in.data[i] - of.mean); });
    return {static_cast<float>(grad_from_mean / std::sqrt(static_cast<double>(of.var) + eps)), static_cast<float>(channel_sum(in.shape, c, [&](std::size_t i) { return grad.data[i]; }))};
}

//   gin[n,c,y,x] = grad[n,c,y,x] * weight / sqrt(var + eps)
void batch_norm_input_gradient(int c, float var, float weight, TensorView grad, float eps, Tensor& gin) {
    const float scale = weight / std::sqrt(var + eps);
    for_each_pixel(grad.shape, c, [&, to = gin.data()](std::size_t i) { to[i] = grad.data[i] * scale; });
}

//   gin[n,c,y,x] = weight / s * (grad[n,c,y,x] - 1/m sum grad - x^ * 1/m sum grad * x^),   x^ = (in - mean) / s,   s = sqrt(var + eps),   m = N*H*W
void batch_norm_train_input_gradient(TensorView in, int c, ChannelStatistics batch, float weight, TensorView grad, BatchNormSums sums, float eps, Tensor& gin) {
    const float m = static_cast<float>(in.shape.n) * static_cast<float>(in.shape.h) * static_cast<float>(in.shape.w);
    const float deviation = std::sqrt(batch.var + eps), scale = weight / deviation, mean_grad = sums.grad / m, mean_grad_normal = sums.grad_normal / m;
    for_each_pixel(in.shape, c, [&, to = gin.data()](std::size_t i) {
        const float normal = (in.data[i] - batch.mean) / deviation;
        to[i] = scale * (grad.data[i] - mean_grad - normal * mean_grad_normal);
    });
}

}  // namespace convbook::kernels::reference
