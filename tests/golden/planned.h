// An operator the fast way: a graph of that one layer, made a plan and run.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "convbook/graph.h"

namespace convbook::golden {

/// A graph under construction, and the values of its parameters.
struct OneLayer {
    Graph graph;
    std::vector<Tensor> tensors;
    explicit OneLayer(const Shape& input) : graph("layer", input) {}
    /// The parameter's index, or -1 for a tensor that is absent.
    int add(const std::string& name, const Tensor& tensor);
};

/// What a plan of `make`'s layer gives for x.
Tensor planned(const Tensor& x, const std::function<Operation(OneLayer&)>& make);
Tensor planned_conv2d(const Tensor& x, const Tensor& w, const Tensor& b, const ConvParams& params);

}  // namespace convbook::golden
