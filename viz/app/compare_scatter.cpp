// Published accuracy against multiply-adds: what a network's arithmetic buys.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compare_page.h"
#include "kit/plot.h"

namespace convbook::app {

using namespace kit;

namespace {

/// Beside its dot where no other label is: right, left, above, below; nowhere if all are taken.
std::optional<Area> free_place(ImVec2 dot, const std::string& words, const Area& within, const std::vector<Area>& taken) {
    const float w = text_width(Type::caption, words), h = line_height(Type::caption), gap = px(8);
    const ImVec2 places[] = {{dot.x + gap, dot.y - h / 2}, {dot.x - gap - w, dot.y - h / 2}, {dot.x - w / 2, dot.y - gap - h}, {dot.x - w / 2, dot.y + gap}, {dot.x + gap, dot.y - h}, {dot.x + gap, dot.y},
                             {dot.x - gap - w, dot.y - h}, {dot.x - gap - w, dot.y}};
    for (const ImVec2& at : places) {
        const Area area{at.x, at.y, w, h};
        const bool is_inside = area.x >= within.x && area.right() <= within.right() + px(6) && area.y >= within.y && area.bottom() <= within.bottom();
        const bool is_free = std::ranges::none_of(taken, [&](const Area& t) { return area.x < t.right() && t.x < area.right() && area.y < t.bottom() && t.y < area.bottom(); });
        if (is_inside && is_free) return area;
    }
    return {};
}

}  // namespace

void ComparePage::draw_scatter(const Area& area) {
    Area room = area;
    text(room.min(), Type::figure_question, colour(Ink::ink), tr({"What does accuracy cost?", "准确率的代价是多少？"}));
    room.cut_top(px(34));
    std::vector<const NetFacts*> dots;
    for (const NetFacts* facts : model_.known())
        if (facts->accuracy != nullptr) dots.push_back(facts);
    if (dots.empty()) {
        text_block(room.min(), room.w, Type::label, colour(Ink::ink2), tr({"No paper prints an accuracy for exactly these networks.", "没有论文公布过恰好是这些网络的准确率。"}));
        return;
    }
    kit::Axis x{.low = 1e9, .high = 0, .is_logarithmic = true, .label = tr({"multiply-adds, M (each step is ten times as many)", "乘加，M（每一格是十倍）"}), .has_grid = true};
    kit::Axis y{.low = 100, .high = 0, .label = tr({"top-1 accuracy as published, %", "公布的 top-1 准确率，%"}), .has_grid = true};
    for (const NetFacts* f : dots) {
        x.low = std::min(x.low, static_cast<double>(f->macs) / 1e6), x.high = std::max(x.high, static_cast<double>(f->macs) / 1e6);
        y.low = std::min(y.low, f->accuracy->top1), y.high = std::max(y.high, f->accuracy->top1);
    }
    // Round ends with room for the dots
    x.low = std::pow(10.0, std::floor(std::log10(x.low / 1.3))), x.high = std::pow(10.0, std::ceil(std::log10(x.high * 1.3)));
    y.low = std::floor((y.low - 1) / 5) * 5, y.high = std::ceil((y.high + 1) / 5) * 5;
    const Plot plot(room, x, y);
    plot.axes();
    std::vector<Area> taken;
    for (const NetFacts* f : dots) {
        const ImVec2 at = plot.at(static_cast<double>(f->macs) / 1e6, f->accuracy->top1);
        taken.push_back({at.x - px(5), at.y - px(5), px(10), px(10)});
    }
    for (std::size_t i = 0; i < dots.size(); ++i) {
        const NetFacts& f = *dots[i];
        const ImVec2 at = taken[i].center();
        const Hit over = hit(("dot/" + f.name).c_str(), taken[i], Cursor::hand, false);
        if (over.is_hovered) {
            lit_ = f.name;
            tooltip(taken[i], {{f.title, ""}, {tr({"multiply-adds", "乘加"}), format_millions(static_cast<double>(f.macs), 1)}, {"top-1", fmt::format("{:.1f}\u2009%", f.accuracy->top1)}, {f.accuracy->source, ""}});
        }
        if (over.was_clicked) change("left", f.name);
        const bool is_lit = lit_ == f.name;
        disc(at, px(is_lit ? 6 : 4.5f), colour(is_lit || f.name == left_ || f.name == right_ ? Ink::accent : Ink::output));
        const auto place = free_place(at, f.title, plot.area(), taken);
        if (!place) continue;
        text(place->min(), Type::caption, colour(is_lit ? Ink::accent : Ink::ink2), f.title);
        taken.push_back(*place);
    }
}

}  // namespace convbook::app
