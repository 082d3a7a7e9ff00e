// Names for the results that the text quotes. Leaves out how they are computed (lesson.cpp).
#include <algorithm>
#include <cmath>

#include "convbook/cost.h"
#include "lesson.h"

namespace convbook::ch01 {
namespace {

void add_number(Values& out, std::string name, float value, Role role = Role::none) { out.add(std::move(name), number_text(value), value, role); }

// "20 + 2 − 2": a sum as one would write it, the first sign glued to its number
std::string sum_text(const std::vector<float>& terms) {
    std::string text;
    for (const float term : terms) text += text.empty() ? number_text(term) : (term < 0 ? " − " : " + ") + number_text(std::abs(term));
    return text;
}

void add_sizes(Values& out, const Result& r) {
    const Params& p = r.params;
    out.add("in.channels", static_cast<long long>(p.cin), Role::input);
    out.add("in.rows", static_cast<long long>(p.h), Role::input);
    out.add("in.columns", static_cast<long long>(p.w), Role::input);
    out.add("out.channels", static_cast<long long>(p.cout), Role::output);
    out.add("out.rows", static_cast<long long>(r.oh()), Role::output);
    out.add("out.columns", static_cast<long long>(r.ow()), Role::output);
    out.add("out.cells", static_cast<long long>(r.steps()), Role::output);
    out.add("window.rows", static_cast<long long>(r.window.h), Role::weights);
    out.add("window.columns", static_cast<long long>(r.window.w), Role::weights);
    out.add("window.span", static_cast<long long>(r.span.h), Role::weights);
    out.add("stride", static_cast<long long>(p.s));
    out.add("padding", static_cast<long long>(p.p));
    out.add("dilation", static_cast<long long>(p.d));
    out.add("unread.rows", static_cast<long long>(r.unread_rows), Role::input);
    out.add("unread.columns", static_cast<long long>(r.unread_columns), Role::input);
    // The two sides of the fraction inside the brackets, and what is lost by rounding down
    const int room = p.h + 2 * p.p - r.span.h;
    out.add("size.room", static_cast<long long>(room));
    add_number(out, "size.quotient", static_cast<float>(room) / static_cast<float>(p.s));
    // The formula as it is often printed: the fraction bar is gone and only the 1 is divided
    add_number(out, "size.without_bar", static_cast<float>(p.h + 2 * p.p - (r.span.h - 1)) - 1.0f / static_cast<float>(p.s) + 1.0f);
}

void add_cell(Values& out, const Result& r) {
    const Params& p = r.params;
    out.add("cell.row", static_cast<long long>(p.row), Role::output);
    out.add("cell.column", static_cast<long long>(p.col), Role::output);
    out.add("cell.filter", static_cast<long long>(p.filter), Role::weights);
    out.add("cell.products", static_cast<long long>(r.products.size()));
    const int per_channel = r.window.h * r.window.w;
    out.add("cell.products_per_channel", static_cast<long long>(per_channel));
    for (int c = 0; c < p.cin; ++c) {
        std::vector<float> terms;
        for (int t = 0; t < per_channel; ++t) terms.push_back(r.products[static_cast<std::size_t>(c) * per_channel + t].product);
        const std::string number = std::to_string(c);
        out.add("cell.terms" + number, sum_text(terms), r.channel_sums[c]);
        add_number(out, "cell.sum" + number, r.channel_sums[c]);
    }
    float total = 0;
    for (const float sum : r.channel_sums) total += sum;
    out.add("cell.sums", sum_text(r.channel_sums), total);
    add_number(out, "cell.bias", r.cell_bias, Role::weights);
    add_number(out, "cell.value", r.cell_value, Role::output);
}

void add_counts(Values& out, const Result& r) {
    const Params& p = r.params;
    const ConvCount layer{p.cin, p.cout, r.window, 1, true, {r.oh(), r.ow()}};
    out.add("layer.params", static_cast<long long>(conv_params(layer)), Role::weights);
    out.add("layer.kernels", static_cast<long long>(p.cin) * p.cout, Role::weights);
    out.add("layer.macs", static_cast<long long>(conv_macs(layer)));
    out.add("layer.init_bound", static_cast<double>(default_init_bound(r.weights.shape())), 4, Role::weights);
    out.add("layer.feeds_most", static_cast<long long>(*std::max_element(r.feeds.begin(), r.feeds.end())));
    out.add("layer.feeds_corner", static_cast<long long>(r.feeds.front()));
}

// The layer of real size that the text counts; it does not follow the sliders
void add_real_layer(Values& out) {
    const ConvCount layer{kRealIn, kRealOut, kRealWindow, 1, true, kRealSize};
    ConvCount bare = layer, position = layer, large = layer;
    bare.has_bias = false;
    position.out = 1;
    large.out = 2 * kRealSize;
    out.add("real.cin", static_cast<long long>(kRealIn), Role::input);
    out.add("real.cout", static_cast<long long>(kRealOut), Role::output);
    out.add("real.k", static_cast<long long>(kRealWindow), Role::weights);
    out.add("real.size", static_cast<long long>(kRealSize));
    out.add("real.size_doubled", static_cast<long long>(2 * kRealSize));
    out.add("real.per_filter", static_cast<long long>(conv_params(bare)) / kRealOut, Role::weights);
    out.add("real.kernels", static_cast<long long>(kRealIn) * kRealOut, Role::weights);
    out.add("real.weights", static_cast<long long>(conv_params(bare)), Role::weights);
    out.add("real.params", static_cast<long long>(conv_params(layer)), Role::weights);
    out.add("real.macs_per_position", static_cast<long long>(conv_macs(position)));
    out.add("real.positions", static_cast<long long>(kRealSize) * kRealSize);
    out.add("real.macs", format_millions(static_cast<double>(conv_macs(layer))), static_cast<double>(conv_macs(layer)));
    out.add("real.macs_doubled", format_millions(static_cast<double>(conv_macs(large))), static_cast<double>(conv_macs(large)));
    out.add("real.growth", static_cast<long long>(conv_macs(large) / conv_macs(layer)));
    // One 2-D kernel an output channel: the picture many readers carry away
    ConvCount flat = layer;
    flat.cin = 1;
    out.add("real.flat_params", static_cast<long long>(conv_params(flat)), Role::weights);
    const float bound = default_init_bound({kRealOut, kRealIn, kRealWindow, kRealWindow});
    out.add("real.fan_in", static_cast<long long>(kRealIn) * kRealWindow * kRealWindow);
    out.add("real.init_bound", static_cast<double>(bound), 4, Role::weights);
}

}  // namespace

std::string number_text(float value) {
    if (value == std::round(value)) return format_decimal(value, 0);
    std::string text = format_decimal(value, 2);
    while (text.back() == '0') text.pop_back();
    return text.back() == '.' ? format_decimal(value, 0) : text;
}

std::string signed_text(float value) { return value < 0 ? number_text(value) : "+" + number_text(value); }

Values values(const Params& params) {
    const Result result = compute(params);
    Values out;
    add_sizes(out, result);
    add_cell(out, result);
    add_counts(out, result);
    add_real_layer(out);
    return out;
}

}  // namespace convbook::ch01
