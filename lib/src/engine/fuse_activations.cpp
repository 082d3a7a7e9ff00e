// The pass that applies an activation before a value is stored for the first time.
#include <algorithm>

#include "engine/passes.h"

namespace convbook::engine {
namespace {

/// Has a last step of its own, and nothing is in it yet.
bool can_finish(const Layer& layer) {
    const Operation& op = layer.operation;
    const bool has_epilogue = std::holds_alternative<Conv2dNode>(op) || std::holds_alternative<BatchNormNode>(op) || std::holds_alternative<LinearNode>(op) || std::holds_alternative<AddNode>(op) ||
                              std::holds_alternative<ScaleChannelsNode>(op) || std::holds_alternative<MaxPoolNode>(op) || std::holds_alternative<AvgPoolNode>(op);
    return has_epilogue && layer.activation == Activation::identity;
}

/// The activation behind a concatenation becomes that of every input, if each has no other reader.
bool push_through_concat(Program& program, int activation_layer, Activation activation) {
    const int concat = program.layer(activation_layer).inputs[0];
    if (!std::holds_alternative<ConcatNode>(program.layer(concat).operation) || program.only_reader(concat) != activation_layer) return false;
    const std::vector<int> inputs = program.layer(concat).inputs;
    const bool can = std::all_of(inputs.begin(), inputs.end(), [&](int input) { return can_finish(program.layer(input)) && program.only_reader(input) == concat; });
    if (!can) return false;
    for (const int input : inputs) program.layer(input).activation = activation;
    program.absorb(concat, activation_layer);
    return true;
}

}  // namespace

bool is_epilogue(Activation activation) {
    return activation == Activation::identity || activation == Activation::relu || activation == Activation::relu6 || activation == Activation::hardsigmoid || activation == Activation::hardswish;
}

void fuse_activations(Program& program) {
    for (int i = 1; i <= program.last(); ++i) {
        const auto* node = std::get_if<ActivationNode>(&program.layer(i).operation);
        if (program.layer(i).is_gone || !node || !is_epilogue(node->activation)) continue;
        const Activation activation = node->activation;
        if (push_through_concat(program, i, activation)) continue;
        const int before = program.layer(i).inputs[0];
        if (!can_finish(program.layer(before)) || program.only_reader(before) != i) continue;
        program.absorb(before, i);
        program.layer(i).activation = activation;
    }
}

}  // namespace convbook::engine
