// The page that scrolls: keeps one layout, draws what is visible, and turns pointer and keys into scrolling, selection and links.
// Leaves out setting the text (page_layout.cpp) and the selection's arithmetic (page_select.cpp).
#include "page.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "compat.h"
#include "formula.h"
#include "interact.h"
#include "interact_state.h"
#include "page_layout.h"
#include "page_select.h"
#include "record.h"

namespace convbook::kit {
namespace {

constexpr float kTop = 33, kBottom = 64;        // margins above the crumb and below the last line
constexpr double kHitSeconds = 4;               // how long a search hit stays lit

bool is_query(std::string_view link) { return link.starts_with('?'); }
bool is_address(std::string_view link) { return link.starts_with("http"); }
/// "../04_grouped_convolution/README.md" -> "04"; "net/mobilenet_v2" stays.
std::string page_of(std::string_view link) {
    if (link.starts_with("net/") || link == "compare" || link.starts_with("compare/")) return std::string(link);
    while (link.starts_with("../") || link.starts_with("./")) link.remove_prefix(link.find('/') + 1);
    if (link.starts_with("chapters/")) link.remove_prefix(9);
    return std::string(link.substr(0, link.find_first_of("_/")));
}

}  // namespace

struct Page::Layout {
    // The text and how it was set last
    std::string markdown;
    Language language = Language::en;
    Document document;
    PageSheet sheet;
    float measure = 0, scale = 0;
    unsigned fonts = 0, values = 0;
    std::string crumb;
    bool is_stale = true;
    // Where the reader is
    float scroll = 0, target = 0, tail_height = 0, view_height = 0, seen_scroll = -1;
    std::size_t anchor_part = 0;
    float anchor_share = 0;
    bool has_anchor = false;
    PageSelection selection;
    PageRange hit;
    double hit_until = 0;
    std::string pending_words, pending_heading;
    std::string lit_by_pointer;

    LiveText live(const PageContext& context) const {
        const auto find = [&context](std::string_view name) -> std::string {
            if (!context.value || name.find('@') != std::string_view::npos) return {};
            const Value* value = context.value(name);
            return value ? value->text : std::string();
        };
        return {find, find};
    }

    /// Which part of the text stands at the top, so that a new layout can go there again.
    void take_anchor() {
        if (sheet.parts.empty() || has_anchor) return;
        anchor_part = 0;
        for (std::size_t index = 0; index < sheet.parts.size(); ++index) if (sheet.parts[index].y + px(kTop) <= target + px(4)) anchor_part = index;
        const auto& part = sheet.parts[anchor_part];
        anchor_share = part.height > 0 ? std::clamp((target - px(kTop) - part.y) / part.height, 0.0f, 1.0f) : 0;
        has_anchor = target > 0;
    }
    void go_to_anchor() {
        if (!std::exchange(has_anchor, false) || anchor_part >= sheet.parts.size()) return;
        const auto& part = sheet.parts[anchor_part];
        scroll = target = part.y + px(kTop) + anchor_share * part.height;
    }

    void set(const PageContext& context, float wanted_measure) {
        const float scale_now = ui().text_scale * ui().pixel_scale;
        const bool is_same = !is_stale && measure == wanted_measure && scale == scale_now && fonts == fonts_version() && values == context.values_version && crumb == context.crumb;
        if (is_same) return;
        // New numbers change little; another width or language moves everything, so keep the reader's place
        const bool has_moved = is_stale || measure != wanted_measure || scale != scale_now;
        if (has_moved) take_anchor();
        measure = wanted_measure, scale = scale_now, fonts = fonts_version(), values = context.values_version, crumb = context.crumb;
        sheet = lay_out_page(document, crumb, measure, language, live(context));
        is_stale = false;
        go_to_anchor();
        if (!pending_words.empty()) show_words(std::exchange(pending_words, {}));
        if (!pending_heading.empty()) show_heading(std::exchange(pending_heading, {}));
    }

    float content_height() const { return px(kTop) + sheet.height + tail_height + px(kBottom); }
    float limit() const { return std::max(0.0f, content_height() - view_height); }
    void go_to(float y) { target = std::clamp(y, 0.0f, limit()); }

    void show_words(const std::string& words) {
        if (is_stale) { pending_words = words; return; }
        hit = find_words(sheet, words);
        hit_until = ui().seconds + kHitSeconds;
        if (const TextLine* line = line_of(sheet, hit.from); line && !hit.is_empty()) target = std::max(0.0f, line->y + px(kTop) - view_height / 3);
    }
    void show_heading(const std::string& heading) {
        if (is_stale) { pending_heading = heading; return; }
        for (const auto& part : sheet.parts) if (part.kind == BlockKind::heading && part.heading == heading) target = std::max(0.0f, part.y + px(kTop) - px(16));
    }

