// The console face: the roofline of the assumed machine with the layers of a network under it, register tiles, the ideal parallel machine; with --measure, all of it on this computer.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "console/console.h"
#include "lesson.h"

namespace convbook::ch14 {
namespace {

struct Measuring {
    bool is_wanted = false;
    double seconds = 0.1;  ///< for each rung; five times as long for whole networks
} measuring;

void print_layers(const Params& p) {
    const Machine m = assumed_machine(p);
    const Network& net = network(p.net);
    fmt::print("An assumed machine of {} GFLOP/s and {} GB/s: arithmetic bounds a layer from {:.2f} operations a byte on.\n\n", p.peak, p.bandwidth, m.ridge());
    console::Table table({net.title, "kind", "multiply-adds", "bytes", "operations/byte", "at most GFLOP/s", "at least us", "bound by"});
    for (const Layer& layer : net.layers)
        table.row({layer.name, layer.kind, format_count(layer.macs), format_count(layer.bytes), fmt::format("{:.2f}", layer.intensity()), fmt::format("{:.0f}", m.attainable(layer.intensity())),
                   fmt::format("{:.0f}", layer.least_ms(m) * 1e3), layer.is_memory_bound(m) ? "memory" : "arithmetic"});
    table.print();
    fmt::print("\n{} of {} layers are bound by memory. Together at least {:.2f} ms; by arithmetic alone {:.2f} ms.\n\n", net.memory_bound_layers(m), net.layers.size(), net.least_ms(m),
               2 * static_cast<double>(net.macs) / (m.gflops * 1e6));
}

void print_tiles() {
    console::Table table({"registers", "floats each", "how many", "tile", "used", "loads a multiply-add"});
    for (const RegisterTile& t : register_tiles())
        table.row({t.backend, std::to_string(t.lanes), std::to_string(t.registers), fmt::format("{} blocks x {} pixels", t.blocks, t.pixels), std::to_string(t.used()), fmt::format("{:.2f}", t.loads_per_multiply_add())});
    table.print();
}

void print_networks(const Params& p) {
    const Machine m = assumed_machine(p);
    fmt::print("\nAn ideal machine of {} multipliers that waits for nothing but the layer before:\n\n", format_count(p.units));
    console::Table table({"network", "multiply-adds", "layers", "depth", "cycles", "bound, ms"});
    for (const Network& net : networks())
        table.row({net.title, format_count(net.macs), std::to_string(net.layers.size()), std::to_string(net.depth), format_count(net.cycles(p.units)), fmt::format("{:.2f}", net.least_ms(m))});
    table.print();
}

void print_rungs(const std::string& title, const Graph& graph, const std::vector<Rung>& rungs, double seconds) {
    fmt::print("\n{}, measured here with {}:\n\n", title, active_backend_name());
    const std::vector<RungTime> times = measure_rungs(graph, rungs, seconds);
    console::Table table({"rung", "ms", "GFLOP/s", "share of the bound", "faster than the first"});
    for (const RungTime& t : times)
        table.row({t.name, fmt::format("{:.3f}", t.ms), fmt::format("{:.1f}", t.gflops), fmt::format("{:.0f} %", 100 * t.share), fmt::format("{:.1f} x", times.front().ms / t.ms)});
    table.print();
}

void print_measured(const Params& p) {
    print_rungs("The ladder of " + p.layer, ladder_graph(p.layer), layer_rungs(p.layer), measuring.seconds);
    print_rungs("The passes on " + p.net, build_net(p.net, 1.0), pass_rungs(), measuring.seconds * 5);
    fmt::print("\nWhole networks, measured here, one thread:\n\n");
    const std::vector<double> ms = measure_networks(measuring.seconds * 5);
    console::Table table({"network", "ms", "time / MobileNet v1", "multiply-adds / MobileNet v1", "depth / MobileNet v1"});
    for (std::size_t i = 0; i < ms.size(); ++i) {
        const Network &net = networks()[i], &first = networks().front();
        table.row({net.title, fmt::format("{:.2f}", ms[i]), fmt::format("{:.2f}", ms[i] / ms[0]), fmt::format("{:.2f}", static_cast<double>(net.macs) / static_cast<double>(first.macs)),
                   fmt::format("{:.2f}", static_cast<double>(net.depth) / first.depth)});
    }
    table.print();
}

void print(const Settings& settings, const Values&) {
    const Params p = read_params(members(), settings);
    print_layers(p);
    print_tiles();
    print_networks(p);
    if (measuring.is_wanted) print_measured(p);
}

void add_measuring(CLI::App& app) {
    measuring = {};
    app.add_flag("--measure", measuring.is_wanted, "Time the ladder, the passes and the networks on this computer too");
    app.add_option("--seconds", measuring.seconds, "Of measuring, for each rung; five times as long for whole networks")->check(CLI::Range(0.001, 60.0))->capture_default_str();
}

int console(int argc, char** argv) { return console::run(CONVBOOK_CHAPTER, "Why are fewer multiply-adds not less time?", argc, argv, print, add_measuring); }

}  // namespace

REGISTER_CONSOLE(console);

}  // namespace convbook::ch14
