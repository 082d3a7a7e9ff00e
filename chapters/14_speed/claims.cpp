// Every sentence of chapter 14 that could be false.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "convbook/cost.h"
#include "convbook/ops.h"
#include "lesson.h"

using namespace convbook;
using namespace convbook::ch14;

namespace {

std::string read_source(const std::string& path) {
    std::ifstream in(std::string(CONVBOOK_SOURCE_DIR) + "/" + path);
    REQUIRE(in.good());
    return {std::istreambuf_iterator<char>(in), {}};
}

double value(const std::string& name, const Params& p = {}) {
    const Values v = values(p);
    const Value* found = v.find(name);
    REQUIRE_MESSAGE(found != nullptr, name);
    return found->number;
}

/// What the naive loops, node by node, make of a small ladder layer; every other rung must give the same.
void check_rungs(const Graph& graph, const std::vector<Rung>& rungs) {
    const Weights weights = default_weights(graph, 3);
    const Tensor in = Random(4).normal_tensor(graph.input_shape());
    const Tensor expected = run(graph, weights, in);
    for (const Rung& rung : rungs) {
        CAPTURE(rung.name);
        CHECK(max_abs_difference(prepare(graph, weights, rung)(in), expected) <= 1e-4f * std::max(1.0f, max_abs_difference(expected, Tensor(expected.shape()))));
    }
}

}  // namespace

TEST_CASE("14: time is at least operations over peak, and at least bytes over bandwidth") {
    const Machine m{200, 20};
    CHECK(m.least_ms(1e8, 1e6) == doctest::Approx(1.0));  // 0.2 G operations at 200 G a second
    CHECK(m.least_ms(1e5, 2e7) == doctest::Approx(1.0));  // 20 MB at 20 GB a second
    for (const Network& net : networks())
        for (const Layer& layer : net.layers) {
            const double by_arithmetic = 2.0 * static_cast<double>(layer.macs) / 200e6, by_memory = static_cast<double>(layer.bytes) / 20e6;
            CHECK(layer.least_ms(m) == doctest::Approx(std::max(by_arithmetic, by_memory)));
            CHECK(layer.is_memory_bound(m) == (by_memory > by_arithmetic));
            CHECK(m.attainable(layer.intensity()) == doctest::Approx(2.0 * static_cast<double>(layer.macs) / layer.least_ms(m) / 1e6));
        }
}

TEST_CASE("14: intensities in operations a byte: depthwise 3x3 2.25, pointwise 32 to 64 10.7, 512 to 512 55, dense 3x3 of 256 84, a classifier's row a half") {
    CHECK(value("depthwise.intensity") == doctest::Approx(2.25).epsilon(0.002));
    CHECK(value("pointwise.intensity") == doctest::Approx(10.6).epsilon(0.01));
    CHECK(value("deep.intensity") == doctest::Approx(55).epsilon(0.01));
    CHECK(value("dense.intensity") == doctest::Approx(83.7).epsilon(0.01));
    CHECK(value("classifier.intensity") == doctest::Approx(0.5).epsilon(0.01));
}

TEST_CASE("14: no depthwise 3x3 layer passes 2.25 operations a byte, whatever its size, for it uses each value nine times at most") {
    for (const Network& net : networks())
        for (const Layer& layer : net.layers)
            if (layer.kind == "depthwise") CHECK(layer.intensity() <= 2.25);
}

TEST_CASE("14: 144 times fewer multiply-adds are 32 times less time at 200 GFLOP/s and 20 GB/s") {
    CHECK(value("fewer.macs") == 144);
    CHECK(value("fewer.time") == doctest::Approx(32.4).epsilon(0.02));
}

TEST_CASE("14: at the ridge both bounds agree; more bandwidth moves layers to the side of arithmetic, a higher peak back") {
    const Network& net = network("mobilenet_v2");
    int before = static_cast<int>(net.layers.size());
    for (const int bandwidth : {5, 10, 20, 40, 80, 160, 320}) {
        const int bound = net.memory_bound_layers({200, static_cast<double>(bandwidth)});
        CHECK(bound <= before);
        before = bound;
    }
    CHECK(net.memory_bound_layers({1600, 20}) > net.memory_bound_layers({25, 20}));
    const Machine m{200, 20};
    CHECK(m.attainable(m.ridge()) == doctest::Approx(m.gflops));
}

