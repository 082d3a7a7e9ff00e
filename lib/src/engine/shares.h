// How several threads share a step. Leaves out which stages are a step (steps.h) and what a thread fetches ahead (look_ahead.h).
#pragma once
#include "engine/steps.h"

namespace convbook::engine {

/// What one of the threads makes of a step; the others make the rest.
using Share = std::vector<Part>;
/// Of one thread, one a step.
std::vector<Share> deal_out(const BlockedProgram& program, const std::vector<Step>& steps, int thread, int threads);

}  // namespace convbook::engine
