// The way back: from the last node to the first, each node turns the gradient of its output into those of its inputs and parameters, by the rules of grad.h.
// Leaves out those rules, and what is done with the gradients (optimiser.cpp).
#include <algorithm>

#include "convbook/train.h"
#include "engine/checks.h"

namespace convbook {
namespace {

/// sum += part, where an empty sum is 0.
void accumulate(Tensor& sum, Tensor part) {
    if (sum.is_empty()) sum = std::move(part);
    else std::transform(sum.values().begin(), sum.values().end(), part.data(), sum.data(), std::plus<>());
}

/// The parameters that a node's gradient could move; running statistics are none of them.
std::vector<int> trainable_parameters(const Node& node) {
    std::vector<int> indices;
    if (const auto* conv = std::get_if<Conv2dNode>(&node.operation)) indices = {conv->weight, conv->bias};
    if (const auto* norm = std::get_if<BatchNormNode>(&node.operation)) indices = {norm->weight, norm->bias};
    if (const auto* linear = std::get_if<LinearNode>(&node.operation)) indices = {linear->weight, linear->bias};
    return indices;
}

class BackwardPass {
public:
    BackwardPass(const Graph& graph, const Weights& weights, const TrainingRun& run, const Frozen& frozen, bool wants_input)
        : graph_(graph), weights_(weights), run_(run), frozen_(frozen), of_nodes_(graph.nodes().size()) {
        gradients_.parameters.resize(graph.parameters().size());
        for (const Node& node : graph.nodes()) wanted_.push_back(is_wanted(node, wants_input));
    }

    Gradients run(TensorView grad) {
        of_nodes_.back() = Tensor(grad);
        for (int i = graph_.last(); i > 0; --i) {
            Tensor& gradient = of_nodes_[static_cast<std::size_t>(i)];
            if (!wanted_[static_cast<std::size_t>(i)] || gradient.is_empty()) continue;
            node_ = i;
            grad_ = gradient;
            std::visit(*this, graph_.node(i).operation);
            gradient = Tensor();
        }
        if (wanted_.front()) gradients_.input = std::move(of_nodes_.front());
        return std::move(gradients_);
    }

    // One rule per kind of node
    void operator()(const InputNode&) {}
    void operator()(const Conv2dNode& conv) {
        const TensorView w = weights_.at(conv.weight);
        const ConvRules rules = rules_of(conv, w);
        if (learns(conv.weight)) to_parameter(conv.weight, rules.weight(in(), w.shape));
        if (learns(conv.bias)) to_parameter(conv.bias, bias_gradient(grad_));
        if (wants(0)) to_input(0, rules.input(in().shape, w));
    }
    void operator()(const BatchNormNode& norm) {
        const auto at = static_cast<std::size_t>(node_);
        const TensorView weight = norm.weight < 0 ? TensorView{} : TensorView(weights_.at(norm.weight));
        BatchNormGradients of = frozen_.contains(norm.mean) ? batch_norm_gradient(in(), weights_.at(norm.mean), weights_.at(norm.var), weight, grad_, norm.params)
                                                            : batch_norm_train_gradient(in(), run_.means[at], run_.vars[at], weight, grad_, norm.params);
        if (learns(norm.weight)) to_parameter(norm.weight, std::move(of.weight));
        if (learns(norm.bias)) to_parameter(norm.bias, std::move(of.bias));
        if (wants(0)) to_input(0, std::move(of.in));
    }
    void operator()(const ActivationNode& node) { to_input(0, activation_gradient(in(), node.activation, grad_)); }
    void operator()(const MaxPoolNode& pool) { to_input(0, max_pool2d_gradient(in(), grad_, pool.params)); }
    void operator()(const AvgPoolNode& pool) { to_input(0, avg_pool2d_gradient(in().shape, grad_, pool.params)); }
    void operator()(const AdaptiveAvgPoolNode&) { to_input(0, adaptive_avg_pool2d_gradient(in().shape, grad_)); }
    void operator()(const LinearNode& linear) {
        const TensorView w = weights_.at(linear.weight);
        if (learns(linear.weight)) to_parameter(linear.weight, linear_weight_gradient(in(), w.shape, grad_));
        if (learns(linear.bias)) to_parameter(linear.bias, bias_gradient(grad_));
        if (wants(0)) to_input(0, linear_input_gradient(in().shape, w, grad_));
    }
    void operator()(const AddNode&) {
        for (std::size_t i = 0; i < 2; ++i)
            if (wants(i)) to_input(i, Tensor(grad_));
    }
    void operator()(const ScaleChannelsNode&) {
        const TensorView gate{in(1).data, Shape(in(0).shape.n, in(0).shape.c, 1, 1)};  // a linear layer gives it as [N,C]
        ScaleChannelsGradients of = scale_channels_gradient(in(0), gate, grad_);
        if (wants(0)) to_input(0, std::move(of.in));
        if (wants(1)) to_input(1, of.gate.reshaped(in(1).shape));
    }
    void operator()(const ConcatNode&) {
        int first = 0;
        for (std::size_t i = 0; i < graph_.node(node_).inputs.size(); ++i) {
            if (wants(i)) to_input(i, slice_channels(grad_, first, in(i).shape.c));
            first += in(i).shape.c;
        }
    }
    void operator()(const SliceNode& slice) { to_input(0, slice_channels_gradient(in().shape, slice.first, grad_)); }
    void operator()(const ShuffleNode& shuffle) { to_input(0, channel_shuffle_gradient(grad_, shuffle.groups)); }
    void operator()(const FlattenNode&) { to_input(0, Tensor(grad_).reshaped(in().shape)); }
    void operator()(const DropoutNode&) {
        Tensor gin(grad_);
        const Tensor& mask = run_.masks[static_cast<std::size_t>(node_)];
        std::transform(grad_.values().begin(), grad_.values().end(), mask.data(), gin.data(), std::multiplies<>());
        to_input(0, std::move(gin));
    }

private:
    bool learns(int parameter) const { return parameter >= 0 && !frozen_.contains(parameter); }
    int source(std::size_t input) const { return graph_.node(node_).inputs[input]; }
    bool wants(std::size_t input) const { return wanted_[static_cast<std::size_t>(source(input))]; }
    TensorView in(std::size_t input = 0) const { return run_.activations[static_cast<std::size_t>(source(input))]; }
    void to_input(std::size_t input, Tensor gradient) { accumulate(of_nodes_[static_cast<std::size_t>(source(input))], std::move(gradient)); }
    void to_parameter(int index, Tensor gradient) { accumulate(gradients_.parameters[static_cast<std::size_t>(index)], std::move(gradient)); }

