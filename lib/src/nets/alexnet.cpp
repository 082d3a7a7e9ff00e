// AlexNet twice: torchvision's, which follows "One weird trick", and the original of 2012, whose second, fourth and fifth convolutions see only the half of the
// channels that stood on the same GPU. Leaves out the original's local response normalisation, which has no parameters. arXiv:1404.5997; Krizhevsky et al. 2012
#include <array>
#include <string>

#include "nets/blocks.h"

namespace convbook {
namespace {

/// 11x11 of stride 4, 5x5, and three of 3x3; their channels and the groups of each.
struct AlexNetParams { std::array<int, 5> channels, groups; };

int append_alexnet_features(Graph& graph, const AlexNetParams& p) {
    constexpr PoolParams kOverlapping = {.kernel = 3, .stride = 2};  // section 3.4: windows of 3 at stride 2
    int index = 0, last = 0;
    const auto name = [&] { return "features." + std::to_string(index++); };
    for (std::size_t i = 0; i < p.channels.size(); ++i) {
        const int k = i == 0 ? 11 : i == 1 ? 5 : 3;
        last = append_biased_conv(graph, last, name(), {p.channels[i], k, i == 0 ? 4 : 1, i == 0 ? 2 : k / 2, p.groups[i]});
        last = append_activation(graph, last, name(), Activation::relu);
        // Pools stand after the first, second and fifth
        if (i != 2 && i != 3) last = append_max_pool(graph, last, name(), kOverlapping);
    }
    return last;
}

/// Three linear layers: nine tenths of the parameters.
void append_alexnet_classifier(Graph& graph, int last, const NetOptions& options) {
    if (!has_classifier(graph.name(), options)) return;
    int index = 0;
    const auto name = [&] { return "classifier." + std::to_string(index++); };
    last = graph.append({"avgpool", "classifier", AdaptiveAvgPoolNode{6}, {last}, {}});
    last = graph.append({"flatten", "classifier", FlattenNode{}, {last}, {}});
    for (int layer = 0; layer < 2; ++layer) {
        last = graph.append({name(), "classifier", DropoutNode{0.5f}, {last}, {}});
        last = append_linear(graph, last, name(), "classifier", {.outputs = 4096});
        last = append_activation(graph, last, name(), Activation::relu);
    }
    append_linear(graph, last, name(), "classifier", {.outputs = options.classes});
}

Graph build_alexnet(const std::string& name, const AlexNetParams& params, const NetOptions& options) {
    Graph graph(name, image_shape(name, options));
    append_alexnet_classifier(graph, append_alexnet_features(graph, params), options);
    return graph;
}

}  // namespace

Graph alexnet(const NetOptions& options) { return build_alexnet("alexnet", {.channels = {64, 192, 384, 256, 256}, .groups = {1, 1, 1, 1, 1}}, options); }

Graph alexnet_grouped(const NetOptions& options) {
    // 2012, section 3.5 and figure 2
    return build_alexnet("alexnet_grouped", {.channels = {96, 256, 384, 384, 256}, .groups = {1, 2, 1, 2, 2}}, options);
}

}  // namespace convbook
