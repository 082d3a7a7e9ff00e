// One node of a Graph, run by itself in eval mode: what the interpreter and the training run share.
#pragma once
#include <span>

#include "convbook/weights.h"

namespace convbook::engine {

/// The node's operation over its inputs; an input node gives in[0].
Tensor run_node(const Graph& graph, const Weights& weights, const Node& node, std::span<const TensorView> in);

}  // namespace convbook::engine
