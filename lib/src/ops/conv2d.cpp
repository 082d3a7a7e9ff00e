// conv2d: shape rule, validation, dispatch; also what the other convolutions share (conv_dims, padding). No pixel loops.
#include "convbook/grad.h"

#include <cmath>
#include <numeric>

#include "ops/checks.h"

namespace convbook {
namespace ops {

Shape checked_conv_shape(const char* operation, const Shape& in, const Shape& w, const ConvParams& params) {
    require_image(operation, in);
    CONVBOOK_REQUIRE(w.rank == 4 && w.n >= 1 && w.h >= 1 && w.w >= 1, operation, ": w is [Cout, C/G, Kh, Kw] with no empty side; w=", w,
                     ". Reshape the weights.");
    require_at_least(operation, "stride", params.stride, 1);
    require_at_least(operation, "dilation", params.dilation, 1);
    CONVBOOK_REQUIRE(params.groups >= 1, operation, ": there is at least one group; groups=", params.groups, ". Use 1 for an ordinary convolution.");
    CONVBOOK_REQUIRE(in.c % params.groups == 0 && w.n % params.groups == 0, operation, ": groups divides both channel counts; groups=", params.groups,
                     ", in=", in, ", w=", w, ". Choose a common divisor of ", in.c, " and ", w.n, ".");
    CONVBOOK_REQUIRE(w.c == in.c / params.groups, operation, ": each filter has C/G = ", in.c, "/", params.groups, " = ", in.c / params.groups,
                     " kernels; in=", in, ", w=", w, ". Make w.c ", in.c / params.groups, " or change groups.");
    const Padding p = resolve_padding(params.padding, {in.h, in.w}, {w.h, w.w}, params.stride, params.dilation);
    const int rows = output_size(in.h, w.h, params.stride.h, p.top, p.bottom, params.dilation.h);
    const int columns = output_size(in.w, w.w, params.stride.w, p.left, p.right, params.dilation.w);
    return like(in, in.n, w.n, rows, columns);
}

PaddedInput pad_for_conv(TensorView in, const Shape& w, const ConvParams& params) {
    const Padding sides = resolve_padding(params.padding, {in.shape.h, in.shape.w}, {w.h, w.w}, params.stride, params.dilation);
    if (params.mode == PaddingMode::zeros) return {Tensor(), sides};
    return {pad2d(in, sides, params.mode), Padding()};
}

kernels::ConvDims conv_dims(const Shape& in, const Shape& w, const Shape& out, const ConvParams& params, const Padding& sides) {
    return {.n = in.n, .cin = in.c, .h = in.h, .w = in.w,
            .cout = w.n, .kh = w.h, .kw = w.w,
            .oh = out.h, .ow = out.w,
            .stride_h = params.stride.h, .stride_w = params.stride.w, .pad_top = sides.top, .pad_left = sides.left,
            .dilation_h = params.dilation.h, .dilation_w = params.dilation.w,
            .groups = params.groups};
}

Tensor conv_input_gradient(const char* operation, GradientKernel kernel, const Shape& in, TensorView w, TensorView grad, const ConvParams& params) {
    require_tensor(operation, "w", w);
    require_gradient(operation, grad, checked_conv_shape(operation, in, w.shape, params));
    const Padding sides = resolve_padding(params.padding, {in.h, in.w}, {w.shape.h, w.shape.w}, params.stride, params.dilation);
    // A border that was written out is an image of its own size; what it received goes back to the cells that it copied
    const bool is_written = params.mode != PaddingMode::zeros;
    Tensor gin = Tensor::unset(is_written ? like(in, in.n, in.c, in.h + sides.top + sides.bottom, in.w + sides.left + sides.right) : in);
    (kernels::active_kernels().*kernel)(grad.data, w.data, gin.data(), conv_dims(gin.shape(), w.shape, grad.shape, params, is_written ? Padding() : sides));
    return is_written ? pad2d_gradient(in, sides, params.mode, gin) : std::move(gin);
}

Tensor conv_weight_gradient(const char* operation, GradientKernel kernel, TensorView in, const Shape& w, TensorView grad, const ConvParams& params) {
    require_image(operation, in);
    require_gradient(operation, grad, checked_conv_shape(operation, in.shape, w, params));
    const PaddedInput padded = pad_for_conv(in, w, params);
    const TensorView image = padded.view(in);
    Tensor gw = Tensor::unset(w);
    (kernels::active_kernels().*kernel)(image.data, grad.data, gw.data(), conv_dims(image.shape, w, grad.shape, params, padded.sides));
    return gw;
}

}  // namespace ops

Shape conv_output_shape(const Shape& in, const Shape& w, const ConvParams& params) { return ops::checked_conv_shape("conv2d", in, w, params); }

Tensor conv2d(TensorView in, TensorView w, TensorView bias, const ConvParams& params) {
    // Reject shapes the formula has no meaning for
    ops::require_image("conv2d", in);
    CONVBOOK_REQUIRE(!w.is_absent(), "conv2d: w is a tensor; got none. Pass the weights [Cout, C/G, Kh, Kw].");
    Tensor out = Tensor::unset(conv_output_shape(in.shape, w.shape, params));
    ops::require_per_channel("conv2d", "bias", bias, w.shape.n);
    // Write the border out unless it is zeros, which the kernel adds itself
    const ops::PaddedInput padded = ops::pad_for_conv(in, w.shape, params);
    const TensorView image = padded.view(in);
    // Run the fastest kernel this CPU supports
    kernels::active_kernels().conv2d(image.data, w.data, bias.data, out.data(),
                                     ops::conv_dims(image.shape, w.shape, out.shape(), params, padded.sides));
    return out;
}

float default_init_bound(const Shape& w) {
    const bool is_matrix = w.rank == 2;  // [O,I] of a linear layer: the fan-in is I
    const double fan_in = is_matrix ? w.w : static_cast<double>(w.c) * w.h * w.w;
    CONVBOOK_REQUIRE(fan_in >= 1, "default_init_bound: a filter has at least one weight; w=", w, ". Give every side at least 1.");
    return static_cast<float>(1.0 / std::sqrt(fan_in));
}

Tensor conv2d_input_gradient(const Shape& in, TensorView w, TensorView grad, const ConvParams& params) {
    return ops::conv_input_gradient("conv2d_input_gradient", &kernels::KernelTable::conv2d_input_gradient, in, w, grad, params);
}

Tensor conv2d_weight_gradient(TensorView in, const Shape& w, TensorView grad, const ConvParams& params) {
    return ops::conv_weight_gradient("conv2d_weight_gradient", &kernels::KernelTable::conv2d_weight_gradient, in, w, grad, params);
}

Tensor bias_gradient(TensorView grad) {
    ops::require_tensor("bias_gradient", "grad", grad);
    const Shape& s = grad.shape;
    const bool is_matrix = s.rank <= 2;  // rows of a linear layer: a channel is a column
    const int images = is_matrix ? s.h : s.n, channels = is_matrix ? s.w : s.c;
    const std::size_t pixels = is_matrix ? 1 : static_cast<std::size_t>(s.h) * s.w;
    Tensor gb(Shape::of({channels}));
    for (int c = 0; c < channels; ++c) {
        double sum = 0.0;  // as of batch norm: thousands of terms
        for (int n = 0; n < images; ++n) {
            const float* plane = grad.data + (static_cast<std::size_t>(n) * channels + c) * pixels;
            sum = std::accumulate(plane, plane + pixels, sum);
        }
        gb.data()[c] = static_cast<float>(sum);
    }
    return gb;
}

}  // namespace convbook
