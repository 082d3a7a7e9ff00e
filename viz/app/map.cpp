// Rings, arrows and labels of the map. Leaves out the cover around it (cover.cpp) and the chapters' places (contents_list.cpp).
#include "map.h"

#include <algorithm>
#include <cmath>

#include "contents.h"
#include "contents_list.h"
#include "kit/exercise_view.h"
#include "kit/interact_state.h"
#include "kit/ui_text.h"
#include "signs.h"

namespace convbook::app {
namespace {

using namespace kit;

// Grid lines of the look's picture, from the map's left and top edge at 1060 x 900
constexpr float kColumns[] = {50, 195, 340, 485, 640, 795, 960}, kRows[] = {118, 282, 446, 610, 774};
constexpr float kWidth = 1060, kHeight = 880, kRadius = 38;

struct Grid {
    Area area;
    ImVec2 at(const ChapterEntry& entry) const {
        return {std::round(area.x + area.w * kColumns[entry.column] / kWidth), std::round(area.y + area.h * kRows[entry.row] / kHeight)};
    }
    float column(int index) const { return area.x + area.w * kColumns[index] / kWidth; }
};

bool is_solved(const Progress& progress, std::string_view number) { return solved_share(progress, std::string(number)) >= 1; }

void draw_parts(const Grid& grid) {
    constexpr int kFirst[] = {0, 4, 6}, kLast[] = {3, 5, 6};
    for (int part = 0; part < 3; ++part) {
        const float unit = grid.area.w / kWidth, half = 50 * unit, left = grid.column(kFirst[part]) - (part == 2 ? 88 * unit : half), right = grid.column(kLast[part]) + (part == 2 ? 62 * unit : half);
        const float start = std::min(left, right - text_width(Type::label, tr(part_title(part))));
        text({start, grid.area.y}, Type::label, colour(Ink::ink2), tr(part_title(part)));
        line({start, grid.area.y + px(26)}, {right, grid.area.y + px(26)}, colour(Ink::rule));
    }
}

// Two lines at most, broken where the column asks for it; returns the number's own width in front
void draw_label(const ChapterEntry& entry, ImVec2 top, float width, Colour tone, Colour number_tone) {
    const std::string title = tr(entry.map_title);
    const float number = text_width(Type::label, entry.number) + px(8);
    const std::vector<std::string_view> lines = wrap(std::max(px(60), width - number), Type::label_strong, title);
    const float first = text_width(Type::label_strong, lines.front());
    const float left = top.x - (first + number) / 2;
    text({left, top.y}, Type::label, number_tone, entry.number);
    text({left + number, top.y}, Type::label_strong, tone, lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i) text({top.x, top.y + static_cast<float>(i) * line_height(Type::label)}, Type::label_strong, tone, lines[i], AlignX::center);
}

void draw_arrow(const Grid& grid, const Need& need, float radius, Colour tone, float thickness) {
    const ImVec2 from = grid.at(*find_entry(need.from)), to = grid.at(*find_entry(need.to));
    // Straight down: below the label of the upper chapter
    if (std::abs(from.x - to.x) < 1) {
        const ImVec2 a{from.x, from.y + radius + px(34)}, b{to.x, to.y - radius - px(4)};
        bezier(a, a, b, b, tone, thickness);
        return arrow_head(b, {0, 1}, tone, 6, thickness);
    }
    const ImVec2 a{from.x + radius + px(4), from.y}, b{to.x - radius - px(4), to.y};
    // Out of the ring level, round a corner, up or down, round a corner, in level: so that the way passes beside labels
    const float bend = a.x + (b.x - a.x) * need.bend, half = (b.y - a.y) / 2, middle = a.y + half;
    // A long way between neighbouring rows is one gentle curve
    if (std::abs(half) <= grid.area.h * 100 / kHeight && b.x - a.x > grid.area.w * 180 / kWidth) {
        bezier(a, {bend, a.y}, {bend, b.y}, b, tone, thickness);
        return arrow_head(b, {1, 0}, tone, 6, thickness);
    }
    const auto corner = [&](float width) { return std::copysign(std::min(std::abs(half), std::max(px(72), width)), half); };
    const float first = corner(bend - a.x), last = corner(b.x - bend);
    bezier(a, {(a.x + bend) / 2 + (bend - a.x) * 0.2f, a.y}, {bend, a.y + first * 0.3f}, {bend, a.y + first}, tone, thickness);
    if (std::abs(half) > std::abs(first) || std::abs(half) > std::abs(last)) bezier({bend, a.y + first}, {bend, middle}, {bend, middle}, {bend, b.y - last}, tone, thickness);
    bezier({bend, b.y - last}, {bend, b.y - last * 0.3f}, {(b.x + bend) / 2 - (b.x - bend) * 0.2f, b.y}, b, tone, thickness);
    arrow_head(b, {1, 0}, tone, 6, thickness);
}

}  // namespace

const Figure* ChapterMap::figure_of(const std::string& number) {
    const Chapter* chapter = find_chapter(number);
    if (!chapter) return nullptr;
    auto& figure = figures_[number];
    if (!figure) {
        figure = chapter->make_figure();
        figure->update({});
    }
    return figure.get();
}

void ChapterMap::draw_node(const std::string& number, ImVec2 center, float radius, const Progress& progress, bool is_lit, std::string& opened) {
    const Chapter* chapter = find_chapter(number);
    const Area area{center.x - radius, center.y - radius, 2 * radius, 2 * radius};
    const Hit over = hit(("map/" + number).c_str(), area, chapter ? Cursor::hand : Cursor::arrow, chapter != nullptr);
    if (over.is_hovered || (over.is_focused && shows_focus())) lit_ = number;
    if (over.is_focused) walked_ = number;
    if (chapter && over.was_clicked) opened = number;
    // The ring fills clockwise with solved exercises
    const float share = solved_share(progress, number);
    disc(center, radius, colour(Ink::paper));
    ring(center, radius, colour(Ink::hair), 3);
    if (share > 0) ring(center, radius, colour(is_lit ? Ink::accent : Ink::ink2), 3, share);
    else if (is_lit) ring(center, radius, colour(Ink::accent), 3, chapter ? 1.0f : 0.0f);
    const float half = std::round(radius * 20 / 38);
    const Area sign{center.x - half, center.y - half, 2 * half, 2 * half};
    if (const Figure* figure = figure_of(number)) figure->draw_sign(sign);
    else draw_sign(number, sign);
    if (!chapter) disc(center, radius - px(2), with_alpha(colour(Ink::paper), 0.55f));
    if (!over.is_hovered) return;
    const ChapterEntry& entry = *find_entry(number);
    if (!chapter) return tooltip(area, {{entry.number + "  " + tr(entry.title), "", 0}, {tr(say::not_written_yet), "", 0}});
    const auto known = progress.chapters.find(number);
    const int solved = known == progress.chapters.end() ? 0 : count_solved(*chapter, known->second);
    tooltip(area, {{tr(chapter->title), "", 0}, {tr(chapter->question), "", 0}, {fill_in(tr(say::solved_of), {std::to_string(solved), std::to_string(chapter->exercises.size())}), "", 0}});
}

// From the focused chapter along the arrows: right to what uses it, left to what it needs, up and down among those
void ChapterMap::walk() {
    if (walked_.empty() || !has_key_focus()) return;
    const auto go = [&](bool is_forward, int prefer) {
        const ChapterEntry* here = find_entry(walked_);
        const ChapterEntry* best = nullptr;
        for (const Need& need : needs()) {
            if ((is_forward ? need.from : need.to) != walked_) continue;
            const ChapterEntry* there = find_entry(is_forward ? need.to : need.from);
            if (!is_written(there->number) || (prefer != 0 && (there->row - here->row) * prefer <= 0)) continue;
            if (!best || std::abs(there->row - here->row) < std::abs(best->row - here->row)) best = there;
        }
        if (best) take_focus(("map/" + best->number).c_str());
        return best != nullptr;
    };
    if (key_pressed(ImGuiKey_RightArrow)) go(true, 0);
    if (key_pressed(ImGuiKey_LeftArrow)) go(false, 0);
    if (key_pressed(ImGuiKey_UpArrow)) go(true, -1) || go(false, -1);
    if (key_pressed(ImGuiKey_DownArrow)) go(true, 1) || go(false, 1);
}

std::string ChapterMap::draw(const Area& area, const Progress& progress, const std::string& open) {
    const Grid grid{area};
    const float radius = std::round(px(kRadius) * std::clamp(area.w / px(kWidth), 0.7f, 1.0f));
    // What the pointer is on, else the chapter the reader is in, is accent with the arrows that lead into it
    const std::string hovered = std::exchange(lit_, {}), lit = hovered.empty() ? open : hovered;
    draw_parts(grid);
    for (const bool is_top : {false, true})
        for (const Need& need : needs()) {
            const bool is_lit = need.to == lit || (!hovered.empty() && need.from == lit);
            if (is_lit != is_top) continue;
            const bool is_walked = is_solved(progress, need.from) && is_solved(progress, need.to);
            draw_arrow(grid, need, radius, colour(is_lit ? Ink::accent : is_walked ? Ink::ink2 : Ink::rule), is_lit || is_walked ? 2 : 1.5f);
        }
    std::string opened;
    for (const ChapterEntry& entry : chapter_entries()) {
        const ImVec2 center = grid.at(entry);
        const bool is_lit = entry.number == lit, is_quiet = !is_written(entry.number);
        draw_node(entry.number, center, radius, progress, is_lit, opened);
        const Colour tone = colour(is_lit ? Ink::accent : is_quiet ? Ink::ink3 : Ink::ink);
        draw_label(entry, {center.x, center.y + radius + px(7)}, grid.area.w * 142 / kWidth, tone, is_lit ? tone : colour(Ink::ink3));
    }
    walk();
    return opened;
}

void draw_map_legend(ImVec2 at) {
    float x = at.x;
    const float middle = at.y + line_height(Type::caption) / 2;
    const auto entry = [&](const Text& words, auto&& sign) {
        sign(ImVec2{x + px(8), middle});
        x += px(22);
        x += text({x, at.y}, Type::caption, colour(Ink::ink2), tr(words)) + px(24);
    };
    entry(say::legend_not_opened, [](ImVec2 c) { ring(c, px(7), colour(Ink::hair), 2); });
    entry(say::legend_begun, [](ImVec2 c) { ring(c, px(7), colour(Ink::hair), 2), ring(c, px(7), colour(Ink::ink2), 2, 0.45f); });
    entry(say::legend_solved, [](ImVec2 c) { ring(c, px(7), colour(Ink::ink2), 2); });
    x += px(12);
    arrow({x, middle}, {x + px(32), middle}, colour(Ink::rule), 1.5f);
    text({x + px(40), at.y}, Type::caption, colour(Ink::ink2), tr(say::legend_used_by));
}

}  // namespace convbook::app
