// ONNX Runtime beside the library's plans: every round times both on every network, one right after the other, because a CPU's speed drifts by more than what
// is to be measured; what is printed is the ratio within a round. Leaves out the library's own tables (bench.cpp).
#include "cli/bench_peers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unistd.h>

#include "bench/bench.h"
#include "cli/command.h"

namespace convbook::cli {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

/// What Node.js runs: one network for so many seconds; prints the least milliseconds of a run.
constexpr const char* kScript = R"js(
const [modules, file, threads, seconds] = process.argv.slice(2);
const ort = require(modules + '/onnxruntime-node');
(async () => {
    const session = await ort.InferenceSession.create(file, { intraOpNumThreads: +threads, interOpNumThreads: 1, graphOptimizationLevel: 'all', logSeverityLevel: 3 });
    const values = Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => Math.sin(i));
    const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', values, [1, 3, 224, 224]) };
    for (let i = 0; i < 3; ++i) await session.run(feeds);
    const now = () => Number(process.hrtime.bigint()) / 1e6, end = now() + 1e3 * seconds;
    let least = Infinity;
    while (now() < end) {
        const begin = now();
        await session.run(feeds);
        least = Math.min(least, now() - begin);
    }
    console.log(least);
})().catch(error => { console.error(String(error)); process.exit(1); });
)js";