    void move(const Area& column);
    void draw_scroll_mark(const Area& column);
    void draw_line(const TextLine& line, ImVec2 origin, const PageContext& context);
    void draw_links(const TextLine& line, ImVec2 origin, const PageContext& context);
    void draw_link(const TextLine& line, std::size_t first, std::size_t last, ImVec2 origin, const PageContext& context);
    void draw_range(const PageRange& range, ImVec2 origin, Colour colour) const;
    void handle_selection(const Area& column, ImVec2 origin);
};

Page::Page() : layout_(std::make_unique<Layout>()) {}
Page::~Page() = default;

void Page::set_text(std::string_view markdown, Language language) {
    Layout& page = *layout_;
    if (page.markdown == markdown && page.language == language) return;
    // The same chapter in the other language keeps its place; another chapter begins at its top
    auto document = parse_markdown(markdown);
    const bool is_translation = page.language != language && document.blocks.size() + 3 > page.document.blocks.size() && page.document.blocks.size() + 3 > document.blocks.size();
    if (is_translation) page.take_anchor();
    else page.scroll = page.target = 0, page.has_anchor = false;
    page.markdown = markdown, page.language = language;
    page.sheet = {};
    page.document = std::move(document);
    page.is_stale = true;
    page.selection = {}, page.hit = {};
}

// ---- Scrolling -------------------------------------------------------------------------------------------------------------------
void Page::Layout::move(const Area& column) {
    const ImGuiIO& io = ImGui::GetIO();
    const float line = line_height(Type::body), leaf = std::max(line, view_height - 2 * line);
    const bool is_over = ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows) && column.contains(io.MousePos);
    // Whoever moved the window itself (Tab to a link far below) is followed
    if (seen_scroll >= 0 && std::abs(ImGui::GetScrollY() - seen_scroll) > 1) scroll = ImGui::GetScrollY(), go_to(scroll);
    if (is_over && io.MouseWheel != 0 && !io.KeyCtrl) go_to(target - io.MouseWheel * 3 * line);
    if (key_pressed(ImGuiKey_PageDown)) go_to(target + leaf);
    if (key_pressed(ImGuiKey_PageUp)) go_to(target - leaf);
    if ((is_over && key_pressed(ImGuiKey_Home)) || key_pressed(ImGuiKey_Home, true)) go_to(0);
    if ((is_over && key_pressed(ImGuiKey_End)) || key_pressed(ImGuiKey_End, true)) go_to(limit());
    target = std::min(target, limit());
    // Ease: nine tenths of the way in a fifth of a second
    const float share = ui().has_reduced_motion ? 1 : 1 - std::exp(-12 * io.DeltaTime);
    scroll = std::abs(target - scroll) < 0.75f ? target : scroll + (target - scroll) * share;
    ImGui::SetScrollY(std::round(scroll));
    seen_scroll = std::min(std::round(scroll), ImGui::GetScrollMaxY());
}

/// A thin mark at the column's edge; it can be dragged, and shows only while it is of use.
void Page::Layout::draw_scroll_mark(const Area& column) {
    if (limit() <= 0) return;
    const float height = std::max(px(32), column.h * column.h / content_height()), travel = column.h - height;
    const float y = column.y + travel * std::clamp(scroll / limit(), 0.0f, 1.0f);
    const Hit touch = kit::hit_bare("page scroll", {column.right() - px(10), y, px(10), height}, Cursor::arrow, false);
    if (touch.is_held && travel > 0) go_to(target + ImGui::GetIO().MouseDelta.y * limit() / travel), scroll = target;
    const bool is_wanted = touch.is_hovered || touch.is_held || std::abs(target - scroll) > 1;
    const float strength = eased("page scroll shown", is_wanted ? 1.0f : 0.35f, 0.3f);
    fill({column.right() - px(5), y, px(3), height}, with_alpha(colour(Ink::rule), strength), px(1.5f));
}

// ---- Drawing ---------------------------------------------------------------------------------------------------------------------
namespace {

Colour colour_of(const Piece& piece, const TextLine& line, std::string_view lit) {
    if (!piece.span) return colour(piece.type == Type::code_italic ? Ink::ink2 : line.ink);
    const bool is_lit = !lit.empty() && (piece.span->value == lit || (piece.span->role != Role::none && role_name(piece.span->role) == lit));
    if (is_lit) return colour(Ink::accent);
    return piece.span->role != Role::none ? role_colour(piece.span->role) : colour(line.ink);
}

}  // namespace