TEST_CASE("14: all depthwise layers of MobileNet v2 are bound by memory on the assumed machine, and take a larger share of time than of multiply-adds") {
    const Machine m = assumed_machine({});
    for (const Layer& layer : network("mobilenet_v2").layers)
        if (layer.kind == "depthwise") CHECK(layer.is_memory_bound(m));
    CHECK(value("net.depthwise.time") > 2 * value("net.depthwise.macs"));
}

TEST_CASE("14: a depth is the longest way through layers that multiply, and the levels hold every multiply-add once") {
    for (const Network& net : networks()) {
        CHECK(net.depth == count_cost(build_net(net.name, 1.0)).depth);
        CHECK(std::ranges::max(net.layers, {}, &Layer::level).level == net.depth);
        std::int64_t macs = 0;
        for (const Layer& layer : net.layers) macs += layer.macs;
        CHECK(macs == net.macs);
        CHECK(net.cycles(1) == net.macs);
    }
}

TEST_CASE("14: with one multiplier the order is that of multiply-adds, with very many that of depth, and the two are nearly opposite") {
    const auto order = [](std::int64_t multipliers) {
        std::vector<std::string> names;
        for (const Network& net : networks()) names.push_back(net.name);
        std::ranges::sort(names, {}, [&](const std::string& name) { return network(name).cycles(multipliers); });
        return names;
    };
    CHECK(order(1) == std::vector<std::string>{"shufflenet_v1", "mobilenet_v2", "mobilenet_v1", "resnet18"});
    CHECK(order(1LL << 40).front() == "resnet18");
    for (const Network& net : networks()) CHECK(net.cycles(1LL << 40) == net.depth);
    CHECK(network("shufflenet_v1").depth > 2 * network("resnet18").depth);
}

TEST_CASE("14: register tiles fit their registers, and are those of the kernels") {
    for (const RegisterTile& tile : register_tiles()) {
        CAPTURE(tile.backend);
        CHECK(tile.used() <= tile.registers);
        CHECK(tile.loads_per_multiply_add() < 1);
        const std::vector<BackendInfo> backends = list_backends();
        const auto info = std::ranges::find(backends, tile.backend, &BackendInfo::name);
        REQUIRE(info != backends.end());
        CHECK(info->lanes == tile.lanes);
        CHECK(info->description.find(message(tile.registers, " registers")) != std::string::npos);
        const std::string simd = read_source("lib/src/kernels/" + tile.backend + "/simd.h");
        CHECK(simd.find(message("constexpr int kLanes = ", tile.lanes, ";")) != std::string::npos);
        CHECK(simd.find(message("constexpr int kRegisters = ", tile.registers, ";")) != std::string::npos);
        CHECK(simd.find(message("constexpr int kTileBlocks = ", tile.blocks, ";")) != std::string::npos);
        CHECK(simd.find(message("kPixelsOf", tile.blocks, tile.blocks == 1 ? "Block = " : "Blocks = ", tile.pixels)) != std::string::npos);
    }
}

TEST_CASE("14: the hoisted loops make the same sums as the naive ones, for every kernel size and number of groups, and both equal the library") {
    for (const auto& [cin, cout, k, groups] : {std::array{6, 6, 3, 6}, std::array{6, 4, 1, 1}, std::array{4, 6, 5, 2}, std::array{3, 5, 3, 1}}) {
        const Tensor in = Random(1).normal_tensor(Shape(1, cin, 7, 5)), w = Random(2).normal_tensor(Shape(cout, cin / groups, k, k));
        ConvParams params;
        params.padding = k / 2;
        params.groups = groups;
        const Tensor naive = convolve_naive(in, w);
        CHECK(max_abs_difference(naive, convolve_hoisted(in, w)) <= 1e-4f);
        CHECK(max_abs_difference(naive, conv2d(in, w, {}, params)) <= 1e-4f);
    }
}

