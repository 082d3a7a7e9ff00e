// The checkers of convolutions, batch norm, activations and pooling. Forward only: the gradients that a case also holds are another group's business.
#include "golden/case.h"

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

/// y by conv2d and, where the case is one, by the special operation too.
void compare_convolution(Case& c) {
    const Tensor x = c.tensor("x"), w = c.tensor("w"), b = c.tensor_if_present("b");
    const ConvParams params = conv_params(c);
    c.compare(conv2d(x, w, b, params), "y");
    if (w.shape().c == 1 && params.groups == x.shape().c) c.compare(depthwise_conv2d(x, w, b, params), "y");
    if (is_pointwise(w, params)) c.compare(pointwise_conv2d(x, w, b), "y");
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

Activation activation_of(const std::string& name) {
    for (const Activation a : {Activation::identity, Activation::relu, Activation::relu6, Activation::sigmoid, Activation::tanh, Activation::hardsigmoid,
                               Activation::hardswish, Activation::silu})
        if (name == to_string(a)) return a;
    throw Unsupported(message("golden: the activation \"", name, "\" is not known here."));
}

}  // namespace

void check_conv2d(Case& c) { compare_convolution(c); }

void check_conv2d_grad(Case& c) {
    compare_convolution(c);
    c.leave_unchecked("golden: the forward result was compared, the gradients of conv2d cannot be computed yet.");
}

void check_conv_transpose2d(Case& c) {
    const Tensor x = c.tensor("x"), w = c.tensor("w"), b = c.tensor_if_present("b");
    c.compare(conv_transpose2d(x, w, b,
                               {.stride = c.pair("stride", Pair(1)),
                                .padding = c.pair("padding", Pair(0)),
                                .output_padding = c.pair("output_padding", Pair(0)),
                                .dilation = c.pair("dilation", Pair(1)),
                                .groups = c.integer("groups", 1)}),
              "y");
}

void check_batch_norm(Case& c) {
    const Tensor x = c.tensor("x"), mean = c.tensor("running_mean"), var = c.tensor("running_var"), w = c.tensor_if_present("w"),
                 b = c.tensor_if_present("b");
    BatchNormParams params{.eps = static_cast<float>(c.number("eps", 1e-5))};
    if (!c.flag("train", false)) {
        c.compare(batch_norm(x, mean, var, w, b, params), "y");
        return;
    }
    params.momentum = static_cast<float>(c.number("momentum"));
    const BatchNormResult result = batch_norm_train(x, mean, var, w, b, params);
    c.compare(result.out, "y");
    c.compare(result.running_mean, "running_mean_after");
    c.compare(result.running_var, "running_var_after");
}

void check_activation(Case& c) {
    const Tensor x = c.tensor("x");
    const std::string op = c.text("op");
    if (op == "softmax") c.compare(softmax(x, axis_of(x.shape(), c.integer("dim"))), "y");
    else if (op == "log_softmax") c.compare(log_softmax(x, axis_of(x.shape(), c.integer("dim"))), "y");
    else if (op == "leaky_relu") c.compare(leaky_relu(x, static_cast<float>(c.number("negative_slope", 0.01))), "y");
    else c.compare(activate(x, activation_of(op)), "y");
}

void check_pool(Case& c) {
    const Tensor x = c.tensor("x");
    const std::string op = c.text("op");
    if (op == "max") c.compare(max_pool2d(x, pool_params(c)), "y");
    else if (op == "avg") c.compare(avg_pool2d(x, pool_params(c)), "y");
    else if (op == "adaptive_avg") c.compare(adaptive_avg_pool2d(x, adaptive_size(c, x.shape())), "y");
    else throw Unsupported(message("golden: the pooling \"", op, "\" is not known here."));
}

}  // namespace convbook::golden
