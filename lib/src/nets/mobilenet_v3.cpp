// MobileNet v3: inverted residuals, some with squeeze-and-excitation, some with hard swish, as the paper's tables 1 and 2 list them, under torchvision's names.
// Leaves out weights (io/) and the shared pieces (blocks.cpp). Howard et al. 2019, arXiv:1905.02244
#include <span>
#include <string>

#include "nets/blocks.h"

namespace convbook {
namespace {

/// One row: kernel, expansion size, channels out, SE, nonlinearity, stride.
struct Row { int k, wide, cout; bool has_se; Activation nonlinearity; int s; };
constexpr auto RE = Activation::relu, HS = Activation::hardswish;
constexpr bool SE = true;

/// Table 1.
constexpr Row kLarge[] = {{3, 16, 16, !SE, RE, 1},   {3, 64, 24, !SE, RE, 2},   {3, 72, 24, !SE, RE, 1},  {5, 72, 40, SE, RE, 2},   {5, 120, 40, SE, RE, 1},
                          {5, 120, 40, SE, RE, 1},   {3, 240, 80, !SE, HS, 2},  {3, 200, 80, !SE, HS, 1}, {3, 184, 80, !SE, HS, 1}, {3, 184, 80, !SE, HS, 1},
                          {3, 480, 112, SE, HS, 1},  {3, 672, 112, SE, HS, 1},  {5, 672, 160, SE, HS, 2}, {5, 960, 160, SE, HS, 1}, {5, 960, 160, SE, HS, 1}};
/// Table 2.
constexpr Row kSmall[] = {{3, 16, 16, SE, RE, 2},  {3, 72, 24, !SE, RE, 2}, {3, 88, 24, !SE, RE, 1}, {5, 96, 40, SE, HS, 2}, {5, 240, 40, SE, HS, 1}, {5, 240, 40, SE, HS, 1},
                          {5, 120, 48, SE, HS, 1}, {5, 144, 48, SE, HS, 1}, {5, 288, 96, SE, HS, 2}, {5, 576, 96, SE, HS, 1}, {5, 576, 96, SE, HS, 1}};

/// Figure 4: expand (absent where it would change nothing), filter, excite, project, shortcut.
int append_block(Graph& graph, int input, const std::string& prefix, const Row& row, const NetOptions& options) {
    const int cin = graph.node(input).out.c;
    int index = 0, x = input;
    const auto name = [&] { return prefix + ".block." + std::to_string(index++); };
    if (row.wide != cin) x = append_conv_block(graph, x, name(), {.cout = row.wide, .k = 1, .activation = row.nonlinearity}, options);
    x = append_conv_block(graph, x, name(), {row.wide, row.k, row.s, row.wide, row.nonlinearity}, options);
    // Section 5.3: the squeezed layer is a quarter of the expansion
    const SqueezeExciteParams excite{.mid = make_divisible(row.wide / 4), .is_convolution = true, .gate = Activation::hardsigmoid};
    if (row.has_se) x = append_squeeze_excite(graph, x, name(), excite);
    x = append_conv_block(graph, x, name(), {.cout = row.cout, .k = 1, .activation = Activation::identity}, options);
    return row.s == 1 && cin == row.cout ? graph.append({prefix + ".add", prefix, AddNode{}, {input, x}, {}}) : x;
}

/// Section 5.1: pool first, then one wide layer on a single pixel.
void append_v3_classifier(Graph& graph, int last, int hidden, const NetOptions& options) {
    if (!has_classifier(graph.name(), options)) return;
    last = graph.append({"avgpool", "classifier", AdaptiveAvgPoolNode{1}, {last}, {}});
    last = graph.append({"flatten", "classifier", FlattenNode{}, {last}, {}});
    last = append_linear(graph, last, "classifier.0", "classifier", {.outputs = hidden});
    last = append_activation(graph, last, "classifier.1", Activation::hardswish);
    last = graph.append({"classifier.2", "classifier", DropoutNode{}, {last}, {}});
    append_linear(graph, last, "classifier.3", "classifier", {.outputs = options.classes});
}

Graph mobilenet_v3(const std::string& name, double alpha, std::span<const Row> rows, int hidden, NetOptions options) {
    require_scale(name, "alpha", alpha);
    if (options.conventions.bn_eps == 0) options.conventions.bn_eps = 1e-3f;
    const auto scaled = [&](int channels) { return make_divisible(channels * alpha); };
    Graph graph(name, image_shape(name, options));
    // Stem: 16 channels suffice with hard swish (section 5.1)
    int last = append_conv_block(graph, 0, "features.0", {.cout = scaled(16), .stride = 2, .activation = HS}, options), index = 0;
    for (Row row : rows) {
        row.wide = scaled(row.wide), row.cout = scaled(row.cout);
        last = append_block(graph, last, "features." + std::to_string(++index), row, options);
    }
    // Head: six times the channels
    const ConvBlockParams head{.cout = 6 * graph.node(last).out.c, .k = 1, .activation = HS};
    last = append_conv_block(graph, last, "features." + std::to_string(++index), head, options);
    append_v3_classifier(graph, last, scaled(hidden), options);
    return graph;
}

}  // namespace

Graph mobilenet_v3_large(double alpha, const NetOptions& options) { return mobilenet_v3("mobilenet_v3_large", alpha, kLarge, 1280, options); }

Graph mobilenet_v3_small(double alpha, const NetOptions& options) { return mobilenet_v3("mobilenet_v3_small", alpha, kSmall, 1024, options); }

}  // namespace convbook
