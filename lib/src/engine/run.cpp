// The interpreter: runs a Graph node by node through ops.h, keeping every activation or only those that somebody will read again.
// Leaves out folding, fusing and planning, which change a graph before it runs.
#include "convbook/engine.h"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "convbook/ops.h"
#include "engine/checks.h"
#include "engine/node.h"

namespace convbook {
namespace {

using Clock = std::chrono::steady_clock;

/// Runs one node of each kind over its inputs.
class NodeRunner {
public:
    NodeRunner(const Graph& graph, const Weights& weights, const Node& node, std::span<const TensorView> in, NormStatistics statistics)
        : graph_(graph), weights_(weights), node_(node), in_(in), statistics_(statistics) {}

    Tensor operator()(const InputNode&) const { return Tensor(in_[0]); }
    Tensor operator()(const Conv2dNode& conv) const {
        const TensorView w = weight(conv.weight), bias = weight(conv.bias);
        // The two special convolutions have operations of their own, which are faster than the general one
        const std::string kind = kind_of(graph_, node_);
        if (kind == "depthwise") return depthwise_conv2d(in_[0], w, bias, conv.params);
        if (kind == "pointwise" && is_plain_pointwise(conv.params)) return pointwise_conv2d(in_[0], w, bias);
        return conv2d(in_[0], w, bias, conv.params);
    }
    Tensor operator()(const BatchNormNode& norm) const {
        const auto normalise_with = [&](auto&& rule) { return rule(in_[0], weight(norm.mean), weight(norm.var), weight(norm.weight), weight(norm.bias), norm.params); };
        return statistics_ == NormStatistics::batch ? normalise_with(batch_norm_train).out : normalise_with(batch_norm);
    }
    Tensor operator()(const ActivationNode& node) const { return activate(in_[0], node.activation); }
    Tensor operator()(const MaxPoolNode& pool) const { return max_pool2d(in_[0], pool.params); }
    Tensor operator()(const AvgPoolNode& pool) const { return avg_pool2d(in_[0], pool.params); }
    Tensor operator()(const AdaptiveAvgPoolNode& pool) const { return pool.output == Pair(1) ? global_avg_pool(in_[0]) : adaptive_avg_pool2d(in_[0], pool.output); }
    Tensor operator()(const LinearNode& node) const { return linear(in_[0], weight(node.weight), weight(node.bias)); }
    Tensor operator()(const AddNode&) const { return add(in_[0], in_[1]); }
    Tensor operator()(const ScaleChannelsNode&) const { return scale_channels(in_[0], TensorView{in_[1].data, Shape(in_[0].shape.n, in_[0].shape.c, 1, 1)}); }
    Tensor operator()(const ConcatNode&) const { return concat(in_); }
    Tensor operator()(const SliceNode& slice) const { return slice_channels(in_[0], slice.first, slice.count); }
    Tensor operator()(const ShuffleNode& shuffle) const { return channel_shuffle(in_[0], shuffle.groups); }
    Tensor operator()(const FlattenNode&) const {
        const Shape& s = in_[0].shape;
        return Tensor(s.rank == 2 ? s : Shape::of({s.n, s.c * s.h * s.w}), in_[0].values());
    }
    Tensor operator()(const DropoutNode&) const { return Tensor(in_[0]); }

private:
    TensorView weight(int index) const { return index < 0 ? TensorView{} : TensorView(weights_.at(index)); }
    static bool is_plain_pointwise(const ConvParams& p) {
        const Padding& pad = p.padding;
        return p.stride == Pair(1) && (pad.rule != Padding::Rule::sides || (pad.top | pad.bottom | pad.left | pad.right) == 0);
    }
    const Graph& graph_;
    const Weights& weights_;
    const Node& node_;
    std::span<const TensorView> in_;
    NormStatistics statistics_;
};

}  // namespace

Tensor engine::run_node(const Graph& graph, const Weights& weights, const Node& node, std::span<const TensorView> in) {
    return std::visit(NodeRunner(graph, weights, node, in, NormStatistics::running), node.operation);
}

namespace {

/// Runs node `index` over the activations so far; its time goes to `milliseconds`.
Tensor run_node(const Graph& graph, const Weights& weights, int index, TensorView input, const std::vector<Tensor>& activations, double& milliseconds,
                NormStatistics statistics = NormStatistics::running) {
    const Node& node = graph.node(index);
    std::vector<TensorView> in;
    for (const int i : node.inputs) in.push_back(activations[static_cast<std::size_t>(i)]);
    if (node.inputs.empty()) in.push_back(input);
    const auto begin = Clock::now();
    Tensor out = std::visit(NodeRunner(graph, weights, node, in, statistics), node.operation);
    milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    return out;
}

}  // namespace

double Run::total_ms() const { return std::accumulate(milliseconds.begin(), milliseconds.end(), 0.0); }

Run run_keeping(const Graph& graph, const Weights& weights, TensorView input, const RunProgress& progress, NormStatistics statistics) {
    engine::check_weights(graph, weights);
    engine::check_input(graph.name(), graph.input_shape(), input);
    Run run;
    run.activations.resize(graph.nodes().size());
    run.milliseconds.resize(graph.nodes().size());
    for (int i = 0; i <= graph.last(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        run.activations[at] = run_node(graph, weights, i, input, run.activations, run.milliseconds[at], statistics);
        run.is_complete = i == graph.last();
        if (progress && !progress(i)) break;
    }
    return run;
}

Tensor run(const Graph& graph, const Weights& weights, TensorView input, std::vector<double>* milliseconds) {
    engine::check_weights(graph, weights);
    engine::check_input(graph.name(), graph.input_shape(), input);
    // Note who reads each activation last
    std::vector<std::vector<int>> dead_after(graph.nodes().size());
    for (int i = 0; i < graph.last(); ++i) {
        const std::vector<int> readers = graph.readers(i);
        dead_after[static_cast<std::size_t>(readers.empty() ? i : readers.back())].push_back(i);
    }
    // Run, freeing as we go
    std::vector<Tensor> activations(graph.nodes().size());
    std::vector<double> times(graph.nodes().size());
    for (int i = 0; i <= graph.last(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        activations[at] = run_node(graph, weights, i, input, activations, times[at]);
        for (const int dead : dead_after[at]) activations[static_cast<std::size_t>(dead)] = Tensor();
    }
    if (milliseconds) *milliseconds = std::move(times);
    return std::move(activations.back());
}

std::vector<Prediction> top_predictions(TensorView logits, int count) {
    CONVBOOK_REQUIRE(!logits.is_absent() && logits.count() > 0 && count >= 0, "top_predictions: needs logits and a count of 0 or more; logits=", logits.shape, ", count=", count, ".");
    CONVBOOK_REQUIRE(logits.shape.n * logits.shape.c * logits.shape.h == 1, "top_predictions: takes one row of logits; logits=", logits.shape, ". Slice the batch first.");
    const Tensor probability = softmax(logits, Axis::w);
    const std::span<const float> values = probability.values();
    // Sort only the front; of equal ones the lower index first
    std::vector<int> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    const auto front = order.begin() + std::min<std::ptrdiff_t>(count, static_cast<std::ptrdiff_t>(order.size()));
    const auto more_likely = [&](int a, int b) {
        const float pa = values[static_cast<std::size_t>(a)], pb = values[static_cast<std::size_t>(b)];
        return pa != pb ? pa > pb : a < b;
    };
    std::partial_sort(order.begin(), front, order.end(), more_likely);
    std::vector<Prediction> top;
    for (auto it = order.begin(); it != front; ++it) top.push_back({*it, values[static_cast<std::size_t>(*it)]});
    return top;
}

}  // namespace convbook
