// depthwise_conv2d and its two relatives (separable, global): shape rule, validation, dispatch. No pixel loops.
#include "convbook/grad.h"

#include "ops/checks.h"

namespace convbook {
namespace {

/// ConvParams with the groups that depthwise means, after checking that w is depthwise for this input.
ConvParams depthwise_params(const char* operation, const Shape& in, const Shape& w, const ConvParams& params) {
    ops::require_image(operation, in);
    CONVBOOK_REQUIRE(w.rank == 4 && w.c == 1 && w.n >= 1 && w.n % in.c == 0, operation,
                     ": one filter per input channel, or m of them (w = [mC,1,Kh,Kw]); in=", in, ", w=", w,
                     ". To change the channel count, follow with pointwise_conv2d.");
    ConvParams depthwise = params;
    depthwise.groups = in.c;
    return depthwise;
}

}  // namespace

Tensor depthwise_conv2d(TensorView in, TensorView w, TensorView bias, const ConvParams& params) {
    // Reject shapes the formula has no meaning for
    ops::require_image("depthwise_conv2d", in);
    CONVBOOK_REQUIRE(!w.is_absent(), "depthwise_conv2d: w is a tensor; got none. Pass the weights [mC,1,Kh,Kw].");
    const ConvParams depthwise = depthwise_params("depthwise_conv2d", in.shape, w.shape, params);
    Tensor out = Tensor::unset(ops::checked_conv_shape("depthwise_conv2d", in.shape, w.shape, depthwise));
    ops::require_per_channel("depthwise_conv2d", "bias", bias, w.shape.n);
    // Write the border out unless it is zeros, which the kernel adds itself
    const ops::PaddedInput padded = ops::pad_for_conv(in, w.shape, depthwise);
    const TensorView image = padded.view(in);
    // Run the fastest kernel this CPU supports
    kernels::active_kernels().depthwise_conv2d(image.data, w.data, bias.data, out.data(),
                                               ops::conv_dims(image.shape, w.shape, out.shape(), depthwise, padded.sides));
    return out;
}

Tensor depthwise_separable_conv2d(TensorView in, TensorView dw, TensorView dw_bias, TensorView pw, TensorView pw_bias, const ConvParams& params) {
    return pointwise_conv2d(depthwise_conv2d(in, dw, dw_bias, params), pw, pw_bias);
}

Tensor global_depthwise_conv2d(TensorView in, TensorView w, TensorView bias) {
    ops::require_image("global_depthwise_conv2d", in);
    CONVBOOK_REQUIRE(w.shape.rank == 4 && w.shape.h == in.shape.h && w.shape.w == in.shape.w,
                     "global_depthwise_conv2d: the kernel is as large as the image; in=", in.shape, ", w=", w.shape,
                     ". Use depthwise_conv2d for a window that slides.");
    return depthwise_conv2d(in, w, bias);
}

Tensor depthwise_conv2d_input_gradient(const Shape& in, TensorView w, TensorView grad, const ConvParams& params) {
    constexpr const char* kName = "depthwise_conv2d_input_gradient";
    return ops::conv_input_gradient(kName, &kernels::KernelTable::depthwise_conv2d_input_gradient, in, w, grad, depthwise_params(kName, in, w.shape, params));
}

Tensor depthwise_conv2d_weight_gradient(TensorView in, const Shape& w, TensorView grad, const ConvParams& params) {
    constexpr const char* kName = "depthwise_conv2d_weight_gradient";
    return ops::conv_weight_gradient(kName, &kernels::KernelTable::depthwise_conv2d_weight_gradient, in, w, grad, depthwise_params(kName, in.shape, w, params));
}

}  // namespace convbook
