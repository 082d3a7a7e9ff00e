// The cover on screen. Leaves out the map (map.cpp).
#include "cover.h"

#include <algorithm>

#include "contents_list.h"
#include "convbook/cost.h"
#include "convbook/nets.h"
#include "kit/interact.h"
#include "kit/markdown.h"
#include "kit/registry.h"
#include "kit/ui_text.h"
#include "kit/widgets.h"
#include "network_page.h"

namespace convbook::app {
namespace {

using namespace kit;

// The cover's buttons are 40 high
bool large_button(const char* id, ImVec2 at, const std::string& words, bool is_primary, float& width) {
    const float play = is_primary ? px(20) : 0;
    width = text_width(Type::label_strong, words) + play + px(36);
    const Area area{at.x, at.y, width, px(40)};
    const Hit over = hit(id, area);
    if (is_primary) fill(area, colour(over.is_hovered ? Ink::ink2 : Ink::ink), 6);
    else {
        fill(area, colour(over.is_hovered ? Ink::sunk : Ink::paper), 6);
        frame(area, colour(over.is_hovered ? Ink::ink2 : Ink::rule), 1, 6);
    }
    const Colour tone = colour(is_primary ? Ink::paper : Ink::ink);
    if (is_primary) icon({area.x + px(24), area.center().y}, Icon::play, tone, 12);
    text({area.x + px(18) + play, area.center().y - line_height(Type::label_strong) / 2}, Type::label_strong, tone, words);
    return over.was_clicked;
}

struct NetworkRow { NetworkEntry entry; double macs = 0, params = 0; };
// Counted by the library once; shape inference only, no weights
const std::vector<NetworkRow>& network_rows() {
    static const std::vector<NetworkRow> rows = [] {
        std::vector<NetworkRow> list;
        for (const NetworkEntry& entry : network_entries()) {
            if (!entry.is_on_cover) continue;
            const NetCost cost = count_cost(build_net(entry.name, 1.0));
            list.push_back({entry, static_cast<double>(cost.macs), static_cast<double>(cost.params)});
        }
        return list;
    }();
    return rows;
}

struct Missed { const Chapter* chapter; const Exercise* exercise; };
std::vector<Missed> missed_exercises(const Progress& progress) {
    std::vector<Missed> list;
    for (const Chapter& chapter : list_chapters()) {
        const auto known = progress.chapters.find(chapter.number);
        if (known == progress.chapters.end()) continue;
        for (const Exercise& exercise : chapter.exercises)
            if (const auto kept = known->second.exercises.find(exercise.id); kept != known->second.exercises.end() && kept->second.is_worth_another_look)
                list.push_back({&chapter, &exercise});
    }
    return list;
}

// As much of a question as fits: up to its last word, then three points
std::string shortened(const std::string& question, Type type, float width) {
    if (text_width(type, question) <= width) return question;
    const std::vector<std::string_view> lines = wrap(width - text_width(type, "…"), type, question);
    std::string_view first = lines.front();
    while (!first.empty() && first.back() == ' ') first.remove_suffix(1);
    return std::string(first) + "…";
}

}  // namespace

float Cover::draw_title(ImVec2 at, float width) {
    const float height = text_block(at, width, Type::book_title, colour(Ink::ink), tr(say::book_title)) + px(16);
    return height + text_block({at.x, at.y + height}, width, Type::lead, colour(Ink::ink2), tr(say::book_promise)) + px(30);
}

float Cover::draw_start(ImVec2 at, float width, const ContentsState& state, ContentsAction& action) {
    const auto& chapters = list_chapters();
    if (chapters.empty()) return 0;
    const std::string &link = state.progress->link, first = chapters.front().number;
    const bool has_stopped = !link.empty() && find_chapter(link.substr(0, 2));
    float x = at.x, y = at.y, w = 0;
    if (has_stopped) {
        if (large_button("cover/continue", {x, y}, fill_in(tr(say::continue_chapter), {link.substr(0, 2)}), true, w)) action.link = link;
        x += w + px(10);
        const float next = text_width(Type::label_strong, fill_in(tr(say::start_from_first), {first})) + px(36);
        if (x + next > at.x + width) x = at.x, y += px(48);
    }
    if (large_button("cover/start", {x, y}, fill_in(tr(say::start_from_first), {first}), !has_stopped, w)) action.link = first;
    y += px(40);
    if (has_stopped && !state.progress->heading.empty())
        y += px(14) + text_block({at.x, y + px(14)}, width, Type::label, colour(Ink::ink2), fill_in(tr(say::you_stopped_at), {state.progress->heading}));
    return y + px(40) - at.y;
}

float Cover::draw_another_look(ImVec2 at, float width, const ContentsState& state, ContentsAction& action) {
    const std::vector<Missed> missed = missed_exercises(*state.progress);
    if (missed.empty()) return 0;
    line(at, {at.x + width, at.y}, colour(Ink::hair));
    text({at.x, at.y + px(16)}, Type::table_strong, colour(Ink::ink), tr(say::worth_another_look));
    float y = at.y + px(46);
    for (std::size_t i = 0; i < std::min<std::size_t>(missed.size(), 4); ++i) {
        const auto& [chapter, exercise] = missed[i];
        const Area row{at.x, y - px(4), width, px(28)};
        const Hit over = hit(("cover/again/" + chapter->number + "/" + exercise->id).c_str(), row);
        text({at.x, y}, Type::table, colour(Ink::ink3), chapter->number);
        text({at.x + px(34), y}, Type::table, colour(over.is_hovered ? Ink::ink : Ink::ink2), shortened(plain_text(parse_markdown(tr(exercise->question)).blocks.front().spans), Type::table, width - px(34)));
        if (over.was_clicked) {
            action.link = chapter->number;
            exercise_ = exercise->id;
        }
        y += px(28);
    }
    return y + px(16) - at.y;
}

float Cover::draw_networks(ImVec2 at, float width, ContentsAction& action) {
    if (network_rows().empty()) return 0;
    line(at, {at.x + width, at.y}, colour(Ink::hair));
    float y = at.y + px(16);
    const float macs = at.x + width - px(120), params = at.x + width;
    text({at.x, y}, Type::table_strong, colour(Ink::ink), tr(say::whole_networks));
    text({macs, y + px(3)}, Type::caption, colour(Ink::ink3), tr(say::multiply_adds), AlignX::right);
    text({params, y + px(3)}, Type::caption, colour(Ink::ink3), tr(say::parameters), AlignX::right);
    y += px(28);
    for (const NetworkRow& row : network_rows()) {
        const bool can_open = has_network(row.entry.name);
        const Hit over = hit(("cover/" + row.entry.name).c_str(), {at.x, y - px(4), width, px(26)}, can_open ? Cursor::hand : Cursor::arrow, can_open);
        if (can_open && over.was_clicked) action.link = "net/" + row.entry.name;
        text({at.x, y}, Type::table, colour(can_open && over.is_hovered ? Ink::ink : Ink::ink2), row.entry.title);
        text({macs, y}, Type::table, colour(Ink::ink2), format_millions(row.macs, 0), AlignX::right);
        text({params, y}, Type::table, colour(Ink::ink2), format_millions(row.params, 2), AlignX::right);
        y += px(26);
    }
    if (has_network_pages() && words_link("cover/compare", {at.x, y}, Type::table, tr(say::all_networks))) action.link = "compare";
    return y + px(46) - at.y;
}

void Cover::draw_corner(ImVec2 at, ContentsAction& action) {
    const float middle = at.y + line_height(Type::label) / 2;
    float x = at.x;
    const auto entry = [&](const char* id, const std::string& words, Icon sign, bool has_icon) {
        const float w = text_width(Type::label, words) + (has_icon ? px(32) : 0);
        const Hit over = hit(id, {x - px(4), at.y - px(5), w + px(8), px(28)});
        if (has_icon) icon({x + px(8), middle}, sign, colour(Ink::ink2));
        text({x + (has_icon ? px(32) : 0), at.y}, Type::label, colour(over.is_hovered ? Ink::ink : Ink::ink2), words);
        x += w + px(32);
        return over.was_clicked;
    };
    if (entry("search", tr(say::search), Icon::search, true)) action.command = Command::search;
    if (entry("language", tr(say::language_switch), Icon::search, false)) action.command = Command::language;
    if (entry("theme", tr(ui().is_dark ? say::light : say::dark), Icon::half_disc, true)) action.command = Command::theme;
}

float Cover::draw_left(ImVec2 at, float width, const ContentsState& state, ContentsAction& action) {
    float y = at.y;
    y += draw_title({at.x, y}, width);
    y += draw_start({at.x, y}, width, state, action);
    y += draw_another_look({at.x, y}, width, state, action);
    y += draw_networks({at.x, y}, width, action);
    return y - at.y;
}

ContentsAction Cover::draw(const Area& page, const ContentsState& state) {
    ContentsAction action;
    const bool has_map = page.w >= px(1180) && page.h >= px(640);
    const float left = px(page.w >= px(1440) ? 64 : 40), width = std::min(page.w - 2 * left, px(page.w >= px(1440) || !has_map ? 390 : 330));
    text({page.x + left, page.y + px(63) - line_height(Type::body_bold) / 2}, Type::body_bold, colour(Ink::ink), tr(say::book_name));
    // What does not fit scrolls, and without room for the map the list of chapters follows
    const Area column{page.x, page.y + px(96), has_map ? left + width + px(16) : page.w, page.h - px(96) - px(72)};
    ImGui::SetCursorScreenPos(column.min());
    ImGui::BeginChild("cover", {column.w, column.h}, false, ImGuiWindowFlags_NoBackground);
    const ImVec2 top = ImGui::GetCursorScreenPos();
    const float above = has_map && page.h >= px(900) ? px(72) : px(8);
    float height = above + draw_left({top.x + left, top.y + above}, width, state, action);
    if (!has_map) height += draw_chapter_rows({top.x + left - px(24), top.y + height + px(8)}, width + px(48), state, action) + px(16);
    ImGui::Dummy({1, height});
    ImGui::EndChild();
    draw_corner({page.x + left, page.bottom() - px(58)}, action);
    if (!has_map) return action;
    // The map has the rest: 540 at the look's width
    const float map_left = page.w >= px(1440) ? px(540) : left + width + px(40);
    const Area map{page.x + map_left, page.y + px(50), page.w - map_left, page.h - px(50) - px(70)};
    const std::string open = state.progress->link.size() >= 2 ? state.progress->link.substr(0, 2) : "";
    if (const std::string number = map_.draw(map, *state.progress, open); !number.empty()) action.link = number;
    draw_map_legend({page.x + map_left, page.bottom() - px(58)});
    return action;
}

}  // namespace convbook::app
