// Counts a Graph: parameters, multiply-adds, bytes, receptive field and peak memory, under a named convention.
// Leaves out the table (cost_summary.cpp) and the closed forms of single layers (cost_closed_forms.cpp).
#include "convbook/cost.h"

#include <algorithm>
#include <limits>
#include <set>

namespace convbook {
namespace {

constexpr std::int64_t kBytes = sizeof(float);

std::int64_t count_of(const Shape& shape) { return static_cast<std::int64_t>(shape.count()); }

/// The rows of the network's input behind one row of a node: how many, and how far apart those of neighbours start.
struct Field {
    std::int64_t rows = 1, step = 1;
};
/// Stops at the largest int: a graph of absurd kernels and strides sees everything there could be.
Field widen(Field field, int kernel, int stride, int dilation) {
    constexpr std::int64_t most = std::numeric_limits<int>::max();
    const std::int64_t reach = std::min(most, static_cast<std::int64_t>(dilation) * (kernel - 1));
    return {std::min(most, field.rows + reach * field.step), std::min(most, field.step * stride)};
}

/// The nodes between a squeeze and its excitation: from the gate back to the pool.
std::vector<bool> find_gates(const Graph& graph) {
    std::vector<bool> is_gate(graph.nodes().size());
    for (const Node& node : graph.nodes()) {
        if (!std::holds_alternative<ScaleChannelsNode>(node.operation)) continue;
        for (int i = node.inputs[1]; !graph.node(i).inputs.empty() && !std::holds_alternative<AdaptiveAvgPoolNode>(graph.node(i).operation); i = graph.node(i).inputs[0])
            is_gate[static_cast<std::size_t>(i)] = true;
    }
    return is_gate;
}

/// Reads one graph under one convention; each public function answers one question about one node.
class Counter {
public:
    Counter(const Graph& graph, const CountingConvention& convention) : graph_(graph), convention_(convention), fields_(graph.nodes().size()), is_gate_(find_gates(graph)) {}

    LayerCost count(int index) {
        const Node& node = graph_.node(index);
        LayerCost cost{.node = index, .kind = kind_of(graph_, node)};
        cost.params = params(node);
        cost.macs = multiply_adds(node, index) * (convention_.counts_flops ? 2 : 1) + other_operations(node);
        for (const int input : node.inputs) cost.bytes_in += count_of(graph_.node(input).out) * kBytes;
        cost.bytes_out = count_of(node.out) * kBytes;
        for (const int p : graph_.parameter_indices(node)) cost.bytes_weights += count_of(graph_.parameter(p).shape) * kBytes;
        fields_[static_cast<std::size_t>(index)] = receptive_field(node);
        cost.receptive_field = static_cast<int>(fields_[static_cast<std::size_t>(index)].rows);
        return cost;
    }

private:
    std::int64_t params(const Node& node) {
        std::int64_t sum = 0;
        for (const int index : learned(node))
            if (index >= 0 && (seen_.insert(index).second || convention_.counts_by_call)) sum += count_of(graph_.parameter(index).shape);
        return sum;
    }
    /// The parameters that training changes and the convention counts; -1 is absent.
    std::vector<int> learned(const Node& node) const {
        const auto bias = [&](int index) { return convention_.counts_bias ? index : -1; };
        if (const auto* conv = std::get_if<Conv2dNode>(&node.operation)) return {conv->weight, bias(conv->bias)};
        if (const auto* linear = std::get_if<LinearNode>(&node.operation)) return {linear->weight, bias(linear->bias)};
        std::vector<int> found;
        if (const auto* norm = std::get_if<BatchNormNode>(&node.operation)) {
            if (convention_.counts_batch_norm) found = {norm->weight, norm->bias};
            if (convention_.counts_buffers) found.insert(found.end(), {norm->mean, norm->var});
        }
        return found;
    }
    std::int64_t multiply_adds(const Node& node, int index) const {
        if (!convention_.counts_squeeze_excite && is_gate_[static_cast<std::size_t>(index)]) return 0;
        if (!convention_.counts_linear && std::holds_alternative<LinearNode>(node.operation)) return 0;
        if (const auto* conv = std::get_if<Conv2dNode>(&node.operation)) {
            const Shape& w = graph_.parameter(conv->weight).shape;
            return count_of(node.out) * w.c * w.h * w.w;
        }
        if (const auto* linear = std::get_if<LinearNode>(&node.operation)) return count_of(node.out) * graph_.parameter(linear->weight).shape.w;
        return 0;
    }
    /// What the papers leave out: one operation an output value, or a value read.
    std::int64_t other_operations(const Node& node) const {
        return (convention_.counts_bias_adds && has_bias(node) ? count_of(node.out) : 0) + (convention_.counts_pooling ? values_pooled(node) : 0) + elementwise_operations(node);
    }
    static bool has_bias(const Node& node) {
        if (const auto* conv = std::get_if<Conv2dNode>(&node.operation)) return conv->bias >= 0;
        if (const auto* linear = std::get_if<LinearNode>(&node.operation)) return linear->bias >= 0;
        return false;
    }
    std::int64_t values_pooled(const Node& node) const {
        const Operation& op = node.operation;
        if (const auto* pool = std::get_if<MaxPoolNode>(&op)) return count_of(node.out) * pool->params.kernel.h * pool->params.kernel.w;
        if (const auto* pool = std::get_if<AvgPoolNode>(&op)) return count_of(node.out) * pool->params.kernel.h * pool->params.kernel.w;
        return std::holds_alternative<AdaptiveAvgPoolNode>(op) ? count_of(graph_.node(node.inputs[0]).out) : 0;
    }
    std::int64_t elementwise_operations(const Node& node) const {
        const Operation& op = node.operation;
        const bool is_join = std::holds_alternative<AddNode>(op) || std::holds_alternative<ScaleChannelsNode>(op);
        const bool is_counted = (convention_.counts_norms && std::holds_alternative<BatchNormNode>(op)) || (convention_.counts_activations && std::holds_alternative<ActivationNode>(op)) ||
                                (convention_.counts_joins && is_join);
        return is_counted ? count_of(node.out) : 0;
    }
    Field receptive_field(const Node& node) const {
        if (node.inputs.empty()) return {};
        // Several inputs: the widest view
        Field field = fields_[static_cast<std::size_t>(node.inputs[0])];
        for (const int input : node.inputs)
            if (fields_[static_cast<std::size_t>(input)].rows > field.rows) field = fields_[static_cast<std::size_t>(input)];
        // Windows widen it
        const Operation& op = node.operation;
        const Shape& in = graph_.node(node.inputs[0]).out;
        if (const auto* conv = std::get_if<Conv2dNode>(&op))
            return widen(field, graph_.parameter(conv->weight).shape.h, conv->params.stride.h, conv->params.dilation.h);
        if (const auto* pool = std::get_if<MaxPoolNode>(&op)) return widen(field, pool->params.kernel.h, pool->params.stride.h, pool->params.dilation.h);
        if (const auto* pool = std::get_if<AvgPoolNode>(&op)) return widen(field, pool->params.kernel.h, pool->params.stride.h, 1);
        if (const auto* pool = std::get_if<AdaptiveAvgPoolNode>(&op)) return widen(field, (in.h + pool->output.h - 1) / pool->output.h, std::max(1, in.h / pool->output.h), 1);
        if ((std::holds_alternative<FlattenNode>(op) || std::holds_alternative<LinearNode>(op)) && in.rank > 2) return widen(field, in.h, in.h, 1);
        return field;
    }

