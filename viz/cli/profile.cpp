// `convbook profile NET`: where the time of a network goes, step by step of its plan; which passes made the plan, and what memory it takes.
// Leaves out comparing networks (bench, compare).
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/network_options.h"
#include "convbook/comparison.h"
#include "convbook/cost.h"
#include "convbook/engine.h"

namespace convbook::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
    NetworkOptions network;
    std::vector<std::string> without;
    int threads = 1, repeats = 20;
    bool is_json = false;
};

struct Row {
    PlanStep step;
    double ms = 0;          ///< median
    std::int64_t macs = 0;
    Shape out;
    double gflops() const { return ms > 0 ? 2e-6 * static_cast<double>(macs) / ms : 0; }
};

/// Each step's median time over the repeats, after two runs that only warm up.
std::vector<Row> measure(const Graph& graph, Plan& plan, int repeats) {
    const Tensor input = Random(2).normal_tensor(graph.input_shape());
    std::vector<std::vector<double>> times(plan.steps().size());
    std::vector<double> ms;
    for (int i = -2; i < repeats; ++i) {
        plan.run(input, &ms);
        for (std::size_t s = 0; s < ms.size() && i >= 0; ++s) times[s].push_back(ms[s]);
    }
    const NetCost cost = count_cost(graph);
    std::vector<Row> rows;
    for (std::size_t s = 0; s < times.size(); ++s) {
        Row row{plan.steps()[s], median_of(times[s]), 0, graph.node(plan.steps()[s].nodes.back()).out};
        for (const int node : row.step.nodes) row.macs += cost.layers[static_cast<std::size_t>(node)].macs;
        rows.push_back(std::move(row));
    }
    return rows;
}

double total_ms(const std::vector<Row>& rows) {
    double total = 0;
    for (const Row& row : rows) total += row.ms;
    return total;
}

std::string words_of(const Row& row) { return row.step.strip_rows > 0 ? fmt::format("{} ({} rows at a time)", row.step.kind, row.step.strip_rows) : row.step.kind; }

void print_table(const Graph& graph, const Plan& plan, const std::vector<Row>& rows, int threads) {
    std::size_t widest = 4, kinds = 4;
    for (const Row& row : rows) widest = std::max(widest, row.step.name.size()), kinds = std::max(kinds, words_of(row).size());
    const double total = total_ms(rows);
    fmt::print("{:>9}  {:>6}  {:>8}  {:>10}  {:{}}  {:16}  layers\n", "time, us", "share", "GFLOP/s", "MACs", "step", kinds, "output");
    for (const Row& row : rows)
        fmt::print("{:>9.1f}  {:>5.1f}%  {:>8}  {:>10}  {:{}}  {:16}  {}\n", row.ms * 1e3, 100 * row.ms / total, row.macs ? fmt::format("{:.1f}", row.gflops()) : "", row.macs ? std::to_string(row.macs) : "",
                   words_of(row), kinds, to_string(row.out), row.step.name);
    const Plan::Memory& memory = plan.memory();
    fmt::print("\n{} as a plan of {} steps on {} thread{}, {}: {:.3f} ms (the sum of the steps' medians)\n", graph.name(), rows.size(), threads, threads == 1 ? "" : "s", plan.backend(), total);
    fmt::print("memory: activations {:.2f} MB (alive at one step: {:.2f} MB at least), rings of streams {:.2f} MB, scratch {:.2f} MB, packed weights {:.2f} MB; MB of 10^6 bytes\n",
               static_cast<double>(memory.arena) / 1e6, static_cast<double>(memory.least) / 1e6, static_cast<double>(memory.rings) / 1e6, static_cast<double>(memory.scratch) / 1e6, static_cast<double>(memory.weights) / 1e6);
}

void print_json(const Graph& graph, const Plan& plan, const std::vector<Row>& rows, int threads) {
    const Plan::Memory& memory = plan.memory();
    Json steps = Json::array();
    for (const Row& row : rows)
        steps.push_back({{"name", row.step.name}, {"kind", row.step.kind}, {"strip_rows", row.step.strip_rows}, {"ms", row.ms}, {"macs", row.macs}, {"gflops", row.gflops()}});
    fmt::print("{}\n", Json{{"net", graph.name()}, {"backend", plan.backend()}, {"threads", threads}, {"ms", total_ms(rows)}, {"arena_bytes", memory.arena}, {"least_bytes", memory.least},
                            {"ring_bytes", memory.rings}, {"scratch_bytes", memory.scratch}, {"weight_bytes", memory.weights}, {"steps", steps}}.dump(1));
}

int run(const Options& options) {
    const Graph graph = options.network.build();
    PlanOptions plan_options{.threads = options.threads};
    for (const std::string& name : options.without) plan_options.without.push_back(understand([&] { return find_pass(name); }));
    Plan plan(graph, default_weights(graph, 1), plan_options);
    const std::vector<Row> rows = measure(graph, plan, options.repeats);
    if (options.is_json) print_json(graph, plan, rows, options.threads);
    else print_table(graph, plan, rows, options.threads);
    return 0;
}

Run set_up(CLI::App& command) {
    const auto options = std::make_shared<Options>();
    options->network.add_to(command);
    std::string passes = "Leave a pass out, to see what it is worth:";
    for (const PassInfo& pass : list_passes()) passes += fmt::format("\n{}: {}", pass.name, pass.idea);
    command.add_option("--without", options->without, passes)->delimiter(',');
    command.add_option("--threads", options->threads, "Threads that work on the network")->check(number_in(1, 256));
    command.add_option("--repeats", options->repeats, "Runs of which each step's median time is shown")->check(CLI::Range(1, 10000));
    command.add_flag("--json", options->is_json, "For machines: the totals, and every step with name, kind, strip_rows, ms, macs, gflops");
    return [options] { return run(*options); };
}

}  // namespace

REGISTER_COMMAND("profile", "Where a network's time goes, step by step of its plan", set_up);

}  // namespace convbook::cli
