// The console face: the tensors of one state, the sum behind one cell, the counts, and a check of the whole output against the formula.
#include <fmt/format.h>

#include "console/console.h"
#include "lesson.h"

namespace convbook::ch01 {
namespace {

std::vector<std::string> numbers(const char* first, int count) {
    std::vector<std::string> header = {first};
    for (int column = 0; column < count; ++column) header.push_back(std::to_string(column));
    return header;
}

void print_plane(const std::string& title, TensorView tensor, int n, int c) {
    fmt::print("{}\n", title);
    console::Table table(numbers("", tensor.shape.w));
    for (int y = 0; y < tensor.shape.h; ++y) {
        std::vector<std::string> cells = {std::to_string(y)};
        for (int x = 0; x < tensor.shape.w; ++x) cells.push_back(number_text(tensor(n, c, y, x)));
        table.row(std::move(cells));
    }
    table.print();
    fmt::print("\n");
}

void print_tensors(const Result& result) {
    const Params& p = result.params;
    for (int c = 0; c < p.cin; ++c) print_plane(fmt::format("Input, channel {}", c), result.input, 0, c);
    for (int c = 0; c < p.cin; ++c) print_plane(fmt::format("Filter {}, kernel {}", p.filter, c), result.weights, p.filter, c);
    for (int o = 0; o < p.cout; ++o) print_plane(fmt::format("Output {}", o), result.output, 0, o);
}

void print_cell(const Result& result) {
    const Params& p = result.params;
    fmt::print("Output {}, row {}, column {}: {} products, bias last\n", p.filter, p.row, p.col, result.products.size());
    console::Table table({"channel", "weight", "input cell", "input", "times", "product", "running sum"});
    for (const Product& t : result.products)
        table.row({std::to_string(t.c), fmt::format("({}, {})", t.i, t.j), t.is_padding ? "padding" : fmt::format("({}, {})", t.y, t.x), number_text(t.input),
                   number_text(t.weight), number_text(t.product), number_text(t.running)});
    table.row({"", "bias", "", "", "", number_text(result.cell_bias), number_text(result.cell_value)});
    table.print();
    fmt::print("\n");
}

void print_counts(const Values& values) {
    const auto text = [&](const char* name) { return console::text_of(values, name); };
    console::Table table({"what", "value"});
    table.row({"input, C x H x W", fmt::format("{} x {} x {}", text("in.channels"), text("in.rows"), text("in.columns"))});
    table.row({"window", fmt::format("{} x {}", text("window.rows"), text("window.columns"))});
    table.row({"stride, padding, dilation", fmt::format("{}, {}, {}", text("stride"), text("padding"), text("dilation"))});
    table.row({"output, C x H x W", fmt::format("{} x {} x {}", text("out.channels"), text("out.rows"), text("out.columns"))});
    table.row({"rows and columns never read", fmt::format("{} and {}", text("unread.rows"), text("unread.columns"))});
    table.row({"parameters, biases included", text("layer.params")});
    table.row({"multiply-adds", text("layer.macs")});
    table.row({"default weights lie within", "±" + text("layer.init_bound")});
    table.print();
}

void print(const Settings& settings, const Values& values) {
    const Result result = compute(read_params(members(), settings));
    print_tensors(result);
    print_cell(result);
    print_counts(values);
    fmt::print("\nChecked: all {} output cells against the formula; largest difference {}.\n", result.output.count(), difference_from_definition(result));
}

int console(int argc, char** argv) { return console::run(CONVBOOK_CHAPTER, "What does one layer compute?", argc, argv, print); }

}  // namespace

REGISTER_CONSOLE(console);

}  // namespace convbook::ch01
