// Activations: one formula a line, applied to every value of a tensor of any shape.
// Leaves out softmax, which looks at a whole axis (softmax.cpp).
#include "convbook/grad.h"

#include <algorithm>
#include <cmath>

#include "ops/checks.h"

namespace convbook {
namespace {

// Comparisons are written so that NaN comes out as NaN, as in PyTorch.
float relu_of(float x) { return x < 0.0f ? 0.0f : x; }
float relu6_of(float x) { return x < 0.0f ? 0.0f : x > 6.0f ? 6.0f : x; }
float sigmoid_of(float x) { return 1.0f / (1.0f + std::exp(-x)); }
float hardsigmoid_of(float x) { return relu6_of(x + 3.0f) / 6.0f; }

template <class Formula>
Tensor map(const char* operation, TensorView in, const Formula& formula) {
    CONVBOOK_REQUIRE(!in.is_absent(), operation, ": in is a tensor; got none. Pass the input.");
    Tensor out = Tensor::unset(in.shape);
    std::transform(in.values().begin(), in.values().end(), out.data(), formula);
    return out;
}

}  // namespace

Tensor relu(TensorView in) { return map("relu", in, relu_of); }
Tensor relu6(TensorView in) { return map("relu6", in, relu6_of); }
Tensor leaky_relu(TensorView in, float slope) {
    return map("leaky_relu", in, [=](float x) { return x > 0.0f ? x : slope * x; });
}
Tensor sigmoid(TensorView in) { return map("sigmoid", in, sigmoid_of); }
Tensor tanh(TensorView in) {
    return map("tanh", in, [](float x) { return std::tanh(x); });
}
Tensor hardsigmoid(TensorView in) { return map("hardsigmoid", in, hardsigmoid_of); }
Tensor hardswish(TensorView in) {
    return map("hardswish", in, [](float x) { return x * hardsigmoid_of(x); });
}
Tensor silu(TensorView in) {
    return map("silu", in, [](float x) { return x * sigmoid_of(x); });
}

const char* to_string(Activation activation) {
    switch (activation) {
        case Activation::identity: return "identity";
        case Activation::relu: return "relu";
        case Activation::relu6: return "relu6";
        case Activation::leaky_relu: return "leaky_relu";
        case Activation::sigmoid: return "sigmoid";
        case Activation::tanh: return "tanh";
        case Activation::hardsigmoid: return "hardsigmoid";
        case Activation::hardswish: return "hardswish";
        case Activation::silu: return "silu";
    }
    return "unknown";
}

Tensor activate(TensorView in, Activation activation) {
    switch (activation) {
        case Activation::identity: return map("identity", in, [](float x) { return x; });
        case Activation::relu: return relu(in);
        case Activation::relu6: return relu6(in);
        case Activation::leaky_relu: return leaky_relu(in);
        case Activation::sigmoid: return sigmoid(in);
        case Activation::tanh: return tanh(in);
        case Activation::hardsigmoid: return hardsigmoid(in);
        case Activation::hardswish: return hardswish(in);
        case Activation::silu: return silu(in);
    }
    throw Error(message("activate: unknown activation number ", static_cast<int>(activation), ". Use one of the names in Activation."));
}

namespace {

/// rule(x, g), value by value.
template <class Rule>
Tensor map_gradient(const char* operation, TensorView in, TensorView grad, const Rule& rule) {
    ops::require_tensor(operation, "in", in);
    ops::require_gradient(operation, grad, in.shape);
    Tensor gin = Tensor::unset(in.shape);
    std::transform(in.values().begin(), in.values().end(), grad.data, gin.data(), rule);
    return gin;
}
/// grad * slope(in).
template <class Slope>
Tensor chain(const char* operation, TensorView in, TensorView grad, const Slope& slope) {
    return map_gradient(operation, in, grad, [&](float x, float g) { return g * slope(x); });
}

// At a corner, where no slope exists, the one that PyTorch takes. A choice between two values, not a product with 0 or 1: compilers make a branch of that, and the sign of a
// value cannot be guessed.
float relu_rule(float x, float g) { return x <= 0.0f ? 0.0f : g; }
float relu6_rule(float x, float g) { return x <= 0.0f ? 0.0f : x >= 6.0f ? 0.0f : g; }
float sigmoid_slope(float x) { return sigmoid_of(x) * (1.0f - sigmoid_of(x)); }
float tanh_slope(float x) { return 1.0f - std::tanh(x) * std::tanh(x); }
float hardsigmoid_slope(float x) { return static_cast<float>((x > -3.0f) & (x < 3.0f)) / 6.0f; }
float hardswish_slope(float x) { return x < -3.0f ? 0.0f : x < 3.0f ? x / 3.0f + 0.5f : 1.0f; }
float silu_slope(float x) { return sigmoid_of(x) * (1.0f + x * (1.0f - sigmoid_of(x))); }

}  // namespace

Tensor leaky_relu_gradient(TensorView in, TensorView grad, float slope) {
    return chain("leaky_relu_gradient", in, grad, [=](float x) { return x > 0.0f ? 1.0f : slope; });
}

Tensor activation_gradient(TensorView in, Activation activation, TensorView grad) {
    constexpr const char* kName = "activation_gradient";
    switch (activation) {
        case Activation::identity: return chain(kName, in, grad, [](float) { return 1.0f; });
        case Activation::relu: return map_gradient(kName, in, grad, relu_rule);
        case Activation::relu6: return map_gradient(kName, in, grad, relu6_rule);
        case Activation::leaky_relu: return leaky_relu_gradient(in, grad);
        case Activation::sigmoid: return chain(kName, in, grad, sigmoid_slope);
        case Activation::tanh: return chain(kName, in, grad, tanh_slope);
        case Activation::hardsigmoid: return chain(kName, in, grad, hardsigmoid_slope);
        case Activation::hardswish: return chain(kName, in, grad, hardswish_slope);
        case Activation::silu: return chain(kName, in, grad, silu_slope);
    }
    throw Error(message("activation_gradient: unknown activation number ", static_cast<int>(activation), ". Use one of the names in Activation."));
}

}  // namespace convbook
