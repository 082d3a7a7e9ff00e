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

/// (1-m)*running + m*batch, value by value.
Tensor moved(TensorView running, TensorView batch, float momentum, float batch_factor) {
    Tensor out(running.shape);
    for (std::size_t c = 0; c < out.count(); ++c) out.data()[c] = (1.0f - momentum) * running.data[c] + momentum * (batch.data[c] * batch_factor);
    return out;
}

}  // namespace

Tensor batch_norm(TensorView in, TensorView mean, TensorView var, TensorView weight, TensorView bias, const BatchNormParams& params) {
    // Reject statistics that do not belong to these channels
    ops::require_image("batch_norm", in);
    require_statistics("batch_norm", in.shape, mean, var);
    require_eps("batch_norm", params);
    ops::require_per_channel("batch_norm", "weight", weight, in.shape.c);
    ops::require_per_channel("batch_norm", "bias", bias, in.shape.c);
    // Normalise, scale, shift
    Tensor out(in.shape);
    kernels::reference::batch_norm(in, mean, var, weight, bias, params.eps, out);
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
    // Normalise by this batch's own statistics
    const auto batch = kernels::reference::channel_statistics(in);
    Tensor out = batch_norm(in, batch.mean, batch.var, weight, bias, params);
    // Move the running averages; the variance of a sample is unbiased when divided by one less than its size
    const auto unbiased = static_cast<float>(static_cast<double>(values) / static_cast<double>(values - 1));
    return {std::move(out), moved(running_mean, batch.mean, params.momentum, 1.0f), moved(running_var, batch.var, params.momentum, unbiased)};
}

BatchNormGradients batch_norm_gradient(TensorView in, TensorView mean, TensorView var, TensorView weight, TensorView grad, const BatchNormParams& params) {
    constexpr const char* kName = "batch_norm_gradient";
    ops::require_image(kName, in);
    require_statistics(kName, in.shape, mean, var);
    require_eps(kName, params);
    ops::require_per_channel(kName, "weight", weight, in.shape.c);
    ops::require_gradient(kName, grad, in.shape);
    auto sums = kernels::reference::batch_norm_sums(in, mean, var, grad, params.eps);
    Tensor gin(in.shape);
    kernels::reference::batch_norm_input_gradient(var, weight, grad, params.eps, gin);
    return {std::move(gin), std::move(sums.grad_normal), std::move(sums.grad)};
}

BatchNormGradients batch_norm_train_gradient(TensorView in, TensorView weight, TensorView grad, const BatchNormParams& params) {
    constexpr const char* kName = "batch_norm_train_gradient";
    ops::require_image(kName, in);
    require_eps(kName, params);
    ops::require_per_channel(kName, "weight", weight, in.shape.c);
    ops::require_gradient(kName, grad, in.shape);
    const auto batch = kernels::reference::channel_statistics(in);
    auto sums = kernels::reference::batch_norm_sums(in, batch.mean, batch.var, grad, params.eps);
    Tensor gin(in.shape);
    kernels::reference::batch_norm_train_input_gradient(in, batch, weight, grad, sums, params.eps, gin);
    return {std::move(gin), std::move(sums.grad_normal), std::move(sums.grad)};
}

}  // namespace convbook
