// Calls the operation that a layer names, its gate before, its addend and activation after.
#include "engine/planar.h"

namespace convbook::engine {
namespace {

/// Runs an operation of each kind.
struct Runner {
    std::span<const TensorView> in;
    TensorView weight, bias;

    Tensor operator()(const InputNode&) const { return Tensor(in[0]); }
    Tensor operator()(const Conv2dNode& conv) const {
        // The two special convolutions have operations of their own, which are faster than the general one
        const int channels = in[0].shape.c;
        if (conv.params.groups > 1 && conv.params.groups == channels) return depthwise_conv2d(in[0], weight, bias, conv.params);
        const Padding& pad = conv.params.padding;
        const bool has_padding = pad.rule == Padding::Rule::sides && (pad.top | pad.bottom | pad.left | pad.right) != 0;
        const bool is_pointwise = weight.shape.h == 1 && weight.shape.w == 1 && conv.params.groups == 1 && conv.params.stride == Pair(1) && !has_padding;
        return is_pointwise ? pointwise_conv2d(in[0], weight, bias) : conv2d(in[0], weight, bias, conv.params);
    }
    /// A layer's weight and bias hold the factor and the shift already.
    Tensor operator()(const BatchNormNode&) const {
        const Tensor mean(weight.shape, 0.0f), var(weight.shape, 1.0f);
        return batch_norm(in[0], mean, var, weight, bias, {.eps = 0.0f});
    }
    Tensor operator()(const ActivationNode& node) const { return activate(in[0], node.activation); }
    Tensor operator()(const MaxPoolNode& pool) const { return max_pool2d(in[0], pool.params); }
    Tensor operator()(const AvgPoolNode& pool) const { return avg_pool2d(in[0], pool.params); }
    Tensor operator()(const AdaptiveAvgPoolNode& pool) const { return pool.output == Pair(1) ? global_avg_pool(in[0]) : adaptive_avg_pool2d(in[0], pool.output); }
    Tensor operator()(const LinearNode&) const { return linear(in[0], weight, bias); }
    Tensor operator()(const AddNode&) const { return add(in[0], in[1]); }
    Tensor operator()(const ScaleChannelsNode&) const { return scale_channels(in[0], TensorView{in[1].data, Shape(in[0].shape.n, in[0].shape.c, 1, 1)}); }
    Tensor operator()(const ConcatNode&) const { return concat(in); }
    Tensor operator()(const SliceNode& slice) const { return slice_channels(in[0], slice.first, slice.count); }
    Tensor operator()(const ShuffleNode& shuffle) const { return channel_shuffle(in[0], shuffle.groups); }
    Tensor operator()(const FlattenNode&) const {
        const Shape& s = in[0].shape;
        return Tensor(s.rank == 2 ? s : Shape::of({s.n, s.c * s.h * s.w}), in[0].values());
    }
    Tensor operator()(const DropoutNode&) const { return Tensor(in[0]); }
};

Tensor weights_times_factor(const Layer& layer) {
    Tensor weight(layer.weight);
    if (layer.factor.is_absent()) return weight;
    const std::size_t outputs = layer.factor.count(), count = weight.count() / outputs;
    float* w = weight.data();
    for (std::size_t o = 0; o < outputs; ++o)
    for (std::size_t i = 0; i < count; ++i) *w++ *= layer.factor.data[o];
    return weight;
}

}  // namespace

PlanarLayer::PlanarLayer(const Layer& layer) : operation_(layer.operation), activation_(layer.activation) {
    if (!layer.weight.is_absent()) weight_ = weights_times_factor(layer);
    if (!layer.bias.is_absent()) bias_ = Tensor(layer.bias);
}

Tensor PlanarLayer::run(std::span<const TensorView> inputs, TensorView gate, TensorView addend) const {
    std::vector<TensorView> in(inputs.begin(), inputs.end());
    Tensor gated;
    if (!gate.is_absent()) {
        gated = scale_channels(in[0], TensorView{gate.data, Shape(in[0].shape.n, in[0].shape.c, 1, 1)});
        in[0] = gated;
    }
    const auto view = [](const Tensor& tensor) { return tensor.is_empty() ? TensorView{} : TensorView(tensor); };
    Tensor out = std::visit(Runner{in, view(weight_), view(bias_)}, operation_);
    if (!addend.is_absent()) out = add(out, addend);
    return activation_ == Activation::identity ? std::move(out) : activate(out, activation_);
}

}  // namespace convbook::engine
