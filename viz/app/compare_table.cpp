// The upper part of the comparison: which networks, and a row of bars for each on scales that all share.
#include <fmt/format.h>

#include <algorithm>

#include "compare_page.h"
#include "kit/interact.h"
#include "kit/refusal_text.h"
#include "kit/widgets.h"
#include "network_settings.h"

namespace convbook::app {

using namespace kit;

namespace {

constexpr float kRow = 28, kName = 226, kNumber = 58, kClose = 24, kChoiceRow = 26;

/// Room of a column of the table; sources have what is left, a little apart from the word that measures.
Area column_area(const Area& table, std::size_t index, std::size_t count) {
    const float width = std::min(px(134), (table.w - px(kName + kClose)) / (static_cast<float>(count) + 1.6f)), apart = index == count ? px(14) : 0;
    return {table.x + px(kName) + static_cast<float>(index) * width + apart, table.y, width - px(14), table.h};
}

/// As much as fits, with three points for the rest.
std::string fitting(Type type, const std::string& words, float width) {
    if (text_width(type, words) <= width) return words;
    const std::vector<std::string_view> lines = wrap(width - text_width(type, "…"), type, words);
    std::string first(lines.front());
    while (!first.empty() && first.back() == ' ') first.pop_back();
    return first + "…";
}

}  // namespace

/// One word a network: in or out. Returns the height used.
float ComparePage::draw_choice(const Area& area) {
    std::vector<std::string> names;
    for (const NetSpec& net : model_.nets()) names.push_back(to_string(net));
    float x = area.x, y = area.y;
    for (const NetInfo& info : list_nets()) {
        const float width = text_width(Type::label, info.title);
        if (x + width > area.right()) x = area.x, y += px(kChoiceRow);
        const bool is_in = std::ranges::find(names, info.name) != names.end();
        if (words_link(("choose/" + info.name).c_str(), {x, y}, Type::label, info.title, is_in)) {
            std::vector<std::string> next = names;
            if (is_in) std::erase(next, info.name);
            else next.push_back(info.name);
            if (!next.empty()) change_nets(next);
        }
        x += width + px(18);
    }
    return y + px(kChoiceRow) - area.y;
}

void ComparePage::draw_head(Area& page) {
    Area head = page.cut_top(px(52));
    text({head.x, head.y}, Type::chapter_title, colour(Ink::ink), tr({"Networks compared", "网络比较"}));
    const float field = px(320);
    if (const auto typed = text_field("compare/add", {head.right() - field, head.y, field, px(32)}, typed_, tr({"add one: mobilenet_v2:alpha=0.5", "加一个：mobilenet_v2:alpha=0.5"})); typed && !typed->empty()) {
        std::vector<std::string> names;
        for (const NetSpec& net : model_.nets()) names.push_back(to_string(net));
        names.push_back(*typed);
        typed_.clear();
        change_nets(names);
    }
    page.cut_top(draw_choice({page.x, page.y, page.w, 0}));
    const std::string complaint = refusal_words(refusal_.empty() ? model_.trouble() : refusal_);
    if (!complaint.empty()) page.cut_top(text_block(page.min(), page.w, Type::label, colour(Ink::bad), complaint) + px(6));
    page.cut_top(px(8));
}

void ComparePage::draw_row(const Area& row, const NetFacts& facts, const std::vector<CompareColumn>& columns, const std::vector<double>& most) {
    if (lit_ == facts.name) fill(row, colour(Ink::sunk), 3);
    const float y = row.center().y;
    const float label = y - line_height(Type::label) / 2;
    // Sides: a click makes the network the left or the right one of the pair below
    const auto side = [&](const char* id, float x, const std::string& words, const std::string& key, const std::string& chosen) {
        const Area box{x, y - px(9), px(18), px(18)};
        const Hit over = hit((std::string(id) + facts.name).c_str(), box);
        const bool is_on = chosen == facts.name;
        if (is_on) fill(box, colour(Ink::accent), 4);
        else frame(box, colour(over.is_hovered ? Ink::ink2 : Ink::rule), 1, 4);
        text(box.center(), Type::caption, is_on ? text_on(colour(Ink::accent)) : colour(Ink::ink3), words, AlignX::center, AlignY::middle);
        if (over.is_hovered) tooltip(box, {{key == "left" ? tr({"left below", "放在下方左侧"}) : tr({"right below", "放在下方右侧"}), ""}});
        if (over.was_clicked) change(key, facts.name);
    };
    side("left/", row.x, tr({"L", "左"}), "left", left_);
    side("right/", row.x + px(22), tr({"R", "右"}), "right", right_);
    const Area name{row.x + px(48), row.y, px(kName - 54), row.h};
    const Hit over = hit(("row/" + facts.name).c_str(), name);
    if (over.is_hovered) lit_ = facts.name;
    text({name.x, label}, Type::label_strong, colour(over.is_hovered ? Ink::accent : Ink::ink), fitting(Type::label_strong, facts.title, name.w));
    if (over.was_clicked) link_ = "net/" + network_query(facts.name, {});
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const Area column = column_area(row, i, columns.size());
        const auto value = columns[i].value(facts);
        if (!value) {
            text({column.x + px(kNumber), label}, Type::label, colour(Ink::ink3), "–", AlignX::right);
            continue;
        }
        text({column.x + px(kNumber), label}, Type::label, colour(Ink::ink), columns[i].words(*value), AlignX::right);
        const float room = column.w - px(kNumber + 8);
        const Colour ink = lit_ == facts.name ? colour(Ink::accent) : columns[i].is_better_high ? colour(Ink::output) : colour(Ink::inner);
        fill({column.x + px(kNumber + 8), y - px(6), std::max(px(1), room * static_cast<float>(*value / std::max(most[i], 1e-12))), px(12)}, ink, 2);
    }
    // Where the accuracy is printed
    const Area source = column_area(row, columns.size(), columns.size());
    const float width = row.right() - px(kClose) - source.x;
    const std::string words = facts.accuracy ? facts.accuracy->source : tr({"no published accuracy", "没有公布的准确率"});
    const Hit reads = hit(("source/" + facts.name).c_str(), {source.x, row.y, width, row.h}, Cursor::arrow, false);
    if (reads.is_hovered && text_width(Type::caption, words) > width) tooltip({source.x, row.y, width, row.h}, {{words, ""}});
    text({source.x, y - line_height(Type::caption) / 2}, Type::caption, colour(Ink::ink3), fitting(Type::caption, words, width));
    if (model_.nets().size() < 2) return;
    const Area close{row.right() - px(20), y - px(9), px(18), px(18)};
    const Hit leaves = hit(("remove/" + facts.name).c_str(), close);
    icon(close.center(), Icon::close, colour(leaves.is_hovered ? Ink::ink : Ink::ink3), 10);
    if (!leaves.was_clicked) return;
    std::vector<std::string> names;
    for (const NetSpec& net : model_.nets())
        if (to_string(net) != facts.name) names.push_back(to_string(net));
    change_nets(names);
}

