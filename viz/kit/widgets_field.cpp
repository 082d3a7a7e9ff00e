// Fields to type into: numbers stand at the right, words at the left. One field is edited at a time: the one with the focus.
// Leaves out what typing does to a text (text_edit.cpp).
#include <algorithm>
#include <cmath>

#include "compat.h"
#include "interact_state.h"
#include "text_edit.h"
#include "widgets.h"

namespace convbook::kit {
namespace {

struct Editing { ImGuiID field = 0; TextEdit edit; std::string original; float scrolled = 0; };
Editing editing;

void draw_box(const Area& area, bool is_editing, bool is_hovered, bool is_refused) {
    fill(area, colour(is_hovered && !is_editing ? Ink::sunk : Ink::paper), 6);
    if (is_editing) frame(area, colour(Ink::accent), 2, 6);
    else if (is_refused) frame(area, colour(Ink::bad), 1.5f, 6);
    else frame(area, colour(is_hovered ? Ink::ink2 : Ink::rule), 1, 6);
}

float width_up_to(const TextEdit& edit, std::size_t at) { return text_width(Type::table, std::string_view(edit.text()).substr(0, at)); }

/// Position in the text nearest to x, where the text begins at `left`.
std::size_t position_at(const TextEdit& edit, float left, float x) {
    std::size_t best = 0;
    float best_distance = std::abs(x - left);
    const std::string& words = edit.text();
    for (std::size_t at = 1; at <= words.size(); ++at) {
        if (at < words.size() && (static_cast<unsigned char>(words[at]) & 0xC0u) == 0x80u) continue;
        const float distance = std::abs(x - left - width_up_to(edit, at));
        if (distance < best_distance) {
            best = at;
            best_distance = distance;
        }
    }
    return best;
}

void draw_edited(const Area& area, float left, Colour tone) {
    const TextEdit& edit = editing.edit;
    const float middle = area.center().y, tall = px(17);
    const float from = left + width_up_to(edit, edit.selection_begin()), to = left + width_up_to(edit, edit.selection_end());
    if (to > from) fill({from, middle - tall / 2, to - from, tall}, colour(Ink::accent_tint));
    text({left, middle}, Type::table, tone, edit.text(), AlignX::left, AlignY::middle);
    const float caret = std::round(left + width_up_to(edit, edit.caret())) + px(1);
    line({caret, middle - tall / 2}, {caret, middle + tall / 2}, colour(Ink::accent), 1);
}

/// Where the text begins so that the caret stays inside a field of words.
float scrolled_left(const Area& inside) {
    const float caret = width_up_to(editing.edit, editing.edit.caret());
    editing.scrolled = std::clamp(editing.scrolled, std::max(0.0f, caret - inside.w + px(2)), caret);
    return inside.x - editing.scrolled;
}

/// Begins when the focus arrives; returns whether this field is the one being edited.
bool begin_editing(const char* id, const Hit& state, const std::string& value) {
    const ImGuiID key = ImGui::GetID(id);
    if (state.is_focused && editing.field != key) {
        editing = {key, TextEdit(value), value, 0};
        editing.edit.select_all();
    }
    if (state.is_focused) set_typing(id, true);
    return editing.field == key;
}

void end_editing(const char* id) {
    editing.field = 0;
    set_typing(id, false);
}

void follow_pointer(const Hit& state, float left) {
    if (!state.is_held || ImGui::IsMouseClicked(0)) return;
    if (state.drag.x == 0 && state.drag.y == 0) return;
    editing.edit.place_caret(position_at(editing.edit, left, state.pointer.x), true);
}

}  // namespace

void focus_on(const char* id) { take_focus(id); }

std::optional<std::string> number_field(const char* id, const Area& area, const std::string& value, bool is_refused) {
    const Hit state = hit_bare(id, area, Cursor::text);
    const bool is_editing = begin_editing(id, state, value);
    draw_box(area, is_editing && state.is_focused, state.is_hovered, is_refused);
    const Colour tone = colour(is_refused ? Ink::bad : Ink::ink);
    const float right = area.right() - px(12);
    if (!is_editing) {
        text({right, area.center().y}, Type::table, tone, value, AlignX::right, AlignY::middle);
        return {};
    }
    // Leaving keeps what was typed, Escape takes it back, Enter hands it over and selects it for the next number
    if (!state.is_focused) {
        const std::string typed = editing.edit.text();
        const bool has_changed = typed != editing.original;
        end_editing(id);
        text({right, area.center().y}, Type::table, tone, has_changed ? typed : value, AlignX::right, AlignY::middle);
        return has_changed ? std::optional<std::string>(typed) : std::nullopt;
    }
    std::optional<std::string> handed_over;
    if (compat::is_key_pressed(ImGuiKey_Escape, false)) editing.edit = TextEdit(editing.original);
    else editing.edit.take_input();
    if (compat::is_enter_pressed()) {
        handed_over = editing.original = editing.edit.text();
        editing.edit.select_all();
    }
    const float left = std::round(right + px(1) - text_width(Type::table, editing.edit.text()));
    follow_pointer(state, left);
    const Clip clip(area.inset(px(2)));
    draw_edited(area, left, tone);
    return handed_over;
}

std::optional<std::string> text_field(const char* id, const Area& area, std::string& value, const std::string& placeholder) {
    const Hit state = hit_bare(id, area, Cursor::text);
    const bool is_editing = begin_editing(id, state, value) && state.is_focused;
    if (!is_editing && editing.field == ImGui::GetID(id)) end_editing(id);
    draw_box(area, is_editing, state.is_hovered, false);
    const Area inside{area.x + px(12), area.y, area.w - px(24), area.h};
    const Clip clip({inside.x - px(2), area.y, inside.w + px(4), area.h});
    if (value.empty() && !is_editing) {
        text({inside.x, area.center().y}, Type::table, colour(Ink::ink3), placeholder, AlignX::left, AlignY::middle);
        return {};
    }
    if (!is_editing) {
        text({inside.x, area.center().y}, Type::table, colour(Ink::ink), value, AlignX::left, AlignY::middle);
        return {};
    }
    if (value != editing.edit.text()) editing.edit = TextEdit(value);  // changed by the program meanwhile
    if (editing.edit.take_input()) value = editing.edit.text();
    const float left = scrolled_left(inside);
    follow_pointer(state, left);
    draw_edited(area, left, colour(Ink::ink));
    if (value.empty()) text({inside.x + px(4), area.center().y}, Type::table, colour(Ink::ink3), placeholder, AlignX::left, AlignY::middle);
    return compat::is_enter_pressed() ? std::optional<std::string>(value) : std::nullopt;
}

}  // namespace convbook::kit