TEST_CASE("14: every rung of every ladder computes the same") {
    for (const std::string layer : {"depthwise", "pointwise", "triple", "dense"}) {
        CAPTURE(layer);
        check_rungs(ladder_graph(layer, 14), layer_rungs(layer));
    }
    NetOptions small;
    small.resolution = 32;
    small.classes = 10;
    check_rungs(shufflenet_v1(0.5, small), pass_rungs());
}

TEST_CASE("14: the ladder leaves the backend as it found it") {
    const std::string before = active_backend_name();
    const Graph graph = ladder_graph("depthwise", 7);
    CHECK(measure_rungs(graph, layer_rungs("depthwise"), 0.0001).size() == layer_rungs("depthwise").size());
    CHECK(active_backend_name() == before);
}

TEST_CASE("14: the ladder is the same while another backend is forced in the background") {
    const std::string before = active_backend_name();
    const std::size_t rungs = layer_rungs("dense").size();
    force_backend("reference");
    CHECK(layer_rungs("dense").size() == rungs);
    force_backend(before);
}

TEST_CASE("14: measuring stops when it is told to, with what was done so far") {
    int asked = 0;
    const auto times = measure_rungs(ladder_graph("depthwise", 7), layer_rungs("depthwise"), 0.0001, [&](double share) {
        CHECK(share <= 1);
        return ++asked < 2;
    });
    CHECK(times.size() < layer_rungs("depthwise").size());
}

TEST_CASE("14: with streams, Winograd and Strassen left out, each layer that multiplies is a step of its own") {
    for (const Network& net : networks()) {
        const Graph graph = build_net(net.name, 1.0);
        const Plan plan(graph, default_weights(graph, 1), {.without = {Pass::stream_rows, Pass::winograd, Pass::strassen}});
        for (const PlanStep& step : plan.steps()) {
            const auto layers = std::ranges::count_if(step.nodes, [&](int node) { return std::ranges::find(net.layers, node, &Layer::node) != net.layers.end(); });
            CAPTURE(step.name);
            CHECK(layers <= 1);
        }
    }
}

TEST_CASE("14: a gate of MobileNet v3's first squeeze-and-excitation meets 56,448 pixels or 2,880 weights") {
    const Graph graph = build_net("mobilenet_v3_large", 1.0);
    const auto gate = std::ranges::find_if(graph.nodes(), [](const Node& node) { return std::holds_alternative<ScaleChannelsNode>(node.operation); });
    REQUIRE(gate != graph.nodes().end());
    CHECK(gate->out == Shape(1, 72, 28, 28));
    const int reader = graph.readers(static_cast<int>(gate - graph.nodes().begin())).front();
    const Shape weights = graph.parameter(std::get<Conv2dNode>(graph.node(reader).operation).weight).shape;
    CHECK(weights.c * weights.n == value("gate.weights"));
    CHECK(72 * 28 * 28 == value("gate.pixels"));
}

TEST_CASE("14: batch norm and activation, each on its own, more than double the traffic of a depthwise layer") { CHECK(value("unfused") > 2 * value("fused")); }

TEST_CASE("14: every pass of the engine stands in both texts under its name") {
    for (const std::string text : {"chapters/14_speed/README.md", "chapters/14_speed/README.zh-CN.md"})
        for (const PassInfo& info : list_passes()) {
            INFO(text, ": ", info.name);
            CHECK(read_source(text).find("`" + std::string(info.name) + "`") != std::string::npos);
        }
}

TEST_CASE("14: every pass has words for the figure in both languages") {
    for (const PassInfo& info : list_passes()) {
        const Rung rung = describe_pass(info);
        CHECK(rung.name == info.name);
        CHECK_FALSE(rung.title.zh.empty());
        CHECK_FALSE(rung.idea.zh.empty());
    }
}
