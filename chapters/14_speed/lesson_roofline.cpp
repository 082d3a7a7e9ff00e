// The roofline of an assumed machine, the layers of four networks under it, and the ideal parallel machine. All counts are the library's.
#include <algorithm>
#include <map>

#include "convbook/cost.h"
#include "lesson.h"

namespace convbook::ch14 {

double Machine::attainable(double intensity) const { return std::min(gflops, gb_per_s * intensity); }

double Machine::least_ms(double macs, double bytes) const { return std::max(2 * macs / (gflops * 1e6), bytes / (gb_per_s * 1e6)); }

Machine assumed_machine(const Params& p) { return {static_cast<double>(p.peak), static_cast<double>(p.bandwidth)}; }

std::vector<Layer> multiplying_layers(const Graph& graph) {
    const NetCost cost = count_cost(graph);
    std::vector<Layer> layers;
    std::vector<int> level(graph.nodes().size(), 0);
    for (int i = 0; i <= graph.last(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        for (const int input : graph.node(i).inputs) level[at] = std::max(level[at], level[static_cast<std::size_t>(input)]);
        const LayerCost& c = cost.layers[at];
        if (c.macs == 0) continue;
        layers.push_back({graph.node(i).name, c.kind, i, ++level[at], c.macs, c.bytes_in + c.bytes_weights + c.bytes_out});
    }
    return layers;
}

double Network::least_ms(const Machine& m) const {
    double ms = 0;
    for (const Layer& layer : layers) ms += layer.least_ms(m);
    return ms;
}

int Network::memory_bound_layers(const Machine& m) const {
    return static_cast<int>(std::ranges::count_if(layers, [&](const Layer& layer) { return layer.is_memory_bound(m); }));
}

std::int64_t Network::cycles(std::int64_t multipliers) const {
    std::map<int, std::int64_t> macs_of_level;
    for (const Layer& layer : layers) macs_of_level[layer.level] += layer.macs;
    std::int64_t sum = 0;
    for (const auto& [level, macs] : macs_of_level) sum += std::max<std::int64_t>(1, (macs + multipliers - 1) / multipliers);
    return sum;
}

const std::vector<Network>& networks() {
    static const std::vector<Network> list = [] {
        std::vector<Network> nets;
        for (const char* name : {"mobilenet_v1", "mobilenet_v2", "shufflenet_v1", "resnet18"}) {
            const Graph graph = build_net(name, 1.0);
            const NetCost cost = count_cost(graph);
            nets.push_back({name, find_net(name)->title, multiplying_layers(graph), cost.macs, cost.depth});
        }
        return nets;
    }();
    return list;
}

const Network& network(const std::string& name) {
    const auto found = std::ranges::find(networks(), name, &Network::name);
    CONVBOOK_ASSERT(found != networks().end(), "no network of this chapter is called ", name);
    return *found;
}

}  // namespace convbook::ch14
