// MobileNet v1 is the paper's: its layers, its two hyper-parameters and where its work goes. Leaves out exact counts (cost/) and values (golden.cpp).
#include "convbook/cost.h"
#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

TEST_CASE("mobilenet v1: 28 layers as the paper counts them, depthwise and pointwise apart") {
    const Graph graph = mobilenet_v1();
    int layers = 0;
    for (const Node& node : graph.nodes()) layers += std::holds_alternative<Conv2dNode>(node.operation) || std::holds_alternative<LinearNode>(node.operation);
    CHECK(layers == 28);
    CHECK(graph.node(graph.find_module("features.13")).out == Shape(1, 1024, 7, 7));
    CHECK(graph.node(graph.find_module("features.1.0")).name == "features.1.0.2");
}

TEST_CASE("mobilenet v1: 94.86 % of its multiply-adds and 74.19 % of its parameters are in 1x1 convolutions") {    // table 2
    const NetCost cost = count_cost(mobilenet_v1());
    CHECK(100.0 * static_cast<double>(cost.macs_by_kind.at("pointwise")) / static_cast<double>(cost.macs) == doctest::Approx(94.86).epsilon(1e-4));
    CHECK(100.0 * static_cast<double>(cost.params_by_kind.at("pointwise")) / static_cast<double>(cost.params) == doctest::Approx(74.19).epsilon(1e-4));
    // As the paper counts: without batch norms and the classifier's biases, 74.59 %
    const NetCost paper = count_cost(mobilenet_v1(), {.counts_bias = false, .counts_batch_norm = false});
    CHECK(100.0 * static_cast<double>(paper.params_by_kind.at("pointwise")) / static_cast<double>(paper.params) == doctest::Approx(74.59).epsilon(1e-4));
}

TEST_CASE("mobilenet v1: rho changes the multiply-adds, never the parameters") {
    const NetCost full = count_cost(mobilenet_v1(1, {.resolution = 224}));
    for (const int resolution : {192, 160, 128}) {
        const NetCost small = count_cost(mobilenet_v1(1, {.resolution = resolution}));
        CHECK(small.params == full.params);
        // All but the classifier shrink by rho squared
        CHECK((small.macs - 1024000) * 224 * 224 == (full.macs - 1024000) * resolution * resolution);
    }
}
