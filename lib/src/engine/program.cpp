// Lowers a graph into a program and answers who reads whom. Leaves out every optimisation (passes.h).
#include "engine/program.h"

#include <algorithm>
#include <cmath>

namespace convbook::engine {
namespace {

/// A node's value for one image of a batch; a matrix holds a row an image.
Shape of_one_image(Shape shape) {
    (shape.rank == 2 ? shape.h : shape.n) = 1;
    return shape;
}

/// Does the node hand its input on as it is?
bool is_identity(const Graph& graph, const Node& node) {
    const Operation& op = node.operation;
    if (std::holds_alternative<DropoutNode>(op)) return true;
    if (const auto* activation = std::get_if<ActivationNode>(&op)) return activation->activation == Activation::identity;
    if (std::holds_alternative<AdaptiveAvgPoolNode>(op)) return graph.node(node.inputs[0]).out == node.out;
    if (!std::holds_alternative<FlattenNode>(op)) return false;
    const Shape in = of_one_image(graph.node(node.inputs[0]).out);
    return in.rank == 2 || in.h * in.w == 1;
}

/// A batch norm in inference: out = in * weight + bias.
void set_batch_norm(Program& program, Layer& layer, const BatchNormNode& norm, const Weights& weights) {
    const TensorView mean = weights.at(norm.mean), var = weights.at(norm.var);
    Tensor factor(Shape::of({layer.out.c})), shift(Shape::of({layer.out.c}));
    for (int c = 0; c < layer.out.c; ++c) {
        const float weight = norm.weight < 0 ? 1.0f : weights.at(norm.weight).data()[c], bias = norm.bias < 0 ? 0.0f : weights.at(norm.bias).data()[c];
        factor.data()[c] = weight / std::sqrt(var.data[c] + norm.params.eps);
        shift.data()[c] = bias - mean.data[c] * factor.data()[c];
    }
    layer.weight = program.keep(std::move(factor));
    layer.bias = program.keep(std::move(shift));
}

void set_weights(Program& program, Layer& layer, const Weights& weights) {
    const auto view = [&](int index) { return index < 0 ? TensorView{} : TensorView(weights.at(index)); };
    if (const auto* conv = std::get_if<Conv2dNode>(&layer.operation)) layer.weight = view(conv->weight), layer.bias = view(conv->bias);
    if (const auto* linear = std::get_if<LinearNode>(&layer.operation)) layer.weight = view(linear->weight), layer.bias = view(linear->bias);
    if (const auto* norm = std::get_if<BatchNormNode>(&layer.operation)) set_batch_norm(program, layer, *norm, weights);
}

}  // namespace

std::vector<int> Program::readers(int index) const {
    std::vector<int> found;
    for (int i = index + 1; i <= last(); ++i) {
        const Layer& reader = layer(i);
        const bool reads = reader.gate == index || reader.addend == index || std::find(reader.inputs.begin(), reader.inputs.end(), index) != reader.inputs.end();
        if (reads && !reader.is_gone) found.push_back(i);
    }
    return found;
}

int Program::only_reader(int index) const {
    const std::vector<int> found = readers(index);
    return index != last() && found.size() == 1 ? found.front() : -1;
}

void Program::absorb(int earlier, int later) {
    Layer merged = layer(earlier);
    merged.name = layer(later).name;
    merged.nodes.insert(merged.nodes.end(), layer(later).nodes.begin(), layer(later).nodes.end());
    merged.out = layer(later).out;
    layer(later) = std::move(merged);
    layer(earlier).is_gone = true;
}

Program lower(const Graph& graph, const Weights& weights) {
    Program program;
    std::vector<int> value_of(graph.nodes().size());  // the layer whose value a node leaves
    for (int i = 0; i <= graph.last(); ++i) {
        const Node& node = graph.node(i);
        const auto at = static_cast<std::size_t>(i);
        if (i > 0 && is_identity(graph, node)) {
            value_of[at] = value_of[static_cast<std::size_t>(node.inputs[0])];
            program.layer(value_of[at]).nodes.push_back(i);
            continue;
        }
        Layer layer{node.name, {i}, node.operation, {}, {}, {}, {}, -1, -1, Activation::identity, of_one_image(node.out)};
        for (int input : node.inputs) {
            // A linear layer reads a row whether it is called flat or not
            const bool skips = std::holds_alternative<LinearNode>(node.operation) && std::holds_alternative<FlattenNode>(graph.node(input).operation);
            layer.inputs.push_back(value_of[static_cast<std::size_t>(skips ? graph.node(input).inputs[0] : input)]);
        }
        set_weights(program, layer, weights);
        program.layers.push_back(std::move(layer));
        value_of[at] = program.last();
    }
    // The result stands last
    if (value_of.back() != program.last()) {
        const int result = value_of.back();
        program.layers.erase(program.layers.begin() + result + 1, program.layers.end());
    }
    return program;
}

void drop_unread(Program& program) {
    for (int i = program.last() - 1; i > 0; --i) {
        if (program.readers(i).empty()) program.layer(i).is_gone = true;
    }
}

bool is_depthwise(const Program& program, const Layer& layer) {
    const auto* conv = std::get_if<Conv2dNode>(&layer.operation);
    return conv && conv->params.groups > 1 && conv->params.groups == program.layer(layer.inputs[0]).out.c;
}

bool is_plain_pointwise(const Layer& layer) {
    const auto* conv = std::get_if<Conv2dNode>(&layer.operation);
    if (!conv || layer.weight.shape.h != 1 || layer.weight.shape.w != 1 || !(conv->params.stride == Pair(1))) return false;
    const Padding& pad = conv->params.padding;
    return pad.rule != Padding::Rule::sides || (pad.top | pad.bottom | pad.left | pad.right) == 0;
}

}  // namespace convbook::engine
