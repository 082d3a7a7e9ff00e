// Drawing of the contents in its three shapes.
#include "contents.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "contents_list.h"
#include "network_page.h"
#include "kit/exercise_view.h"
#include "kit/interact.h"
#include "kit/ui_text.h"
#include "kit/widgets.h"

namespace convbook::app {
namespace {

using namespace kit;

constexpr float kRow = 27, kNetworkRow = 25;

bool is_current(const ContentsState& state, const std::string& page) { return state.link == page || state.link.starts_with(page + "?"); }

void current_bar(const Area& row, float height) { fill({row.x, row.center().y - height / 2, px(3), height}, colour(Ink::ink)); }

// Why a quiet row cannot be opened, beside it
void say_not_written(const Hit& over, const Area& row, const std::string& name) {
    if (over.is_hovered) tooltip(row, {{name, "", 0}, {tr(say::not_written_yet), "", colour(Ink::ink2)}});
}

void chapter_row(const Area& row, const ChapterEntry& entry, const ContentsState& state, ContentsAction& action) {
    const bool written = is_written(entry.number), current = is_current(state, entry.number);
    const Hit over = hit(("contents/" + entry.number).c_str(), row, written ? Cursor::hand : Cursor::arrow, written);
    if (written && over.was_clicked) action.link = entry.number;
    if (!written) say_not_written(over, row, tr(entry.title));
    if (current) current_bar(row, px(20));
    const Type type = current ? Type::label_strong : Type::label;
    const Colour tone = colour(!written ? Ink::ink3 : current || over.is_hovered ? Ink::ink : Ink::ink2);
    const float y = row.center().y - line_height(type) / 2;
    text({row.x + px(24), y}, type, tone, entry.number);
    text({row.x + px(49), y}, type, tone, tr(entry.title));
    const auto known = state.progress->chapters.find(entry.number);
    progress_mark({row.right() - px(16), row.center().y}, px(4), solved_share(*state.progress, entry.number), known != state.progress->chapters.end() && known->second.is_opened);
}

// A network's page, or the comparison of all
void network_row(const Area& row, const NetworkEntry& entry, const std::string& link, const ContentsState& state, ContentsAction& action) {
    const bool exists = has_network_pages(), current = is_current(state, link);
    const Hit over = hit(("contents/" + entry.name).c_str(), row, exists ? Cursor::hand : Cursor::arrow, exists);
    if (exists && over.was_clicked) action.link = link;
    if (!exists) say_not_written(over, row, entry.title);
    if (current) current_bar(row, px(20));
    const Type type = current ? Type::label_strong : Type::label;
    text({row.x + px(24), row.center().y - line_height(type) / 2}, type, colour(!exists ? Ink::ink3 : current || over.is_hovered ? Ink::ink : Ink::ink2), entry.title);
}

// Words without a frame that can be pressed; returns their width
float quiet_words(const char* id, ImVec2 at, const std::string& words, bool& was_clicked) {
    const float w = text_width(Type::label, words);
    const Hit over = hit(id, {at.x - px(4), at.y - px(4), w + px(8), line_height(Type::label) + px(8)});
    was_clicked = over.was_clicked;
    text(at, Type::label, colour(over.is_hovered ? Ink::ink : Ink::ink2), words);
    return w;
}

void corner(const Area& area, ContentsAction& action) {
    const float middle = area.bottom() - px(30), y = middle - line_height(Type::label) / 2;
    const Hit search = hit("search", {area.x + px(16), middle - px(16), px(30) + text_width(Type::label, tr(say::search)) + px(8), px(32)});
    icon({area.x + px(31), middle}, Icon::search, colour(Ink::ink2));
    text({area.x + px(52), y}, Type::label, colour(search.is_hovered ? Ink::ink : Ink::ink2), tr(say::search));
    if (search.was_clicked) action.command = Command::search;
    const Hit theme = hit("theme", {area.right() - px(40), middle - px(14), px(28), px(28)});
    icon({area.right() - px(26), middle}, Icon::half_disc, colour(theme.is_hovered ? Ink::ink : Ink::ink2));
    if (theme.is_hovered) tooltip({area.right() - px(40), middle - px(14), px(28), px(28)}, {{tr(say::settings), "", 0}});
    if (theme.was_clicked) action.wants_settings = true;
    const float w = text_width(Type::label, tr(say::language_short));
    bool was_clicked = false;
    quiet_words("language", {area.right() - px(46) - w, y}, tr(say::language_short), was_clicked);
    if (was_clicked) action.command = Command::language;
}

}  // namespace

float solved_share(const Progress& progress, const std::string& number) {
    const Chapter* chapter = find_chapter(number);
    const auto known = progress.chapters.find(number);
    if (!chapter || chapter->exercises.empty() || known == progress.chapters.end()) return 0;
    return static_cast<float>(count_solved(*chapter, known->second)) / static_cast<float>(chapter->exercises.size());
}

void progress_mark(ImVec2 center, float radius, float share, bool is_opened) {
    if (share >= 1) return disc(center, radius, colour(Ink::ink2));
    ring(center, radius, colour(is_opened ? Ink::ink2 : Ink::rule), 1);
    if (share <= 0) return;
    // A slice, in halves because a fill must be convex
    const float whole = share * 2 * std::numbers::pi_v<float>;
    for (float from = 0; from < whole; from += std::numbers::pi_v<float>) {
        const float to = std::min(whole, from + std::numbers::pi_v<float>), top = -std::numbers::pi_v<float> / 2;
        canvas()->PathLineTo(center);
        canvas()->PathArcTo(center, radius, top + from, top + to, 16);
        canvas()->PathFillConvex(colour(Ink::ink2));
    }
}

float draw_chapter_rows(ImVec2 at, float width, const ContentsState& state, ContentsAction& action) {
    float y = at.y;
    int part = -1;
    for (const ChapterEntry& entry : chapter_entries()) {
        if (entry.part != part) {
            if (part >= 0) y += px(12);
            part = entry.part;
            text({at.x + px(24), y + px(4)}, Type::part, colour(Ink::ink3), tr(part_title(part)));
            y += px(26);
        }
        chapter_row({at.x, y, width, px(kRow)}, entry, state, action);
        y += px(kRow);
    }
    text({at.x + px(24), y + px(16)}, Type::part, colour(Ink::ink3), tr(say::networks));
    y += px(38);
    const auto network = [&](const NetworkEntry& entry, const std::string& link) {
        network_row({at.x, y, width, px(kNetworkRow)}, entry, link, state, action);
        y += px(kNetworkRow);
    };
    network({"compare", tr(say::compare_networks)}, "compare");
    for (const NetworkEntry& entry : network_entries()) network(entry, "net/" + entry.name);
    return y - at.y;
}

ContentsAction draw_contents(const Area& area, const ContentsState& state) {
    ContentsAction action;
    const Hit name = hit("contents/home", {area.x + px(16), area.y + px(24), px(120), px(30)});
    text({area.x + px(24), area.y + px(39) - line_height(Type::body_bold) / 2}, Type::body_bold, colour(Ink::ink), tr(say::book_name));
    if (name.was_clicked) action.link = "contents";
    // The list scrolls by itself when the window is low
    const Area list{area.x, area.y + px(62), area.w, area.h - px(62) - px(56)};
    ImGui::SetCursorScreenPos(list.min());
    ImGui::BeginChild("contents list", {list.w, list.h}, false, ImGuiWindowFlags_NoBackground);
    const ImVec2 top = ImGui::GetCursorScreenPos();
    const float height = draw_chapter_rows({top.x, top.y + px(4)}, list.w, state, action);
    ImGui::Dummy({1, height + px(4)});
    ImGui::EndChild();
    corner(area, action);
    line({area.right(), area.y}, {area.right(), area.bottom()}, colour(Ink::hair));
    return action;
}

ContentsAction draw_rail(const Area& area, const ContentsState& state) {
    ContentsAction action;
    const float x = area.center().x;
    const Hit name = hit("contents/home", {area.x, area.y + px(18), area.w, px(32)});
    text({x, area.y + px(34) - line_height(Type::body_bold) / 2}, Type::body_bold, colour(Ink::ink), "C", AlignX::center);
    if (name.is_hovered) tooltip({area.x, area.y + px(18), area.w, px(32)}, {{tr(say::contents), "", 0}});
    if (name.was_clicked) action.link = "contents";
    // Numbers closer together when the window is low
    const float room = area.h - px(57) - px(130);
    const float pitch = std::min(px(kRow), std::floor(room / 16.8f));
    float y = area.y + px(57);
    int part = 0;
    for (const ChapterEntry& entry : chapter_entries()) {
        if (entry.part != part) y += std::round(pitch / 3), part = entry.part;
        const Area row{area.x, y, area.w, pitch};
        const bool written = is_written(entry.number), current = is_current(state, entry.number);
        const Hit over = hit(("contents/" + entry.number).c_str(), row, written ? Cursor::hand : Cursor::arrow, written);
        if (written && over.was_clicked) action.link = entry.number;
        if (over.is_hovered) tooltip(row, {{entry.number + "  " + tr(entry.title), "", 0}, {written ? "" : tr(say::not_written_yet), "", 0}});
        if (current) current_bar(row, px(20));
        const Type type = current ? Type::label_strong : Type::label;
        text({x, row.center().y - line_height(type) / 2}, type, colour(!written ? Ink::ink3 : current || over.is_hovered ? Ink::ink : Ink::ink2), entry.number, AlignX::center);
        y += pitch;
    }
    if (icon_button("search", {x - px(16), area.bottom() - px(112)}, Icon::search, tr(say::search), false, false)) action.command = Command::search;
    bool was_clicked = false;
    quiet_words("language", {x - text_width(Type::label, ui().language == Language::en ? "中" : "EN") / 2, area.bottom() - px(70)}, ui().language == Language::en ? "中" : "EN", was_clicked);
    if (was_clicked) action.command = Command::language;
    if (icon_button("theme", {x - px(16), area.bottom() - px(44)}, Icon::half_disc, tr(say::settings), false, false)) action.wants_settings = true;
    line({area.right(), area.y}, {area.right(), area.bottom()}, colour(Ink::hair));
    return action;
}

ContentsAction draw_bar(const Area& area, const ContentsState& state) {
    ContentsAction action;
    if (button("contents/menu", {area.x + px(12), area.center().y - px(16)}, tr(say::contents), ButtonLook::quiet)) action.wants_menu = true;
    const float left = area.x + px(24) + button_width(tr(say::contents)), middle = area.center().y;
    if (text_width(Type::label_strong, state.title) < area.w - left - px(120)) text({left, middle - line_height(Type::label) / 2}, Type::label_strong, colour(Ink::ink), state.title);
    if (icon_button("theme", {area.right() - px(44), middle - px(16)}, Icon::half_disc, tr(say::settings), false, false)) action.wants_settings = true;
    if (icon_button("search", {area.right() - px(80), middle - px(16)}, Icon::search, tr(say::search), false, false)) action.command = Command::search;
    line({area.x, area.bottom()}, {area.right(), area.bottom()}, colour(Ink::hair));
    return action;
}

}  // namespace convbook::app
