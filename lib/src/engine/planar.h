// One layer through ops.h, on planar tensors: what a plan does where the blocked kernels know no way, and everywhere while channels are not blocked.
// Leaves out plans (plan.cpp).
#pragma once
#include <span>

#include "engine/program.h"

namespace convbook::engine {

/// A layer with weights of its own, so that it outlives the program.
class PlanarLayer {
public:
    explicit PlanarLayer(const Layer& layer);
    /// inputs, then gate and addend if the layer has them.
    Tensor run(std::span<const TensorView> inputs, TensorView gate, TensorView addend) const;

private:
    Operation operation_;
    Tensor weight_, bias_;
    Activation activation_;
};

}  // namespace convbook::engine
