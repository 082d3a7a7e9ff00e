// What each stage fetches while it multiplies: memory is idle then. Leaves out fetching (kernels/generic/blocked_pointwise.inl).
#pragma once
#include "engine/shares.h"

namespace convbook::engine {

/// Tells pointwise stages to fetch, bit by bit, the weights of the linear layers behind them: a linear layer reads each weight once, so that it takes as
/// long as memory does. Weights must lie in the order of the stages.
void look_ahead(BlockedProgram& program, const std::vector<Step>& steps);

/// Tells every part of one thread's shares (deal_out) the first weights that the thread reads after it.
void look_ahead(const BlockedProgram& program, const std::vector<Step>& steps, std::vector<Share>& shares);

}  // namespace convbook::engine
