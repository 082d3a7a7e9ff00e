// What whole networks cost: counts equal to PyTorch's, conventions by switch, peak memory, receptive field, and how fast counting is.
#include <sstream>

#include "convbook/count_switches.h"
#include "lib/data.h"
#include "stopwatch.h"

using namespace convbook;
using namespace convbook::test;
using nlohmann::json;

namespace {

/// The settings that a record's name ends with: "0.5" is a scale, "g3" groups, "r192" the resolution, which the record says too.
double read_settings(const std::string& rest, NetOptions& options) {
    double scale = 1;
    std::istringstream words(rest);
    for (std::string word; std::getline(words, word, '_');) {
        if (word.ends_with("class")) options.classes = std::stoi(word);
        else if (word == "blog") options.bottleneck = Bottleneck::blog;
        else if (word[0] == 'g') options.groups = std::stoi(word.substr(1));
        else if (std::isdigit(static_cast<unsigned char>(word[0]))) scale = std::stod(word);
    }
    return scale;
}

/// "mobilenet_v2_0.5" -> the graph.
std::optional<Graph> graph_of(const std::string& record, int resolution) {
    NetOptions options{.resolution = resolution};
    const NetName name = parse_net_name(record);
    if (find_net(name.name)) return build_net(name.name, name.scale, options);
    for (const NetInfo& info : list_nets())
        if (record.starts_with(info.name + "_")) {
            const double scale = read_settings(record.substr(info.name.size() + 1), options);
            return build_net(info.name, scale, options);
        }
    return std::nullopt;
}

/// Ours under the record's names.
std::map<std::string, std::int64_t> recorded_names(std::map<std::string, std::int64_t> counts) {
    if (const auto norm = counts.extract("batch_norm"); !norm.empty()) counts["batchnorm"] = norm.mapped();
    return counts;
}

}  // namespace

TEST_CASE("counts equal PyTorch's exactly, in all and by kind") {
    const auto path = data_or_skip("goldens/counts.json");
    if (!path) return;
    int compared = 0;
    const json recorded = read_json(*path);
    for (const auto& [name, counts] : recorded["nets"].items()) {
        const auto graph = graph_of(name, counts["input"]);
        if (!graph) continue;
        CAPTURE(name);
        const NetCost cost = count_cost(*graph);
        CHECK(cost.params == counts["params"].get<std::int64_t>());
        CHECK(cost.macs == counts["macs"].get<std::int64_t>());
        CHECK(recorded_names(cost.params_by_kind) == counts["params_by_kind"].get<std::map<std::string, std::int64_t>>());
        CHECK(recorded_names(cost.macs_by_kind) == counts["macs_by_kind"].get<std::map<std::string, std::int64_t>>());
        ++compared;
    }
    CHECK(compared == static_cast<int>(recorded["nets"].size()));
}

TEST_CASE("mobilenet v2: 3,504,872 parameters and 300.8 M multiply-adds; with an expansion at t = 1, 3,505,960 and 313.6 M") {
    CHECK(count_cost(mobilenet_v2()).params == 3504872);
    CHECK(count_cost(mobilenet_v2()).macs == 300774272);
    const NetCost expanded = count_cost(mobilenet_v2(1, {.expands_at_t1 = true}));
    CHECK(expanded.params == 3505960);
    CHECK(expanded.macs == 300774272 + 32 * 32 * 112 * 112);  // 313.6 M
}

TEST_CASE("mobilenet v2: the features alone have 2,223,872 parameters, with five classes it has 2,230,277") {
    CHECK(count_cost(mobilenet_v2(1, {.classes = 0})).params == 2223872);
    CHECK(count_cost(mobilenet_v2(1, {.classes = 5})).params == 2230277);
}

TEST_CASE("conventions: each switch changes exactly what it names") {
    const Graph graph = mobilenet_v2();
    const NetCost papers = count_cost(graph);
    CHECK(papers.params - count_cost(graph, counting_convention("no_batch_norm")).params == 34112);
    CHECK(papers.params - count_cost(graph, counting_convention("no_bias")).params == 1000);
    CHECK(count_cost(graph, counting_convention("flops")).macs == 2 * papers.macs);
    CHECK(count_cost(graph, counting_convention("bias_adds")).macs == papers.macs + 1000);
    CHECK(count_cost(graph, counting_convention("by_call")).params == papers.params);
    std::int64_t elementwise = 0;
    for (const LayerCost& layer : papers.layers) {
        if (layer.kind == "batch_norm" || layer.kind == "activation" || layer.kind == "add") elementwise += layer.bytes_out / 4;
        if (layer.kind == "pool") elementwise += layer.bytes_in / 4;
    }
    CountingConvention everything;
    for (const char* name : {"norms", "activations", "pooling", "joins"}) everything = counting_convention(name, everything);
    CHECK(count_cost(graph, everything).macs == papers.macs + elementwise);
    CHECK(error_of([] { counting_convention("mine"); }).find("no_batch_norm") != std::string::npos);
}

