// SqueezeNet: fire modules, a narrow 1x1 layer before 1x1 and 3x3 layers side by side, as the paper's table 1 lists them and under torchvision's names.
// Leaves out weights (io/) and the shared pieces (blocks.cpp). Iandola et al. 2016, arXiv:1602.07360
#include <span>
#include <string>

#include "nets/blocks.h"

namespace convbook {
namespace {

/// Table 1: s1x1 channels of the squeeze layer, then expand channels for each of the 1x1 and the 3x3 half; {0, 0} is a max pool.
struct FireRow { int squeeze, expand; };
constexpr FireRow kPool = {0, 0};

/// Figure 1: narrow, then two convolutions side by side over the same narrow tensor.
int append_fire(Graph& graph, int input, const std::string& prefix, const FireRow& row) {
    const auto convolve = [&](int from, const std::string& name, const BiasedConvParams& params) {
        return append_activation(graph, append_biased_conv(graph, from, prefix + "." + name, params), prefix + "." + name + "_activation", Activation::relu);
    };
    const int narrow = convolve(input, "squeeze", {.cout = row.squeeze, .k = 1});
    const int mixed = convolve(narrow, "expand1x1", {.cout = row.expand, .k = 1});
    const int filtered = convolve(narrow, "expand3x3", {.cout = row.expand, .k = 3, .padding = 1});
    return graph.append({prefix + ".concat", prefix, ConcatNode{}, {mixed, filtered}, {}});
}

Graph squeezenet(const std::string& name, const BiasedConvParams& stem, std::span<const FireRow> rows, const NetOptions& options) {
    Graph graph(name, image_shape(name, options));
    // Stem: no padding
    int last = append_biased_conv(graph, 0, "features.0", stem);
    last = append_activation(graph, last, "features.1", Activation::relu);
    // Fire modules and max pools that round up
    int index = 1;
    for (const FireRow& row : rows) {
        const std::string module = "features." + std::to_string(++index);
        last = row.squeeze > 0 ? append_fire(graph, last, module, row) : append_max_pool(graph, last, module, {.kernel = 3, .stride = 2, .ceil_mode = true});
    }
    if (!has_classifier(name, options)) return graph;
    // Classifier: a 1x1 convolution to one map a class and its mean; there is no linear layer
    last = graph.append({"classifier.0", "classifier", DropoutNode{0.5f}, {last}, {}});
    last = append_biased_conv(graph, last, "classifier.1", {.cout = options.classes, .k = 1});
    last = append_activation(graph, last, "classifier.2", Activation::relu);
    last = append_global_pool(graph, last, "classifier.3");
    graph.append({"flatten", "classifier", FlattenNode{}, {last}, {}});
    return graph;
}

}  // namespace

Graph squeezenet1_0(const NetOptions& options) {
    // Table 1: 96 filters of 7x7, pools after conv1, fire4 and fire8
    constexpr FireRow rows[] = {kPool, {16, 64}, {16, 64}, {32, 128}, kPool, {32, 128}, {48, 192}, {48, 192}, {64, 256}, kPool, {64, 256}};
    return squeezenet("squeezenet1_0", {.cout = 96, .k = 7, .stride = 2}, rows, options);
}

Graph squeezenet1_1(const NetOptions& options) {
    // The authors' second release: 64 filters of 3x3, pools earlier, after conv1, fire3 and fire5
    constexpr FireRow rows[] = {kPool, {16, 64}, {16, 64}, kPool, {32, 128}, {32, 128}, kPool, {48, 192}, {48, 192}, {64, 256}, {64, 256}};
    return squeezenet("squeezenet1_1", {.cout = 64, .k = 3, .stride = 2}, rows, options);
}

}  // namespace convbook
