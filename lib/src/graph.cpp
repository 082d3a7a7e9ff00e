// The Graph: appending a node checks it and infers its shape at once, so that every reader may trust what it finds.
// Leaves out running (engine/), counting (cost.cpp) and the networks themselves (nets/).
#include "convbook/graph.h"

#include <algorithm>

namespace convbook {
namespace {

/// One lambda per kind of node.
template <class... Cases>
struct Match : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Match(Cases...) -> Match<Cases...>;

bool starts_with_module(std::string_view name, std::string_view path) {
    return name.substr(0, path.size()) == path && (name.size() == path.size() || name[path.size()] == '.');
}

/// The shape rule of each operation, over the shapes of a node's inputs.
class ShapeRule {
public:
    ShapeRule(const Graph& graph, const Node& node) : graph_(graph), node_(node) {}

    Shape operator()(const InputNode&) const { throw Error("an input stands first and only once; build the Graph with its input shape instead"); }
    Shape operator()(const Conv2dNode& conv) const {
        expect_inputs(1);
        const Shape& w = weight_shape(conv.weight);
        const Shape out = conv_output_shape(in(), w, conv.params);
        expect_vector(conv.bias, w.n, "bias");
        return out;
    }
    Shape operator()(const BatchNormNode& norm) const {
        expect_inputs(1);
        CONVBOOK_REQUIRE(norm.mean >= 0 && norm.var >= 0, "batch_norm: running mean and variance are both needed; mean=", norm.mean, ", var=", norm.var,
                         ". Add them with add_parameter.");
        for (const auto& [index, what] : {std::pair{norm.weight, "weight"}, {norm.bias, "bias"}, {norm.mean, "running_mean"}, {norm.var, "running_var"}})
            expect_vector(index, in().c, what);
        return in();
    }
    Shape operator()(const ActivationNode&) const { return same_as_input(); }
    Shape operator()(const DropoutNode&) const { return same_as_input(); }
    Shape operator()(const MaxPoolNode& pool) const { return expect_inputs(1), pool_output_shape(in(), pool.params); }
    Shape operator()(const AvgPoolNode& pool) const { return expect_inputs(1), pool_output_shape(in(), pool.params); }
    Shape operator()(const AdaptiveAvgPoolNode& pool) const {
        expect_inputs(1);
        CONVBOOK_REQUIRE(pool.output.h > 0 && pool.output.w > 0, "adaptive_avg_pool2d: the output has at least one row and column; output=", pool.output, ".");
        return with(in(), in().c, pool.output.h, pool.output.w);
    }
    Shape operator()(const LinearNode& linear) const {
        expect_inputs(1);
        const Shape& w = weight_shape(linear.weight);
        CONVBOOK_REQUIRE(w.n == 1 && w.c == 1, "linear: the weight is a matrix [out, in]; w=", w, ".");
        const int features = values_a_row(in());
        CONVBOOK_REQUIRE(features == w.w, "linear: a row of the input has as many values as the weight has columns; in=", in(), " has ", features,
                         ", w=", w, ". Pool or flatten first, or change the weight.");
        expect_vector(linear.bias, w.h, "bias");
        return Shape::of({rows(in()), w.h});
    }
    Shape operator()(const AddNode&) const {
        expect_inputs(2);
        CONVBOOK_REQUIRE(in(0) == in(1), "add: both inputs have the same shape; a=", in(0), ", b=", in(1), ". A shortcut needs stride 1 and as many channels out as in.");
        return in();
    }
    Shape operator()(const ScaleChannelsNode&) const {
        expect_inputs(2);
        const bool is_image = in(1) == Shape(in(0).n, in(0).c, 1, 1), is_matrix = in(1).rank == 2 && in(1).h == in(0).n && in(1).w == in(0).c;
        CONVBOOK_REQUIRE(is_image || is_matrix, "scale_channels: the gate is [N,C,1,1] or [N,C]; in=", in(0), ", gate=", in(1), ".");
        return in();
    }
    Shape operator()(const ConcatNode&) const {
        CONVBOOK_REQUIRE(!node_.inputs.empty(), "concat: at least one input; got none.");
        int channels = 0;
        for (std::size_t i = 0; i < node_.inputs.size(); ++i) {
            const Shape& s = in(i);
            CONVBOOK_REQUIRE(s.n == in().n && s.h == in().h && s.w == in().w, "concat: N, H and W of all inputs agree; first=", in(), ", input ", i, "=", s, ".");
            channels += s.c;
        }
        return with(in(), channels, in().h, in().w);
    }
    Shape operator()(const SliceNode& slice) const {
        expect_inputs(1);
        CONVBOOK_REQUIRE(slice.first >= 0 && slice.count > 0 && slice.count <= in().c - slice.first, "slice_channels: the channels lie within the input; first=",
                         slice.first, ", count=", slice.count, ", in=", in(), ".");
        return with(in(), slice.count, in().h, in().w);
    }
    Shape operator()(const ShuffleNode& shuffle) const {
        expect_inputs(1);
        CONVBOOK_REQUIRE(shuffle.groups > 0 && in().c % shuffle.groups == 0, "channel_shuffle: the groups divide the channels; groups=", shuffle.groups,
                         ", in=", in(), ".");
        return in();
    }
    Shape operator()(const FlattenNode&) const { return expect_inputs(1), Shape::of({rows(in()), values_a_row(in())}); }

private:
    const Shape& in(std::size_t i = 0) const { return graph_.node(node_.inputs[i]).out; }
    void expect_inputs(std::size_t count) const {
        CONVBOOK_REQUIRE(node_.inputs.size() == count, operation_name(node_.operation), ": takes ", count, " input(s); got ", node_.inputs.size(), ".");
    }
    const Shape& weight_shape(int index) const {
        CONVBOOK_REQUIRE(index >= 0, operation_name(node_.operation), ": a weight is needed; weight=", index, ". Add it with add_parameter.");
        return graph_.parameter(index).shape;
    }
    void expect_vector(int index, int length, const char* what) const {
        if (index < 0) return;
        const Shape& shape = graph_.parameter(index).shape;
        CONVBOOK_REQUIRE(shape == Shape(1, 1, 1, length), operation_name(node_.operation), ": ", what, " has one value a channel; ", graph_.parameter(index).name, "=",
                         shape, ", channels=", length, ".");
    }
    Shape same_as_input() const { return expect_inputs(1), in(); }
    /// A matrix has its rows in H, everything else in N.
    static int rows(const Shape& shape) { return shape.rank == 2 ? shape.h : shape.n; }
    static int values_a_row(const Shape& shape) { return shape.rank == 2 ? shape.w : shape.c * shape.h * shape.w; }
    static Shape with(Shape shape, int c, int h, int w) {
        shape.c = c, shape.h = h, shape.w = w;
        return shape;
    }