/// A file in the temporary folder that is gone at the end.
class Script {
public:
    Script() : path_(fs::temp_directory_path() / fmt::format("convbook-onnxruntime-{}.cjs", getpid())) { std::ofstream(path_) << kScript; }
    ~Script() {
        std::error_code ignored;
        fs::remove(path_, ignored);
    }
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

std::string quoted(const std::string& word) {
    std::string text = "'";
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

double time_onnx_runtime(const Script& script, const PeersOptions& options, const fs::path& file) {
    const std::string command = fmt::format("node {} {} {} {} {} 2>&1", quoted(script.path().string()), quoted(fs::absolute(fs::path(options.folder) / "node_modules").string()),
                                            quoted(fs::absolute(file).string()), options.threads, 5 * options.seconds);
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    CONVBOOK_REQUIRE(pipe, "bench: Node.js could not be started. Install it: apt-get install nodejs.");
    std::string said;
    std::array<char, 256> piece;
    while (std::fgets(piece.data(), static_cast<int>(piece.size()), pipe.get())) said += piece.data();
    char* end = nullptr;
    const double milliseconds = std::strtod(said.c_str(), &end);
    CONVBOOK_REQUIRE(end != said.c_str() && milliseconds > 0, "bench: ONNX Runtime times ", file.filename().string(), "; instead Node.js said: ", said.substr(0, said.find('\n')),
                     ". Install it in the folder of --peers: npm install --ignore-scripts onnxruntime-node.");
    return milliseconds;
}

struct Pair {
    bench::Benchmark own;
    fs::path theirs;
    std::vector<double> own_ms, peer_ms;
};

/// Of how many sorted values to leave out at either end, so that the rest holds the median in 95 of 100 cases (the binomial distribution of how many lie below it).
std::size_t left_out(std::size_t count) {
    double chance = std::pow(0.5, static_cast<double>(count)), below = chance;
    std::size_t left = 0;
    while (left + 1 < count && below + chance * static_cast<double>(count - left) / static_cast<double>(left + 1) <= 0.025) {
        chance *= static_cast<double>(count - left) / static_cast<double>(left + 1);
        below += chance;
        ++left;
    }
    return left;
}

std::vector<Pair> find_pairs(const PeersOptions& options) {
    std::vector<Pair> pairs;
    for (const bench::Benchmark& benchmark : bench::list_benchmarks()) {
        if (benchmark.kind != "net") continue;
        const std::string name = name_elsewhere(benchmark.name);
        const bool is_wanted = options.nets == "all" || ("," + options.nets + ",").find("," + name + ",") != std::string::npos || ("," + options.nets + ",").find("," + benchmark.name + ",") != std::string::npos;
        const fs::path file = fs::path(options.folder) / "onnx" / (name + ".onnx");
        if (is_wanted && fs::exists(file)) pairs.push_back({benchmark, file, {}, {}});
    }
    if (pairs.empty())
        throw UsageError(message("bench: --peers takes a folder with node_modules/onnxruntime-node and onnx/<network>.onnx; \"", options.folder, "\" has no network of --nets \"", options.nets, "\" there."));
    return pairs;
}

/// What is said of a pair: the least times, the median of the ratios within a round, and the interval that holds it.
struct Verdict {
    double own_ms, peer_ms, ratio, low, high;
    explicit Verdict(const Pair& pair) : own_ms(*std::min_element(pair.own_ms.begin(), pair.own_ms.end())), peer_ms(*std::min_element(pair.peer_ms.begin(), pair.peer_ms.end())) {
        std::vector<double> ratios;
        for (std::size_t i = 0; i < pair.own_ms.size(); ++i) ratios.push_back(pair.own_ms[i] / pair.peer_ms[i]);
        std::sort(ratios.begin(), ratios.end());
        const std::size_t cut = left_out(ratios.size());
        ratio = ratios[ratios.size() / 2], low = ratios[cut], high = ratios[ratios.size() - 1 - cut];
    }
};

void print_table(const std::vector<Pair>& pairs) {
    fmt::print("{:24}{:>12}{:>20}{:>12}   {}\n", "network", "own, ms", "ONNX Runtime, ms", "own / it", "95 % interval");
    for (const Pair& pair : pairs) {
        const Verdict v(pair);
        fmt::print("{:24}{:>12.3f}{:>20.3f}{:>12.3f}   {:.3f} to {:.3f}\n", pair.own.name, v.own_ms, v.peer_ms, v.ratio, v.low, v.high);
    }
}

void print_markdown(const std::vector<Pair>& pairs) {
    fmt::print("| | own | ONNX Runtime | own / it | 95 % interval |\n|---|---:|---:|---:|---:|\n");
    for (const Pair& pair : pairs) {
        const Verdict v(pair);
        fmt::print("| {} | {:.2f} ms | {:.2f} ms | {:.2f} | {:.2f} to {:.2f} |\n", pair.own.name, v.own_ms, v.peer_ms, v.ratio, v.low, v.high);
    }
}

void print_json(const std::vector<Pair>& pairs, const PeersOptions& options) {
    Json nets = Json::object();
    for (const Pair& pair : pairs) {
        const Verdict v(pair);
        nets[pair.own.name] = {{"own_ms", pair.own_ms}, {"onnxruntime_ms", pair.peer_ms}, {"ratio", v.ratio}, {"low", v.low}, {"high", v.high}};
    }
    fmt::print("{}\n", Json{{"backend", active_backend_name()}, {"threads", options.threads}, {"rounds", options.rounds}, {"nets", nets}}.dump(1));
}

}  // namespace

std::string name_elsewhere(const std::string& net) { return net == "squeezenet1_1" ? "squeezenet11" : net; }

int run_beside_peers(const PeersOptions& options) {
    std::vector<Pair> pairs = find_pairs(options);
    const Script script;
    const bool is_terminal = isatty(STDERR_FILENO) != 0;
    bench::Runner runner({options.seconds, options.threads});
    for (int round = 0; round < options.rounds; ++round) {
        for (Pair& pair : pairs) {
            if (is_terminal) fmt::print(stderr, "\rround {} of {}: {:30}", round + 1, options.rounds, pair.own.name);
            // Who goes first changes from round to round
            const auto time_own = [&] { pair.own_ms.push_back(runner.run(pair.own, active_backend_name()).ns_min / 1e6); };
            if (round % 2) time_own();
            pair.peer_ms.push_back(time_onnx_runtime(script, options, pair.theirs));
            if (round % 2 == 0) time_own();
        }
    }
    if (is_terminal) fmt::print(stderr, "\r{:50}\r", "");
    if (options.is_json) print_json(pairs, options);
    else if (options.is_markdown) print_markdown(pairs);
    else print_table(pairs);
    return 0;
}

}  // namespace convbook::cli
