// The console face: the layer counted both ways, the ratio over N and K, and what r separable layers can rebuild.
#include <fmt/format.h>

#include <cmath>

#include "console/console.h"
#include "convbook/ops.h"
#include "lesson.h"

namespace convbook::ch07 {
namespace {

void print_costs(const Params& p, const Costs& c) {
    fmt::print("A {0} x {0} layer from {1} to {2} channels, biases included, output {3} x {3}.\n\n", p.k, p.cin, p.cout, p.h);
    console::Table table({"", "parameters", "multiply-adds a position", "multiply-adds"});
    table.row({"standard", format_count(c.standard_params), format_count(c.standard_per_position()), format_count(c.standard_macs)});
    table.row({"depthwise", format_count(c.depthwise_params), format_count(c.depthwise_per_position()), format_count(c.depthwise_macs)});
    table.row({"pointwise", format_count(c.pointwise_params), format_count(c.pointwise_per_position()), format_count(c.pointwise_macs)});
    table.row({"separable", format_count(c.separable_params), format_count(c.separable_per_position()), format_count(c.separable_macs)});
    table.print();
    fmt::print("\nleft of the multiply-adds: {} / {} = {:.4f};  1/N + 1/K^2 = {:.4f}\n\n", c.separable_per_position(), c.standard_per_position(), c.ratio(),
               closed_ratio(p.cout, p.k));
}

void print_ratios(const Params& p) {
    console::Table table({"N", "K = 3", "K = 5", "K = 7"});
    for (const std::string& stop : members()[1].field.legal) {
        const int n = std::stoi(stop);
        table.row({(n == p.cout ? "> " : "") + stop, format_decimal(closed_ratio(n, 3), 4), format_decimal(closed_ratio(n, 5), 4), format_decimal(closed_ratio(n, 7), 4)});
    }
    table.row({"no limit", "1/9", "1/25", "1/49"});
    table.print();
}

void print_ranks(Params p) {
    fmt::print("\nRebuilding {} {} kernels of {} x {} from r separable layers (relative error):\n\n", p.cout, p.dense, p.k, p.k);
    console::Table table({"r", "error"});
    for (p.r = 1; p.r <= std::min({p.cout, p.k * p.k, 9}); ++p.r) table.row({std::to_string(p.r), fmt::format("{:.4f}", rebuild(p).error)});
    table.print();
}

/// Runs both ways on one image with the same meaning and says how far they are apart.
void print_check(const Params& p) {
    Random random(7);
    const Tensor in = random.normal_tensor(Shape(1, p.cin, 14, 14));
    const Tensor dw = random.normal_tensor(Shape(p.cin, 1, p.k, p.k)), pw = random.normal_tensor(Shape(p.cout, p.cin, 1, 1));
    const ConvParams same{.padding = (p.k - 1) / 2};
    const Tensor two_steps = depthwise_separable_conv2d(in, dw, {}, pw, {}, same);
    const Tensor one_step = conv2d(in, equivalent_kernel(dw, pw), {}, same);
    fmt::print("\nTwo steps against the one dense kernel they amount to, 14 x 14 input: largest difference {:.2g}.\n", max_abs_difference(two_steps, one_step));
}

void print(const Settings& settings, const Values&) {
    const Params p = read_params(members(), settings);
    print_costs(p, count_costs(p));
    print_ratios(p);
    print_ranks(p);
    print_check(p);
}

int console(int argc, char** argv) { return console::run(CONVBOOK_CHAPTER, "How can the same job cost one eighth?", argc, argv, print); }

}  // namespace

REGISTER_CONSOLE(console);

}  // namespace convbook::ch07
