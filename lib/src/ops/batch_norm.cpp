// batch_norm and batch_norm_train: validation, running averages, dispatch. No pixel loops.
#include "convbook/grad.h"

#include <cmath>
#include <cstdint>

#include "kernels/reference/reference.h"
#include "ops/checks.h"

namespace convbook {
namespace {

void require_statistics(const char* operation, const Shape& in, TensorView mean, TensorView var) {
    CONVBOOK_REQUIRE(!mean.is_absent() && !var.is_absent(), operation,
                     ": mean and variance of every channel are given; one is missing. Pass both, of shape [", in.c, "].");
    ops::require_per_channel(operation, "mean", mean, in.c);
    ops::require_per_channel(operation, "variance", var, in.c);
}

void require_eps(const char* operation, const BatchNormParams& params) {
    CONVBOOK_REQUIRE(params.eps >= 0.0f, operation, ": eps is at least 0, or the root has no meaning; eps=", params.eps, ". Use 1e-5.");
}

float value_or(TensorView of_channels, int c, float otherwise) { return of_channels.is_absent() ? otherwise : of_channels.data[c]; }

}  // namespace

Tensor batch_norm(TensorView in, TensorView mean, TensorView var, TensorView weight, TensorView bias, const BatchNormParams& params) {
    // Reject statistics that do not belong to these channels
    ops::require_image("batch_norm", in);
    require_statistics("batch_norm", in.shape, mean, var);
    require_eps("batch_norm", params);
    ops::require_per_channel("batch_norm", "weight", weight, in.shape.c);
    ops::require_per_channel("batch_norm", "bias", bias, in.shape.c);
    // Normalise, scale, shift
    Tensor out = Tensor::unset(in.shape);
    for (int c = 0; c < in.shape.c; ++c) kernels::reference::batch_norm(in, c, {mean.data[c], var.data[c]}, value_or(weight, c, 1.0f), value_or(bias, c, 0.0f), params.eps, out);
    return out;
}

BatchNormResult batch_norm_train(TensorView in, TensorView running_mean, TensorView running_var, TensorView weight, TensorView bias,
                                 const BatchNormParams& params) {
    // Reject batches without a variance
    ops::require_image("batch_norm_train", in);
    require_statistics("batch_norm_train", in.shape, running_mean, running_var);
    const std::size_t values = in.shape.count() / static_cast<std::size_t>(in.shape.c);
    CONVBOOK_REQUIRE(values > 1, "batch_norm_train: a variance needs more than one value per channel; in=", in.shape, " has ", values,
                     ". Use a larger batch or image, or batch_norm with the running statistics.");
    require_eps("batch_norm_train", params);
    ops::require_per_channel("batch_norm_train", "weight", weight, in.shape.c);
    ops::require_per_channel("batch_norm_train", "bias", bias, in.shape.c);
    // Normalise by this batch's own statistics, and move the running averages; the variance of a sample is unbiased when divided by one less than its size
    const auto unbiased = static_cast<float>(static_cast<double>(values) / static_cast<double>(values - 1));
    const auto moved = [&](float running, float batch) { return (1.0f - params.momentum) * running + params.momentum * batch; };
    BatchNormResult result{Tensor::unset(in.shape), Tensor(running_mean.shape), Tensor(running_var.shape), Tensor(running_mean.shape), Tensor(running_var.shape)};
    for (int c = 0; c < in.shape.c; ++c) {
        const auto batch = kernels::reference::channel_statistics(in, c);
        kernels::reference::batch_norm(in, c, batch, value_or(weight, c, 1.0f), value_or(bias, c, 0.0f), params.eps, result.out);
        result.batch_mean.data()[c] = batch.mean;
        result.batch_var.data()[c] = batch.var;
        result.running_mean.data()[c] = moved(running_mean.data[c], batch.mean);
        result.running_var.data()[c] = moved(running_var.data[c], batch.var * unbiased);
    }
    return result;
}

BatchNormGradients batch_norm_gradient(TensorView in, TensorView mean, TensorView var, TensorView weight, TensorView grad, const BatchNormParams& params) {
    constexpr const char* kName = "batch_norm_gradient";
    ops::require_image(kName, in);
    require_statistics(kName, in.shape, mean, var);
    require_eps(kName, params);
    ops::require_per_channel(kName, "weight", weight, in.shape.c);
    ops::require_gradient(kName, grad, in.shape);
    BatchNormGradients gradients{Tensor::unset(in.shape), Tensor(Shape::of({in.shape.c})), Tensor(Shape::of({in.shape.c}))};
    for (int c = 0; c < in.shape.c; ++c) {
        const auto sums = kernels::reference::batch_norm_sums(in, c, {mean.data[c], var.data[c]}, grad, params.eps);
        kernels::reference::batch_norm_input_gradient(c, var.data[c], value_or(weight, c, 1.0f), grad, params.eps, gradients.in);
        gradients.weight.data()[c] = sums.grad_normal;
        gradients.bias.data()[c] = sums.grad;
    }
    return gradients;
}

BatchNormGradients batch_norm_train_gradient(TensorView in, TensorView mean, TensorView var, TensorView weight, TensorView grad, const BatchNormParams& params) {
    constexpr const char* kName = "batch_norm_train_gradient";
    ops::require_image(kName, in);
    require_statistics(kName, in.shape, mean, var);
    require_eps(kName, params);
    ops::require_per_channel(kName, "weight", weight, in.shape.c);
    ops::require_gradient(kName, grad, in.shape);
    BatchNormGradients gradients{Tensor::unset(in.shape), Tensor(Shape::of({in.shape.c})), Tensor(Shape::of({in.shape.c}))};
    for (int c = 0; c < in.shape.c; ++c) {
        const kernels::reference::ChannelStatistics batch{mean.data[c], var.data[c]};
        const auto sums = kernels::reference::batch_norm_sums(in, c, batch, grad, params.eps);
        kernels::reference::batch_norm_train_input_gradient(in, c, batch, value_or(weight, c, 1.0f), grad, sums, params.eps, gradients.in);
        gradients.weight.data()[c] = sums.grad_normal;
        gradients.bias.data()[c] = sums.grad;
    }
    return gradients;
}

}  // namespace convbook
