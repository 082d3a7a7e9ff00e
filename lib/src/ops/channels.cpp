// Operations on whole channels: shuffle, concat, slice, add, scale, squeeze-and-excitation. Shape rules, validation, dispatch.
#include <algorithm>

#include "kernels/reference/reference.h"
#include "ops/checks.h"

namespace convbook {
namespace {

void require_divides(const char* operation, int channels, int groups) {
    CONVBOOK_REQUIRE(groups >= 1 && channels % groups == 0, operation, ": groups divides the channel count; channels=", channels, ", groups=", groups,
                     ". Choose a divisor of ", channels, ".");
}

std::size_t channel_size(const Shape& s) { return static_cast<std::size_t>(s.h) * s.w; }

}  // namespace

Tensor channel_shuffle(TensorView in, int groups) {
    ops::require_image("channel_shuffle", in);
    require_divides("channel_shuffle", in.shape.c, groups);
    Tensor out(in.shape);
    kernels::reference::channel_shuffle(in, out, groups);
    return out;
}

std::vector<int> channel_shuffle_index(int channels, int groups) {
    CONVBOOK_REQUIRE(channels >= 1, "channel_shuffle_index: there is at least one channel; channels=", channels, ". Use 1 or more.");
    require_divides("channel_shuffle_index", channels, groups);
    std::vector<int> source(static_cast<std::size_t>(channels));
    for (int o = 0; o < channels; ++o) source[static_cast<std::size_t>(o)] = o % groups * (channels / groups) + o / groups;
    return source;
}

Tensor concat(std::span<const TensorView> inputs) {
    // Reject inputs that differ in more than their channels
    CONVBOOK_REQUIRE(!inputs.empty(), "concat: there is at least one input; got none. Pass the tensors to join.");
    const Shape& first = inputs.front().shape;
    std::int64_t channels = 0;
    for (const TensorView& in : inputs) {
        ops::require_image("concat", in);
        CONVBOOK_REQUIRE(in.shape.n == first.n && in.shape.h == first.h && in.shape.w == first.w, "concat: all inputs agree in N, H and W; ", first, " and ", in.shape,
                         ". Bring them to the same size first.");
        channels += in.shape.c;
    }
    Tensor out(ops::like(first, first.n, static_cast<int>(channels), first.h, first.w));
    // Copy image by image, input by input
    float* to = out.data();
    for (int n = 0; n < first.n; ++n)
        for (const TensorView& in : inputs) to = std::copy_n(in.data + in.shape.offset(n, 0, 0, 0), in.shape.c * channel_size(in.shape), to);
    return out;
}

Tensor slice_channels(TensorView in, int first, int count) {
    ops::require_image("slice_channels", in);
    CONVBOOK_REQUIRE(first >= 0 && count >= 1 && first <= in.shape.c - count, "slice_channels: the slice lies inside the channels; in=", in.shape, ", first=", first,
                     ", count=", count, ". Stay within 0..", in.shape.c - 1, ".");
    Tensor out(ops::like(in.shape, in.shape.n, count, in.shape.h, in.shape.w));
    for (int n = 0; n < in.shape.n; ++n)
        std::copy_n(in.data + in.shape.offset(n, first, 0, 0), count * channel_size(in.shape), out.data() + out.shape().offset(n, 0, 0, 0));
    return out;
}

Tensor add(TensorView a, TensorView b) {
    CONVBOOK_REQUIRE(a.shape == b.shape && !a.is_absent() && !b.is_absent(), "add: both tensors have the same shape; a=", a.shape, ", b=", b.shape,
                     ". A shortcut exists only where stride is 1 and the channel counts are equal.");
    Tensor out(a.shape);
    std::transform(a.values().begin(), a.values().end(), b.data, out.data(), [](float p, float q) { return p + q; });
    return out;
}

Tensor scale_channels(TensorView in, TensorView gate) {
    ops::require_image("scale_channels", in);
    const Shape needed = ops::like(in.shape, in.shape.n, in.shape.c, 1, 1);
    CONVBOOK_REQUIRE(gate.shape == needed && !gate.is_absent(), "scale_channels: one factor per image and channel; in=", in.shape, ", gate=", gate.shape,
                     ". The gate's shape is ", needed, ".");
    Tensor out(in.shape);
    kernels::reference::scale_channels(in, gate, out);
    return out;
}

Tensor squeeze_excite(TensorView in, const SqueezeExciteWeights& w, Gate gate) {
    ops::require_image("squeeze_excite", in);
    const Shape reduce = ops::matrix_shape("squeeze_excite", "reduce", w.reduce.shape), expand = ops::matrix_shape("squeeze_excite", "expand", w.expand.shape);
    CONVBOOK_REQUIRE(reduce.w == in.shape.c && expand.h == in.shape.c && expand.w == reduce.h,
                     "squeeze_excite: reduce is [mid,C] and expand is [C,mid]; in=", in.shape, ", reduce=", reduce, ", expand=", expand,
                     ". Match both to the ", in.shape.c, " channels.");
    // Squeeze: one number per channel; excite: two small layers; scale
    const Tensor squeezed = global_avg_pool(in);
    const Tensor excited = linear(relu(linear(squeezed, w.reduce, w.reduce_bias)), w.expand, w.expand_bias);
    const Tensor factor = gate == Gate::sigmoid ? sigmoid(excited) : hardsigmoid(excited);
    return scale_channels(in, factor.reshaped(squeezed.shape()));
}

}  // namespace convbook
