// What claims about passes that multiply less have in common: numbers on which no rounding can enter, and which steps a plan has.
// Leaves out the claims (winograd.cpp, strassen.cpp).
#pragma once
#include <algorithm>
#include <string>

#include "convbook/engine.h"
#include "lib/data.h"

namespace convbook::test {

inline Tensor small_integers(const Shape& shape, Random& random, int most) {
    Tensor tensor(shape);
    for (float& v : tensor.values()) v = static_cast<float>(random.integer(-most, most));
    return tensor;
}

inline Weights small_integers(const Graph& graph, Random& random) {
    std::vector<Tensor> tensors;
    for (const Parameter& parameter : graph.parameters()) tensors.push_back(small_integers(parameter.shape, random, 2));
    return Weights(std::move(tensors));
}

inline int steps_of_kind(const Plan& plan, const std::string& kind) {
    return static_cast<int>(std::count_if(plan.steps().begin(), plan.steps().end(), [&](const PlanStep& step) { return step.kind == kind; }));
}

}  // namespace convbook::test
