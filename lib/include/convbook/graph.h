// A network as data: nodes in topological order, parameters by name. The summary, the picture, the run and the counts all read this;
// nothing about a network is written twice. Leaves out how it runs (engine.h) and what it costs (cost.h).
#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "convbook/ops.h"

namespace convbook {

/// A tensor that a file or the trainer provides. Two nodes may name the same one (count it once).
struct Parameter {
    std::string name;  ///< torchvision's state-dict key, e.g. "features.0.0.weight"
    Shape shape;
};

// What each kind of node does beyond its inputs. Indices point into Graph::parameters; -1 is "absent".
struct InputNode {};
struct Conv2dNode { ConvParams params; int weight = -1, bias = -1; };
struct BatchNormNode { BatchNormParams params; int weight = -1, bias = -1, mean = -1, var = -1; };
struct ActivationNode { Activation activation = Activation::identity; };
struct MaxPoolNode { PoolParams params; };
struct AvgPoolNode { PoolParams params; };
struct AdaptiveAvgPoolNode { Pair output = 1; };  ///< 1 x 1 is the global average
struct LinearNode { int weight = -1, bias = -1; };
struct AddNode {};
struct ScaleChannelsNode {};                      ///< inputs: tensor, gate [N,C,1,1], or [N,C] as a linear layer gives it
struct ConcatNode {};
struct SliceNode { int first = 0, count = 0; };
struct ShuffleNode { int groups = 1; };
struct FlattenNode {};                            ///< [N,C,H,W] -> [N, CHW] of rank 2
struct DropoutNode { float p = 0.2f; };
using Operation = std::variant<InputNode, Conv2dNode, BatchNormNode, ActivationNode, MaxPoolNode, AvgPoolNode, AdaptiveAvgPoolNode, LinearNode, AddNode,
                               ScaleChannelsNode, ConcatNode, SliceNode, ShuffleNode, FlattenNode, DropoutNode>;

struct Node {
    std::string name;         ///< module path as in torchvision: "features.2.conv.0.0"
    std::string block;        ///< the block it belongs to: "features.2"; empty outside blocks
    Operation operation;
    std::vector<int> inputs;  ///< earlier nodes
    Shape out;                ///< inferred when the node is added
};
/// "conv2d", "batch_norm", ...: the name of the function in ops.h.
const char* operation_name(const Operation& operation);
/// conv, pointwise, depthwise, grouped, linear, batch_norm, activation, pool, ...: the kinds that counts are split by.
std::string kind_of(const class Graph& graph, const Node& node);

/// Nodes are only ever appended, each is checked and its shape inferred at once, so a Graph is always valid.
class Graph {
public:
    Graph(std::string name, Shape input);
    /// Appends a node and returns its index; throws convbook::Error with the layer's name if the shapes do not fit.
    int append(Node node);
    int add_parameter(std::string name, Shape shape);  ///< the same name and shape again gives the same index

    const std::string& name() const { return name_; }
    const std::vector<Node>& nodes() const { return nodes_; }
    const Node& node(int index) const { return nodes_[static_cast<std::size_t>(index)]; }
    const std::vector<Parameter>& parameters() const { return parameters_; }
    const Parameter& parameter(int index) const { return parameters_[static_cast<std::size_t>(index)]; }
    const Shape& input_shape() const { return nodes_.front().out; }
    const Shape& output_shape() const { return nodes_.back().out; }
    int last() const { return static_cast<int>(nodes_.size()) - 1; }
    int find(std::string_view name) const;             ///< index of the node of that name, or -1
    int find_module(std::string_view path) const;      ///< last node of that name or below it ("features.3", "features.3.conv.0"): the module's output, or -1
    /// Nodes that read `index` (the figure's arrows, liveness).
    std::vector<int> readers(int index) const;
    /// The last of the nodes that only rework this one's values: its batch norm, its activation.
    int layer_output(int layer) const;
    std::vector<int> parameter_indices(const Node& node) const;

private:
    std::string name_;
    std::vector<Node> nodes_;
    std::vector<Parameter> parameters_;
};

}  // namespace convbook
