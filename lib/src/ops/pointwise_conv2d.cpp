// pointwise_conv2d: shape rule, validation, dispatch. No pixel loops.
#include "convbook/grad.h"

#include <limits>

#include "ops/checks.h"

namespace convbook {
namespace {

/// The sizes that the kernels need, after checking that w is 1 x 1 and fits this input.
kernels::PointwiseDims checked_dims(const char* operation, const Shape& in, const Shape& w) {
    ops::require_image(operation, in);
    CONVBOOK_REQUIRE(w.rank == 4 && w.h == 1 && w.w == 1, operation, ": the kernel is 1 x 1, w = [Cout,C,1,1]; w=", w,
                     ". Use conv2d for a window that looks around.");
    CONVBOOK_REQUIRE(w.c == in.c, operation, ": every filter has one weight per input channel; in=", in, ", w=", w, ". Make w.c ", in.c,
                     "; for 1 x 1 filters in groups use conv2d.");
    const auto pixels = static_cast<std::int64_t>(in.h) * in.w;
    CONVBOOK_REQUIRE(pixels <= std::numeric_limits<int>::max(), operation, ": an image has at most 2147483647 pixels; in=", in, ". Split the image.");
    return {.n = in.n, .cin = in.c, .cout = w.n, .pixels = static_cast<int>(pixels)};
}

Shape output_shape(const Shape& in, const Shape& w) { return ops::like(in, in.n, w.n, in.h, in.w); }

}  // namespace

Tensor pointwise_conv2d(TensorView in, TensorView w, TensorView bias) {
    // Reject shapes the formula has no meaning for
    ops::require_image("pointwise_conv2d", in);
    const kernels::PointwiseDims dims = checked_dims("pointwise_conv2d", in.shape, w.shape);
    ops::require_tensor("pointwise_conv2d", "w", w);
    ops::require_per_channel("pointwise_conv2d", "bias", bias, w.shape.n);
    // Allocate the output
    Tensor out = Tensor::unset(output_shape(in.shape, w.shape));
    // Run the fastest kernel this CPU supports
    kernels::active_kernels().pointwise_conv2d(in.data, w.data, bias.data, out.data(), dims);
    return out;
}

Tensor pointwise_conv2d_input_gradient(const Shape& in, TensorView w, TensorView grad) {
    constexpr const char* kName = "pointwise_conv2d_input_gradient";
    const kernels::PointwiseDims dims = checked_dims(kName, in, w.shape);
    ops::require_tensor(kName, "w", w);
    ops::require_gradient(kName, grad, output_shape(in, w.shape));
    Tensor gin = Tensor::unset(in);
    kernels::active_kernels().pointwise_conv2d_input_gradient(grad.data, w.data, gin.data(), dims);
    return gin;
}

Tensor pointwise_conv2d_weight_gradient(TensorView in, const Shape& w, TensorView grad) {
    constexpr const char* kName = "pointwise_conv2d_weight_gradient";
    ops::require_image(kName, in);
    const kernels::PointwiseDims dims = checked_dims(kName, in.shape, w);
    ops::require_gradient(kName, grad, output_shape(in.shape, w));
    Tensor gw = Tensor::unset(w);
    kernels::active_kernels().pointwise_conv2d_weight_gradient(in.data, grad.data, gw.data(), dims);
    return gw;
}

}  // namespace convbook
