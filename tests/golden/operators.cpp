// The checkers of convolutions, batch norm, activations and pooling: the forward result, and the gradients that a case also holds (gy is dL/dy).
#include "convbook/grad.h"
#include "golden/case.h"
#include "golden/planned.h"

namespace convbook::golden {
namespace {

PaddingMode padding_mode(const std::string& name) {
    if (name == "zeros") return PaddingMode::zeros;
    if (name == "reflect") return PaddingMode::reflect;
    if (name == "replicate") return PaddingMode::replicate;
    if (name == "circular") return PaddingMode::circular;
    throw Unsupported(message("golden: padding_mode \"", name, "\" is not known here."));
}

Padding conv_padding(const Case& c) {
    if (!c.has_argument("padding") || !c.argument("padding").is_string()) return c.pair("padding", Pair(0));
    const std::string rule = c.text("padding");
    if (rule == "same") return Padding::same();
    if (rule == "valid") return Padding::valid();
    throw Unsupported(message("golden: padding \"", rule, "\" is not known here."));
}

ConvParams conv_params(const Case& c) {
    return {.stride = c.pair("stride", Pair(1)),
            .padding = conv_padding(c),
            .dilation = c.pair("dilation", Pair(1)),
            .groups = c.integer("groups", 1),
            .mode = padding_mode(c.text("padding_mode", "zeros"))};
}

bool is_pointwise(const Tensor& w, const ConvParams& p) {
    const bool is_padded = p.padding.rule == Padding::Rule::sides && p.padding != Padding(0);
    return w.shape().h == 1 && w.shape().w == 1 && p.stride == Pair(1) && p.groups == 1 && !is_padded;
}

bool is_depthwise(const Tensor& x, const Tensor& w, const ConvParams& p) { return w.shape().c == 1 && p.groups == x.shape().c; }

/// The gradients of the special operations, where the case is one.
void compare_special_gradients(Case& c, const Tensor& x, const Tensor& w, const Tensor& gy, const ConvParams& params) {
    if (is_depthwise(x, w, params)) {
        c.compare_gradient(depthwise_conv2d_input_gradient(x.shape(), w, gy, params), "gx");
        c.compare_gradient(depthwise_conv2d_weight_gradient(x, w.shape(), gy, params), "gw");
    }
    if (is_pointwise(w, params)) {
        c.compare_gradient(pointwise_conv2d_input_gradient(x.shape(), w, gy), "gx");
        c.compare_gradient(pointwise_conv2d_weight_gradient(x, w.shape(), gy), "gw");
    }
}

PoolParams pool_params(const Case& c) {
    const Pair kernel = c.pair("kernel");
    return {.kernel = kernel,
            .stride = c.pair("stride", kernel),
            .padding = c.pair("padding", Pair(0)),
            .dilation = c.pair("dilation", Pair(1)),
            .ceil_mode = c.flag("ceil_mode", false),
            .count_include_pad = c.flag("count_include_pad", true),
            .divisor_override = c.integer("divisor_override", 0)};
}

/// A size of null keeps the input's.
Pair adaptive_size(const Case& c, const Shape& in) {
    const nlohmann::json& size = c.argument("output_size");
    if (!size.is_array() || size.size() != 2) return c.pair("output_size");
    return {size[0].is_null() ? in.h : integer_of(size[0], "output_size"), size[1].is_null() ? in.w : integer_of(size[1], "output_size")};
}

void compare_norm_gradients(Case& c, const BatchNormGradients& gradients) {
    c.compare_gradient(gradients.in, "gx");
    c.compare_gradient(gradients.weight, "gw");
    c.compare_gradient(gradients.bias, "gb");
}

Activation activation_of(const std::string& name) {
    for (const Activation a : {Activation::identity, Activation::relu, Activation::relu6, Activation::sigmoid, Activation::tanh, Activation::hardsigmoid,
                               Activation::hardswish, Activation::silu})
        if (name == to_string(a)) return a;
    throw Unsupported(message("golden: the activation \"", name, "\" is not known here."));
}

}  // namespace

void check_conv2d(Case& c) {
    const Tensor x = c.tensor("x"), w = c.tensor("w"), b = c.tensor_if_present("b");
    const ConvParams params = conv_params(c);
    c.compare(conv2d(x, w, b, params), "y");
    c.compare(planned_conv2d(x, w, b, params), "y");
    if (is_depthwise(x, w, params)) c.compare(depthwise_conv2d(x, w, b, params), "y");
    if (is_pointwise(w, params)) c.compare(pointwise_conv2d(x, w, b), "y");
    if (!c.has("gy")) return;
    const Tensor gy = c.tensor("gy");
    c.compare_gradient(conv2d_input_gradient(x.shape(), w, gy, params), "gx");
    c.compare_gradient(conv2d_weight_gradient(x, w.shape(), gy, params), "gw");
    c.compare_gradient(bias_gradient(gy), "gb");
    compare_special_gradients(c, x, w, gy, params);
}

void check_conv_transpose2d(Case& c) {
    const Tensor x = c.tensor("x"), w = c.tensor("w"), b = c.tensor_if_present("b");
    const ConvTransposeParams params{.stride = c.pair("stride", Pair(1)),
                                     .padding = c.pair("padding", Pair(0)),
                                     .output_padding = c.pair("output_padding", Pair(0)),
                                     .dilation = c.pair("dilation", Pair(1)),
                                     .groups = c.integer("groups", 1)};
    c.compare(conv_transpose2d(x, w, b, params), "y");
    if (!c.has("gy")) return;
    const Tensor gy = c.tensor("gy");
    c.compare_gradient(conv_transpose2d_input_gradient(x.shape(), w, gy, params), "gx");
    c.compare_gradient(conv_transpose2d_weight_gradient(x, w.shape(), gy, params), "gw");
    c.compare_gradient(bias_gradient(gy), "gb");
}

void check_batch_norm(Case& c) {
    const Tensor x = c.tensor("x"), mean = c.tensor("running_mean"), var = c.tensor("running_var"), w = c.tensor_if_present("w"),
                 b = c.tensor_if_present("b");
    BatchNormParams params{.eps = static_cast<float>(c.number("eps", 1e-5))};
    if (!c.flag("train", false)) {
        c.compare(batch_norm(x, mean, var, w, b, params), "y");
        if (c.has("gy")) compare_norm_gradients(c, batch_norm_gradient(x, mean, var, w, c.tensor("gy"), params));
        return;
    }
    params.momentum = static_cast<float>(c.number("momentum"));
    const BatchNormResult result = batch_norm_train(x, mean, var, w, b, params);
    c.compare(result.out, "y");
    c.compare(result.running_mean, "running_mean_after");
    c.compare(result.running_var, "running_var_after");
    if (c.has("gy")) compare_norm_gradients(c, batch_norm_train_gradient(x, result.batch_mean, result.batch_var, w, c.tensor("gy"), params));
}

void check_activation(Case& c) {
    const Tensor x = c.tensor("x"), gy = c.tensor_if_present("gy");
    const std::string op = c.text("op");
    const bool is_softmax = op == "softmax", has_axis = is_softmax || op == "log_softmax";
    if (has_axis) {
        const Axis axis = axis_of(x.shape(), c.integer("dim"));
        const Tensor y = is_softmax ? softmax(x, axis) : log_softmax(x, axis);
        c.compare(y, "y");
        if (!gy.is_empty()) c.compare_gradient(is_softmax ? softmax_gradient(y, gy, axis) : log_softmax_gradient(y, gy, axis), "gx");
    } else if (op == "leaky_relu") {
        const auto slope = static_cast<float>(c.number("negative_slope", 0.01));
        c.compare(leaky_relu(x, slope), "y");
        if (!gy.is_empty()) c.compare_gradient(leaky_relu_gradient(x, gy, slope), "gx");
    } else {
        c.compare(activate(x, activation_of(op)), "y");
        c.compare(planned(x, [&](OneLayer&) { return ActivationNode{activation_of(op)}; }), "y");
        if (!gy.is_empty()) c.compare_gradient(activation_gradient(x, activation_of(op), gy), "gx");
    }
}

void check_pool(Case& c) {
    const Tensor x = c.tensor("x"), gy = c.tensor_if_present("gy");
    const std::string op = c.text("op");
    const auto compare = [&](const Tensor& y, const Operation& operation, const auto& gradient) {
        c.compare(y, "y");
        c.compare(planned(x, [&](OneLayer&) { return operation; }), "y");
        if (!gy.is_empty()) c.compare_gradient(gradient(), "gx");
    };
    if (op == "max") compare(max_pool2d(x, pool_params(c)), MaxPoolNode{pool_params(c)}, [&] { return max_pool2d_gradient(x, gy, pool_params(c)); });
    else if (op == "avg") compare(avg_pool2d(x, pool_params(c)), AvgPoolNode{pool_params(c)}, [&] { return avg_pool2d_gradient(x.shape(), gy, pool_params(c)); });
    else if (op == "adaptive_avg") compare(adaptive_avg_pool2d(x, adaptive_size(c, x.shape())), AdaptiveAvgPoolNode{adaptive_size(c, x.shape())}, [&] { return adaptive_avg_pool2d_gradient(x.shape(), gy); });
    else throw Unsupported(message("golden: the pooling \"", op, "\" is not known here."));
}

}  // namespace convbook::golden
