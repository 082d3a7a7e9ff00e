// conv_transpose2d: shape rule, validation, dispatch. No pixel loops.
#include "convbook/grad.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "kernels/reference/reference.h"
#include "ops/checks.h"

namespace convbook {
namespace {

constexpr const char* kName = "conv_transpose2d";

void require_params(const ConvTransposeParams& params) {
    ops::require_at_least(kName, "stride", params.stride, 1);
    ops::require_at_least(kName, "dilation", params.dilation, 1);
    ops::require_at_least(kName, "padding", params.padding, 0);
    ops::require_at_least(kName, "output_padding", params.output_padding, 0);
    const Pair limit(std::max(params.stride.h, params.dilation.h), std::max(params.stride.w, params.dilation.w));
    CONVBOOK_REQUIRE(params.output_padding.h < limit.h && params.output_padding.w < limit.w, kName,
                     ": output_padding is less than the larger of stride and dilation; output_padding=", params.output_padding,
                     ", stride=", params.stride, ", dilation=", params.dilation, ". It only chooses among the sizes that the stride rounds away.");
}

/// H' = (H-1)s - 2p + d(K-1) + output_padding + 1
int transposed_size(int size, int k, int stride, int padding, int dilation, int output_padding) {
    const std::int64_t result = std::int64_t{size - 1} * stride - 2 * std::int64_t{padding} + std::int64_t{dilation} * (k - 1) + output_padding + 1;
    CONVBOOK_REQUIRE(result >= 1 && result <= std::numeric_limits<int>::max(), kName,
                     ": (H-1)s - 2p + d(K-1) + output_padding + 1 is at least 1; H=", size, ", K=", k, ", s=", stride, ", p=", padding,
                     ", d=", dilation, " give ", result, ". Use less padding or a larger image.");
    return static_cast<int>(result);
}

/// `padding` is what is cut off the result here.
kernels::ConvDims transposed_dims(const Shape& in, const Shape& w, const Shape& out, const ConvTransposeParams& params) {
    return {.n = in.n, .cin = in.c, .h = in.h, .w = in.w,
            .cout = out.c, .kh = w.h, .kw = w.w,
            .oh = out.h, .ow = out.w,
            .stride_h = params.stride.h, .stride_w = params.stride.w, .pad_top = params.padding.h, .pad_left = params.padding.w,
            .dilation_h = params.dilation.h, .dilation_w = params.dilation.w,
            .groups = params.groups};
}

/// The convolution that looks through the stamps: from the result back to the input.
kernels::ConvDims looking_back(kernels::ConvDims d) {
    std::swap(d.cin, d.cout), std::swap(d.h, d.oh), std::swap(d.w, d.ow);
    return d;
}

}  // namespace

Shape conv_transpose_output_shape(const Shape& in, const Shape& w, const ConvTransposeParams& params) {
    ops::require_image(kName, in);
    require_params(params);
    CONVBOOK_REQUIRE(in.h >= 1 && in.w >= 1, kName, ": in has pixels to stamp; in=", in, ". Give it at least one row and column.");
    CONVBOOK_REQUIRE(w.rank == 4 && w.n == in.c && w.c >= 1 && w.h >= 1 && w.w >= 1, kName,
                     ": one stamp per input channel, w = [C, Cout/G, Kh, Kw]; in=", in, ", w=", w,
                     ". The first size of w is the INPUT channel count here, unlike in conv2d.");
    CONVBOOK_REQUIRE(params.groups >= 1 && in.c % params.groups == 0, kName, ": groups divides the input channels; groups=", params.groups,
                     ", in=", in, ". Choose a divisor of ", in.c, ".");
    const auto size = [&](int length, int k, int Pair::*side) {
        return transposed_size(length, k, params.stride.*side, params.padding.*side, params.dilation.*side, params.output_padding.*side);
    };
    const std::int64_t cout = std::int64_t{w.c} * params.groups;
    CONVBOOK_REQUIRE(cout <= std::numeric_limits<int>::max(), kName, ": G * w.c output channels; groups=", params.groups, ", w=", w,
                     " give too many. Use fewer.");
    return ops::like(in, in.n, static_cast<int>(cout), size(in.h, w.h, &Pair::h), size(in.w, w.w, &Pair::w));
}

Tensor conv_transpose2d(TensorView in, TensorView w, TensorView bias, const ConvTransposeParams& params) {
    // Reject shapes the formula has no meaning for
    ops::require_image(kName, in);
    CONVBOOK_REQUIRE(!w.is_absent(), kName, ": w is a tensor; got none. Pass the weights [C, Cout/G, Kh, Kw].");
    Tensor out(conv_transpose_output_shape(in.shape, w.shape, params));
    ops::require_per_channel(kName, "bias", bias, out.shape().c);
    // Stamp
    kernels::reference::conv_transpose2d(in.data, w.data, bias.data, out.data(), transposed_dims(in.shape, w.shape, out.shape(), params));
    return out;
}

Tensor conv_transpose2d_input_gradient(const Shape& in, TensorView w, TensorView grad, const ConvTransposeParams& params) {
    constexpr const char* kOperation = "conv_transpose2d_input_gradient";
    ops::require_tensor(kOperation, "w", w);
    ops::require_gradient(kOperation, grad, conv_transpose_output_shape(in, w.shape, params));
    Tensor gin(in);
    kernels::active_kernels().conv2d(grad.data, w.data, nullptr, gin.data(), looking_back(transposed_dims(in, w.shape, grad.shape, params)));
    return gin;
}

Tensor conv_transpose2d_weight_gradient(TensorView in, const Shape& w, TensorView grad, const ConvTransposeParams& params) {
    constexpr const char* kOperation = "conv_transpose2d_weight_gradient";
    ops::require_image(kOperation, in);
    ops::require_gradient(kOperation, grad, conv_transpose_output_shape(in.shape, w, params));
    Tensor gw(w);
    kernels::active_kernels().conv2d_weight_gradient(grad.data, in.data, gw.data(), looking_back(transposed_dims(in.shape, w, grad.shape, params)));
    return gw;
}

}  // namespace convbook
