// Runs a Graph. This is the interpreter: node by node through ops.h, which picks the fastest kernel this CPU has.
#pragma once
#include <functional>
#include <vector>

#include "convbook/weights.h"

namespace convbook {

/// Called after each node with its index; return false to stop (run_keeping then returns what it has).
using RunProgress = std::function<bool(int node)>;

/// What one run left behind: every activation, and how long each node took.
struct Run {
    std::vector<Tensor> activations;    ///< by node; empty where the run was stopped before it
    std::vector<double> milliseconds;   ///< by node, wall clock
    bool is_complete = false;
    const Tensor& output() const { return activations.back(); }
    double total_ms() const;
};
/// Keeps every activation (the figures, feature maps, tests).
Run run_keeping(const Graph& graph, const Weights& weights, TensorView input, const RunProgress& progress = {});
/// Frees each activation after its last reader; the output only. `milliseconds`, if given, receives each node's time.
Tensor run(const Graph& graph, const Weights& weights, TensorView input, std::vector<double>* milliseconds = nullptr);

struct Prediction { int index; float probability; };
/// softmax(logits), the `count` largest first.
std::vector<Prediction> top_predictions(TensorView logits, int count = 5);

}  // namespace convbook
