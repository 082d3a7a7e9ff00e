// An operator the fast way: a graph of that one layer, made a plan and run. Leaves out whole networks (networks.cpp).
#include "golden/planned.h"

#include "convbook/engine.h"

namespace convbook::golden {

Tensor planned(const Tensor& x, const std::function<Operation(OneLayer&)>& make) {
    OneLayer layer(x.shape());
    const Operation operation = make(layer);
    layer.graph.append({"layer", "", operation, {0}, {}});
    return Plan(layer.graph, Weights(std::move(layer.tensors)), {.threads = 2}).run(x);
}

int OneLayer::add(const std::string& name, const Tensor& tensor) {
    if (tensor.is_empty()) return -1;
    tensors.push_back(tensor);
    return graph.add_parameter(name, tensor.shape());
}

Tensor planned_conv2d(const Tensor& x, const Tensor& w, const Tensor& b, const ConvParams& params) {
    return planned(x, [&](OneLayer& layer) { return Conv2dNode{params, layer.add("weight", w), layer.add("bias", b)}; });
}

}  // namespace convbook::golden