/// Times are measured when asked for, and the asking is where they will stand.
void ComparePage::draw_time_head(const Area& column) {
    if (model_.are_all_measured()) return;
    const std::string words = model_.is_measuring() ? fmt::format("{} {:.0f}\u2009%", tr({"cancel", "取消"}), 100 * model_.progress()) : tr({"measure", "测量"});
    if (words_link("compare/measure", {column.x + px(kNumber + 12), column.y}, Type::caption, words)) {
        if (model_.is_measuring()) model_.stop_measuring();
        else model_.measure();
    }
}

void ComparePage::draw_table(const Area& area) {
    const std::vector<CompareColumn> shown = columns();
    Area list = area;
    const Area head = list.cut_top(px(26));
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const Area column = column_area(head, i, shown.size());
        const bool is_sorted = sort_key_ == shown[i].key;
        if (words_link((std::string("by/") + shown[i].key).c_str(), {column.x, head.y}, Type::caption, tr(shown[i].title), is_sorted)) change("by", is_sorted ? "" : shown[i].key);
    }
    draw_time_head(column_area(head, shown.size() - 1, shown.size()));
    const Area source = column_area(head, shown.size(), shown.size());
    text({source.x, head.y}, Type::caption, colour(Ink::ink3), tr({"accuracy as printed by", "准确率出处"}));
    // Common scales
    const std::vector<const NetFacts*> rows = sorted();
    std::vector<double> most;
    for (const CompareColumn& column : shown) {
        double largest = 0;
        for (const NetFacts* facts : rows) largest = std::max(largest, column.value(*facts).value_or(0));
        most.push_back(largest);
    }
    ImGui::SetCursorScreenPos(list.min());
    ImGui::BeginChild("compare table", {list.w, list.h}, false, ImGuiWindowFlags_NoBackground);
    const ImVec2 top = ImGui::GetCursorScreenPos();
    for (std::size_t i = 0; i < rows.size(); ++i) draw_row({top.x, top.y + static_cast<float>(i) * px(kRow), list.w, px(kRow)}, *rows[i], shown, most);
    ImGui::SetCursorScreenPos({top.x, top.y + static_cast<float>(rows.size()) * px(kRow) - 1});
    ImGui::Dummy({1, 1});
    ImGui::EndChild();
}

void ComparePage::draw(const Area& area) {
    model_.poll();
    constexpr float kLeastHeight = 860, kLeastWidth = 1180, kLeastBelow = 330;
    const float width = std::max(area.w, px(kLeastWidth)), needed = std::max(area.h, px(kLeastHeight));
    ImGui::SetCursorScreenPos(area.min());
    ImGui::BeginChild("compare", {area.w, area.h}, false, ImGuiWindowFlags_HorizontalScrollbar);
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    Area page{origin.x + px(32), origin.y + px(28), width - px(64), needed - px(44)};
    draw_head(page);
    const float table = std::min(px(kRow) * static_cast<float>(model_.nets().size()) + px(30), page.h - px(kLeastBelow));
    draw_table(page.cut_top(table));
    page.cut_top(px(14));
    line(page.min(), {page.right(), page.y}, colour(Ink::hair));
    page.cut_top(px(14));
    draw_scatter(page.cut_left(page.w * 0.36f));
    page.cut_left(px(36));
    draw_pair(page);
    ImGui::SetCursorScreenPos({origin.x + width - px(32), origin.y + needed - 1});
    ImGui::Dummy({1, 1});
    ImGui::EndChild();
}

}  // namespace convbook::app
