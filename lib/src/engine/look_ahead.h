// What each stage fetches while it multiplies: memory is idle then. Leaves out fetching (kernels/generic/blocked_pointwise.inl).
#pragma once
#include "engine/steps.h"

namespace convbook::engine {

/// Tells every stage the first weights of the next one, and tells pointwise stages to fetch, bit by bit, the weights of the linear layers behind them:
/// a linear layer reads each weight once, so that it takes as long as memory does. Weights must lie in the order of the stages.
void look_ahead(BlockedProgram& program, const std::vector<Step>& steps);

}  // namespace convbook::engine