void Page::Layout::draw_line(const TextLine& line, ImVec2 origin, const PageContext& context) {
    const std::string& lit = context.lit;
    const auto slots = live(context).slot;
    for (const auto& piece : line.pieces) {
        const ImVec2 baseline{origin.x + line.x + piece.x, origin.y + line.baseline};
        if (piece.kind == SpanKind::formula) {
            draw_formula(baseline, piece.text, piece.em, piece.is_display, colour_of(piece, line, {}), slots, lit);
            const Area area{baseline.x, origin.y + line.y, piece.width, line.height};
            if (!area.contains(ImGui::GetIO().MousePos)) continue;
            const auto part = formula_part_at(ImGui::GetIO().MousePos, baseline, piece.text, piece.em, piece.is_display, slots);
            if (!part.empty()) lit_by_pointer = part;
        } else {
            draw_run(baseline, piece.type, colour_of(piece, line, lit), piece.text, language, piece.spread, piece.has_dots);
            const bool names_something = piece.span && (!piece.span->value.empty() || piece.span->role != Role::none);
            if (names_something && Area{baseline.x, origin.y + line.y, piece.width, line.height}.contains(ImGui::GetIO().MousePos))
                lit_by_pointer = piece.span->value.empty() ? std::string(role_name(piece.span->role)) : piece.span->value;
        }
    }
    if (is_recording() && !line.pieces.empty()) {
        const float size = font_size(line.pieces.front().type);
        const std::size_t from = line.pieces.front().from, to = line.pieces.back().to;
        const auto words = to > from ? std::string_view(sheet.plain).substr(from, to - from) : std::string_view(line.pieces.front().text);
        record_text(words, {origin.x + line.x + line.pieces.front().x, origin.y + line.baseline - size * 0.74f, line.pieces.back().right() - line.pieces.front().x, size * 0.84f});
    }
}

/// One stretch of a link on one line: tint and underline, and what a click does.
void Page::Layout::draw_link(const TextLine& line, std::size_t first, std::size_t last, ImVec2 origin, const PageContext& context) {
    const std::string& link = line.pieces[first].span->link;
    const float left = std::round(origin.x + line.x + line.pieces[first].x), right = std::round(origin.x + line.x + line.pieces[last].right() - line.pieces[last].spread);
    const float size = font_size(line.pieces[first].type), base = origin.y + line.baseline;
    const Area area{left, base - std::round(size * 0.95f), right - left, std::round(size * 1.3f)};
    const std::string id = "link/" + link.substr(is_query(link) ? 1 : 0) + "/" + std::to_string(line.pieces[first].from);
    const Hit touch = kit::hit(id.c_str(), area, Cursor::hand);
    const bool is_lit = is_query(link) && context.is_in_state && context.is_in_state(link.substr(1));
    const float under = base + std::round(size * 0.27f);
    if (is_lit) fill({area.x - px(2), area.y, area.w + px(4), under - area.y}, colour(Ink::accent_tint));
    if (is_lit) fill({left, under, right - left, px(2)}, colour(Ink::accent));
    else if (is_query(link)) dotted_underline({left, under + px(1)}, right - left, colour(touch.is_hovered ? Ink::accent : Ink::ink3));
    else fill({left, under, right - left, std::max(1.0f, px(1))}, colour(touch.is_hovered ? Ink::accent : Ink::rule));
    if (is_address(link) && touch.is_hovered)
        tooltip(area, {{link, "", 0}, {ui().language == Language::zh ? "点击复制地址" : "Click to copy the address", "", 0}});
    if (!touch.was_clicked || selection.has_moved()) return;
    if (is_query(link)) { if (context.set_state) context.set_state(link.substr(1)); }
    else if (is_address(link)) ImGui::SetClipboardText(link.c_str());
    else if (context.open) context.open(page_of(link));
}

void Page::Layout::draw_links(const TextLine& line, ImVec2 origin, const PageContext& context) {
    for (std::size_t first = 0; first < line.pieces.size();) {
        const Span* span = line.pieces[first].span;
        std::size_t last = first;
        if (!span || span->link.empty()) { ++first; continue; }
        while (last + 1 < line.pieces.size() && line.pieces[last + 1].span && line.pieces[last + 1].span->link == span->link) ++last;
        draw_link(line, first, last, origin, context);
        first = last + 1;
    }
}

