// View "cost" of chapter 07: the same cost three ways. Wires (each is one kernel), bricks (each is one multiply-add at one position), and
// figure_ratio.cpp's bars and curve. The pinned or hovered wire, its brick and its pointwise cell are lit together.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "figure_views.h"
#include "kit/interact.h"
#include "kit/widgets.h"

namespace convbook::ch07 {
namespace {

using namespace kit;

constexpr int kMostNodes = 32;      // more squares than that cannot be told apart in the width of the panel
constexpr float kWiresWidth = 243, kGap = 26, kSquare = 10;

/// One row of squares: channels, or bundles of `bundle` channels when there are too many.
struct NodeRow {
    float y, left, pitch, square;
    int count, bundle;
    float x(int node) const { return left + pitch * (static_cast<float>(node) + 0.5f); }
    int node_of(int channel) const { return channel / bundle; }
};

NodeRow node_row(const Area& panel, float y, int channels) {
    const int bundle = (channels + kMostNodes - 1) / kMostNodes, count = (channels + bundle - 1) / bundle;
    const float pitch = panel.w / static_cast<float>(count);
    return {y, panel.x, pitch, std::min(px(kSquare), pitch * 0.84f), count, bundle};
}

void draw_nodes(const NodeRow& row, Colour base, int lit) {
    for (int node = 0; node < row.count; ++node)
        fill({row.x(node) - row.square / 2, row.y - px(kSquare) / 2, row.square, px(kSquare)}, node == lit ? colour(Ink::accent) : base, 1.5f);
}

void draw_all_to_all(const NodeRow& top, const NodeRow& bottom, float alpha, float thickness) {
    const Colour faint = with_alpha(colour(Ink::weights), alpha);
    for (int c = 0; c < top.count; ++c)
        for (int o = 0; o < bottom.count; ++o)
            line({top.x(c), top.y + top.square / 2}, {bottom.x(o), bottom.y - bottom.square / 2}, faint, thickness);
}

/// The wire of an all-to-all layer nearest to the pointer.
Wire nearest_wire(const NodeRow& top, const NodeRow& bottom, ImVec2 pointer) {
    const float t = (pointer.y - top.y) / (bottom.y - top.y);
    Wire best;
    float distance = 1e9f;
    for (int c = 0; c < top.count; ++c)
        for (int o = 0; o < bottom.count; ++o) {
            const float d = std::abs(top.x(c) + (bottom.x(o) - top.x(c)) * t - pointer.x);
            if (d < distance) distance = d, best = {c * top.bundle, o * bottom.bundle};
        }
    return best;
}

/// One unit cell is one multiply-add at one position; on whole pixels as long as the layer is small enough.
struct Bricks {
    Area area;          // the standard layer: cin*k*k columns, cout rows
    float column, row;  // size of the unit cell
};

Bricks lay_bricks(const Params& p, const Area& room) {
    const float columns = static_cast<float>(p.cin * p.k * p.k), rows = static_cast<float>(p.cout);
    const float width = room.w / columns, height = room.h / rows;
    const float column = std::min(width >= 1 ? std::floor(width) : width, px(12));
    // Rows of whole pixels, unless rounding down would leave much of the room empty
    const float row = std::min(std::floor(height) >= 0.85f * height ? std::floor(height) : height, px(128));
    return {{room.x, room.y, column * columns, row * rows}, column, row};
}

/// Fills a block and cuts it into its cells with lines of paper, while cells are large enough to be seen.
void draw_block(const Area& area, float column, float row, float alpha) {
    fill(area, with_alpha(colour(Ink::weights), alpha));
    const Colour paper = colour(Ink::paper);
    if (row >= px(2.5f))
        for (float y = area.y + row; y < area.bottom() - 0.5f; y += row) fill({area.x, y - 1, area.w, 1}, paper);
    if (column >= px(2.5f))
        for (float x = area.x + column; x < area.right() - 0.5f; x += column) fill({x - 1, area.y, 1, area.h}, paper);
}

struct Layout {
    Area wires_standard, wires_separable, bricks_standard, bricks_separable, bars, curve;
    float caption;  // height of a line of captions
};

constexpr float kStackedBelow = 660, kStackedHeight = 976;

/// A narrow column has everything below each other, and scrolls.
Layout lay_out_stacked(const Area& area) {
    Layout l;
    l.caption = px(22);
    float y = area.y;
    const auto next = [&](float above, float height, float right = 0) {
        const Area part{area.x, y + px(above), area.w - px(right), px(height)};
        y = part.bottom() + l.caption;
        return part;
    };
    l.wires_standard = next(24, 96);
    l.bricks_standard = next(28, 96, 18);
    l.wires_separable = next(32, 118);
    l.bricks_separable = next(22, 96, 18);
    l.bars = next(20, 150);
    l.curve = next(4, 200);
    return l;
}

Layout lay_out(const Area& area) {
    if (area.w < px(kStackedBelow)) return lay_out_stacked(area);
    Layout l;
    // The picture's own heights add up to 640; a lower window takes it from wires, bricks and curve alike
    const float give = std::clamp((area.h - px(190)) / px(450), 0.55f, 1.0f);
    l.caption = px(22);
    const float wires = px(128) * give, between = px(22);
    float y = area.y + px(24);
    // A narrower column takes from the wires first: the bricks keep their unit cell of 3 pixels
    const float left = std::clamp(area.w - px(kGap + 18 + 432), px(200), px(kWiresWidth)), right_x = area.x + left + px(kGap), right_w = area.w - left - px(kGap);
    l.wires_standard = {area.x, y, left, wires};
    l.bricks_standard = {right_x, y, right_w - px(18), wires};
    y += wires + l.caption + between + px(18);
    l.wires_separable = {area.x, y, left, wires * 1.18f};
    l.bricks_separable = {right_x, y, right_w - px(18), wires};
    y += wires * 1.18f + l.caption + between;
    const float rest = area.bottom() - y;
    l.bars = {area.x, y, px(330), rest};
    l.curve = {area.x + px(352), y, area.w - px(352), rest};
    return l;
}

std::string out_of(int count, const Text& words) { return fmt::format("{} {}", count, tr(words)); }

/// Below a panel: what its wires are, where there is room for it, and the channels that go out.
void caption(const Area& panel, const Text& words, int channels_out) {
    const std::string out = tr({out_of(channels_out, {"out", ""}), fmt::format("输出 {}", channels_out)});
    const float y = panel.bottom() + px(6);
    text({panel.right(), y}, Type::caption, colour(Ink::output), out, AlignX::right);
    if (text_width(Type::caption, tr(words)) + text_width(Type::caption, out) + px(8) > panel.w) return;
    text({panel.x, y}, Type::caption, colour(Ink::ink3), tr(words));
}

void draw_standard_wires(const Area& panel, const Params& p, const Wire& wire, Hover& hover) {
    const NodeRow top = node_row(panel, panel.y + px(5), p.cin), bottom = node_row(panel, panel.bottom() - px(5), p.cout);
    text({panel.x, panel.y - px(24)}, Type::label_strong, colour(Ink::ink), tr({fmt::format("Standard {0} × {0}", p.k), fmt::format("标准 {0} × {0} 卷积", p.k)}));
    text({panel.right(), panel.y - px(24)}, Type::caption, colour(Ink::input), tr({out_of(p.cin, {"in", ""}), fmt::format("输入 {}", p.cin)}), AlignX::right);
    draw_all_to_all(top, bottom, top.count * bottom.count > 300 ? 0.17f : 0.35f, 1);
    const Hit over = hit("standard-wires", {panel.x, top.y, panel.w, bottom.y - top.y}, Cursor::hand, false);
    if (over.is_hovered) hover = {nearest_wire(top, bottom, over.pointer), true};
    line({top.x(top.node_of(wire.channel)), top.y}, {bottom.x(bottom.node_of(wire.filter)), bottom.y}, colour(Ink::accent), 2);
    draw_nodes(top, colour(Ink::input), top.node_of(wire.channel));
    draw_nodes(bottom, colour(Ink::output), bottom.node_of(wire.filter));
    caption(panel, {fmt::format("every wire is a {0} × {0} kernel", p.k), fmt::format("每条连线是一个 {0} × {0} 卷积核", p.k)}, p.cout);
}

void draw_separable_wires(const Area& panel, const Params& p, const Wire& wire, Hover& hover) {
    const float middle = panel.y + panel.h * 0.38f;
    const NodeRow top = node_row(panel, panel.y + px(5), p.cin), inner = node_row(panel, middle, p.cin), bottom = node_row(panel, panel.bottom() - px(5), p.cout);
    text({panel.x, panel.y - px(24)}, Type::label_strong, colour(Ink::ink), tr({"Depthwise, then pointwise", "先深度卷积，再逐点卷积"}));
    text({panel.right(), panel.y - px(24)}, Type::caption, colour(Ink::input), tr({out_of(p.cin, {"in", ""}), fmt::format("输入 {}", p.cin)}), AlignX::right);
    const bool looks = p.step == 1;
    for (int c = 0; c < top.count; ++c)
        line({top.x(c), top.y}, {inner.x(c), inner.y}, with_alpha(colour(Ink::weights), looks ? 1.0f : 0.45f), looks ? 2 : 1.5f);
    draw_all_to_all(inner, bottom, looks ? 0.28f : 0.45f, 0.5f);
    const Hit over = hit("separable-wires", {panel.x, top.y, panel.w, bottom.y - top.y}, Cursor::hand, false);
    if (over.is_hovered) {
        const int node = std::clamp(static_cast<int>((over.pointer.x - panel.x) / top.pitch), 0, top.count - 1);
        hover = {over.pointer.y > inner.y ? nearest_wire(inner, bottom, over.pointer) : Wire{node * top.bundle, wire.filter}, true};
    }
    const float x = top.x(top.node_of(wire.channel));
    line({x, top.y}, {x, inner.y}, colour(Ink::accent), 2);
    line({x, inner.y}, {bottom.x(bottom.node_of(wire.filter)), bottom.y}, colour(Ink::accent), 1);
    draw_nodes(top, colour(Ink::input), top.node_of(wire.channel));
    draw_nodes(inner, colour(Ink::inner), inner.node_of(wire.channel));
    draw_nodes(bottom, colour(Ink::output), bottom.node_of(wire.filter));
    caption(panel, {fmt::format("{0} of {1} × {1}, then {2} of 1 × 1", p.cin, p.k, format_count(p.cin * p.cout)),
                    fmt::format("先 {0} 条 {1} × {1}，再 {2} 条 1 × 1", p.cin, p.k, format_count(p.cin * p.cout))}, p.cout);
}

/// Which cell of the bricks the pointer is on, as a wire.
void hover_bricks(const char* id, const Area& area, int columns, int rows, int columns_per_channel, Hover& hover) {
    const Hit over = hit(id, area, Cursor::hand, false);
    if (!over.is_hovered) return;
    const int column = std::clamp(static_cast<int>((over.pointer.x - area.x) / area.w * static_cast<float>(columns)), 0, columns - 1);
    const int row = std::clamp(static_cast<int>((over.pointer.y - area.y) / area.h * static_cast<float>(rows)), 0, rows - 1);
    hover = {{column / columns_per_channel, row}, true};
}

void draw_standard_bricks(const Area& room, const Result& r, const Wire& wire, Hover& hover) {
    const Params& p = r.params;
    const Bricks bricks = lay_bricks(p, room);
    const int taps = p.k * p.k;
    draw_block(bricks.area, bricks.column * static_cast<float>(taps), bricks.row, 0.5f);
    hover_bricks("standard-bricks", bricks.area, p.cin * taps, p.cout, taps, hover);
    const Area lit{bricks.area.x + bricks.column * static_cast<float>(wire.channel * taps), bricks.area.y + bricks.row * static_cast<float>(wire.filter),
                   bricks.column * static_cast<float>(taps), bricks.row};
    frame(lit.grown(px(1.5f)), colour(Ink::accent), 1.5f, 2);
    // A bracket over the columns, a turned label beside the rows
    const float y = bricks.area.y - px(6);
    line({bricks.area.x, y}, {bricks.area.x, y + px(4)}, colour(Ink::rule));
    line({bricks.area.x, y}, {bricks.area.right(), y}, colour(Ink::rule));
    line({bricks.area.right(), y}, {bricks.area.right(), y + px(4)}, colour(Ink::rule));
    text({bricks.area.center().x, y - px(19)}, Type::caption, colour(Ink::ink2),
         tr({fmt::format("{} channels × {} taps", p.cin, taps), fmt::format("{} 个通道 × {} 个权重", p.cin, taps)}), AlignX::center);
    text_rotated({bricks.area.right() + px(13), bricks.area.center().y}, Type::caption, colour(Ink::ink2), tr({fmt::format("{} {}", p.cout, p.cout == 1 ? "filter" : "filters"), fmt::format("{} 个滤波器", p.cout)}));
    text({room.x, room.bottom() + px(6)}, Type::label_strong, colour(Ink::ink),
         tr({fmt::format("{} multiply-adds per position", format_count(r.costs.standard_per_position())), fmt::format("每个位置 {} 次乘加", format_count(r.costs.standard_per_position()))}));
}

/// Halves are rounded up, as a reader would: 1/32 = 0.03125 is written 0.0313.
std::string four_digits(double share) { return fmt::format("{:.4f}", std::floor(share * 1e4 + 0.5) / 1e4); }

struct Terms { std::string tap, row, ratio; };
/// The two terms, with their symbols where there is room for them.
Terms terms_of(const Result& r, bool has_symbols) {
    const int taps = r.params.k * r.params.k, filters = r.params.cout;
    return {fmt::format("{}1/{} = {}", has_symbols ? "1/K² = " : "", taps, four_digits(1.0 / taps)), fmt::format("{}1/{} = {}", has_symbols ? "1/N = " : "", filters, four_digits(1.0 / filters)),
            fmt::format("{:.4f}", r.costs.ratio())};
}
float width_of(const Terms& terms) {
    return std::max(text_width(Type::label_strong, terms.tap), text_width(Type::label_strong, terms.row)) + px(20) + text_width(Type::ratio, terms.ratio);
}

/// The two terms in words and the ratio, inside the outline of what was saved.
void draw_terms(const Area& inside, const Result& r, const Terms& terms) {
    const Params& p = r.params;
    const Colour ink2 = colour(Ink::ink2), ink = colour(Ink::ink);
    const float x = inside.x, half = inside.h / 2;
    // In a low figure the two fractions stand without their words
    const float words = half >= px(42) ? px(21) : 0;
    if (words > 0) text({x, inside.y + half * 0.12f}, Type::label, ink2, tr({fmt::format("one tap of {}:", p.k * p.k), fmt::format("{} 个权重中的 1 个：", p.k * p.k)}));
    text({x, inside.y + half * 0.12f + words}, Type::label_strong, ink, terms.tap);
    if (words > 0) text({x, inside.y + half}, Type::label, ink2, tr({fmt::format("one row of {}:", p.cout), fmt::format("{} 行中的 1 行：", p.cout)}));
    text({x, inside.y + half + words}, Type::label_strong, ink, terms.row);
    // The ratio with its fraction under it; in a low figure alone, in the middle, as large as fits
    const std::string fraction = fmt::format("= {} / {}", format_count(r.costs.separable_per_position()), format_count(r.costs.standard_per_position()));
    const float below = inside.y + half * 0.55f + px(42);
    if (below + line_height(Type::label) <= inside.bottom()) {
        text({inside.right(), inside.y + half * 0.55f}, Type::ratio, colour(Ink::accent), terms.ratio, AlignX::right);
        text({inside.right(), below}, Type::label, ink2, fraction, AlignX::right);
        return;
    }
    const Type type = inside.h >= line_height(Type::ratio) ? Type::ratio : Type::figure_question;
    text({inside.right(), inside.center().y}, type, colour(Ink::accent), terms.ratio, AlignX::right, AlignY::middle);
}

void draw_separable_bricks(const Area& room, const Result& r, const Wire& wire, Hover& hover) {
    const Params& p = r.params;
    const Bricks bricks = lay_bricks(p, room);
    const int taps = p.k * p.k;
    const float strip = std::clamp(bricks.row, px(2), px(10));
    const Area depthwise{room.x, room.y - px(8) - strip, bricks.area.w, strip};
    const Area pointwise{room.x, room.y, bricks.column * static_cast<float>(p.cin), bricks.area.h};
    const bool looks = p.step == 1;
    dashed_frame(bricks.area, colour(Ink::rule));
    fill(depthwise, with_alpha(colour(Ink::weights), looks ? 1.0f : 0.45f));
    for (int c = 1; c < p.cin && bricks.column * static_cast<float>(taps) >= px(2.5f); ++c)
        fill({depthwise.x + bricks.column * static_cast<float>(c * taps) - 1, depthwise.y, 1, strip}, colour(Ink::paper));
    draw_block(pointwise, bricks.column, bricks.row, looks ? 0.55f : 0.9f);
    Hover over_strip;  // a depthwise kernel belongs to no filter: keep the one that is lit
    hover_bricks("depthwise-bricks", depthwise.grown(px(3)), p.cin * taps, 1, taps, over_strip);
    if (over_strip.is_on) hover = {{over_strip.wire.channel, wire.filter}, true};
    hover_bricks("pointwise-bricks", pointwise, p.cin, p.cout, 1, hover);
    fill({depthwise.x + bricks.column * static_cast<float>(wire.channel * taps), depthwise.y, bricks.column * static_cast<float>(taps), strip}, colour(Ink::accent));
    const Area cell{pointwise.x + bricks.column * static_cast<float>(wire.channel), pointwise.y + bricks.row * static_cast<float>(wire.filter),
                    std::max(bricks.column, px(3)), std::max(bricks.row, px(3))};
    fill(cell, colour(Ink::accent));
    // Beside the block if there is room, else on it with paper behind
    const float text_x = std::max(room.x + px(66), pointwise.right() + px(18)), right = room.right() - px(16);
    Terms terms = terms_of(r, true);
    if (text_x + width_of(terms) > right) terms = terms_of(r, false);
    Area inside{std::min(text_x, right - width_of(terms)), room.y + px(4), 0, room.h - px(8)};
    inside.w = std::max(std::min(right, bricks.area.right() - px(14)) - inside.x, width_of(terms));
    if (pointwise.right() > inside.x - px(8)) fill({inside.x - px(8), inside.y, inside.w + px(12), inside.h}, with_alpha(colour(Ink::paper), 0.92f), 3);
    draw_terms(inside, r, terms);
    text({room.x, room.bottom() + px(6)}, Type::label_strong, colour(Ink::ink),
         tr({fmt::format("{} + {} = {} per position", format_count(r.costs.depthwise_per_position()), format_count(r.costs.pointwise_per_position()),
                         format_count(r.costs.separable_per_position())),
             fmt::format("每个位置 {} + {} = {} 次", format_count(r.costs.depthwise_per_position()), format_count(r.costs.pointwise_per_position()),
                         format_count(r.costs.separable_per_position()))}));
}

/// Name, kernel and share of what the pointer is on.
void explain(const Area& near, const Result& r, const Wire& wire) {
    const int taps = r.params.k * r.params.k;
    tooltip(near, {{tr({fmt::format("channel {} → filter {}", wire.channel, wire.filter), fmt::format("通道 {} → 滤波器 {}", wire.channel, wire.filter)}), ""},
                   {tr({"standard: its own kernel", "标准：自己的一个卷积核"}), std::to_string(taps), colour(Ink::weights)},
                   {tr({"depthwise: the channel's kernel, shared", "深度：该通道的卷积核，共用"}), std::to_string(taps), colour(Ink::weights)},
                   {tr({"pointwise: one weight", "逐点：一个权重"}), "1", colour(Ink::weights)}});
}

}  // namespace

float least_cost_height(float width) { return width < px(kStackedBelow) ? px(kStackedHeight) : 0; }

void draw_cost(FigureFrame& frame, const Result& result, Hover& hover) {
    const Layout l = lay_out(frame.area);
    const Params& p = result.params;
    const Wire wire = hover.is_on ? Wire{std::min(hover.wire.channel, p.cin - 1), std::min(hover.wire.filter, p.cout - 1)} : result.wire;
    hover.is_on = false;
    draw_standard_wires(l.wires_standard, p, wire, hover);
    draw_separable_wires(l.wires_separable, p, wire, hover);
    draw_standard_bricks(l.bricks_standard, result, wire, hover);
    draw_separable_bricks(l.bricks_separable, result, wire, hover);
    draw_bars(l.bars, result);
    draw_ratio(frame, l.curve, result);
    if (!hover.is_on) return;
    const ImVec2 pointer = ImGui::GetIO().MousePos;
    explain({pointer.x - px(6), pointer.y - px(6), px(12), px(12)}, result, hover.wire);
    frame.light("k");
    if (ImGui::IsMouseClicked(0)) frame.set("wire", fmt::format("{}-{}", hover.wire.channel, hover.wire.filter));
}

}  // namespace convbook::ch07
