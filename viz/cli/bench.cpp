// `convbook bench`: times kernels, networks and whatever else registered itself, on every backend that works here; a table for people, JSON for programs.
// Leaves out what is measured (tests/bench).
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "bench/bench.h"
#include "cli/bench_peers.h"
#include "cli/command.h"

namespace convbook::cli {
namespace {

struct Options {
    bool is_json = false, is_markdown = false;
    std::string filter = ".*", backend, form = "book", nets = "none", layers = "none", peers;  // lists: all, none, or names with commas between
    int threads = 1, rounds = 9;
    double seconds = 0.05;
};

std::regex read_filter(const std::string& text) {
    try {
        return std::regex(text, std::regex::ECMAScript | std::regex::icase);
    } catch (const std::regex_error& error) {
        throw UsageError(message("bench: --filter takes a regular expression on `kind name backend`; \"", text, "\" is none (", error.what(), ")."));
    }
}

/// The backends to measure: the wanted one, or all that work here.
std::vector<std::string> read_backends(const std::string& wish) {
    if (!wish.empty()) {
        const std::string before = active_backend_name();
        understand([&] { force_backend(wish); return 0; });
        force_backend(before);
        return {wish};
    }
    std::vector<std::string> names;
    for (const BackendInfo& backend : list_backends()) {
        if (backend.is_supported) names.push_back(backend.name);
    }
    return names;
}

void print_header() { fmt::print("{:10}{:38}{:11}{:>8}{:>14}{:>14}{:>14}{:>10}{:>10}{:>14}\n", "kind", "name", "backend", "threads", "median, us", "p95, us", "least, us", "GFLOP/s", "MB", "of roofline"); }

void print_row(const bench::Result& r) {
    const std::string gflops = r.gflops > 0 ? fmt::format("{:.1f}", r.gflops) : "", bytes = r.bytes > 0 ? fmt::format("{:.2f}", r.bytes / 1e6) : "", share = r.roofline > 0 ? fmt::format("{:.0f} %", 100 * r.roofline) : "";
    fmt::print("{:10}{:38}{:11}{:>8}{:>14.1f}{:>14.1f}{:>14.1f}{:>10}{:>10}{:>14}\n", r.kind, r.name, r.backend, r.threads, r.ns_median / 1e3, r.ns_p95 / 1e3, r.ns_min / 1e3, gflops, bytes, share);
    std::fflush(stdout);
}

/// "56.1 us, 212.7, 87 %", without what says nothing of this benchmark.
std::string cell_of(const bench::Result& r) {
    std::string text = r.ns_min < 1e6 ? fmt::format("{:.1f} us", r.ns_min / 1e3) : fmt::format("{:.2f} ms", r.ns_min / 1e6);
    if (r.gflops > 0) text += fmt::format(", {:.0f}", r.gflops);
    if (r.roofline > 0) text += fmt::format(", {:.0f} %", 100 * r.roofline);
    return text;
}

/// One row a benchmark, one column a backend: the tables of docs/performance.md.
void print_markdown(const std::vector<bench::Result>& results, const std::vector<std::string>& backends) {
    std::string head = "| |", rule = "|---|", row;
    for (const std::string& backend : backends) {
        const bool has_results = std::any_of(results.begin(), results.end(), [&](const bench::Result& r) { return r.backend == backend; });
        if (has_results) head += " " + backend + " |", rule += "---:|";
    }
    fmt::print("{}\n{}", head, rule);
    for (const bench::Result& r : results) {
        if (r.name != row) fmt::print("\n| {} |", row = r.name);
        fmt::print(" {} |", cell_of(r));
    }
    fmt::print("\n");
}

nlohmann::ordered_json to_json(const bench::Result& r) {
    return {{"kind", r.kind}, {"name", r.name}, {"backend", r.backend}, {"threads", r.threads}, {"ns_median", r.ns_median}, {"ns_min", r.ns_min}, {"ns_p95", r.ns_p95}, {"gflops", r.gflops}, {"bytes", r.bytes}, {"roofline", r.roofline}};
}

/// Is the name in the list, ours or the one that others use? "all" holds every name, "none" none.
bool is_listed(const std::string& list, const std::string& name) {
    const auto has = [&](const std::string& wanted) { return ("," + list + ",").find("," + wanted + ",") != std::string::npos; };
    return list == "all" || has(name) || has(name_elsewhere(name));
}

/// Every listed name must be one of these benchmarks.
void require_known(const std::vector<bench::Benchmark>& known, const std::string& kind, const std::string& list) {
    if (list == "all" || list == "none") return;
    std::istringstream names(list);
    for (std::string name; std::getline(names, name, ',');) {
        const bool is_known = std::any_of(known.begin(), known.end(), [&](const bench::Benchmark& b) { return b.kind == kind && (b.name == name || name_elsewhere(b.name) == name); });
        if (!is_known) throw UsageError(message("bench: --", kind, "s takes names of ", kind, "s; \"", name, "\" is none. `convbook bench --filter '^", kind, " '` shows them."));
    }
}

/// One JSON object as the programs of other libraries print it: the least and the median time, of networks in milliseconds, of layers in microseconds.
int run_peers_form(const Options& options) {
    const std::vector<bench::Benchmark> known = bench::list_benchmarks();
    require_known(known, "net", options.nets);
    require_known(known, "layer", options.layers);
    const std::string backend = options.backend.empty() ? active_backend_name() : read_backends(options.backend).front();
    bench::Runner runner({options.seconds, options.threads});
    nlohmann::ordered_json nets = nlohmann::ordered_json::object(), layers = nets;
    for (const bench::Benchmark& benchmark : known) {
        const bool is_net = benchmark.kind == "net", is_layer = benchmark.kind == "layer";
        if (!(is_net && is_listed(options.nets, benchmark.name)) && !(is_layer && is_listed(options.layers, benchmark.name))) continue;
        const bench::Result result = runner.run(benchmark, backend);
        const double unit = is_net ? 1e6 : 1e3;
        (is_net ? nets : layers)[name_elsewhere(benchmark.name)] = {{"min", result.ns_min / unit}, {"med", result.ns_median / unit}};
    }
    const nlohmann::ordered_json all{{"peer", "convbook"}, {"backend", backend}, {"threads", options.threads}, {"nets", nets}, {"layers", layers}};
    fmt::print("{}\n", all.dump(1));
    return 0;
}

int run_peers(const Options& options) {
    require_known(bench::list_benchmarks(), "net", options.nets);
    if (!options.backend.empty()) understand([&] { force_backend(options.backend); return 0; });
    return run_beside_peers({options.peers, options.nets == "none" ? "all" : options.nets, options.threads, options.rounds, options.seconds, options.is_json, options.is_markdown});
}

int run_bench(const Options& options) {
    // Understand everything before anything is timed
    if (options.form == "peers") return run_peers_form(options);
    if (!options.peers.empty()) return run_peers(options);
    const std::regex filter = read_filter(options.filter);
    const std::vector<std::string> backends = read_backends(options.backend);
    // Time what the filter lets through
    bench::Runner runner({options.seconds, options.threads});
    std::vector<bench::Result> results;
    const bool is_table = !options.is_json && !options.is_markdown;
    for (const bench::Benchmark& benchmark : bench::list_benchmarks()) {
        for (const std::string& backend : backends) {
            if (!benchmark.depends_on_backend && backend != backends.front()) continue;
            if (!std::regex_search(benchmark.kind + " " + benchmark.name + " " + backend, filter)) continue;
            results.push_back(runner.run(benchmark, backend));
            if (is_table && results.size() == 1) print_header();
            if (is_table) print_row(results.back());
        }
    }
    if (results.empty()) throw UsageError(message("bench: no benchmark matches --filter \"", options.filter, "\"; it is searched in `kind name backend`, as in \"kernel dw3_144_56_s1 avx2\"."));
    if (options.is_markdown) print_markdown(results, backends);
    if (options.is_json) {
        nlohmann::ordered_json rows = nlohmann::ordered_json::array();
        for (const bench::Result& result : results) rows.push_back(to_json(result));
        fmt::print("{}\n", rows.dump(1));
    }
    return 0;
}

Run set_up(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_flag("--json", options->is_json, "Print JSON instead of a table");
    app.add_flag("--markdown", options->is_markdown, "Print the tables of docs/performance.md")->excludes("--json");
    app.add_option("--filter", options->filter, "Only what matches this regular expression: dw3, 'net .* avx512', ui");
    app.add_option("--backend", options->backend, "Only this backend; otherwise all that work here");
    app.add_option("--form", options->form, "book, or peers: one JSON object with the names and units that other libraries' programs use")->check(CLI::IsMember({"book", "peers"}));
    app.add_option("--peers", options->peers, "Run ONNX Runtime beside, in turns: a folder with node_modules/onnxruntime-node and onnx/<network>.onnx")->check(CLI::ExistingDirectory);
    app.add_option("--rounds", options->rounds, "With --peers: how often both are timed; what is printed is the ratio within a round. Fewer than six have no 95 % interval")->check(CLI::Range(6, 1000));
    app.add_option("--nets", options->nets, "With --peers or --form peers: networks, as all, none or names with commas between");
    app.add_option("--layers", options->layers, "With --form peers: layers, likewise");
    app.add_option("--threads", options->threads, "Threads of a network; kernels and layers are measured on one")->check(number_in(1, 256));
    app.add_option("--sec", options->seconds, "Seconds for each kernel; networks take five times as long")->check(number_in(0.001, 60.0));
    return [options] { return run_bench(*options); };
}

}  // namespace

REGISTER_COMMAND("bench", "Times kernels and networks on every backend", set_up);

}  // namespace convbook::cli
