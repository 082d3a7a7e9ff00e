// What chapter 14 measures on this computer: times of rungs, of a network's layers, of whole networks. The text never quotes them: they are another machine's tomorrow.
#include <algorithm>
#include <chrono>

#include "convbook/cost.h"
#include "lesson.h"

namespace convbook::ch14 {
namespace {

bool go_on(const Progress& progress, double share) { return !progress || progress(share); }

/// The least time of one call, of as many as fit into `seconds`: other programs can only add to a time. 0 if stopped.
double least_ms(double seconds, const std::function<bool(double share)>& goes_on, const std::function<void()>& call) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    double least = 1e30, passed = 0;
    do {
        const auto start = Clock::now();
        call();
        const auto end = Clock::now();
        least = std::min(least, std::chrono::duration<double, std::milli>(end - start).count());
        passed = std::chrono::duration<double>(end - begin).count();
        if (!goes_on(std::min(1.0, passed / seconds))) return 0;
    } while (passed < seconds);
    return least;
}

double least_ms(const std::vector<Layer>& layers, const MachineSpeed& speed) {
    double seconds = 0;
    for (const Layer& layer : layers) seconds += speed.least_seconds(2.0 * static_cast<double>(layer.macs), static_cast<double>(layer.bytes));
    return seconds * 1e3;
}

}  // namespace

std::vector<RungTime> measure_rungs(const Graph& graph, const std::vector<Rung>& rungs, double seconds, const Progress& progress) {
    const Weights weights = default_weights(graph, 1);
    const Tensor in = Random(2).normal_tensor(graph.input_shape());
    const double flops = 2.0 * static_cast<double>(count_cost(graph).macs), bound = least_ms(multiplying_layers(graph), measure_machine());
    std::vector<RungTime> times;
    for (const Rung& rung : rungs) {
        const auto call = prepare(graph, weights, rung);
        const auto done = static_cast<double>(times.size());
        const double ms = least_ms(seconds, [&](double share) { return go_on(progress, (done + share) / static_cast<double>(rungs.size())); }, [&] { call(in); });
        if (ms == 0) break;
        times.push_back({rung.name, ms, flops / ms / 1e6, bound / ms / rung.threads});
    }
    return times;
}

LayerTimes measure_layers(const std::string& name, double seconds, const Progress& progress) {
    const Network& net = network(name);
    const Graph graph = build_net(name, 1.0);
    LayerTimes times;
    times.speed = measure_machine();
    // Without streams a step holds one layer that multiplies; Winograd's and Strassen's products are fewer than those counted
    Plan plan(graph, default_weights(graph, 1), {.without = {Pass::stream_rows, Pass::winograd, Pass::strassen}});
    const Tensor in = Random(2).normal_tensor(graph.input_shape());
    std::vector<double> step_ms, least(plan.steps().size(), 1e30);
    const double total = least_ms(seconds, [&](double share) { return go_on(progress, share); }, [&] {
        plan.run(in, &step_ms);
        for (std::size_t i = 0; i < least.size(); ++i) least[i] = std::min(least[i], step_ms[i]);
    });
    if (total == 0) return times;
    times.ms.assign(net.layers.size(), 0.0);
    for (std::size_t i = 0; i < least.size(); ++i)
        for (const int node : plan.steps()[i].nodes)
            if (const auto layer = std::ranges::find(net.layers, node, &Layer::node); layer != net.layers.end()) times.ms[static_cast<std::size_t>(layer - net.layers.begin())] = least[i];
    return times;
}

std::vector<double> measure_networks(double seconds, const Progress& progress) {
    std::vector<double> times;
    for (const Network& net : networks()) {
        const Graph graph = build_net(net.name, 1.0);
        Plan plan(graph, default_weights(graph, 1));
        const Tensor in = Random(2).normal_tensor(graph.input_shape());
        const auto done = static_cast<double>(times.size());
        const double ms = least_ms(seconds, [&](double share) { return go_on(progress, (done + share) / static_cast<double>(networks().size())); }, [&] { plan.run(in); });
        if (ms == 0) break;
        times.push_back(ms);
    }
    return times;
}

}  // namespace convbook::ch14
