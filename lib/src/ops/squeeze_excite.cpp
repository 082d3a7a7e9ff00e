// squeeze_excite and scale_channels: shape rules, validation; the block is made of operations that exist already.
#include "convbook/grad.h"

#include "kernels/reference/reference.h"
#include "ops/checks.h"

namespace convbook {
namespace {

Activation activation_of(Gate gate) { return gate == Gate::sigmoid ? Activation::sigmoid : Activation::hardsigmoid; }

}  // namespace

Tensor scale_channels(TensorView in, TensorView gate) {
    ops::require_image("scale_channels", in);
    const Shape needed = ops::like(in.shape, in.shape.n, in.shape.c, 1, 1);
    CONVBOOK_REQUIRE(gate.shape == needed && !gate.is_absent(), "scale_channels: one factor per image and channel; in=", in.shape,
                     ", gate=", gate.shape, ". The gate's shape is ", needed, ".");
    Tensor out = Tensor::unset(in.shape);
    kernels::reference::scale_channels(in, gate, out);
    return out;
}

ScaleChannelsGradients scale_channels_gradient(TensorView in, TensorView gate, TensorView grad) {
    ops::require_image("scale_channels_gradient", in);
    ops::require_gradient("scale_channels_gradient", grad, in.shape);
    ops::require_gradient("scale_channels_gradient (gate)", gate, ops::like(in.shape, in.shape.n, in.shape.c, 1, 1));
    ScaleChannelsGradients gradients{Tensor(in.shape), Tensor(gate.shape)};
    kernels::reference::scale_channels_gradient(in, gate, grad, gradients.in, gradients.gate);
    return gradients;
}

namespace {

/// Every value on the way from the image to its gates.
struct Excitation { Tensor squeezed, reduced, hidden, excited, gate; };

Excitation excite(TensorView in, const SqueezeExciteWeights& w, Gate gate) {
    ops::require_image("squeeze_excite", in);
    const Shape reduce = ops::matrix_shape("squeeze_excite", "reduce", w.reduce.shape),
                expand = ops::matrix_shape("squeeze_excite", "expand", w.expand.shape);
    CONVBOOK_REQUIRE(reduce.w == in.shape.c && expand.h == in.shape.c && expand.w == reduce.h,
                     "squeeze_excite: reduce is [mid,C] and expand is [C,mid]; in=", in.shape, ", reduce=", reduce, ", expand=", expand,
                     ". Match both to the ", in.shape.c, " channels.");
    // Squeeze: one number per channel; excite: two small layers
    Excitation e;
    e.squeezed = global_avg_pool(in);
    e.reduced = linear(e.squeezed, w.reduce, w.reduce_bias);
    e.hidden = relu(e.reduced);
    e.excited = linear(e.hidden, w.expand, w.expand_bias);
    e.gate = activate(e.excited, activation_of(gate)).reshaped(e.squeezed.shape());
    return e;
}

}  // namespace

Tensor squeeze_excite(TensorView in, const SqueezeExciteWeights& w, Gate gate) { return scale_channels(in, excite(in, w, gate).gate); }

SqueezeExciteGradients squeeze_excite_gradient(TensorView in, const SqueezeExciteWeights& w, TensorView grad, Gate gate) {
    const Excitation e = excite(in, w, gate);
    const auto bias_gradient_of = [](TensorView bias, const Tensor& of) { return bias.is_absent() ? Tensor() : bias_gradient(of); };
    // Back through the scaling, the gate, the two layers and the mean; the input is read twice, so it receives two gradients
    ScaleChannelsGradients scaled = scale_channels_gradient(in, e.gate, grad);
    const Tensor excited = activation_gradient(e.excited, activation_of(gate), scaled.gate.reshaped(e.excited.shape()));
    const Tensor hidden = linear_input_gradient(e.hidden.shape(), w.expand, excited);
    const Tensor reduced = activation_gradient(e.reduced, Activation::relu, hidden);
    const Tensor squeezed = linear_input_gradient(e.squeezed.shape(), w.reduce, reduced);
    return {add(scaled.in, adaptive_avg_pool2d_gradient(in.shape, squeezed)), linear_weight_gradient(e.squeezed, w.reduce.shape, reduced),
            bias_gradient_of(w.reduce_bias, reduced), linear_weight_gradient(e.hidden, w.expand.shape, excited), bias_gradient_of(w.expand_bias, excited)};
}

}  // namespace convbook
