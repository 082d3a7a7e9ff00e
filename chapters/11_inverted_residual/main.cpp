// The console face: both blocks layer by layer, the bytes alive at each step, the run row by row, and the network's rounding over alpha.
#include <fmt/format.h>

#include "console/console.h"
#include "lesson.h"

namespace convbook::ch11 {
namespace {

void print_block(const char* title, const Block& block) {
    fmt::print("{}: {} parameters, {} multiply-adds\n\n", title, format_count(block.params), format_count(block.macs));
    console::Table layers({"layer", "output", "bytes", "multiply-adds"});
    const auto row = [&layers](const Stage& s) {
        layers.row({s.name, fmt::format("{} x {} x {}", s.channels, s.size, s.size), format_count(s.bytes()), format_count(s.macs)});
    };
    row(block.input);
    for (const Stage& stage : block.stages) row(stage);
    layers.print();
    fmt::print("\n");
}

void print_alive(const Block& inverted, const Block& residual) {
    console::Table table({"alive during", "input", "inner", "inner 2", "output", "total MB"});
    for (const auto& [name, block] : {std::pair{"residual", &residual}, std::pair{"inverted", &inverted}})
        for (const Alive& alive : block->alive)
            table.row({fmt::format("{} {}", name, alive.step), format_count(alive.input), format_count(alive.inner), format_count(alive.inner2), format_count(alive.output),
                       fmt::format("{:.2f}", static_cast<double>(alive.total()) / 1e6)});
    table.print();
}

/// Runs the block both ways and says what it took.
void print_run(const Params& p) {
    const BlockWeights weights = random_weights(p, 11);
    const Tensor in = Random(12).uniform_tensor(Shape(1, p.cin, p.h, p.h), -1, 1);
    std::int64_t peak = 0;
    const Tensor rows = run_by_rows(p, weights, in, &peak);
    fmt::print("\nRun row by row it held {} bytes at once and differs from the whole run by {:.2g} at most.\n", format_count(peak),
               max_abs_difference(rows, run_whole(p, weights, in)));
    const Text reason = shortcut_reason(p);
    fmt::print("Shortcut: {}.\n\n", reason.en.empty() ? "yes, stride 1 and as many channels out as in" : "none, " + reason.en);
}

void print_alphas(const Params& p) {
    console::Table table({"alpha", "parameters", "multiply-adds", "24 channels become", "32 channels become"});
    for (const char* alpha : {"0.35", "0.5", "0.75", "1", "1.3", "1.4"}) {
        const NetFigures net = net_figures(std::stod(alpha));
        table.row({(p.alpha == alpha ? "> " : "") + std::string(alpha), format_count(net.params), format_count(net.macs), std::to_string(round_channels(24, std::stod(alpha)).used),
                   std::to_string(round_channels(32, std::stod(alpha)).used)});
    }
    fmt::print("MobileNet v2, 1000 classes, 224 x 224:\n\n");
    table.print();
}

void print(const Settings& settings, const Values&) {
    const Params p = read_params(members(), settings);
    const Result result = compute(p);
    print_block("Residual (wide, narrow, wide)", result.residual);
    print_block("Inverted residual (narrow, wide, narrow)", result.inverted);
    print_alive(result.inverted, result.residual);
    print_run(p);
    print_alphas(p);
}

int console(int argc, char** argv) { return console::run(CONVBOOK_CHAPTER, "Why does the shortcut join the narrow ends?", argc, argv, print); }

}  // namespace

REGISTER_CONSOLE(console);

}  // namespace convbook::ch11
