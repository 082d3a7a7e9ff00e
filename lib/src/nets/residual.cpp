// Stem, four groups of residual blocks, classifier, under torchvision's names; the stride of a bottleneck is in its 3x3 convolution, as torchvision has it, or in its first.
// Leaves out which network has how many of them. He et al. 2016, arXiv:1512.03385, table 1 and figure 5
#include "nets/residual.h"

#include <string>

namespace convbook {
namespace {

struct BlockShape { int width = 64, cout = 64, stride = 1; };

/// A convolution and its batch norm under torchvision's names, prefix.conv1 and prefix.bn1.
int append_numbered(Graph& graph, int input, const std::string& prefix, int number, const ConvBlockParams& params, const NetOptions& options) {
    const std::string n = std::to_string(number);
    const int last = append_conv_and_norm(graph, input, prefix + ".conv" + n, prefix + ".bn" + n, params, options);
    return params.activation == Activation::identity ? last : append_activation(graph, last, prefix + ".relu" + n, params.activation);
}

/// Figure 5, left: two 3x3 convolutions.
int append_basic_body(Graph& graph, int input, const std::string& prefix, const BlockShape& shape, const NetOptions& options) {
    const int x = append_numbered(graph, input, prefix, 1, {.cout = shape.width, .stride = shape.stride, .activation = Activation::relu}, options);
    return append_numbered(graph, x, prefix, 2, {.cout = shape.cout, .activation = Activation::identity}, options);
}

/// Figure 5, right: narrow, filter, widen.
int append_bottleneck_body(Graph& graph, int input, const std::string& prefix, const BlockShape& shape, int groups, const NetOptions& options) {
    const int first = options.strides_first ? shape.stride : 1, second = options.strides_first ? 1 : shape.stride;
    int x = append_numbered(graph, input, prefix, 1, {.cout = shape.width, .k = 1, .stride = first, .activation = Activation::relu}, options);
    x = append_numbered(graph, x, prefix, 2, {.cout = shape.width, .stride = second, .groups = groups, .activation = Activation::relu}, options);
    return append_numbered(graph, x, prefix, 3, {.cout = shape.cout, .k = 1, .activation = Activation::identity}, options);
}

int append_residual_block(Graph& graph, int input, const std::string& prefix, const BlockShape& shape, const ResidualParams& params, const NetOptions& options) {
    // Body
    int x = params.has_bottleneck ? append_bottleneck_body(graph, input, prefix, shape, params.groups, options) : append_basic_body(graph, input, prefix, shape, options);
    if (params.reduction > 0) x = append_squeeze_excite(graph, x, prefix + ".se", {.mid = shape.cout / params.reduction, .has_bias = options.has_se_bias});
    // Shortcut: projected where the shapes differ
    const bool is_projected = shape.stride != 1 || graph.node(input).out.c != shape.cout;
    int shortcut = input;
    if (is_projected)
        shortcut = append_conv_and_norm(graph, input, prefix + ".downsample.0", prefix + ".downsample.1", {.cout = shape.cout, .k = 1, .stride = shape.stride}, options);
    x = graph.append({prefix + ".add", prefix, AddNode{}, {x, shortcut}, {}});
    return append_activation(graph, x, prefix + ".relu", Activation::relu);
}

}  // namespace

Graph residual_network(const std::string& name, const ResidualParams& params, const NetOptions& options) {
    Graph graph(name, image_shape(name, options));
    // Stem: a 7x7 convolution and a max pool, each of stride 2
    int last = append_conv_and_norm(graph, 0, "conv1", "bn1", {.cout = 64, .k = 7, .stride = 2}, options);
    last = append_activation(graph, last, "relu", Activation::relu);
    last = append_max_pool(graph, last, "maxpool", {.kernel = 3, .stride = 2, .padding = same_padding(3, options)});
    // conv2_x to conv5_x: twice the channels and half the side at each step
    for (std::size_t group = 0; group < params.repeats.size(); ++group) {
        const int planes = 64 << group;
        for (int i = 0; i < params.repeats[group]; ++i) {
            const BlockShape shape{.width = planes * params.width_factor, .cout = params.has_bottleneck ? 4 * planes : planes, .stride = group > 0 && i == 0 ? 2 : 1};
            last = append_residual_block(graph, last, "layer" + std::to_string(group + 1) + "." + std::to_string(i), shape, params, options);
        }
    }
    append_classifier(graph, last, {.dropout = "", .linear = "fc"}, options);
    return graph;
}

}  // namespace convbook
