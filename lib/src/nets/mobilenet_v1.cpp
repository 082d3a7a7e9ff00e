// MobileNet v1: one ordinary convolution, then thirteen depthwise separable layers, as the paper's table 1 lists them.
// Leaves out weights (io/) and the block's pieces shared with other networks (blocks.cpp). Howard et al. 2017, arXiv:1704.04861
#include <algorithm>
#include <string>

#include "nets/blocks.h"

namespace convbook {

const std::vector<SeparableRow>& mobilenet_v1_table() {
    // Table 1: channels c and stride s of the depthwise half
    static const std::vector<SeparableRow> rows = {{64, 1},  {128, 2}, {128, 1}, {256, 2}, {256, 1},  {512, 2}, {512, 1},
                                                   {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1}};
    return rows;
}

int append_separable(Graph& graph, int input, const std::string& prefix, const SeparableParams& params, const NetOptions& options) {
    // Filter: each channel on its own
    const int channels = graph.node(input).out.c;
    const int filtered = append_conv_block(graph, input, prefix + ".0", {.cout = channels, .k = params.k, .stride = params.stride, .groups = channels}, options);
    // Mix: each pixel on its own
    return append_conv_block(graph, filtered, prefix + ".1", {.cout = params.cout, .k = 1}, options);
}

Graph mobilenet_v1(double alpha, const NetOptions& options) {
    require_scale("mobilenet_v1", "alpha", alpha);
    // Section 3.3: alpha scales every channel count, rounded down
    const auto scaled = [&](int channels) { return std::max(1, static_cast<int>(channels * alpha)); };
    Graph graph("mobilenet_v1", image_shape("mobilenet_v1", options));
    int last = append_conv_block(graph, 0, "features.0", {.cout = scaled(32), .stride = 2}, options), index = 0;
    for (const auto& [c, s] : mobilenet_v1_table())
        last = append_separable(graph, last, "features." + std::to_string(++index), {.cout = scaled(c), .stride = s}, options);
    append_classifier(graph, last, {.dropout = "", .linear = "classifier"}, options);
    return graph;
}

}  // namespace convbook
