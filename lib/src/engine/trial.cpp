// One photo sent through a model with some steps broken, and how far two such runs lie apart layer by layer.
// Leaves out what each mistake does to the pixels (io/mistakes.cpp).
#include <algorithm>
#include <cmath>

#include "convbook/mistakes.h"

namespace convbook {
namespace {

bool has_batch_norms(const Graph& graph) {
    return std::ranges::any_of(graph.nodes(), [](const Node& node) { return std::holds_alternative<BatchNormNode>(node.operation); });
}

}  // namespace

Trial try_photo(const Model& model, const Image& photo, const Mistakes& mistakes, int top, const RunProgress& progress) {
    const bool is_training = mistakes.has(Mistake::eval);
    CONVBOOK_REQUIRE(!is_training || has_batch_norms(model.graph), "try_photo: breaking eval needs batch norms; ", model.graph.name(), ", as these weights have it, holds none: it was built "
                     "without them, or they are folded into its convolutions. Take weights whose batch norms are apart, or break another step.");
    Trial trial{preprocess(photo, with_mistakes(preprocess_of(model.conventions), mistakes)), {}, {}};
    trial.run = run_keeping(model.graph, model.weights, trial.steps.input, progress, is_training ? NormStatistics::batch : NormStatistics::running);
    if (trial.run.is_complete) trial.top = top_predictions(trial.run.output(), top);
    return trial;
}

double relative_difference(TensorView a, TensorView b) {
    CONVBOOK_REQUIRE(a.shape == b.shape, "relative_difference: both have one shape; a=", a.shape, ", b=", b.shape, ". Compare the same layer of one network.");
    double apart = 0, first = 0, second = 0;
    for (std::size_t i = 0; i < a.count(); ++i) {
        const double x = a.data[i], y = b.data[i];
        apart += (x - y) * (x - y), first += x * x, second += y * y;
    }
    return apart == 0 ? 0 : std::sqrt(apart) / (std::sqrt(first) + std::sqrt(second));
}

std::vector<LayerDifference> layer_differences(const Graph& graph, const Run& a, const Run& b) {
    std::vector<LayerDifference> layers;
    for (int i = 0; i <= graph.last(); ++i) {
        const Operation& operation = graph.node(i).operation;
        if (!std::holds_alternative<Conv2dNode>(operation) && !std::holds_alternative<LinearNode>(operation)) continue;
        const int output = graph.layer_output(i);
        layers.push_back({i, output, relative_difference(a.activations[static_cast<std::size_t>(output)], b.activations[static_cast<std::size_t>(output)])});
    }
    return layers;
}

const LayerDifference* first_divergence(std::span<const LayerDifference> layers) {
    const auto found = std::ranges::find_if(layers, &LayerDifference::is_visible);
    return found == layers.end() ? nullptr : &*found;
}

}  // namespace convbook
