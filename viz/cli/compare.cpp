// `convbook compare NET NET ...`: what networks cost, how accurate they are said to be and how long they take here, as a table, JSON or CSV.
// Leaves out the facts (lib, comparison.h) and their picture (the app's page compare).
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/command.h"
#include "cli/network_options.h"
#include "convbook/comparison.h"

namespace convbook::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
    std::vector<std::string> nets;
    bool is_json = false, is_csv = false, leaves_out_time = false;
    int repeats = 5;
};

struct Row {
    NetFacts facts;
    std::optional<double> ms;
};

Json to_json(const Row& row) {
    const NetFacts& f = row.facts;
    Json json{{"net", f.name}, {"params", f.params}, {"macs", f.macs}, {"peak_bytes", f.peak_bytes}, {"depth", f.depth}, {"top1", nullptr}, {"source", nullptr}, {"ms", nullptr}};
    if (f.accuracy) json["top1"] = f.accuracy->top1, json["source"] = f.accuracy->source;
    if (row.ms) json["ms"] = *row.ms;
    return json;
}

void print_csv(const std::vector<Row>& rows) {
    fmt::print("net,params,macs,peak_bytes,depth,top1,source,ms\n");
    for (const Row& row : rows) {
        const NetFacts& f = row.facts;
        fmt::print("{},{},{},{},{},{},{},{}\n", f.name, f.params, f.macs, f.peak_bytes, f.depth, f.accuracy ? fmt::format("{}", f.accuracy->top1) : "",
                   f.accuracy ? "\"" + f.accuracy->source + "\"" : "", row.ms ? fmt::format("{:.3f}", *row.ms) : "");
    }
}

void print_table(const std::vector<Row>& rows) {
    std::size_t widest = 3;
    for (const Row& row : rows) widest = std::max(widest, row.facts.name.size());
    fmt::print("{:{}}  {:>10}  {:>10}  {:>9}  {:>5}  {:>7}  {:>9}\n", "net", widest, "params, M", "MACs, M", "peak, MB", "depth", "top-1 %", "time, ms");
    for (const Row& row : rows) {
        const NetFacts& f = row.facts;
        fmt::print("{:{}}  {:>10.3f}  {:>10.1f}  {:>9.2f}  {:>5}  {:>7}  {:>9}\n", f.name, widest, static_cast<double>(f.params) / 1e6, static_cast<double>(f.macs) / 1e6, static_cast<double>(f.peak_bytes) / (1 << 20), f.depth,
                   f.accuracy ? fmt::format("{:.1f}", f.accuracy->top1) : "", row.ms ? fmt::format("{:.2f}", *row.ms) : "");
    }
    // What the columns mean, and where the accuracies stand
    fmt::print("\npeak: activations alive at once, float32, in 2^20 bytes; depth: convolution and linear layers on the longest path; time: this machine, one image, median.\ntop-1 as printed by\n");
    for (const Row& row : rows)
        if (row.facts.accuracy) fmt::print("  {:{}}  {}\n", row.facts.name, widest, row.facts.accuracy->source);
}

int run(const Options& options) {
    std::string list;
    for (const std::string& net : options.nets) list += net + ",";
    const std::vector<NetSpec> nets = understand([&] { return parse_net_list(list); });
    std::vector<Row> rows;
    for (const NetSpec& net : nets) rows.push_back({understand([&] { return facts_of(net); }), {}});
    for (Row& row : rows)
        if (!options.leaves_out_time) row.ms = median_of(time_net(row.facts.net, options.repeats));
    if (options.is_csv) print_csv(rows);
    else if (!options.is_json) print_table(rows);
    else {
        Json json = Json::array();
        for (const Row& row : rows) json.push_back(to_json(row));
        fmt::print("{}\n", json.dump());
    }
    return 0;
}

Run set_up(CLI::App& command) {
    auto options = std::make_shared<Options>();
    command.add_option("NET", options->nets, "Networks, each with its settings after colons: mobilenet_v2:alpha=0.5:resolution=192. There are " + known_nets())->required();
    command.add_flag("--no-time", options->leaves_out_time, "Measure nothing");
    command.add_option("--repeats", options->repeats, "Runs of which the median time is shown")->check(CLI::Range(1, 1000));
    command.add_flag("--json", options->is_json, "For machines: [{\"net\", \"params\", \"macs\", \"peak_bytes\", \"depth\", \"top1\", \"source\", \"ms\"}]");
    command.add_flag("--csv", options->is_csv, "For spreadsheets")->excludes("--json");
    return [options] { return run(*options); };
}

}  // namespace

REGISTER_COMMAND("compare", "Networks side by side: parameters, multiply-adds, memory, depth, published accuracy, measured time", set_up);

}  // namespace convbook::cli
