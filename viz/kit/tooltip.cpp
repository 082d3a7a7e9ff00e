// The card that floats beside what it explains: finds a side with room, points at its target, never covers it or its partner.
// Leaves out when to show one: that is the figure's decision.
#include <algorithm>
#include <array>
#include <cmath>

#include "interact.h"
#include "record.h"

namespace convbook::kit {
namespace {

bool overlap(const Area& a, const Area& b) {
    return a.w > 0 && b.w > 0 && a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

enum class Side { right, left, below, above };
struct Placing { Area card; Side side; };

/// The card at one side of the target, slid along it so that it stays on the screen.
Area place_at(Side side, const Area& target, float w, float h, ImVec2 screen) {
    const float gap = px(12), margin = px(4);
    const float along_x = std::clamp(target.center().x - w / 2, margin, std::max(margin, screen.x - w - margin));
    const float along_y = std::clamp(target.center().y - h / 2, margin, std::max(margin, screen.y - h - margin));
    switch (side) {
        case Side::right: return {target.right() + gap, along_y, w, h};
        case Side::left: return {target.x - gap - w, along_y, w, h};
        case Side::below: return {along_x, target.bottom() + gap, w, h};
        case Side::above: break;
    }
    return {along_x, target.y - gap - h, w, h};
}

/// First side that is on the screen and free of the partner; then first beyond the partner; then whichever is on the screen.
Placing place_card(const Area& target, const Area& avoid, float w, float h) {
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    const auto fits = [&](const Area& card) { return card.x >= 0 && card.y >= 0 && card.right() <= screen.x && card.bottom() <= screen.y; };
    constexpr std::array kSides{Side::right, Side::left, Side::below, Side::above};
    for (const Side side : kSides) {
        const Area card = place_at(side, target, w, h, screen);
        if (fits(card) && !overlap(card, avoid)) return {card, side};
    }
    if (avoid.w > 0) {
        const float x = std::min(target.x, avoid.x), y = std::min(target.y, avoid.y);
        const Area both{x, y, std::max(target.right(), avoid.right()) - x, std::max(target.bottom(), avoid.bottom()) - y};
        for (const Side side : kSides)
            if (const Area card = place_at(side, both, w, h, screen); fits(card)) return {card, side};
    }
    for (const Side side : kSides)
        if (const Area card = place_at(side, target, w, h, screen); fits(card)) return {card, side};
    return {place_at(Side::below, target, w, h, screen), Side::below};
}

/// A triangle without a base on the card's border, its tip towards the target.
void draw_pointer(const Placing& placing, const Area& target) {
    const float long_side = px(6), reach = px(6), corner = px(6) + long_side;
    const Area& card = placing.card;
    const bool is_beside = placing.side == Side::right || placing.side == Side::left;
    ImVec2 a, b, tip;
    if (is_beside) {
        const float y = std::clamp(target.center().y, card.y + corner, std::max(card.y + corner, card.bottom() - corner));
        const float edge = placing.side == Side::right ? card.x : card.right() - 1, out = placing.side == Side::right ? -reach : reach;
        a = {edge, y - long_side};
        b = {edge, y + long_side};
        tip = {edge + out, y};
    } else {
        const float x = std::clamp(target.center().x, card.x + corner, std::max(card.x + corner, card.right() - corner));
        const float edge = placing.side == Side::below ? card.y : card.bottom() - 1, out = placing.side == Side::below ? -reach : reach;
        a = {x - long_side, edge};
        b = {x + long_side, edge};
        tip = {x, edge + out};
    }
    const float in = 1.0f;  // over the border, so that the card opens into its pointer
    const ImVec2 inward{is_beside ? (tip.x < a.x ? in : -in) : 0, is_beside ? 0 : (tip.y < a.y ? in : -in)};
    triangle({a.x + inward.x + 0.5f, a.y + inward.y + 0.5f}, {b.x + inward.x + 0.5f, b.y + inward.y + 0.5f}, {tip.x + 0.5f, tip.y + 0.5f}, colour(Ink::raise));
    const ImVec2 points[3] = {{a.x + 0.5f, a.y + 0.5f}, {tip.x + 0.5f, tip.y + 0.5f}, {b.x + 0.5f, b.y + 0.5f}};
    polyline(points, 3, colour(Ink::rule), 1);
}

Type left_type(bool has_values, std::size_t row) { return has_values ? Type::caption : row == 0 ? Type::label_strong : Type::label; }
Type right_type(std::size_t row) { return row == 0 ? Type::answer : Type::label_strong; }

}  // namespace

void tooltip(const Area& target, const std::vector<TipLine>& lines, const Area& avoid) {
    if (lines.empty()) return;
    const bool has_values = std::ranges::any_of(lines, [](const TipLine& line) { return !line.right.empty(); });
    // Measure
    float left = 0, right = 0;
    for (std::size_t row = 0; row < lines.size(); ++row) {
        left = std::max(left, text_width(left_type(has_values, row), lines[row].left));
        if (!lines[row].right.empty()) right = std::max(right, text_width(right_type(row), lines[row].right));
    }
    const float padding = px(13), row_height = px(19), edge = px(7);
    const float w = left + right + 2 * padding + (has_values ? px(36) : 0), h = row_height * static_cast<float>(lines.size()) + 2 * edge;
    Placing placing = place_card(target, avoid, std::ceil(w), h);
    placing.card.x = std::round(placing.card.x);
    placing.card.y = std::round(placing.card.y);
    // Draw the card, its pointer and its lines
    const OnTop on_top;
    mark("tooltip", placing.card);
    fill(placing.card, colour(Ink::raise), 6);
    frame(placing.card, colour(Ink::rule), 1, 6);
    draw_pointer(placing, target);
    float y = placing.card.y + edge + row_height / 2;
    for (std::size_t row = 0; row < lines.size(); ++row, y += row_height) {
        const TipLine& line = lines[row];
        const Colour plain = row == 0 && !has_values ? colour(Ink::ink) : colour(Ink::ink2);
        const bool is_alone = line.right.empty();
        text({placing.card.x + padding, y}, left_type(has_values, row), is_alone && line.right_colour ? line.right_colour : plain, line.left, AlignX::left, AlignY::middle);
        if (!is_alone)
            text({placing.card.right() - padding, y}, right_type(row), line.right_colour ? line.right_colour : colour(Ink::ink), line.right, AlignX::right, AlignY::middle);
    }
}

}  // namespace convbook::kit
