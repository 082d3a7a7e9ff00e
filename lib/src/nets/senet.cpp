// SE-ResNet-50 by the paper's table 1, and a small one of three basic blocks (figure 3) for images of 32 pixels.
// Leaves out the blocks shared with ResNet (residual.cpp). Hu et al. 2018, arXiv:1709.01507
#include <string>

#include "nets/residual.h"

namespace convbook {
namespace {

/// The narrow layer of an excitation over `channels`.
int squeezed_channels(const std::string& block, int channels, int reduction) {
    CONVBOOK_REQUIRE(reduction >= 1 && reduction <= channels, block, ": the reduction leaves at least one of the ", channels, " channels; reduction=", reduction,
                     ". Choose a smaller one, or a larger width.");
    return channels / reduction;
}

/// Figure 3: two 3x3 convolutions, squeeze-and-excitation, then the addition.
int append_se_block(Graph& graph, int input, const std::string& prefix, const ConvBlockParams& params, int reduction, const NetOptions& options) {
    const int cin = graph.node(input).out.c;
    int x = append_conv_block(graph, input, prefix + ".conv1", {.cout = params.cout, .stride = params.stride, .activation = Activation::relu}, options);
    x = append_conv_block(graph, x, prefix + ".conv2", {.cout = params.cout, .activation = Activation::identity}, options);
    x = append_squeeze_excite(graph, x, prefix, {.mid = squeezed_channels("se_resnet " + prefix, params.cout, reduction), .has_bias = options.has_se_bias});
    const ConvBlockParams projection{.cout = params.cout, .k = 1, .stride = params.stride, .activation = Activation::identity};
    const int shortcut = params.stride == 1 && cin == params.cout ? input : append_conv_block(graph, input, prefix + ".down", projection, options);
    x = graph.append({prefix + ".add", prefix, AddNode{}, {x, shortcut}, {}});
    return append_activation(graph, x, prefix + ".relu", Activation::relu);
}

}  // namespace

Graph se_resnet50(const NetOptions& options) {
    const int reduction = options.reduction == 0 ? 16 : options.reduction;
    squeezed_channels("se_resnet50 layer1", 256, reduction);
    return residual_network("se_resnet50", {.repeats = {3, 4, 6, 3}, .reduction = reduction}, options);
}

Graph se_resnet(const NetOptions& options) {
    constexpr int kLargestWidth = 4096;  // its last block would have 16384 channels
    const int width = options.width, reduction = options.reduction == 0 ? 4 : options.reduction;
    CONVBOOK_REQUIRE(width >= 1 && width <= kLargestWidth, "se_resnet: the width lies in 1..", kLargestWidth, "; width=", width, ".");
    Graph graph("se_resnet", image_shape("se_resnet", options));
    int last = append_conv_block(graph, 0, "stem", {.cout = width, .activation = Activation::relu}, options);
    last = append_se_block(graph, last, "block0", {.cout = width}, reduction, options);
    last = append_se_block(graph, last, "block1", {.cout = 2 * width, .stride = 2}, reduction, options);
    last = append_se_block(graph, last, "block2", {.cout = 4 * width, .stride = 2}, reduction, options);
    append_classifier(graph, last, {.dropout = "", .linear = "fc"}, options);
    return graph;
}

}  // namespace convbook
