// Floating boxes on screen. The veil below them takes the pointer, so that nothing of the page is touched by accident.
#include "overlay.h"

#include <algorithm>
#include <cmath>

#include "kit/compat.h"
#include "kit/interact_state.h"
#include "kit/ui_text.h"
#include "kit/widgets.h"

namespace convbook::app {
namespace {

using namespace kit;

constexpr double kMessageSeconds = 4;
constexpr ImGuiWindowFlags kPlain = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoBackground;

void begin_box(const char* name, const Area& area) {
    ImGui::SetNextWindowPos(area.min());
    ImGui::SetNextWindowSize({area.w, area.h});
    ImGui::SetNextWindowFocus();
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::Begin(name, nullptr, kPlain);
    ImGui::PopStyleVar();
}

// One row of the settings: words left, control right
Area setting_row(Area& box, const Text& words) {
    const Area row = box.cut_top(px(44));
    text({row.x + px(24), row.center().y - line_height(Type::label) / 2}, Type::label, colour(Ink::ink), tr(words));
    return row;
}

}  // namespace

void Overlay::open(Floating what) {
    what_ = what;
    is_new_ = true;
    if (what == Floating::search) {
        if (!index_) index_ = std::make_unique<SearchIndex>();
        words_.clear();
    }
    scroll_ = 0;
}

void Overlay::say(const std::string& message) {
    message_ = message;
    message_since_ = ui().seconds;
}

bool Overlay::is_message_fresh() const { return ui().seconds - message_since_ < kMessageSeconds; }

Area Overlay::box_of(const Area& screen) const {
    const auto centred = [&](float w, float h, float y) {
        w = std::min(w, screen.w - px(32));
        h = std::min(h, screen.h - px(32));
        return Area{std::round(screen.x + (screen.w - w) / 2), std::round(std::min(screen.y + y, screen.bottom() - h - px(16))), w, h};
    };
    switch (what_) {
        case Floating::search: return centred(px(640), words_.empty() ? px(76) : results_.empty() ? px(150) : px(560), px(90));
        case Floating::sheet: return centred(sheet_size().x, sheet_size().y, std::max(px(16), (screen.h - sheet_size().y) / 2));
        case Floating::settings: return centred(px(380), px(260), px(140));
        case Floating::contents: return {screen.x, screen.y, std::min(px(280), screen.w), screen.h};
        case Floating::none: break;
    }
    return {};
}

ContentsAction Overlay::draw(const Area& screen, const ContentsState& state) {
    ContentsAction action;
    if (!is_open()) return action;
    // The veil
    begin_box("veil", screen);
    fill(screen, with_alpha(colour(Ink::paper), 0.6f));
    const bool was_beside = hit("veil", screen, Cursor::arrow, false).was_pressed;
    ImGui::End();
    // The box
    const Area box = box_of(screen);
    begin_box("floating", box);
    fill(box, colour(Ink::raise), 6);
    frame(box, colour(Ink::rule), 1, 6);
    hit("box", box, Cursor::arrow, false);
    ImGui::PushID("overlay");
    if (what_ == Floating::search) draw_search(box);
    else if (what_ == Floating::sheet) draw_sheet(box.min());
    else if (what_ == Floating::settings) draw_settings(box, action);
    else action = draw_contents(box, state);
    ImGui::PopID();
    ImGui::End();
    if (is_new_) is_new_ = false;
    else if (was_beside) close();
    if (what_ == Floating::contents && (!action.link.empty() || action.command)) close();
    return action;
}

void Overlay::search_again() {
    if (words_ == searched_) return;
    searched_ = words_;
    results_ = index_->find(words_, ui().language);
    chosen_ = 0;
    scroll_ = 0;
}

void Overlay::move_choice() {
    const int count = static_cast<int>(results_.size());
    if (count == 0) return;
    if (compat::is_key_pressed(ImGuiKey_DownArrow)) ++chosen_;
    if (compat::is_key_pressed(ImGuiKey_UpArrow)) --chosen_;
    chosen_ = std::clamp(chosen_, 0, count - 1);
}

bool Overlay::draw_result(const Area& row, const Found& result, int index) {
    const Hit over = hit(("result " + std::to_string(index + 1)).c_str(), row);
    const ImVec2 moved = ImGui::GetIO().MouseDelta;
    if (over.is_hovered && (moved.x != 0 || moved.y != 0)) chosen_ = index;
    if (index == chosen_) fill(row, colour(Ink::sunk));
    const float kind_width = px(74), y = row.y + px(7);
    text({row.x + px(20), y + px(1)}, Type::caption, colour(Ink::ink3), tr(kind_name(result.kind)));
    const float left = row.x + px(20) + kind_width, width = row.w - kind_width - px(40);
    ImGui::PushClipRect({left, row.y}, {left + width, row.bottom()}, true);
    const auto first_line = [&](const std::string& words) { return std::string(wrap(width, Type::label, words).front()); };
    text({left, y}, Type::label, colour(Ink::ink), first_line(result.kind == FoundKind::link ? fill_in(tr(say::open_link), {result.words}) : result.words));
    if (!result.place.empty()) text({left, y + line_height(Type::label)}, Type::caption, colour(Ink::ink3), result.place);
    ImGui::PopClipRect();
    return over.was_clicked;
}

void Overlay::draw_search(const Area& box) {
    const Area field{box.x + px(20), box.y + px(20), box.w - px(40), px(36)};
    if (is_new_) take_focus("words");
    const bool was_entered = compat::is_enter_pressed();
    text_field("words", field, words_, tr(kit::say::search_prompt));
    search_again();
    move_choice();
    const float row_height = line_height(Type::label) + line_height(Type::caption) + px(14);
    Area list{box.x, field.bottom() + px(12), box.w, box.bottom() - field.bottom() - px(24)};
    if (results_.empty() && !words_.empty()) {
        text_block({field.x, list.y + px(8)}, field.w, Type::label, colour(Ink::ink2), fill_in(tr(kit::say::search_nothing), {words_}));
        return;
    }
    // Keep the chosen one in sight
    scroll_ -= ImGui::GetIO().MouseWheel * row_height;
    const float top = static_cast<float>(chosen_) * row_height, whole = static_cast<float>(results_.size()) * row_height;
    if (compat::is_key_pressed(ImGuiKey_DownArrow) || compat::is_key_pressed(ImGuiKey_UpArrow)) scroll_ = std::clamp(scroll_, top + row_height - list.h, top);
    scroll_ = std::clamp(scroll_, 0.0f, std::max(0.0f, whole - list.h));
    ImGui::PushClipRect(list.min(), list.max(), true);
    int picked = was_entered && !results_.empty() ? chosen_ : -1;
    for (int i = 0; i < static_cast<int>(results_.size()); ++i) {
        const Area row{list.x + px(1), list.y + static_cast<float>(i) * row_height - scroll_, list.w - px(2), row_height};
        if (row.bottom() >= list.y && row.y <= list.bottom() && draw_result(row, results_[static_cast<std::size_t>(i)], i)) picked = i;
    }
    ImGui::PopClipRect();
    if (picked < 0) return;
    found_ = results_[static_cast<std::size_t>(picked)];
    close();
}

void Overlay::draw_settings(const Area& box, ContentsAction& action) {
    Area rest{box.x, box.y + px(14), box.w, box.h - px(14)};
    const float right = box.right() - px(24);
    const Area language = setting_row(rest, kit::say::setting_language);
    float x = right;
    for (const Language choice : {Language::zh, Language::en}) {
        const std::string& words = tr(choice == Language::zh ? kit::say::chinese : kit::say::english);
        x -= button_width(words);
        if (button(choice == Language::zh ? "chinese" : "english", {x, language.center().y - px(16)}, words, ui().language == choice ? ButtonLook::primary : ButtonLook::plain)) ui().language = choice;
        x -= px(6);
    }
    const Area theme = setting_row(rest, kit::say::setting_theme);
    toggle("dark", {right - px(36), theme.center().y - px(10)}, ui().is_dark);
    const Area size = setting_row(rest, kit::say::setting_text_size);
    text({right - px(44), size.center().y - line_height(Type::label_strong) / 2}, Type::label_strong, colour(Ink::ink), std::to_string(std::lround(ui().text_scale * 100)) + "\u2009%", AlignX::right);
    if (button("smaller", {right - px(130), size.center().y - px(16)}, "−", ButtonLook::plain, ui().text_scale > 1)) action.command = Command::smaller_text;
    if (button("larger", {right - px(36), size.center().y - px(16)}, "+", ButtonLook::plain, ui().text_scale < 2)) action.command = Command::larger_text;
    const Area motion = setting_row(rest, kit::say::setting_motion);
    toggle("motion", {right - px(36), motion.center().y - px(10)}, ui().has_reduced_motion);
    rest.cut_top(px(8));
    line({box.x + px(24), rest.y}, {right, rest.y}, colour(Ink::hair));
    rest.cut_top(px(12));
    // Quiet buttons have no edge: their words stand in line with what is above
    const std::string &shortcuts = tr(kit::say::setting_shortcuts), &forget = tr(kit::say::setting_forget);
    const float edge = (button_width(forget) - text_width(Type::label, forget)) / 2;
    if (button("shortcuts", {box.x + px(24) - edge, rest.y}, shortcuts, ButtonLook::quiet)) open(Floating::sheet);
    if (button("forget", {right - button_width(forget) + edge, rest.y}, forget, ButtonLook::quiet)) wants_to_forget_ = true;
}

void Overlay::draw_message(const Area& screen) {
    if (message_.empty() || !is_message_fresh()) return;
    const float width = std::min(px(560), screen.w - px(64));
    const float words = std::min(width - px(32), text_width(Type::label, message_));
    const float height = text_block_height(words + 1, Type::label, message_) + px(20);
    const Area box{std::round(screen.center().x - words / 2 - px(16)), screen.bottom() - height - px(24), words + px(32), height};
    const OnTop on_top;
    fill(box, colour(Ink::raise), 6);
    frame(box, colour(Ink::rule), 1, 6);
    text_block({box.x + px(16), box.y + px(10)}, words + 1, Type::label, colour(Ink::ink), message_);
}

}  // namespace convbook::app
