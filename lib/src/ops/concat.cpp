// concat and slice_channels: shape rules, validation, copying of whole channels.
#include "convbook/grad.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "ops/checks.h"

namespace convbook {
namespace {

std::size_t channel_size(const Shape& s) { return static_cast<std::size_t>(s.h) * s.w; }

}  // namespace

Tensor concat(std::span<const TensorView> inputs) {
    // Reject inputs that differ in more than their channels
    CONVBOOK_REQUIRE(!inputs.empty(), "concat: there is at least one input; got none. Pass the tensors to join.");
    const Shape& first = inputs.front().shape;
    std::int64_t channels = 0;
    for (const TensorView& in : inputs) {
        ops::require_image("concat", in);
        CONVBOOK_REQUIRE(in.shape.n == first.n && in.shape.h == first.h && in.shape.w == first.w, "concat: all inputs agree in N, H and W; ", first,
                         " and ", in.shape, ". Bring them to the same size first.");
        channels += in.shape.c;
    }
    CONVBOOK_REQUIRE(channels <= std::numeric_limits<int>::max(), "concat: at most 2147483647 channels in all; got ", channels, ". Join fewer.");
    Tensor out = Tensor::unset(ops::like(first, first.n, static_cast<int>(channels), first.h, first.w));
    // Copy image by image, input by input
    float* to = out.data();
    for (int n = 0; n < first.n; ++n)
        for (const TensorView& in : inputs) to = std::copy_n(in.data + in.shape.offset(n, 0, 0, 0), in.shape.c * channel_size(in.shape), to);
    return out;
}

Tensor slice_channels(TensorView in, int first, int count) {
    ops::require_image("slice_channels", in);
    CONVBOOK_REQUIRE(first >= 0 && count >= 1 && first <= in.shape.c - count, "slice_channels: the slice lies inside the channels; in=", in.shape,
                     ", first=", first, ", count=", count, ". Stay within 0..", in.shape.c - 1, ".");
    Tensor out = Tensor::unset(ops::like(in.shape, in.shape.n, count, in.shape.h, in.shape.w));
    for (int n = 0; n < in.shape.n; ++n)
        std::copy_n(in.data + in.shape.offset(n, first, 0, 0), count * channel_size(in.shape), out.data() + out.shape().offset(n, 0, 0, 0));
    return out;
}

std::vector<Tensor> concat_gradient(std::span<const Shape> inputs, TensorView grad) {
    ops::require_image("concat_gradient", grad, "grad");
    std::vector<Tensor> gradients;
    int first = 0;
    for (const Shape& in : inputs) {
        gradients.push_back(slice_channels(grad, first, in.c));
        first += in.c;
    }
    CONVBOOK_REQUIRE(first == grad.shape.c, "concat_gradient: grad has the channels of all inputs together, ", first, "; grad=", grad.shape, ". Pass the shapes that were joined.");
    return gradients;
}

Tensor slice_channels_gradient(const Shape& in, int first, TensorView grad) {
    ops::require_image("slice_channels_gradient", grad, "grad");
    const bool fits = grad.shape.n == in.n && grad.shape.h == in.h && grad.shape.w == in.w && first >= 0 && first <= in.c - grad.shape.c;
    CONVBOOK_REQUIRE(fits, "slice_channels_gradient: grad is a slice of the input's channels; in=", in, ", first=", first, ", grad=", grad.shape, ". Pass what slice_channels got.");
    Tensor gin(in);
    for (int n = 0; n < in.n; ++n)
        std::copy_n(grad.data + grad.shape.offset(n, 0, 0, 0), grad.shape.c * channel_size(in), gin.data() + in.offset(n, first, 0, 0));
    return gin;
}

}  // namespace convbook
