// Closed forms of single layers agree with each other's laws and with what the Graph counts. Leaves out whole networks (nets.cpp).
#include "convbook/cost.h"
#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

namespace {

Graph graph_of(const ConvCount& c, int size) {
    Graph graph("layer", Shape(1, c.cin, size, size));
    Conv2dNode conv{{.padding = Pair(c.k.h / 2, c.k.w / 2), .groups = c.groups}, graph.add_parameter("w", Shape(c.cout, c.cin / c.groups, c.k.h, c.k.w)), -1};
    if (c.has_bias) conv.bias = graph.add_parameter("b", Shape::of({c.cout}));
    graph.append({"conv", "", conv, {0}, {}});
    return graph;
}

Graph separable_graph_of(const ConvCount& c, int size) {
    Graph graph("separable", Shape(1, c.cin, size, size));
    const auto append = [&](const std::string& name, Shape weight, int groups, Pair padding) {
        Conv2dNode conv{{.padding = padding, .groups = groups}, graph.add_parameter(name + ".weight", weight), -1};
        if (c.has_bias) conv.bias = graph.add_parameter(name + ".bias", Shape::of({weight.n}));
        graph.append({name, "", conv, {graph.last()}, {}});
    };
    append("depthwise", Shape(c.cin, 1, c.k.h, c.k.w), c.cin, {c.k.h / 2, c.k.w / 2});
    append("pointwise", Shape(c.cout, c.cin, 1, 1), 1, 0);
    return graph;
}

/// Every combination a reader's sliders reach, odd kernels so that the size stays.
template <class Check>
void sweep(Check check) {
    for (const int cin : {1, 3, 4, 16, 32})
        for (const int cout : {1, 4, 32, 48})
            for (const Pair k : {Pair(1), Pair(3), Pair(5), Pair(3, 5)})
                for (const bool has_bias : {false, true}) check(ConvCount{.cin = cin, .cout = cout, .k = k, .has_bias = has_bias, .out = 7});
}

}  // namespace

TEST_CASE("3x3, 16 -> 32: 4640 parameters in full, 704 = 160 + 544 in two steps") {
    const ConvCount layer{.cin = 16, .cout = 32, .k = 3};
    CHECK(conv_params(layer) == 4640);
    CHECK(separable_params(layer) == 704);
    CHECK(conv_params({.cin = 16, .cout = 16, .k = 3, .groups = 16}) == 160);
    CHECK(conv_params({.cin = 16, .cout = 32, .k = 1}) == 544);
}

TEST_CASE("without biases the two steps keep 656 of 4608 parameters") {
    const ConvCount layer{.cin = 16, .cout = 32, .k = 3, .has_bias = false};
    CHECK(separable_params(layer) == 656);
    CHECK(conv_params(layer) == 4608);
}

TEST_CASE("separable over full is 1/N + 1/K^2, in parameters and in multiply-adds") {    // MobileNets, section 3.1, kept in integers
    sweep([](ConvCount c) {
        c.has_bias = false;
        const std::int64_t area = c.k.h * c.k.w, n = c.cout;
        CHECK(separable_params(c) * n * area == conv_params(c) * (area + n));
        CHECK(separable_macs(c) * n * area == conv_macs(c) * (area + n));
    });
}

TEST_CASE("grouping divides weights and multiply-adds by G, and leaves the biases") {
    for (const int groups : {1, 2, 4, 8, 16}) {
        const ConvCount grouped{.cin = 16, .cout = 32, .k = 3, .groups = groups, .out = 9}, full{.cin = 16, .cout = 32, .k = 3, .out = 9};
        CHECK((conv_params(grouped) - 32) * groups == conv_params(full) - 32);
        CHECK(conv_macs(grouped) * groups == conv_macs(full));
    }
}

TEST_CASE("closed forms equal the graph's count") {
    sweep([](const ConvCount& c) {
        const NetCost full = count_cost(graph_of(c, 7)), separable = count_cost(separable_graph_of(c, 7));
        CHECK(full.params == conv_params(c));
        CHECK(full.macs == conv_macs(c));
        CHECK(separable.params == separable_params(c));
        CHECK(separable.macs == separable_macs(c));
    });
    for (const int groups : {2, 4, 8}) {
        const ConvCount c{.cin = 16, .cout = 32, .k = 3, .groups = groups, .out = 7};
        CHECK(count_cost(graph_of(c, 7)).params == conv_params(c));
        CHECK(count_cost(graph_of(c, 7)).macs == conv_macs(c));
    }
}

TEST_CASE("grouped 3x3, 16 -> 32, g = 4 on 64 x 64: 1,184 parameters and 0.25 / 1.00 / 0.00 / 1.25 MB") {
    const Graph graph = graph_of({.cin = 16, .cout = 32, .k = 3, .groups = 4}, 64);
    CHECK(count_cost(graph).params == 1184);
    const MemoryEstimate memory = estimate_memory(graph);
    CHECK(memory.input_mb == 0.25);
    CHECK(memory.forward_backward_mb == 1.0);
    CHECK(memory.params_mb == doctest::Approx(1184 * 4 / 1048576.0));
    const std::string table = summary_table(graph);
    for (const char* line : {"Total params: 1,184", "Input size (MB): 0.25\n", "Forward/backward pass size (MB): 1.00\n", "Params size (MB): 0.00\n", "Estimated Total Size (MB): 1.25\n"})
        CHECK_MESSAGE(table.find(line) != std::string::npos, line);
}

TEST_CASE("a squeeze-and-excitation layer used twice has 32,768 parameters by identity and 65,536 by call") {
    // 512 channels, r = 16, no biases, applied to two tensors
    Graph graph("shared", Shape(1, 512, 1, 1));
    for (const char* call : {"first", "second"}) {
        const int reduce = graph.append({std::string(call) + ".reduce", "", Conv2dNode{{}, graph.add_parameter("reduce", Shape(32, 512, 1, 1)), -1}, {graph.last()}, {}});
        graph.append({std::string(call) + ".expand", "", Conv2dNode{{}, graph.add_parameter("expand", Shape(512, 32, 1, 1)), -1}, {reduce}, {}});
    }
    CHECK(count_cost(graph).params == 32768);
    CHECK(count_cost(graph, {.counts_by_call = true}).params == 65536);
    CHECK(squeeze_excite_params(512, 16) == 32768);
    CHECK(squeeze_excite_params(512, 16, true) == 32768 + 32 + 512);
}

TEST_CASE("impossible layers are refused with their numbers") {
    CHECK(error_of([] { conv_params({.cin = 16, .cout = 32, .groups = 3}); }).find("groups=3") != std::string::npos);
    CHECK_THROWS_AS(conv_macs({.cin = 0, .cout = 32}), Error);
    CHECK_THROWS_AS(squeeze_excite_params(10, 3), Error);
}

TEST_CASE("counts do not overflow 32 bits") {
    CHECK(conv_macs({.cin = 4096, .cout = 4096, .k = 7, .out = 4096}) == 4096LL * 4096 * 49 * 4096 * 4096);
}