    /// Does anything at or before this node learn? Nodes come after their inputs, which have been asked before.
    bool is_wanted(const Node& node, bool wants_input) const {
        if (node.inputs.empty()) return wants_input;
        const std::vector<int> parameters = trainable_parameters(node);
        return std::any_of(parameters.begin(), parameters.end(), [&](int p) { return learns(p); }) ||
               std::any_of(node.inputs.begin(), node.inputs.end(), [&](int i) { return wanted_[static_cast<std::size_t>(i)]; });
    }

    /// The two gradients of a convolution, by the operation that the forward pass took.
    struct ConvRules {
        const Conv2dNode& conv;
        TensorView grad;
        enum class Kind { general, depthwise, pointwise } kind;
        Tensor weight(TensorView in, const Shape& w) const {
            if (kind == Kind::depthwise) return depthwise_conv2d_weight_gradient(in, w, grad, conv.params);
            if (kind == Kind::pointwise) return pointwise_conv2d_weight_gradient(in, w, grad);
            return conv2d_weight_gradient(in, w, grad, conv.params);
        }
        Tensor input(const Shape& in, TensorView w) const {
            if (kind == Kind::depthwise) return depthwise_conv2d_input_gradient(in, w, grad, conv.params);
            if (kind == Kind::pointwise) return pointwise_conv2d_input_gradient(in, w, grad);
            return conv2d_input_gradient(in, w, grad, conv.params);
        }
    };
    ConvRules rules_of(const Conv2dNode& conv, TensorView w) const {
        const bool is_depthwise = conv.params.groups > 1 && conv.params.groups == in().shape.c;
        const bool is_pointwise = w.shape.h == 1 && w.shape.w == 1 && conv.params.groups == 1 && grad_.shape.h == in().shape.h && grad_.shape.w == in().shape.w &&
                                  conv.params.stride == Pair(1) && resolves_to_none(conv.params);
        return {conv, grad_, is_depthwise ? ConvRules::Kind::depthwise : is_pointwise ? ConvRules::Kind::pointwise : ConvRules::Kind::general};
    }
    bool resolves_to_none(const ConvParams& params) const {
        return resolve_padding(params.padding, {in().shape.h, in().shape.w}, 1, params.stride, params.dilation) == Padding();
    }

    const Graph& graph_;
    const Weights& weights_;
    const TrainingRun& run_;
    const Frozen& frozen_;
    std::vector<Tensor> of_nodes_;
    std::vector<bool> wanted_;
    Gradients gradients_;
    int node_ = 0;      // whose rule runs
    TensorView grad_;   // dL/d its output
};

}  // namespace

Gradients backward(const Graph& graph, const Weights& weights, const TrainingRun& run, TensorView grad, const Frozen& frozen, bool wants_input) {
    engine::check_weights(graph, weights);
    CONVBOOK_REQUIRE(run.activations.size() == graph.nodes().size(), "backward: the run is this graph's, ", graph.nodes().size(), " activations; it has ", run.activations.size(),
                     ". Call run_training on the same graph.");
    CONVBOOK_REQUIRE(!grad.is_absent() && grad.shape == run.output().shape(), "backward: grad has the shape of the graph's output, ", run.output().shape(), "; grad=", grad.shape,
                     ". Pass the loss's gradient with respect to that output.");
    return BackwardPass(graph, weights, run, frozen, wants_input).run(grad);
}

}  // namespace convbook
