// The way there: each node as in training. Batch norm and dropout differ from a network in use; everything else is the interpreter's.
// Leaves out the way back (backward.cpp).
#include <algorithm>

#include "convbook/train.h"
#include "engine/checks.h"
#include "engine/node.h"

namespace convbook {
namespace {

TensorView parameter(const Weights& weights, int index) { return index < 0 ? TensorView{} : TensorView(weights.at(index)); }

/// Normalises by the batch, moves the running statistics and remembers the batch's, of the node that comes next.
void train_norm(const BatchNormNode& norm, Weights& weights, TensorView in, TrainingRun& run) {
    BatchNormResult result = batch_norm_train(in, weights.at(norm.mean), weights.at(norm.var), parameter(weights, norm.weight), parameter(weights, norm.bias), norm.params);
    weights.at(norm.mean) = std::move(result.running_mean);
    weights.at(norm.var) = std::move(result.running_var);
    run.means[run.activations.size()] = std::move(result.batch_mean);
    run.vars[run.activations.size()] = std::move(result.batch_var);
    run.activations.push_back(std::move(result.out));
}

Tensor multiplied(TensorView in, TensorView mask) {
    Tensor out(in.shape);
    std::transform(in.values().begin(), in.values().end(), mask.data, out.data(), std::multiplies<>());
    return out;
}

}  // namespace

Frozen parameters_below(const Graph& graph, std::string_view path) {
    Frozen frozen;
    for (int i = 0; i < static_cast<int>(graph.parameters().size()); ++i) {
        const std::string_view name = graph.parameter(i).name;
        if (name.starts_with(path) && (path.empty() || name.size() == path.size() || name[path.size()] == '.')) frozen.insert(i);
    }
    return frozen;
}

TrainingRun run_training(const Graph& graph, Weights& weights, TensorView input, Random& random, const Frozen& frozen) {
    engine::check_weights(graph, weights);
    engine::check_input(graph.name(), graph.input_shape(), input);
    TrainingRun run;
    for (std::vector<Tensor>* const of_nodes : {&run.masks, &run.means, &run.vars}) of_nodes->resize(graph.nodes().size());
    for (const Node& node : graph.nodes()) {
        std::vector<TensorView> in;
        for (const int i : node.inputs) in.push_back(run.activations[static_cast<std::size_t>(i)]);
        if (node.inputs.empty()) in.push_back(input);
        const auto* norm = std::get_if<BatchNormNode>(&node.operation);
        const auto* drop = std::get_if<DropoutNode>(&node.operation);
        if (norm && !frozen.contains(norm->mean)) {
            train_norm(*norm, weights, in[0], run);
        } else if (drop) {
            Tensor& mask = run.masks[run.activations.size()];
            mask = dropout(Tensor(in[0].shape, 1.0f), drop->p, true, random);
            run.activations.push_back(multiplied(in[0], mask));
        } else {
            run.activations.push_back(engine::run_node(graph, weights, node, in));
        }
    }
    return run;
}

}  // namespace convbook
