// Buttons, toggles, words that act, colour scales and bars. Sliders and the transport are in widgets_slider.cpp, typing in widgets_field.cpp.
#include "widgets.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "interact_state.h"
#include "tensor_grid.h"

namespace convbook::kit {
namespace {

struct ButtonColours { Colour back, border, words; };

ButtonColours colours_of(ButtonLook look, bool is_enabled, const Hit& state) {
    const Colour none = with_alpha(colour(Ink::paper), 0);
    if (!is_enabled) return {none, look == ButtonLook::quiet ? none : colour(Ink::hair), colour(Ink::ink3)};
    const bool is_hovered = state.is_hovered || state.is_held;
    if (look == ButtonLook::primary) {
        const Colour back = is_hovered ? blend(colour(Ink::ink), colour(Ink::paper), 0.15f) : colour(Ink::ink);
        return {back, none, colour(Ink::paper)};
    }
    if (look == ButtonLook::quiet) return {is_hovered ? colour(Ink::sunk) : none, none, colour(is_hovered ? Ink::ink : Ink::ink2)};
    return {is_hovered ? colour(Ink::sunk) : colour(Ink::paper), colour(is_hovered ? Ink::ink2 : Ink::rule), colour(Ink::ink)};
}

void draw_back(const Area& area, const ButtonColours& colours) {
    if (colours.back >> 24) fill(area, colours.back, 6);
    if (colours.border >> 24) frame(area, colours.border, 1, 6);
}

Hit button_hit(const char* id, const Area& area, bool is_enabled) { return is_enabled ? hit(id, area) : Hit{}; }

/// Explains a sign after the pointer has rested on it for a moment.
void tip_after_rest(const char* id, const Area& area, const Hit& state, const std::string& tip) {
    if (tip.empty()) return;
    float* rested = ImGui::GetStateStorage()->GetFloatRef(ImGui::GetID(id), 0);
    const bool is_resting = (state.is_hovered && !state.is_held) || (state.is_focused && shows_focus());
    *rested = is_resting ? *rested + ImGui::GetIO().DeltaTime : 0;
    if (*rested > 0.5f) tooltip(area, {{tip, "", colour(Ink::ink2)}});
}

/// Colours between neighbours of `stops`, evenly spread over the area.
void ramp(const Area& area, const std::vector<Colour>& stops) {
    const float pieces = static_cast<float>(stops.size() - 1);
    for (std::size_t i = 0; i + 1 < stops.size(); ++i) {
        const float left = std::round(area.x + area.w * static_cast<float>(i) / pieces), right = std::round(area.x + area.w * static_cast<float>(i + 1) / pieces);
        canvas()->AddRectFilledMultiColor({left, area.y}, {right, area.bottom()}, stops[i], stops[i + 1], stops[i + 1], stops[i]);
    }
}

/// The ends of a scale are for orientation: two significant digits do.
int scale_digits(float end) { return end >= 10 ? 0 : end >= 1 ? 1 : 2; }

void scale_words(ImVec2 at, float width, const std::string& low, const std::string& middle, const std::string& high, const std::string& unit) {
    const float numbers = at.y + px(21);
    text({at.x, numbers}, Type::caption, colour(Ink::ink2), low, AlignX::left, AlignY::middle);
    const float widest = std::max(text_width(Type::caption, low), text_width(Type::caption, high)), needed = text_width(Type::caption, middle) + 2 * widest + px(12);
    if (!middle.empty() && needed <= width) text({at.x + width / 2, numbers}, Type::caption, colour(Ink::ink2), middle, AlignX::center, AlignY::middle);
    text({at.x + width, numbers}, Type::caption, colour(Ink::ink2), high, AlignX::right, AlignY::middle);
    text({at.x, at.y + px(38)}, Type::caption, colour(Ink::ink3), unit, AlignX::left, AlignY::middle);
}

}  // namespace

float button_width(const std::string& words) { return std::ceil(text_width(Type::label, words)) + px(28); }

bool button(const char* id, ImVec2 at, const std::string& words, ButtonLook look, bool is_enabled, float width) {
    const Area area{at.x, at.y, width > 0 ? width : button_width(words), px(32)};
    const Hit state = button_hit(id, area, is_enabled);
    const ButtonColours colours = colours_of(look, is_enabled, state);
    draw_back(area, colours);
    text(area.center(), Type::label, colours.words, words, AlignX::center, AlignY::middle);
    return state.was_clicked;
}

float menu_button_width(const std::string& words) { return button_width(words) + px(20); }

bool menu_button(const char* id, ImVec2 at, const std::string& words) {
    const Area area{at.x, at.y, menu_button_width(words), px(32)};
    const Hit state = hit(id, area);
    const ButtonColours colours = colours_of(ButtonLook::plain, true, state);
    draw_back(area, colours);
    text({area.x + px(14), area.center().y}, Type::label, colours.words, words, AlignX::left, AlignY::middle);
    icon({area.right() - px(18), area.center().y}, Icon::chevron_down, colour(Ink::ink2), 12);
    return state.was_clicked;
}

bool icon_button(const char* id, ImVec2 at, Icon sign, const std::string& tip, bool is_primary, bool is_framed) {
    const Area area{at.x, at.y, px(32), px(32)};
    const Hit state = hit(id, area);
    const ButtonColours colours = colours_of(is_primary ? ButtonLook::primary : is_framed ? ButtonLook::plain : ButtonLook::quiet, true, state);
    draw_back(area, colours);
    icon(area.center(), sign, colours.words);
    tip_after_rest(id, area, state, tip);
    return state.was_clicked;
}

bool toggle(const char* id, ImVec2 at, bool& is_on, bool is_enabled) {
    const Area area{at.x, at.y, px(36), px(20)};
    const Hit state = is_enabled ? hit_bare(id, area) : Hit{};
    if (state.was_clicked) is_on = !is_on;
    const float place = eased(id, is_on ? 1.0f : 0.0f, 0.12f), radius = px(6);
    const Colour strong = colour(is_enabled ? Ink::ink : Ink::ink3);
    if (is_on) fill(area, strong, 10);
    else {
        fill(area, colour(state.is_hovered ? Ink::sunk : Ink::paper), 10);
        frame(area, colour(!is_enabled ? Ink::hair : state.is_hovered ? Ink::ink2 : Ink::rule), 1, 10);
    }
    const float left = area.x + px(4) + radius, right = area.right() - px(4) - radius;
    disc({left + (right - left) * place, area.center().y}, radius, is_on ? colour(Ink::paper) : colour(is_enabled ? Ink::ink2 : Ink::ink3));
    if (state.is_focused && shows_focus()) focus_ring(area, 10);
    return state.was_clicked;
}

bool words_link(const char* id, ImVec2 at, Type type, const std::string& words, bool is_lit) {
    const float width = text_width(type, words), size = font_size(type);
    const float baseline = std::round(at.y + ascent(type)), under = baseline + std::round(size * 0.34f), top = baseline - std::round(size * 1.05f);
    const Area area{at.x, top, width, under - top + px(2)};
    const Hit state = hit(id, area);
    const bool is_bright = is_lit || state.is_hovered || state.is_held;
    if (is_bright) fill({area.x, area.y, area.w, under - area.y}, colour(Ink::accent_tint));
    text(at, type, colour(Ink::ink), words);
    if (is_bright) fill({area.x, under, area.w, px(2)}, colour(Ink::accent));
    else dotted_underline({area.x, under}, width, colour(Ink::ink3));
    return state.was_clicked;
}

void scale_signed(ImVec2 at, float width, float limit, const std::string& unit) {
    std::vector<Colour> stops;
    for (int i = 0; i < 5; ++i) stops.push_back(signed_colour(static_cast<float>(i - 2) / 2, 1));
    ramp({at.x, at.y, width, px(9)}, stops);
    const std::string end = cell_text(limit, scale_digits(limit));
    scale_words(at, width, "−" + end, "0", "+" + end, unit);
}

void scale_magnitude(ImVec2 at, float width, float low, float high, const std::string& unit) {
    std::vector<Colour> stops;
    for (int i = 0; i < 10; ++i) stops.push_back(magnitude_colour(static_cast<float>(i) / 9));
    ramp({at.x, at.y, width, px(9)}, stops);
    scale_words(at, width, cell_text(low, scale_digits(high)), "", cell_text(high, scale_digits(high)), unit);
}

void stacked_bar(const Area& area, const std::vector<Bar>& parts, double full_scale) {
    if (full_scale <= 0) return;
    double before = 0;
    for (const Bar& part : parts) {
        if (part.value <= 0) continue;
        const auto x_of = [&](double value) { return std::round(area.x + static_cast<float>(value / full_scale) * area.w); };
        const float left = x_of(before), right = std::max(left + 1, x_of(before + part.value));
        const bool is_first = before <= 0;
        const float gap = is_first ? 0.0f : px(1);
        fill({left + gap, area.y, std::max(1.0f, right - left - gap), area.h}, part.colour, 1.5f);
        before += part.value;
    }
}

}  // namespace convbook::kit
