// What several networks are built from: the convolution block, the classifier and the channel rule.
// Leaves out the networks themselves, which stand one to a file.
#include "nets/blocks.h"

#include <algorithm>
#include <cmath>

namespace convbook {
namespace {

constexpr int kLargestResolution = 8192;  // a larger photo needs gigabytes in the first block and is a typing error
constexpr double kLargestScale = 16;      // sixteen times the paper's channels: 256 times its weights

int append_batch_norm(Graph& graph, int input, const std::string& name, const std::string& block, const NetOptions& options) {
    const Shape channels = Shape::of({graph.node(input).out.c});
    BatchNormNode norm;
    norm.params.eps = options.conventions.bn_eps > 0 ? options.conventions.bn_eps : 1e-5f;
    norm.weight = graph.add_parameter(name + ".weight", channels);
    norm.bias = graph.add_parameter(name + ".bias", channels);
    norm.mean = graph.add_parameter(name + ".running_mean", channels);
    norm.var = graph.add_parameter(name + ".running_var", channels);
    return graph.append({name, block, norm, {input}, {}});
}

/// The module a reader would point at: "features.3.conv.0" belongs to "features.3", "stage2.0.dw" to "stage2.0", "stem.0" to "stem".
std::string block_of(const std::string& path) {
    const auto inner = path.find(".conv.");
    if (inner != std::string::npos) return path.substr(0, inner);
    const bool is_in_list = path.starts_with("features") || path.starts_with("stage") || path.starts_with("layer");
    const auto first = path.find('.');
    return path.substr(0, first == std::string::npos || !is_in_list ? first : path.find('.', first + 1));
}

/// One half of a squeeze-and-excitation, as a linear layer or as a 1x1 convolution.
int append_excite_layer(Graph& graph, int input, const std::string& name, int outputs, const SqueezeExciteParams& params) {
    if (!params.is_convolution) return append_linear(graph, input, name, block_of(name), {.outputs = outputs, .has_bias = params.has_bias});
    return append_biased_conv(graph, input, name, {.cout = outputs, .k = 1});
}

}  // namespace

int make_divisible(double value, int divisor) {
    // Round to the nearest multiple
    const int steps = static_cast<int>(value / divisor + 0.5);
    const int nearest = std::max(divisor, steps * divisor);
    // Round up instead if that lost more than 10 %
    return nearest < 0.9 * value ? nearest + divisor : nearest;
}

Padding same_padding(int k, const NetOptions& options) { return options.conventions.pads_as_tensorflow ? Padding::tf_same() : Padding(k / 2); }

int append_conv_and_norm(Graph& graph, int input, const std::string& conv_name, const std::string& norm_name, const ConvBlockParams& params,
                         const NetOptions& options) {
    const std::string block = block_of(conv_name);
    const bool is_folded = !options.conventions.has_batch_norm;
    Conv2dNode conv;
    conv.params.stride = params.stride;
    conv.params.padding = same_padding(params.k, options);
    conv.params.groups = params.groups;
    conv.weight = graph.add_parameter(conv_name + ".weight", Shape(params.cout, graph.node(input).out.c / params.groups, params.k, params.k));
    if (is_folded) conv.bias = graph.add_parameter(conv_name + ".bias", Shape::of({params.cout}));
    const int convolved = graph.append({conv_name, block, conv, {input}, {}});
    return is_folded ? convolved : append_batch_norm(graph, convolved, norm_name, block, options);
}

int append_conv_block(Graph& graph, int input, const std::string& prefix, const ConvBlockParams& params, const NetOptions& options) {
    const int last = append_conv_and_norm(graph, input, prefix + ".0", prefix + ".1", params, options);
    if (params.activation == Activation::identity) return last;
    return graph.append({prefix + ".2", block_of(prefix), ActivationNode{params.activation}, {last}, {}});
}

int append_biased_conv(Graph& graph, int input, const std::string& name, const BiasedConvParams& params) {
    Conv2dNode conv;
    conv.params.stride = params.stride;
    conv.params.padding = params.padding;
    conv.params.groups = params.groups;
    conv.weight = graph.add_parameter(name + ".weight", Shape(params.cout, graph.node(input).out.c / params.groups, params.k, params.k));
    conv.bias = graph.add_parameter(name + ".bias", Shape::of({params.cout}));
    return graph.append({name, block_of(name), conv, {input}, {}});
}

int append_activation(Graph& graph, int input, const std::string& name, Activation activation) {
    return graph.append({name, block_of(name), ActivationNode{activation}, {input}, {}});
}

int append_max_pool(Graph& graph, int input, const std::string& name, const PoolParams& params) {
    return graph.append({name, block_of(name), MaxPoolNode{params}, {input}, {}});
}

int append_global_pool(Graph& graph, int input, const std::string& name) {
    return graph.append({name, block_of(name), AdaptiveAvgPoolNode{1}, {input}, {}});
}

int append_linear(Graph& graph, int input, const std::string& name, const std::string& block, const LinearParams& params) {
    LinearNode linear;
    linear.weight = graph.add_parameter(name + ".weight", Shape::of({params.outputs, graph.node(input).out.w}));
    if (params.has_bias) linear.bias = graph.add_parameter(name + ".bias", Shape::of({params.outputs}));
    return graph.append({name, block, linear, {input}, {}});
}

int append_squeeze_excite(Graph& graph, int input, const std::string& prefix, const SqueezeExciteParams& params) {
    // Squeeze: one number a channel
    int gate = append_global_pool(graph, input, prefix + ".avgpool");
    if (!params.is_convolution) gate = graph.append({prefix + ".flatten", block_of(prefix + "."), FlattenNode{}, {gate}, {}});
    // Excite: through a narrow layer and back, to one factor a channel
    gate = append_excite_layer(graph, gate, prefix + ".fc1", params.mid, params);
    gate = append_activation(graph, gate, prefix + ".activation", Activation::relu);
    gate = append_excite_layer(graph, gate, prefix + ".fc2", graph.node(input).out.c, params);
    gate = append_activation(graph, gate, prefix + ".scale_activation", params.gate);
    return graph.append({prefix + ".scale", block_of(prefix + "."), ScaleChannelsNode{}, {input, gate}, {}});
}

bool has_classifier(const std::string& net, const NetOptions& options) {
    CONVBOOK_REQUIRE(options.classes >= 0, net, ": classes is 1 or more, or 0 for the features only; classes=", options.classes, ".");
    return options.classes > 0;
}

int append_classifier(Graph& graph, int input, const ClassifierNames& names, const NetOptions& options) {
    if (!has_classifier(graph.name(), options)) return input;
    // One number a channel
    int last = graph.append({"pool", "classifier", AdaptiveAvgPoolNode{1}, {input}, {}});
    last = graph.append({"flatten", "classifier", FlattenNode{}, {last}, {}});
    // One number a class
    if (!names.dropout.empty()) last = graph.append({names.dropout, "classifier", DropoutNode{}, {last}, {}});
    return append_linear(graph, last, names.linear, "classifier", {.outputs = options.classes, .has_bias = names.has_bias});
}

Shape image_shape(const std::string& net, const NetOptions& options) {
    CONVBOOK_REQUIRE(options.resolution >= 1 && options.resolution <= kLargestResolution, net, ": the resolution lies in 1..", kLargestResolution,
                     "; resolution=", options.resolution, ". The paper's is 224.");
    return Shape(1, 3, options.resolution, options.resolution);
}

void require_scale(const std::string& net, const std::string& what, double scale) {
    CONVBOOK_REQUIRE(std::isfinite(scale) && scale > 0 && scale <= kLargestScale, net, ": ", what, " is a factor on the channels in (0, ", kLargestScale, "]; ", what,
                     "=", scale, ". The paper's network has 1.");
}

}  // namespace convbook
