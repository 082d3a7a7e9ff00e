// The running sum: the accent line that gathers the channels' sums and the bias into the pinned cell, and the staircase of all products.
#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "figure_view.h"

namespace convbook::ch01 {
namespace {

using namespace kit;

constexpr float kBend = 6;  // radius of the line's corners, logical pixels

/// A quarter turn from a level line into an upright one.
void bend(ImVec2 from, ImVec2 to, Colour tone) { bezier(from, {to.x, from.y}, {to.x, from.y}, to, tone, 1.5f); }

void draw_bias(const View& view, float y) {
    const Result& r = view.result;
    const bool is_lit = view.host.lit() == "cell.bias";
    const Colour tone = colour(is_lit ? Ink::accent : Ink::weights);
    const float right = view.at.x_line - px(7);
    const float width = std::max(kit::text({right, y}, Type::label_strong, tone, signed_text(r.cell_bias), AlignX::right, AlignY::middle),
                                 kit::text({right, y + px(16)}, Type::caption, tone, tr({"bias", "偏置"}), AlignX::right, AlignY::middle));
    const Area area{right - width, y - px(9), width, px(34)};
    const Hit pointed = hit("bias", area);
    if (!pointed.is_hovered && !pointed.was_clicked) return;
    view.host.light("cell.bias");
    view.hand.over = Handle{"bias", {r.params.filter}, r.cell_bias, area};
    if (!view.hand.held && !view.hand.typing)
        tooltip(area, {{tr({"one bias a filter, added last", "每个滤波器一个，最后加"}), signed_text(r.cell_bias), colour(Ink::weights)}}, {view.at.x_output, view.at.top, 1, 1});
}

// ---- The staircase -----------------------------------------------------------------------------------------------------------

struct Stairs {
    Area area;                 // of the steps, without the answer at the right
    float low = 0, high = 1;
    int count = 1;             // products and the bias
    float x(int step) const { return area.x + area.w * static_cast<float>(step) / static_cast<float>(count); }
    float y(float value) const { return area.bottom() - (value - low) / (high - low) * area.h; }
};

Stairs measure(const View& view) {
    const Result& r = view.result;
    Stairs stairs;
    stairs.count = static_cast<int>(r.products.size()) + 1;
    stairs.low = std::min(0.0f, r.cell_value), stairs.high = std::max(0.0f, r.cell_value);
    for (const Product& term : r.products) stairs.low = std::min(stairs.low, term.running), stairs.high = std::max(stairs.high, term.running);
    if (stairs.high - stairs.low < 1e-6f) stairs.high = stairs.low + 1;
    const Area& chart = view.at.chart;
    stairs.area = {chart.x, chart.y + px(10), view.at.x_line + px(90) - chart.x, chart.h - px(16)};
    stairs.area.w = std::min(stairs.area.w, chart.w - px(64));
    return stairs;
}

/// Whether the staircase, its bias and the line of zero leave this place free.
bool is_free(const View& view, const Stairs& stairs, const Area& place) {
    const auto is_hit = [&](float left, float right, float a, float b) {
        const float low = std::min(a, b) - px(3), high = std::max(a, b) + px(3);
        return right > place.x && left < place.right() && high > place.y && low < place.bottom();
    };
    if (is_hit(stairs.area.x, stairs.area.right(), stairs.y(0), stairs.y(0))) return false;
    float before = 0;
    for (int step = 0; step < stairs.count; ++step) {
        const float after = step + 1 < stairs.count ? view.result.products[static_cast<std::size_t>(step)].running : view.result.cell_value;
        const float left = stairs.x(step) - px(2);
        if (is_hit(left, stairs.x(step) + px(2), stairs.y(before), stairs.y(after)) || is_hit(left, stairs.x(step + 1), stairs.y(after), stairs.y(after))) return false;
        before = after;
    }
    return true;
}

/// Writes `words` in the first of the places that is free; nowhere if none is.
void write_where_free(const View& view, const Stairs& stairs, const std::string& words, Colour tone, std::initializer_list<ImVec2> places) {
    for (const ImVec2 at : places)
        if (is_free(view, stairs, {at.x, at.y + px(2), text_width(Type::caption, words), px(12)})) {
            kit::text(at, Type::caption, tone, words);
            return;
        }
}

void draw_bands(const View& view, const Stairs& stairs) {
    const int per_channel = view.result.window.h * view.result.window.w;
    for (int c = 0; c < view.result.params.cin; ++c) {
        const float left = stairs.x(c * per_channel), right = stairs.x((c + 1) * per_channel), top = view.at.chart.y + px(2), bottom = view.at.chart.bottom() - px(17);
        if (c % 2 == 1) fill({left, view.at.chart.y, right - left, view.at.chart.h}, colour(Ink::sunk));
        const std::string words = "c = " + std::to_string(c);
        const float end = right - px(6) - text_width(Type::caption, words);
        write_where_free(view, stairs, words, colour(Ink::ink3), {{left + px(6), top}, {left + px(6), bottom}, {end, top}, {end, bottom}});
    }
    line({stairs.area.x, stairs.y(0)}, {stairs.area.right(), stairs.y(0)}, colour(Ink::rule), 1);
}

/// One tread with the riser that leads to it, as crisp bars: a polyline would thin out at the corners.
void draw_step(const Stairs& stairs, int step, float before, float after, Colour tone, float thickness) {
    const float t = std::max(1.0f, std::round(px(thickness) - 0.25f)), half = std::floor(t / 2);
    const float x = std::round(stairs.x(step)), next = std::round(stairs.x(step + 1)), from = std::round(stairs.y(before)), to = std::round(stairs.y(after));
    fill({x - half, to - half, next - x + t, t}, tone);
    fill({x - half, std::min(from, to) - half, t, std::abs(to - from) + t}, tone);
}

void draw_steps(const View& view, const Stairs& stairs) {
    const Result& r = view.result;
    // The bias in the colour of weights, between the last product and the answer
    const float left = stairs.x(stairs.count - 1), right = stairs.x(stairs.count), from = stairs.y(r.products.back().running), to = stairs.y(r.cell_value);
    if (from != to) fill({left, std::min(from, to), right - left, std::abs(from - to)}, colour(Ink::weights_tint));
    draw_step(stairs, stairs.count - 1, r.products.back().running, r.cell_value, colour(Ink::weights), 1.5f);
    float before = 0;
    for (std::size_t t = 0; t < r.products.size(); ++t) {
        draw_step(stairs, static_cast<int>(t), before, r.products[t].running, colour(Ink::ink), 1.5f);
        before = r.products[t].running;
    }
}

void draw_lit_step(const View& view, const Stairs& stairs) {
    const Result& r = view.result;
    const int t = view.hand.term;
    if (t < 0 || t >= static_cast<int>(r.products.size())) return;
    const float before = t == 0 ? 0 : r.products[static_cast<std::size_t>(t) - 1].running, after = r.products[static_cast<std::size_t>(t)].running;
    draw_step(stairs, t, before, after, colour(Ink::accent), 3);
}

void draw_answer(const View& view, const Stairs& stairs) {
    const Result& r = view.result;
    const ImVec2 end{stairs.area.right(), stairs.y(r.cell_value)};
    disc(end, px(4), colour(Ink::accent));
    kit::text({end.x + px(11), end.y}, Type::answer, colour(Ink::accent), number_text(r.cell_value), AlignX::left, AlignY::middle);
    // The bias' name below or above the last step, or before it
    const std::string words = signed_text(r.cell_bias) + tr({" bias", " 偏置"});
    const float left = end.x - px(8) - text_width(Type::caption, words), half = px(8), most = view.at.chart.bottom() - px(15);
    if (r.cell_bias != 0)
        write_where_free(view, stairs, words, colour(Ink::weights), {{left, std::min(end.y + px(15) - half, most)}, {left, end.y - px(15) - half}, {left, end.y + px(24) - half}, {left, view.at.chart.y}, {left, most}});
    // The reader's guess stays beside the truth
    const auto guess = view.host.guess("cell.value");
    if (!guess || r.params.row != kGuessRow || r.params.col != kGuessColumn) return;
    const float y = std::clamp(stairs.y(static_cast<float>(*guess)), view.at.chart.y, view.at.chart.bottom());
    ring({end.x, y}, px(4), colour(Ink::ink2), 1.5f);
    if (std::abs(y - end.y) > px(18))
        kit::text({end.x + px(11), y}, Type::caption, colour(Ink::ink2), tr({"your guess ", "你猜的 "}) + number_text(static_cast<float>(*guess)), AlignX::left, AlignY::middle);
}

}  // namespace

void draw_trace(const View& view, ImVec2 tip) {
    const Colour tone = colour(Ink::accent);
    const float x = view.at.x_line, radius = px(kBend);
    const int channels = view.result.params.cin;
    const float bias_y = row_middle(view, channels - 1) + px(38);
    float highest = tip.y, lowest = std::max(tip.y, bias_y + px(9));
    for (int c = 0; c < channels; ++c) {
        const float y = row_middle(view, c);
        const bool goes_up = tip.y < y;
        if (std::abs(y - tip.y) < radius * 2) {
            // Level with the cell: an S instead of two corners
            bezier({view.at.x_sum + px(5), y}, {x, y}, {x - radius, tip.y}, {x + radius, tip.y}, tone, 1.5f);
            continue;
        }
        highest = std::min(highest, y), lowest = std::max(lowest, y);
        line({view.at.x_sum + px(5), y}, {x - radius, y}, tone, 1.5f);
        bend({x - radius, y}, {x, y + (goes_up ? -radius : radius)}, tone);
    }
    // Upright part: from the farthest sum to the corner towards the cell
    if (highest < tip.y - radius) line({x, highest + radius}, {x, tip.y - radius}, tone, 1.5f);
    line({x, lowest}, {x, tip.y + radius}, tone, 1.5f);
    bend({x + radius, tip.y}, {x, tip.y + radius}, tone);
    if (highest < tip.y - radius) bend({x + radius, tip.y}, {x, tip.y - radius}, tone);
    line({x + radius, tip.y}, {tip.x - px(1), tip.y}, tone, 1.5f);
    arrow_head(tip, {1, 0}, tone);
    draw_bias(view, bias_y);
}

void draw_running_sum(const View& view) {
    if (!view.at.has_chart) return;
    const Stairs stairs = measure(view);
    draw_bands(view, stairs);
    draw_steps(view, stairs);
    draw_lit_step(view, stairs);
    draw_answer(view, stairs);
    const Hit pointed = hit("running sum", stairs.area.grown(px(4)), Cursor::arrow);
    if (!pointed.is_hovered) return;
    const int t = static_cast<int>((pointed.pointer.x - stairs.area.x) / stairs.area.w * static_cast<float>(stairs.count));
    if (t < 0 || t >= stairs.count - 1) return;
    view.hand.next_term = t;
    const Product& term = view.result.products[static_cast<std::size_t>(t)];
    const Area step{stairs.x(t), view.at.chart.y, stairs.x(t + 1) - stairs.x(t), view.at.chart.h};
    tooltip(step, {{number_text(term.input) + " × " + number_text(term.weight), signed_text(term.product), colour(Ink::ink)},
                   {tr({"running sum", "累计"}), number_text(term.running), colour(Ink::accent)}},
            {0, view.at.chart.y, ImGui::GetIO().DisplaySize.x, ImGui::GetIO().DisplaySize.y});
}

}  // namespace convbook::ch01
