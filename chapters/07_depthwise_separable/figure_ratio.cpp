// Under the wires and bricks of chapter 07: parameters and multiply-adds as bars, and the ratio's curve over N with the reader's guess.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "figure_views.h"
#include "kit/plot.h"
#include "kit/widgets.h"

namespace convbook::ch07 {

using namespace kit;

namespace {

void draw_bar_pair(ImVec2 at, float width, const std::string& title, std::array<double, 3> cost, const std::array<std::string, 4>& words) {
    // cost: standard, depthwise, pointwise; words: standard, separable, "= a + b"
    const float label = px(80), bar = px(16);
    const double both = cost[1] + cost[2], scale = std::max(cost[0], both);
    // Bars as long as their words leave room for
    const auto room_for = [&](double total, float words_width) { return (width - label - px(9) - words_width) * static_cast<float>(scale / total); };
    const float sum_width = text_width(Type::label_strong, words[1]) + px(9) + text_width(Type::caption, words[2]);
    const float full = std::min({px(188), room_for(cost[0], text_width(Type::label_strong, words[0])), room_for(both, sum_width)});
    text(at, Type::label_strong, colour(Ink::ink), title);
    const auto row = [&](float y, const Text& name, const std::vector<Bar>& bars, double total, const std::string& number, const std::string& sum) {
        text({at.x, y + bar / 2}, Type::label, colour(Ink::ink2), tr(name), AlignX::left, AlignY::middle);
        const float length = full * static_cast<float>(total / scale);
        stacked_bar({at.x + label, y, full, bar}, bars, scale);
        float x = at.x + label + length + px(9);
        x += text({x, y + bar / 2}, Type::label_strong, colour(Ink::ink), number, AlignX::left, AlignY::middle);
        if (!sum.empty()) text({x + px(9), y + bar / 2}, Type::caption, colour(Ink::ink3), sum, AlignX::left, AlignY::middle);
    };
    row(at.y + px(23), {"standard", "标准"}, {{cost[0], with_alpha(colour(Ink::weights), 0.5f)}}, cost[0], words[0], "");
    row(at.y + px(49), {"separable", "可分离"}, {{cost[1], colour(Ink::weights)}, {cost[2], with_alpha(colour(Ink::weights), 0.8f)}}, both, words[1], words[2]);
}

}  // namespace

void draw_bars(const Area& area, const Result& r) {
    const Costs& c = r.costs;
    const auto number = [](std::int64_t n) { return static_cast<double>(n); };
    const auto millions = [](std::int64_t n) { return fmt::format("{:.2f}", static_cast<double>(n) / 1e6); };
    draw_bar_pair({area.x, area.y}, area.w, tr({"Parameters", "参数量"}), {number(c.standard_params), number(c.depthwise_params), number(c.pointwise_params)},
                  {format_count(c.standard_params), format_count(c.separable_params), fmt::format("= {} + {}", format_count(c.depthwise_params), format_count(c.pointwise_params)), ""});
    if (area.h < px(150)) return;
    draw_bar_pair({area.x, area.y + px(92)}, area.w, tr({fmt::format("Multiply-adds, {0} × {0}", r.params.h), fmt::format("乘加次数（{0} × {0}）", r.params.h)}),
                  {number(c.standard_macs), number(c.depthwise_macs), number(c.pointwise_macs)},
                  {format_millions(number(c.standard_macs), 2), format_millions(number(c.separable_macs), 2),
                   fmt::format("= {} + {}", millions(c.depthwise_macs), millions(c.pointwise_macs)), ""});
}

namespace {

constexpr double kLeast = 1.0 / 64, kMost = 1.25;  // of the ratio's axis: below 1/49 of K = 7, a little above "no saving"

Plot ratio_plot(const Area& room, int current_n) {
    kit::Axis x{.low = 1, .high = 1024, .is_logarithmic = true, .label = tr({"output channels N", "输出通道数 N"})};
    for (const int n : {1, 8, 32, 128, 1024})
        if (n != current_n && std::abs(std::log2(n) - std::log2(current_n)) >= 1.5) x.ticks.push_back({static_cast<double>(n), std::to_string(n)});
    x.ticks.push_back({static_cast<double>(current_n), std::to_string(current_n), true});
    const kit::Axis y{.low = kLeast, .high = kMost, .is_logarithmic = true, .ticks = {{1, "1"}, {0.1, "0.1"}, {0.02, "0.02"}}, .has_grid = true, .has_line = false};
    return {room, x, y};
}

void draw_curve(const Plot& plot, int k, bool is_current) {
    const auto ratio = [k](double n) { return std::min(1 / n + 1.0 / (k * k), kMost); };
    plot.level(1.0 / (k * k), with_alpha(colour(Ink::weights), 0.7f), 24, 1024);
    plot.curve(ratio, 1, 1024, colour(is_current ? Ink::ink : Ink::ink3), is_current ? 2 : 1.5f, fmt::format("K={} → 1/{}", k, k * k));
}

void draw_guess(const Plot& plot, int n, double guess) {
    const double shown = std::clamp(guess, kLeast, kMost);
    plot.hollow_dot(n, shown, colour(Ink::ink2));
    const std::string words = tr({fmt::format("your guess {:.3g}", guess), fmt::format("你的猜测 {:.3g}", guess)});
    const bool is_left = plot.at(n, shown).x + px(11) + text_width(Type::caption, words) > plot.area().right();  // the curves' names stand there
    plot.words(n, shown, {is_left ? -11.0f : 11.0f, is_left ? 8.0f : -8.0f}, Type::caption, colour(Ink::ink2), words, is_left ? AlignX::right : AlignX::left);
}

}  // namespace

void draw_ratio(FigureFrame& frame, const Area& whole, const Result& r) {
    const Params& p = r.params;
    Area room = whole;
    text({room.x, room.y}, Type::label_strong, colour(Ink::ink), tr({"Cost of separable ÷ standard", "可分离 ÷ 标准的代价之比"}));
    room.cut_top(px(44));
    if (room.h < px(90)) return;
    room.cut_right(px(78));  // the curves' names stand there
    const Plot plot = ratio_plot(room, p.cout);
    plot.axes();
    plot.level(1, colour(Ink::rule));
    plot.words(1024, 1, {0, -19}, Type::caption, colour(Ink::ink3), tr({"no saving above this line", "高于此线则不省反费"}), AlignX::right);
    for (const int k : {3, 5, 7})
        if (k != p.k) draw_curve(plot, k, false);
    draw_curve(plot, p.k, true);
    const double ratio = std::min(r.costs.ratio(), kMost);
    plot.upright(p.cout, colour(Ink::accent), kLeast, ratio);
    if (const auto guess = frame.guess("ratio")) draw_guess(plot, p.cout, *guess);
    plot.dot(p.cout, ratio, colour(Ink::accent));
    const bool is_left = p.cout > 128;
    plot.words(p.cout, ratio, {is_left ? -8.0f : 8.0f, ratio > 0.6 ? 6.0f : -22.0f}, Type::label_strong, colour(Ink::accent), fmt::format("{:.4f}", r.costs.ratio()), is_left ? AlignX::right : AlignX::left);
    // Dragging sets the nearest legal number of filters
    const Plot::Reading reading = plot.read("ratio-curve");
    if (reading.is_held) frame.set("cout", std::to_string(1 << std::clamp(static_cast<int>(std::lround(std::log2(std::max(reading.x, 1.0)))), 0, 10)));
}

}  // namespace convbook::ch07