TEST_CASE("peak memory is the widest moment: the first expansion at 112 x 112, before and after its batch norm") {
    const Graph graph = mobilenet_v2();
    constexpr std::int64_t wide = 96 * 112 * 112 * 4;
    const NetCost cost = count_cost(graph);
    CHECK(graph.node(cost.peak_node).name == "features.2.conv.0.1");
    CHECK(cost.peak_bytes == 2 * wide);
    // Overwriting in place leaves the expanded tensor and what the depthwise layer of stride 2 makes of it, a quarter
    const NetCost in_place = count_cost(graph, {.elementwise_in_place = true});
    CHECK(graph.node(in_place.peak_node).name == "features.2.conv.1.0");
    CHECK(in_place.peak_bytes == wide + wide / 4);
}

TEST_CASE("peak memory: a shortcut keeps its source alive across the block") {
    Graph graph("block", Shape(1, 8, 4, 4));
    append_inverted_residual(graph, 0, "b", {.cin = 8, .cout = 8, .t = 6});
    constexpr std::int64_t narrow = 8 * 16 * 4, wide = 48 * 16 * 4;
    CHECK(count_cost(graph).peak_bytes == narrow + 2 * wide);
    Graph plain("plain", Shape(1, 8, 4, 4));
    append_inverted_residual(plain, 0, "b", {.cin = 8, .cout = 16, .t = 6});
    CHECK(count_cost(plain).peak_bytes == 2 * wide);
}

TEST_CASE("peak memory: the input counts too, alone and beside what its first reader makes") {
    const Graph empty("empty", Shape(1, 8, 4, 4));
    CHECK(count_cost(empty).peak_bytes == 8 * 16 * 4);
    Graph pooled("pooled", Shape(1, 8, 4, 4));
    pooled.append({"pool", "", AdaptiveAvgPoolNode{.output = 1}, {0}, {}});
    CHECK(count_cost(pooled).peak_bytes == 8 * 16 * 4 + 8 * 4);
}

TEST_CASE("receptive field: grows by d(K-1) steps a layer, a stride makes the later steps longer") {
    Graph graph("stack", Shape(1, 1, 64, 64));
    const auto append = [&](int k, int stride, int dilation) {
        const std::string name = "w" + std::to_string(k);
        graph.append({"conv", "", Conv2dNode{{.stride = stride, .padding = dilation * (k / 2), .dilation = dilation}, graph.add_parameter(name, Shape(1, 1, k, k)), -1}, {graph.last()}, {}});
        return count_cost(graph).layers.back().receptive_field;
    };
    CHECK(append(3, 1, 1) == 3);
    CHECK(append(3, 1, 2) == 7);
    CHECK(append(3, 1, 4) == 15);
    CHECK(append(3, 2, 1) == 17);
    CHECK(append(3, 1, 1) == 21);
    CHECK(append(1, 1, 1) == 21);
}

TEST_CASE("receptive field: the last feature map of MobileNet v2 sees 491 rows, its classifier all") {
    const Graph graph = mobilenet_v2();
    const NetCost cost = count_cost(graph);
    CHECK(cost.layers[static_cast<std::size_t>(graph.find_module("features.18"))].receptive_field == 491);
    CHECK(cost.layers.back().receptive_field == 491 + 6 * 32);
}

TEST_CASE("building any network and its summary takes under 5 ms") {
    for (const NetInfo& info : list_nets()) {
        double best = 1e9;
        for (int repeat = 0; repeat < 5; ++repeat) {
            const Stopwatch stopwatch;
            const std::string table = summary_table(build_net(info.name, 1));
            CHECK_FALSE(table.empty());
            best = std::min(best, stopwatch.milliseconds());
        }
        MESSAGE(info.name << ": built and summed up in " << best << " ms");
        CHECK(best < 5 * kSlowdown);
    }
}

TEST_CASE("the summary names every layer and its total") {
    const std::string table = summary_table(mobilenet_v2());
    CHECK(table.find("features.17.conv.2") != std::string::npos);
    CHECK(table.find("Total params: 3,504,872") != std::string::npos);
    CHECK(table.find("Total MACs: 300,774,272") != std::string::npos);
    CHECK(summary_table(mobilenet_v2(), {.counts_flops = true}).find("Total FLOPs: 601,548,544") != std::string::npos);
}
