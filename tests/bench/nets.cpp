// Every network of the library below a billion multiply-adds, as run() runs it: node by node, batch 1, at its own resolution, default weights. Its bound is the sum of the bounds of its
// convolutions and linear layers; batch norms, activations and additions are free in it. Leaves out single kernels (kernels.cpp).
#include "bench/bench.h"
#include "convbook/cost.h"
#include "convbook/engine.h"
#include "convbook/nets.h"

namespace convbook::bench {
namespace {

std::vector<double> time_net(const Graph& graph, double seconds) {
    const Weights weights = default_weights(graph, 1);
    Random random(2);
    const Tensor in = random.normal_tensor(graph.input_shape());
    return time_calls(seconds * 5, [&] { run(graph, weights, in); });
}

constexpr std::int64_t kMostMacs = 1'000'000'000;  // the reference kernels take half a minute for one run of VGG-16

double least_seconds(const Graph& graph, const MachineSpeed& speed) {
    double seconds = 0;
    for (const LayerCost& layer : count_cost(graph).layers) {
        if (layer.macs == 0) continue;
        seconds += speed.least_seconds(2.0 * static_cast<double>(layer.macs), static_cast<double>(layer.bytes_in + layer.bytes_out + layer.bytes_weights));
    }
    return seconds;
}

}  // namespace

std::vector<Benchmark> net_benchmarks() {
    std::vector<Benchmark> benchmarks;
    for (const NetInfo& net : list_nets()) {
        const auto build_and_count = [name = net.name] { count_cost(build_net(name, 1.0)); };
        benchmarks.push_back({.kind = "graph", .name = net.name, .run = [build_and_count](double seconds) { return time_calls(seconds, build_and_count); }, .depends_on_backend = false});
        const Graph graph = build_net(net.name, 1.0);
        if (count_cost(graph).macs > kMostMacs) continue;
        benchmarks.push_back({"net", net.name, [graph](double seconds) { return time_net(graph, seconds); }, 2.0 * static_cast<double>(count_cost(graph).macs),
                              [graph](const MachineSpeed& speed) { return least_seconds(graph, speed); }});
    }
    return benchmarks;
}

}  // namespace convbook::bench
