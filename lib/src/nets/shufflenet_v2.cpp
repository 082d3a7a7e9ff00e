// ShuffleNet v2: half of the channels pass a unit untouched, as the paper's figure 3 (c, d) and table 5 have it, under torchvision's names.
// Leaves out weights (io/) and the shared pieces (blocks.cpp). Ma et al. 2018, arXiv:1807.11164
#include <string>

#include "nets/blocks.h"

namespace convbook {
namespace {

/// Table 5: channels of stages 2 to 4 and of conv5.
struct ShuffleNetV2Row { double scale; int stage2, conv5; };
const ShuffleNetV2Row& row_of(double scale) {
    static constexpr ShuffleNetV2Row rows[] = {{0.5, 48, 1024}, {1.0, 116, 1024}, {1.5, 176, 1024}, {2.0, 244, 2048}};
    for (const ShuffleNetV2Row& row : rows)
        if (row.scale == scale) return row;
    throw Error(message("shufflenet_v2: table 5 has the scales 0.5, 1, 1.5 and 2; scale=", scale, ". Choose one of them."));
}

/// 1x1 with ReLU, depthwise 3x3 without, 1x1 with: the right branch of both units.
int append_main_branch(Graph& graph, int input, const std::string& p, const ConvBlockParams& unit, const NetOptions& options) {
    int x = append_conv_and_norm(graph, input, p + ".0", p + ".1", {.cout = unit.cout, .k = 1}, options);
    x = append_activation(graph, x, p + ".2", Activation::relu);
    x = append_conv_and_norm(graph, x, p + ".3", p + ".4", {.cout = unit.cout, .stride = unit.stride, .groups = unit.cout}, options);
    x = append_conv_and_norm(graph, x, p + ".5", p + ".6", {.cout = unit.cout, .k = 1}, options);
    return append_activation(graph, x, p + ".7", Activation::relu);
}

/// Figure 3 (d): the left branch shrinks the image too.
int append_shrinking_branch(Graph& graph, int input, const std::string& p, int cout, const NetOptions& options) {
    const int channels = graph.node(input).out.c;
    int x = append_conv_and_norm(graph, input, p + ".0", p + ".1", {.cout = channels, .stride = 2, .groups = channels}, options);
    x = append_conv_and_norm(graph, x, p + ".2", p + ".3", {.cout = cout, .k = 1}, options);
    return append_activation(graph, x, p + ".4", Activation::relu);
}

int append_unit(Graph& graph, int input, const std::string& prefix, int cout, int stride, const NetOptions& options) {
    const int half = cout / 2;
    int left = input, right = input;
    // Split the channels, or shrink both copies
    if (stride == 1) {
        left = graph.append({prefix + ".split.0", prefix, SliceNode{0, half}, {input}, {}});
        right = graph.append({prefix + ".split.1", prefix, SliceNode{half, half}, {input}, {}});
    } else {
        left = append_shrinking_branch(graph, input, prefix + ".branch1", half, options);
    }
    right = append_main_branch(graph, right, prefix + ".branch2", {.cout = half, .stride = stride}, options);
    // Join and shuffle, so that the next unit splits otherwise
    const int joined = graph.append({prefix + ".concat", prefix, ConcatNode{}, {left, right}, {}});
    return graph.append({prefix + ".shuffle", prefix, ShuffleNode{2}, {joined}, {}});
}

}  // namespace

Graph shufflenet_v2(double scale, const NetOptions& options) {
    const ShuffleNetV2Row& row = row_of(scale);
    Graph graph("shufflenet_v2", image_shape("shufflenet_v2", options));
    // Stem: a convolution and a max pool, each of stride 2
    int last = append_conv_block(graph, 0, "conv1", {.cout = 24, .stride = 2, .activation = Activation::relu}, options);
    last = append_max_pool(graph, last, "maxpool", {.kernel = 3, .stride = 2, .padding = same_padding(3, options)});
    // Stages 2 to 4: 4, 8 and 4 units, the first of each with stride 2
    int cout = row.stage2;
    for (const auto& [stage, units] : {std::pair{2, 4}, {3, 8}, {4, 4}}) {
        for (int i = 0; i < units; ++i) last = append_unit(graph, last, "stage" + std::to_string(stage) + "." + std::to_string(i), cout, i == 0 ? 2 : 1, options);
        cout *= 2;
    }
    // Head
    last = append_conv_block(graph, last, "conv5", {.cout = row.conv5, .k = 1, .activation = Activation::relu}, options);
    append_classifier(graph, last, {.dropout = "", .linear = "fc"}, options);
    return graph;
}

}  // namespace convbook
