// Batch normalisation as its formula: what the statistics of a channel are, and how they are applied.
// Leaves out the running averages (ops/batch_norm.cpp).
#include <cmath>

#include "kernels/reference/reference.h"

namespace convbook::kernels::reference {
namespace {

/// Sum over the batch and all pixels of channel c. In double: thousands of float additions would lose the last digits of a mean.
template <class Term>
double channel_sum(TensorView in, int c, const Term& term) {
    double sum = 0.0;
    for (int n = 0; n < in.shape.n; ++n)
    for (int y = 0; y < in.shape.h; ++y)
    for (int x = 0; x < in.shape.w; ++x)
        sum += term(in(n, c, y, x));
    return sum;
}

}  // namespace

//   mean[c] = 1/m sum_n,y,x in[n,c,y,x],   var[c] = 1/m sum_n,y,x (in[n,c,y,x] - mean[c])^2,   m = N*H*W
ChannelStatistics channel_statistics(TensorView in) {
    const double m = static_cast<double>(in.shape.n) * in.shape.h * in.shape.w;
    ChannelStatistics of{Tensor(Shape::of({in.shape.c})), Tensor(Shape::of({in.shape.c}))};
    for (int c = 0; c < in.shape.c; ++c) {
        const double mean = channel_sum(in, c, [](double x) { return x; }) / m;
        of.mean.data()[c] = static_cast<float>(mean);
        of.var.data()[c] = static_cast<float>(channel_sum(in, c, [&](double x) { return (x - mean) * (x - mean); }) / m);
    }
    return of;
}

//   out[n,c,y,x] = (in[n,c,y,x] - mean[c]) / sqrt(var[c] + eps) * weight[c] + bias[c]
void batch_norm(TensorView in, TensorView mean, TensorView var, TensorView weight, TensorView bias, float eps, Tensor& out) {
    for (int n = 0; n < in.shape.n; ++n)
    for (int c = 0; c < in.shape.c; ++c) {
        const float scale = weight.is_absent() ? 1.0f : weight.data[c], shift = bias.is_absent() ? 0.0f : bias.data[c];
        const float deviation = std::sqrt(var.data[c] + eps);
        for (int y = 0; y < in.shape.h; ++y)
        for (int x = 0; x < in.shape.w; ++x)
            out(n, c, y, x) = (in(n, c, y, x) - mean.data[c]) / deviation * scale + shift;
    }
}

//   grad_normal[c] = sum_n,y,x grad * (in - mean[c]) / sqrt(var[c] + eps),   grad[c] = sum_n,y,x grad
BatchNormSums batch_norm_sums(TensorView in, TensorView mean, TensorView var, TensorView grad, float eps) {
    BatchNormSums sums{Tensor(Shape::of({in.shape.c})), Tensor(Shape::of({in.shape.c}))};
    for (int c = 0; c < in.shape.c; ++c) {
        const double deviation = std::sqrt(static_cast<double>(var.data[c]) + eps);
        double grad_normal = 0.0, grad_sum = 0.0;
        for (int n = 0; n < in.shape.n; ++n)
        for (int y = 0; y < in.shape.h; ++y)
        for (int x = 0; x < in.shape.w; ++x) {
            const double g = grad(n, c, y, x);
            grad_sum += g;
            grad_normal += g * (static_cast<double>(in(n, c, y, x)) - mean.data[c]) / deviation;
        }
        sums.grad_normal.data()[c] = static_cast<float>(grad_normal);
        sums.grad.data()[c] = static_cast<float>(grad_sum);
    }
    return sums;
}

//   gin[n,c,y,x] = grad[n,c,y,x] * weight[c] / sqrt(var[c] + eps)
void batch_norm_input_gradient(TensorView var, TensorView weight, TensorView grad, float eps, Tensor& gin) {
    for (int n = 0; n < grad.shape.n; ++n)
    for (int c = 0; c < grad.shape.c; ++c) {
        const float scale = (weight.is_absent() ? 1.0f : weight.data[c]) / std::sqrt(var.data[c] + eps);
        for (int y = 0; y < grad.shape.h; ++y)
        for (int x = 0; x < grad.shape.w; ++x)
            gin(n, c, y, x) = grad(n, c, y, x) * scale;
    }
}

//   gin[n,c,y,x] = weight[c] / s * (grad[n,c,y,x] - 1/m sum grad - x^ * 1/m sum grad * x^),   x^ = (in - mean[c]) / s,   s = sqrt(var[c] + eps),   m = N*H*W
void batch_norm_train_input_gradient(TensorView in, const ChannelStatistics& batch, TensorView weight, TensorView grad, const BatchNormSums& sums, float eps, Tensor& gin) {
    const float m = static_cast<float>(in.shape.n) * static_cast<float>(in.shape.h) * static_cast<float>(in.shape.w);
    for (int n = 0; n < in.shape.n; ++n)
    for (int c = 0; c < in.shape.c; ++c) {
        const float deviation = std::sqrt(batch.var.data()[c] + eps), scale = (weight.is_absent() ? 1.0f : weight.data[c]) / deviation;
        const float mean = batch.mean.data()[c], mean_grad = sums.grad.data()[c] / m, mean_grad_normal = sums.grad_normal.data()[c] / m;
        for (int y = 0; y < in.shape.h; ++y)
        for (int x = 0; x < in.shape.w; ++x) {
            const float normal = (in(n, c, y, x) - mean) / deviation;
            gin(n, c, y, x) = scale * (grad(n, c, y, x) - mean_grad - normal * mean_grad_normal);
        }
    }
}

}  // namespace convbook::kernels::reference
