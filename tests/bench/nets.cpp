// Every network of the library as a plan runs it: batch 1, 224 x 224, default weights. Its bound is the sum of the bounds of its convolutions and linear layers;
// batch norms, activations and additions are free in it. Beside them the ladder: one network with one pass more on every rung.
// Leaves out single kernels (kernels.cpp) and layers (layers.cpp).
#include "bench/bench.h"
#include "convbook/cost.h"
#include "convbook/engine.h"
#include "convbook/nets.h"

namespace convbook::bench {
namespace {

constexpr std::int64_t kMostMacs = 5'000'000'000;  // the reference kernels take half a minute for one run of VGG-16

std::vector<double> time_plan(const Graph& graph, const PlanOptions& options, double seconds) {
    Plan plan(graph, default_weights(graph, 1), options);
    const Tensor in = Random(2).normal_tensor(graph.input_shape());
    return time_calls(seconds * 5, [&] { plan.run(in); });
}

double bytes_of(const LayerCost& layer) { return static_cast<double>(layer.bytes_in + layer.bytes_out + layer.bytes_weights); }

/// Of the layers that multiply.
double bytes_of(const Graph& graph) {
    double bytes = 0;
    for (const LayerCost& layer : count_cost(graph).layers) bytes += layer.macs == 0 ? 0 : bytes_of(layer);
    return bytes;
}

double least_seconds(const Graph& graph, const MachineSpeed& speed) {
    double seconds = 0;
    for (const LayerCost& layer : count_cost(graph).layers) {
        if (layer.macs == 0) continue;
        seconds += speed.least_seconds(2.0 * static_cast<double>(layer.macs), bytes_of(layer));
    }
    return seconds;
}

/// The same layers with another activation for relu6.
Graph with_relu(const Graph& graph) {
    Graph changed(graph.name(), graph.input_shape());
    for (const Parameter& parameter : graph.parameters()) changed.add_parameter(parameter.name, parameter.shape);
    for (int i = 1; i <= graph.last(); ++i) {
        Node node = graph.node(i);
        if (auto* activation = std::get_if<ActivationNode>(&node.operation); activation && activation->activation == Activation::relu6) activation->activation = Activation::relu;
        changed.append(std::move(node));
    }
    return changed;
}

Benchmark net_benchmark(const std::string& name, const Graph& graph) {
    return {.kind = "net", .name = name, .run = [graph](const Conditions& at) { return time_plan(graph, {.threads = at.threads}, at.seconds); },
            .flops = 2.0 * static_cast<double>(count_cost(graph).macs), .bytes = bytes_of(graph), .least_seconds = [graph](const MachineSpeed& speed) { return least_seconds(graph, speed); }, .uses_threads = true};
}

/// Node by node, then plans with more and more of the passes, at last with two threads.
std::vector<Benchmark> ladder_benchmarks(const std::string& name) {
    const Graph graph = build_net(name, 1.0);
    const double flops = 2.0 * static_cast<double>(count_cost(graph).macs);
    std::vector<Benchmark> rungs = {{.kind = "ladder", .name = name + " node_by_node", .run = [graph](const Conditions& at) {
        const Weights weights = default_weights(graph, 1);
        const Tensor in = Random(2).normal_tensor(graph.input_shape());
        return time_calls(at.seconds * 5, [&] { run(graph, weights, in); });
    }, .flops = flops}};
    std::vector<Pass> without;
    for (const PassInfo& info : list_passes()) without.push_back(info.pass);
    for (const PassInfo& info : list_passes()) {
        std::erase(without, info.pass);
        rungs.push_back({.kind = "ladder", .name = name + " +" + info.name, .run = [graph, without](const Conditions& at) { return time_plan(graph, {.without = without}, at.seconds); }, .flops = flops});
    }
    rungs.push_back({.kind = "ladder", .name = name + " +2_threads", .run = [graph](const Conditions& at) { return time_plan(graph, {.threads = 2}, at.seconds); }, .flops = flops});
    return rungs;
}

}  // namespace

std::vector<Benchmark> net_benchmarks() {
    std::vector<Benchmark> benchmarks;
    for (const NetInfo& net : list_nets()) {
        const auto build_and_count = [name = net.name] { count_cost(build_net(name, 1.0)); };
        benchmarks.push_back({.kind = "graph", .name = net.name, .run = [build_and_count](const Conditions& at) { return time_calls(at.seconds, build_and_count); }, .depends_on_backend = false});
        const Graph graph = build_net(net.name, 1.0);
        if (count_cost(graph).macs > kMostMacs) continue;
        benchmarks.push_back({.kind = "plan", .name = net.name, .run = [graph](const Conditions& at) {
            const Weights weights = default_weights(graph, 1);
            return time_calls(at.seconds, [&] { Plan(graph, weights, {.threads = at.threads}); });
        }, .uses_threads = true});
        benchmarks.push_back(net_benchmark(net.name, graph));
    }
    // Two of them as other libraries' benchmarks have them, with relu for relu6
    for (const char* name : {"mobilenet_v1", "mobilenet_v2"}) benchmarks.push_back(net_benchmark(std::string(name) + "_relu", with_relu(build_net(name, 1.0))));
    for (const char* name : {"mobilenet_v2", "mobilenet_v3_large", "shufflenet_v2", "resnet18"})
        for (Benchmark& rung : ladder_benchmarks(name)) benchmarks.push_back(std::move(rung));
    return benchmarks;
}

}  // namespace convbook::bench
