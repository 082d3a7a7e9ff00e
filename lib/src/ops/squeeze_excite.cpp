// squeeze_excite and scale_channels: shape rules, validation; the block is made of operations that exist already.
#include "kernels/reference/reference.h"
#include "ops/checks.h"

namespace convbook {

Tensor scale_channels(TensorView in, TensorView gate) {
    ops::require_image("scale_channels", in);
    const Shape needed = ops::like(in.shape, in.shape.n, in.shape.c, 1, 1);
    CONVBOOK_REQUIRE(gate.shape == needed && !gate.is_absent(), "scale_channels: one factor per image and channel; in=", in.shape,
                     ", gate=", gate.shape, ". The gate's shape is ", needed, ".");
    Tensor out(in.shape);
    kernels::reference::scale_channels(in, gate, out);
    return out;
}

Tensor squeeze_excite(TensorView in, const SqueezeExciteWeights& w, Gate gate) {
    ops::require_image("squeeze_excite", in);
    const Shape reduce = ops::matrix_shape("squeeze_excite", "reduce", w.reduce.shape),
                expand = ops::matrix_shape("squeeze_excite", "expand", w.expand.shape);
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
