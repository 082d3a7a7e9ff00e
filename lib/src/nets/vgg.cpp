// VGG-16: thirteen 3x3 convolutions and three linear layers, column D of the paper's table 1, under torchvision's names.
// Leaves out weights (io/) and the shared pieces (blocks.cpp). Simonyan and Zisserman 2015, arXiv:1409.1556
#include <string>

#include "nets/blocks.h"

namespace convbook {
namespace {

int append_vgg_features(Graph& graph) {
    // Table 1, column D: channels and how many convolutions before each max pool
    int index = 0, last = 0;
    const auto name = [&] { return "features." + std::to_string(index++); };
    for (const auto& [channels, count] : {std::pair{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}}) {
        for (int i = 0; i < count; ++i) {
            last = append_biased_conv(graph, last, name(), {.cout = channels, .k = 3, .padding = 1});
            last = append_activation(graph, last, name(), Activation::relu);
        }
        last = append_max_pool(graph, last, name(), {.kernel = 2, .stride = 2});
    }
    return last;
}

}  // namespace

Graph vgg16(const NetOptions& options) {
    Graph graph("vgg16", image_shape("vgg16", options));
    int last = append_vgg_features(graph), index = 0;
    if (!has_classifier("vgg16", options)) return graph;
    // Three linear layers: 124 of the 138 million parameters
    const auto name = [&] { return "classifier." + std::to_string(index++); };
    last = graph.append({"avgpool", "classifier", AdaptiveAvgPoolNode{7}, {last}, {}});
    last = graph.append({"flatten", "classifier", FlattenNode{}, {last}, {}});
    for (int layer = 0; layer < 2; ++layer) {
        last = append_linear(graph, last, name(), "classifier", {.outputs = 4096});
        last = append_activation(graph, last, name(), Activation::relu);
        last = graph.append({name(), "classifier", DropoutNode{0.5f}, {last}, {}});
    }
    append_linear(graph, last, name(), "classifier", {.outputs = options.classes});
    return graph;
}

}  // namespace convbook
