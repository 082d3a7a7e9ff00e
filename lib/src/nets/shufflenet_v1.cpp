// ShuffleNet v1: units of grouped pointwise convolutions with a channel shuffle between them, as the paper's table 1 and figure 2 have them.
// Leaves out weights (io/) and the shared pieces (blocks.cpp). Zhang et al. 2018, arXiv:1707.01083
#include <algorithm>
#include <map>
#include <string>

#include "nets/blocks.h"

namespace convbook {
namespace {

struct ShuffleUnitParams { int cout = 0, stride = 1, mid = 0, first_groups = 1, groups = 1; };
int append_shuffle(Graph& graph, int input, const std::string& unit, int groups) {
    return groups > 1 ? graph.append({unit + ".shuffle", unit, ShuffleNode{groups}, {input}, {}}) : input;
}

/// Narrow with ReLU, shuffle so that the next grouped convolution sees channels of every group, filter, widen.
int append_main_branch(Graph& graph, int input, const std::string& prefix, int widened, const ShuffleUnitParams& p, const NetOptions& options) {
    int x = append_conv_block(graph, input, prefix + ".conv1", {.cout = p.mid, .k = 1, .groups = p.first_groups, .activation = Activation::relu}, options);
    x = append_shuffle(graph, x, prefix, p.groups);
    x = append_conv_block(graph, x, prefix + ".dw", {.cout = p.mid, .stride = p.stride, .groups = p.mid, .activation = Activation::identity}, options);
    return append_conv_block(graph, x, prefix + ".conv2", {.cout = widened, .k = 1, .groups = p.groups, .activation = Activation::identity}, options);
}

/// The same as its authors released it: the shuffle follows the depthwise convolution and deals the cards the other way, which is a shuffle of mid / g groups.
int append_megvii_branch(Graph& graph, int input, const std::string& prefix, int widened, const ShuffleUnitParams& p, const NetOptions& options) {
    const std::string first = prefix + ".branch_main_1.", second = prefix + ".branch_main_2.";
    int x = append_conv_and_norm(graph, input, first + "0", first + "1", {.cout = p.mid, .k = 1, .groups = p.first_groups}, options);
    x = append_activation(graph, x, first + "2", Activation::relu);
    x = append_conv_and_norm(graph, x, first + "3", first + "4", {.cout = p.mid, .stride = p.stride, .groups = p.mid}, options);
    x = append_shuffle(graph, x, prefix, p.mid / p.groups);
    return append_conv_and_norm(graph, x, second + "0", second + "1", {.cout = widened, .k = 1, .groups = p.groups}, options);
}

/// Figure 2 (b) and (c): the main branch, then the shortcut, added or, where the unit shrinks the image, concatenated.
int append_shuffle_unit(Graph& graph, int input, const std::string& prefix, const ShuffleUnitParams& p, const NetOptions& options) {
    const int widened = p.stride == 1 ? p.cout : p.cout - graph.node(input).out.c;
    const auto append_branch = options.conventions.is_megvii_shuffle ? append_megvii_branch : append_main_branch;
    int x = append_branch(graph, input, prefix, widened, p, options);
    if (p.stride == 1) {
        x = graph.append({prefix + ".add", prefix, AddNode{}, {input, x}, {}});
    } else {
        const int smaller = graph.append({prefix + ".avgpool", prefix, AvgPoolNode{{.kernel = 3, .stride = 2, .padding = same_padding(3, options)}}, {input}, {}});
        x = graph.append({prefix + ".concat", prefix, ConcatNode{}, {smaller, x}, {}});
    }
    return append_activation(graph, x, prefix + ".relu", Activation::relu);
}

/// Table 1: the channels of stage 2 for each number of groups, chosen so that all five networks cost about 140 M multiply-adds.
int stage2_channels(int groups) {
    static const std::map<int, int> channels = {{1, 144}, {2, 200}, {3, 240}, {4, 272}, {8, 384}};
    const auto found = channels.find(groups);
    CONVBOOK_REQUIRE(found != channels.end(), "shufflenet_v1: table 1 has 1, 2, 3, 4 and 8 groups; groups=", groups, ". Choose one of them.");
    return found->second;
}

/// The channels of conv1 and of stage 2. The paper does not say how conv1 scales: here down, then up until the first unit's new channels divide by g.
struct Widths { int conv1 = 0, stage2 = 0; };
Widths scaled_widths(double scale, int groups) {
    Widths w{.conv1 = std::max(1, static_cast<int>(24 * scale)), .stage2 = std::max(1, static_cast<int>(stage2_channels(groups) * scale) / groups) * groups};
    while ((w.stage2 - w.conv1) % groups != 0) ++w.conv1;
    // A tiny scale leaves nothing for the first unit to add
    if (w.stage2 <= w.conv1) w.stage2 = w.conv1 + groups;
    return w;
}

int bottleneck_channels(const std::string& unit, int cin, int cout, const NetOptions& options) {
    const int g = options.groups;
    // The paper: a quarter of the output
    if (options.bottleneck == Bottleneck::paper || cin == cout) return std::max(g, cout / 4 / g * g);
    // The blog: a quarter of what the unit adds
    const int added = cout - cin;
    CONVBOOK_REQUIRE(added % (4 * g) == 0, "shufflenet_v1 ", unit, ": with the blog's bottleneck, out - in is a multiple of 4 times the groups; out - in = ", cout, " - ", cin, " = ",
                     added, ", groups=", g, ". Choose the paper's bottleneck, which is rounded, or other groups or another scale.");
    return added / 4;
}

}  // namespace

Graph shufflenet_v1(double scale, const NetOptions& options) {
    require_scale("shufflenet_v1", "scale", scale);
    const auto [conv1, stage2] = scaled_widths(scale, options.groups);
    Graph graph("shufflenet_v1", image_shape("shufflenet_v1", options));
    // Stem: a convolution and a max pool, each of stride 2
    const bool is_megvii = options.conventions.is_megvii_shuffle;
    int last = append_conv_block(graph, 0, is_megvii ? "first_conv" : "conv1", {.cout = conv1, .stride = 2, .activation = Activation::relu}, options);
    last = append_max_pool(graph, last, "maxpool", {.kernel = 3, .stride = 2, .padding = same_padding(3, options)});
    // Stages 2 to 4: 4, 8 and 4 units, the first of each with stride 2
    int cin = conv1, cout = stage2, index = 0;
    for (const auto& [stage, units] : {std::pair{2, 4}, {3, 8}, {4, 4}}) {
        for (int i = 0; i < units; ++i, ++index, cin = cout) {
            const std::string name = is_megvii ? "features." + std::to_string(index) : "stage" + std::to_string(stage) + "." + std::to_string(i);
            // Section 3.2: the first pointwise layer of stage 2 is not grouped, its input has too few channels
            const bool is_first = stage == 2 && i == 0;
            const int mid = bottleneck_channels(name, cin, cout, options);
            last = append_shuffle_unit(graph, last, name, {cout, i == 0 ? 2 : 1, mid, is_first ? 1 : options.groups, options.groups}, options);
        }
        cout *= 2;
    }
    append_classifier(graph, last, {.dropout = "", .linear = is_megvii ? "classifier.0" : "fc", .has_bias = !is_megvii}, options);
    return graph;
}

}  // namespace convbook
