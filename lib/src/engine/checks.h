// What the caller of an engine can get wrong, said before the first layer runs.
#pragma once
#include <string>

#include "convbook/weights.h"

namespace convbook::engine {

/// Throws convbook::Error if these are not as many weights as the graph has parameters.
void check_weights(const Graph& graph, const Weights& weights);
/// Throws convbook::Error unless the input is one image or several of the size that the network was built for.
void check_input(const std::string& name, const Shape& expected, TensorView input);

}  // namespace convbook::engine