    const Graph& graph_;
    const CountingConvention& convention_;
    std::vector<Field> fields_;
    std::vector<bool> is_gate_;
    std::set<int> seen_;
};

/// The index of the last node that reads each node; the network's output is read after the end.
std::vector<int> last_readers(const Graph& graph) {
    std::vector<int> last(graph.nodes().size());
    for (int i = 0; i <= graph.last(); ++i) {
        last[static_cast<std::size_t>(i)] = i;
        for (const int input : graph.node(i).inputs) last[static_cast<std::size_t>(input)] = i;
    }
    last.back() = graph.last() + 1;
    return last;
}

bool may_overwrite_input(const Graph& graph, int index) {
    const Operation& op = graph.node(index).operation;
    const bool is_elementwise = std::holds_alternative<BatchNormNode>(op) || std::holds_alternative<ActivationNode>(op) || std::holds_alternative<DropoutNode>(op) ||
                                std::holds_alternative<FlattenNode>(op);
    return is_elementwise && graph.readers(graph.node(index).inputs[0]).size() == 1;
}

void find_peak_memory(const Graph& graph, const CountingConvention& convention, NetCost& cost) {
    const std::vector<int> last_reader = last_readers(graph);
    std::vector<std::vector<int>> freed_after(graph.nodes().size() + 1);
    for (int i = 0; i <= graph.last(); ++i) freed_after[static_cast<std::size_t>(last_reader[static_cast<std::size_t>(i)])].push_back(i);
    std::int64_t alive = 0;
    std::vector<bool> is_overwritten(graph.nodes().size());
    for (int i = 0; i <= graph.last(); ++i) {
        // Allocate this node's output, or take over its input's memory
        const bool overwrites = convention.elementwise_in_place && may_overwrite_input(graph, i);
        if (overwrites) is_overwritten[static_cast<std::size_t>(graph.node(i).inputs[0])] = true;
        else alive += count_of(graph.node(i).out) * kBytes;
        if (alive > cost.peak_bytes) cost.peak_bytes = alive, cost.peak_node = i;
        // Free what nobody will read again
        for (const int dead : freed_after[static_cast<std::size_t>(i)])
            if (!is_overwritten[static_cast<std::size_t>(dead)]) alive -= count_of(graph.node(dead).out) * kBytes;
    }
}

/// Convolution and linear layers on the longest path to the output.
int longest_path(const Graph& graph) {
    std::vector<int> depth(graph.nodes().size());
    for (int i = 0; i <= graph.last(); ++i) {
        const Node& node = graph.node(i);
        int& here = depth[static_cast<std::size_t>(i)];
        for (const int input : node.inputs) here = std::max(here, depth[static_cast<std::size_t>(input)]);
        if (std::holds_alternative<Conv2dNode>(node.operation) || std::holds_alternative<LinearNode>(node.operation)) ++here;
    }
    return depth.back();
}

}  // namespace

NetCost count_cost(const Graph& graph, const CountingConvention& convention) {
    NetCost cost;
    Counter counter(graph, convention);
    for (int i = 0; i <= graph.last(); ++i) {
        const LayerCost& layer = cost.layers.emplace_back(counter.count(i));
        cost.params += layer.params;
        cost.macs += layer.macs;
        if (layer.params) cost.params_by_kind[layer.kind] += layer.params;
        if (layer.macs) cost.macs_by_kind[layer.kind] += layer.macs;
    }
    find_peak_memory(graph, convention, cost);
    cost.depth = longest_path(graph);
    return cost;
}

}  // namespace convbook
