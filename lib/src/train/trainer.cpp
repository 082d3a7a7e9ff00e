// One step of training: forward, loss, backward, optimiser. Leaves out epochs, batches and what a program shows meanwhile.
#include <algorithm>

#include "convbook/train.h"

namespace convbook {
namespace {

/// Rows whose largest logit is the target's; of equal ones the first counts.
int count_right(const Tensor& logits, std::span<const int> labels) {
    int right = 0;
    for (int row = 0; row < logits.shape().h; ++row) {
        const float* first = &logits.data()[logits.shape().offset(0, 0, row, 0)];
        right += std::max_element(first, first + logits.shape().w) - first == labels[static_cast<std::size_t>(row)];
    }
    return right;
}

}  // namespace

Trainer::Trainer(Graph graph, Weights weights, const Optimiser::Rule& rule, std::uint64_t seed, Frozen frozen)
    : graph_(std::move(graph)), weights_(std::move(weights)), optimiser_(rule), random_(seed), frozen_(std::move(frozen)) {
    CONVBOOK_REQUIRE(graph_.output_shape().rank == 2, "Trainer: the network ends in a row of logits an image, [N,K]; ", graph_.name(), " ends in ", graph_.output_shape(),
                     ". Flatten its output.");
}

TrainingStep Trainer::step(TensorView images, std::span<const int> labels, float learning_rate, float label_smoothing) {
    const TrainingRun run = run_training(graph_, weights_, images, random_, frozen_);
    const Tensor& logits = run.output();
    const float loss = cross_entropy(logits, labels, Reduction::mean, label_smoothing);
    const Tensor grad = cross_entropy_gradient(logits, labels, Reduction::mean, label_smoothing);
    const Gradients gradients = backward(graph_, weights_, run, grad, frozen_);
    optimiser_.step(weights_, gradients.parameters, learning_rate);
    return {loss, count_right(logits, labels)};
}

}  // namespace convbook