void Page::Layout::draw_range(const PageRange& range, ImVec2 origin, Colour tint) const {
    for (const auto& stretch : stretches(sheet, range, language))
        fill({origin.x + stretch.x, origin.y + stretch.y, stretch.w, stretch.h}, tint, px(2));
}

// ---- Selection -------------------------------------------------------------------------------------------------------------------
void Page::Layout::handle_selection(const Area& column, ImVec2 origin) {
    const ImGuiIO& io = ImGui::GetIO();
    const Hit ground = hit_bare("page", column, Cursor::text, false);
    const auto byte = [&] { return byte_at(sheet, {io.MousePos.x - origin.x, io.MousePos.y - origin.y}, language); };
    if (ImGui::IsMouseClicked(0)) selection.is_active = ImGui::IsWindowHovered() && column.contains(io.MousePos);
    if (ground.was_double_clicked) selection.select(word_around(sheet.plain, byte()));
    else if (ground.was_pressed && io.MouseClicked[0]) selection.begin(byte(), io.KeyShift);
    else if (ground.is_held && (std::abs(ground.drag.x) > px(3) || std::abs(ground.drag.y) > px(3))) {
        selection.extend(byte());
        // Pulling past an edge scrolls
        if (io.MousePos.y < column.y) go_to(target - (column.y - io.MousePos.y) * 0.3f);
        if (io.MousePos.y > column.bottom()) go_to(target + (io.MousePos.y - column.bottom()) * 0.3f);
    }
    if (!selection.is_active) return;
    if (key_pressed('A', true)) selection.select({0, sheet.plain.size()});
    if (key_pressed('C', true) && !selection.range().is_empty()) ImGui::SetClipboardText(selection.range().of(sheet.plain).c_str());
    if (key_pressed(ImGuiKey_Escape)) selection.select({});
}

void Page::draw(const Area& column, float left, float measure, const PageContext& context, const std::function<float(ImVec2 at, float width)>& tail) {
    Layout& page = *layout_;
    page.view_height = column.h;
    page.set(context, measure);
    ImGui::SetCursorScreenPos(column.min());
    constexpr ImGuiWindowFlags flags = ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoNav;
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::BeginChild("page", {column.w, column.h}, false, flags);
    page.move(column);
    const ImVec2 origin{std::round(column.x + left), std::round(column.y + px(kTop)) - std::round(page.scroll)};
    page.lit_by_pointer.clear();
    page.handle_selection(column, origin);
    // Under the words: panels and rules, hits and the selection, links
    const float above = page.scroll - px(kTop) - px(40), below = page.scroll + column.h;
    const auto is_visible = [&](float y, float height) { return y + height >= above && y <= below; };
    for (const auto& shape : page.sheet.shapes)
        if (is_visible(shape.area.y, shape.area.h)) fill({origin.x + shape.area.x, origin.y + shape.area.y, shape.area.w, shape.area.h}, colour(shape.ink), shape.corner);
    if (ui().seconds < page.hit_until) page.draw_range(page.hit, origin, colour(Ink::accent_tint));
    page.draw_range(page.selection.range(), origin, colour(Ink::input_tint));
    for (const auto& line : page.sheet.lines) if (is_visible(line.y, line.height)) page.draw_links(line, origin, context);
    for (const auto& line : page.sheet.lines) if (is_visible(line.y, line.height)) page.draw_line(line, origin, context);
    // What follows the text scrolls with it
    page.tail_height = tail ? tail({origin.x, origin.y + page.sheet.height + px(32)}, measure) + px(32) : 0;
    if (context.light && !page.lit_by_pointer.empty() && ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows)) context.light(page.lit_by_pointer);
    page.draw_scroll_mark(column);
    ImGui::SetCursorPos({0, page.content_height() - 1});
    ImGui::Dummy({1, 1});
    ImGui::EndChild();
    ImGui::PopStyleVar();
}

void Page::scroll_to_heading(std::string_view heading) { layout_->show_heading(std::string(heading)); }
void Page::scroll_to_text(std::string_view words) { layout_->show_words(std::string(words)); }

std::string Page::current_heading() const {
    std::string heading;
    for (const auto& part : layout_->sheet.parts)
        if (part.kind == BlockKind::heading && part.level > 1 && part.y + px(kTop) <= layout_->target + px(80)) heading = part.heading;
    return heading;
}
std::string Page::selected_text() const { return layout_->selection.range().of(layout_->sheet.plain); }
float Page::scroll() const { return layout_->target; }
void Page::set_scroll(float y) { layout_->scroll = layout_->target = std::max(0.0f, y), layout_->has_anchor = false; }

}  // namespace convbook::kit
