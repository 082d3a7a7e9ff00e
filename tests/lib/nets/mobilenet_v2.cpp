// MobileNet v2 is the paper's: its table, its shortcuts, its channel rule and torchvision's names. Leaves out its counts (cost/) and its values (golden.cpp).
#include <cmath>

#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

TEST_CASE("make_divisible: the result is a multiple of 8, at least 8, and never loses more than a tenth") {
    for (double value = 1; value < 2000; value += 0.37) {
        const int channels = make_divisible(value);
        CHECK(channels % 8 == 0);
        CHECK(channels >= 8);
        CHECK(channels >= 0.9 * value);
        CHECK(channels <= std::max(8.0, value + 8));
    }
    CHECK(make_divisible(32 * 0.35) == 16);   // 11.2 rounds to 8, which loses 29 %
    CHECK(make_divisible(24 * 0.75) == 24);   // 18 rounds to 16, which loses 11 %
    CHECK(make_divisible(1280 * 1.4) == 1792);
}

TEST_CASE("mobilenet v2: ten of its seventeen blocks have a shortcut, exactly those of stride 1 and equal channels") {
    const Graph graph = mobilenet_v2();
    int shortcuts = 0;
    for (const Node& node : graph.nodes()) shortcuts += std::holds_alternative<AddNode>(node.operation);
    CHECK(shortcuts == 10);
    CHECK_FALSE(has_shortcut({.cin = 24, .cout = 32, .stride = 1}));
    CHECK_FALSE(has_shortcut({.cin = 24, .cout = 24, .stride = 2}));
    CHECK(has_shortcut({.cin = 24, .cout = 24, .stride = 1}));
}

TEST_CASE("inverted residual: only the expansion and the depthwise layer are bent, the projection is linear") {
    Graph graph("block", Shape(1, 24, 14, 14));
    append_inverted_residual(graph, 0, "block", {.cin = 24, .cout = 24, .stride = 1, .t = 6});
    std::vector<std::string> names;
    for (const Node& node : graph.nodes()) names.push_back(node.name);
    CHECK(names == std::vector<std::string>{"input", "block.conv.0.0", "block.conv.0.1", "block.conv.0.2", "block.conv.1.0", "block.conv.1.1", "block.conv.1.2",
                                            "block.conv.2", "block.conv.3", "block.add"});
    for (int i = 1; i <= graph.last(); ++i) CHECK(graph.node(i).block == "block");
    CHECK(graph.node(3).out == Shape(1, 144, 14, 14));
}

TEST_CASE("inverted residual: at t = 1 there is no expansion unless it is asked for") {
    Graph plain("block", Shape(1, 32, 8, 8)), expanded("block", Shape(1, 32, 8, 8));
    append_inverted_residual(plain, 0, "b", {.cin = 32, .cout = 16, .t = 1});
    append_inverted_residual(expanded, 0, "b", {.cin = 32, .cout = 16, .t = 1}, {.expands_at_t1 = true});
    CHECK(expanded.last() - plain.last() == 3);
}

TEST_CASE("mobilenet v2: its tensors have torchvision's names and shapes") {
    const Graph graph = mobilenet_v2();
    const auto shape_of = [&](const std::string& name) {
        for (const Parameter& p : graph.parameters())
            if (p.name == name) return to_string(p.shape);
        return std::string("absent");
    };
    CHECK(shape_of("features.0.0.weight") == "[32,3,3,3]");
    CHECK(shape_of("features.1.conv.0.0.weight") == "[32,1,3,3]");
    CHECK(shape_of("features.1.conv.1.weight") == "[16,32,1,1]");
    CHECK(shape_of("features.2.conv.0.0.weight") == "[96,16,1,1]");
    CHECK(shape_of("features.2.conv.2.weight") == "[24,96,1,1]");
    CHECK(shape_of("features.2.conv.3.running_var") == "[24]");
    CHECK(shape_of("features.18.1.bias") == "[1280]");
    CHECK(shape_of("classifier.1.weight") == "[1000,1280]");
    CHECK(graph.parameters().size() == 52 * 5 + 2);
}

TEST_CASE("mobilenet v2: the 1280 channels of its head grow with alpha but never shrink") {
    CHECK(mobilenet_v2(0.35).node(mobilenet_v2(0.35).find_module("features.18")).out.c == 1280);
    CHECK(mobilenet_v2(1.4).node(mobilenet_v2(1.4).find_module("features.18")).out.c == 1792);
}

TEST_CASE("mobilenet v2: every resolution from 1 up builds, and impossible options are refused with their value") {
    for (const int resolution : {1, 7, 31, 33, 96, 224, 225}) CHECK(mobilenet_v2(1, {.resolution = resolution}).output_shape() == Shape(1, 1, 1, 1000));
    CHECK(error_of([] { mobilenet_v2(0); }).find("alpha=0") != std::string::npos);
    CHECK(error_of([] { mobilenet_v2(std::nan("")); }).find("alpha") != std::string::npos);
    CHECK(error_of([] { mobilenet_v2(1, {.resolution = 0}); }).find("resolution=0") != std::string::npos);
    CHECK(error_of([] { mobilenet_v2(1, {.classes = -1}); }).find("classes=-1") != std::string::npos);
}

TEST_CASE("networks are built by name, and an unknown name is answered with the known ones") {
    for (const NetInfo& info : list_nets()) CHECK(build_net(info.name, 1).name() == info.name);
    CHECK(error_of([] { build_net("mobilenet_v9", 1); }).find("mobilenet_v2") != std::string::npos);
}