    const Graph& graph_;
    const Node& node_;
};

}  // namespace

const char* operation_name(const Operation& operation) {
    // In the order of the variant
    constexpr const char* kNames[] = {"input", "conv2d", "batch_norm", "activate", "max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "linear", "add",
                                      "scale_channels", "concat", "slice_channels", "channel_shuffle", "flatten", "dropout"};
    static_assert(std::size(kNames) == std::variant_size_v<Operation>);
    return kNames[operation.index()];
}

std::string kind_of(const Graph& graph, const Node& node) {
    return std::visit(
        Match{[&](const Conv2dNode& conv) -> std::string {
                  const Shape& w = graph.parameter(conv.weight).shape;
                  const int groups = conv.params.groups;
                  if (groups > 1) return groups == graph.node(node.inputs[0]).out.c ? "depthwise" : "grouped";
                  return w.h == 1 && w.w == 1 ? "pointwise" : "conv";
              },
              [](const ActivationNode&) -> std::string { return "activation"; }, [](const MaxPoolNode&) -> std::string { return "pool"; },
              [](const AvgPoolNode&) -> std::string { return "pool"; }, [](const AdaptiveAvgPoolNode&) -> std::string { return "pool"; },
              [&](const auto&) -> std::string { return operation_name(node.operation); }},
        node.operation);
}

Graph::Graph(std::string name, Shape input) : name_(std::move(name)) {
    CONVBOOK_REQUIRE(input.n > 0 && input.c > 0 && input.h > 0 && input.w > 0, name_, ": every dimension of the input is at least 1; input=", input,
                     ". Choose a larger resolution.");
    nodes_.push_back({"input", "", InputNode{}, {}, input});
}

int Graph::append(Node node) {
    // Reject inputs that are not there yet
    for (const int input : node.inputs)
        CONVBOOK_REQUIRE(input >= 0 && input <= last(), name_, " ", node.name, ": inputs are earlier nodes 0..", last(), "; input=", input, ".");
    for (const int index : parameter_indices(node))
        CONVBOOK_REQUIRE(index < static_cast<int>(parameters_.size()), name_, " ", node.name, ": parameter ", index, " does not exist; there are ",
                         parameters_.size(), ". Add it with add_parameter first.");
    // Infer the shape, with the layer's name in front of any complaint
    try {
        node.out = std::visit(ShapeRule(*this, node), node.operation);
    } catch (const Error& error) {
        throw Error(message(name_, " ", node.name, ": ", error.what()));
    }
    nodes_.push_back(std::move(node));
    return last();
}

int Graph::add_parameter(std::string name, Shape shape) {
    const auto known = std::find_if(parameters_.begin(), parameters_.end(), [&](const Parameter& p) { return p.name == name; });
    if (known == parameters_.end()) {
        parameters_.push_back({std::move(name), shape});
        return static_cast<int>(parameters_.size()) - 1;
    }
    CONVBOOK_REQUIRE(known->shape == shape && known->shape.rank == shape.rank, name_, ": two layers share a tensor only if they agree on its shape; ", name, " is ",
                     known->shape, " and now ", shape, ". Give the second one its own name.");
    return static_cast<int>(known - parameters_.begin());
}

int Graph::find(std::string_view name) const {
    for (int i = 0; i <= last(); ++i)
        if (node(i).name == name) return i;
    return -1;
}

int Graph::find_module(std::string_view path) const {
    for (int i = last(); i >= 0; --i)
        if (starts_with_module(node(i).name, path)) return i;
    return -1;
}

std::vector<int> Graph::readers(int index) const {
    std::vector<int> found;
    for (int i = index + 1; i <= last(); ++i)
        if (std::find(node(i).inputs.begin(), node(i).inputs.end(), index) != node(i).inputs.end()) found.push_back(i);
    return found;
}

int Graph::layer_output(int layer) const {
    for (;;) {
        const std::vector<int> next = readers(layer);
        if (next.size() != 1) return layer;
        const Operation& operation = node(next.front()).operation;
        if (!std::holds_alternative<BatchNormNode>(operation) && !std::holds_alternative<ActivationNode>(operation)) return layer;
        layer = next.front();
    }
}

std::vector<int> Graph::parameter_indices(const Node& node) const {
    std::vector<int> all = std::visit(Match{[](const Conv2dNode& n) { return std::vector{n.weight, n.bias}; },
                                            [](const BatchNormNode& n) { return std::vector{n.weight, n.bias, n.mean, n.var}; },
                                            [](const LinearNode& n) { return std::vector{n.weight, n.bias}; }, [](const auto&) { return std::vector<int>{}; }},
                                      node.operation);
    std::erase_if(all, [](int index) { return index < 0; });
    return all;
}

}  // namespace convbook
