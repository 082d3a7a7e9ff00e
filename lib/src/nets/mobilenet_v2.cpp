// MobileNet v2: inverted residuals with linear bottlenecks, as the paper's table 2 lists them and under torchvision's tensor names.
// Leaves out weights (io/) and the block's pieces shared with other networks (blocks.cpp). Sandler et al. 2018, arXiv:1801.04381
#include <algorithm>
#include <string>

#include "nets/blocks.h"

namespace convbook {

const std::vector<InvertedResidualRow>& mobilenet_v2_table() {
    // Table 2: expansion t, channels c, repeats n, stride s of the first repeat
    static const std::vector<InvertedResidualRow> rows = {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
    return rows;
}

int append_inverted_residual(Graph& graph, int input, const std::string& prefix, const InvertedResidualParams& params, const NetOptions& options) {
    const int wide = params.t * params.cin;
    const bool expands = params.t != 1 || options.expands_at_t1;
    // torchvision numbers what is there: without an expansion every name moves up by one
    const std::string filter = prefix + (expands ? ".conv.1" : ".conv.0");
    const std::string project = prefix + (expands ? ".conv.2" : ".conv.1");
    const std::string project_norm = prefix + (expands ? ".conv.3" : ".conv.2");
    int x = input;
    // Expand: a pointwise convolution with ReLU6, narrow to wide
    if (expands) x = append_conv_block(graph, x, prefix + ".conv.0", {.cout = wide, .k = 1}, options);
    // Filter: a depthwise convolution with ReLU6, wide to wide
    x = append_conv_block(graph, x, filter, {.cout = wide, .k = params.k, .stride = params.stride, .groups = wide}, options);
    // Project: a pointwise convolution, wide to narrow, and no ReLU6: a narrow tensor has nothing to spare
    x = append_conv_and_norm(graph, x, project, project_norm, {.cout = params.cout, .k = 1}, options);
    // Shortcut: between the narrow ends, where their shapes agree
    if (has_shortcut(params)) x = graph.append({prefix + ".add", prefix, AddNode{}, {input, x}, {}});
    return x;
}

Graph mobilenet_v2(double alpha, const NetOptions& options) {
    require_scale("mobilenet_v2", "alpha", alpha);
    Graph graph("mobilenet_v2", image_shape("mobilenet_v2", options));
    // Stem: an ordinary convolution, stride 2
    int channels = make_divisible(32 * alpha), index = 0;
    int last = append_conv_block(graph, 0, "features.0", {.cout = channels, .stride = 2}, options);
    // Seventeen inverted residuals
    for (const auto& [t, c, n, s] : mobilenet_v2_table()) {
        const int cout = make_divisible(c * alpha);
        for (int i = 0; i < n; ++i, channels = cout) {
            const InvertedResidualParams block{.cin = channels, .cout = cout, .stride = i == 0 ? s : 1, .t = t};
            last = append_inverted_residual(graph, last, "features." + std::to_string(++index), block, options);
        }
    }
    // Head: 1280 channels, more for a wider network but never fewer
    last = append_conv_block(graph, last, "features.18", {.cout = make_divisible(1280 * std::max(1.0, alpha)), .k = 1}, options);
    append_classifier(graph, last, {.dropout = "classifier.0", .linear = "classifier.1"}, options);
    return graph;
}

}  // namespace convbook
