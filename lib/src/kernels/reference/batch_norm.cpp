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

}  // namespace convbook::kernels::reference
