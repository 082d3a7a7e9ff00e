// The look's numbers: every colour of both themes, the ramps, and the scale from logical to device pixels.
// Leaves out how they are drawn (paint.cpp) and which face says what (fonts.cpp).
#include "theme.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

#include "fonts.h"

namespace convbook::kit {
namespace {

constexpr Colour rgb(unsigned hex) { return 0xFF000000u | (hex & 0xFFu) << 16 | (hex & 0xFF00u) | hex >> 16; }
float channel(Colour colour, int shift) { return static_cast<float>(colour >> shift & 0xFFu); }

struct InkPair { Ink ink; Colour light, dark; };
constexpr InkPair kInks[] = {
    {Ink::paper, rgb(0xFBF9F4), rgb(0x17181B)},        {Ink::sunk, rgb(0xF3EFE6), rgb(0x1F2125)},
    {Ink::raise, rgb(0xFFFFFF), rgb(0x24262B)},        {Ink::hair, rgb(0xE3DDD0), rgb(0x2F3238)},
    {Ink::rule, rgb(0xBDB5A5), rgb(0x555A64)},         {Ink::ink, rgb(0x1F1D1A), rgb(0xECE8DF)},
    {Ink::ink2, rgb(0x575149), rgb(0xB7B2A8)},         {Ink::ink3, rgb(0x736C61), rgb(0x918D84)},
    {Ink::input, rgb(0x1F6CB0), rgb(0x6DB1F0)},        {Ink::input_tint, rgb(0xDDE9F4), rgb(0x1D3347)},
    {Ink::weights, rgb(0xA15300), rgb(0xF0A254)},      {Ink::weights_tint, rgb(0xF8E4CE), rgb(0x452F18)},
    {Ink::output, rgb(0x12714F), rgb(0x58C796)},       {Ink::output_tint, rgb(0xDAEEE5), rgb(0x1A3B2F)},
    {Ink::gradient, rgb(0x7B3FA0), rgb(0xC59AF2)},     {Ink::gradient_tint, rgb(0xECE0F3), rgb(0x362748)},
    {Ink::accent, rgb(0xC0105A), rgb(0xFF6FA6)},       {Ink::accent_tint, rgb(0xFADFEA), rgb(0x4A1F33)},
    {Ink::bad, rgb(0xA8321A), rgb(0xF58B70)},          {Ink::bad_tint, rgb(0xF8E1DA), rgb(0x47231B)},
    {Ink::inner, rgb(0x8C8577), rgb(0x8E8A82)},        {Ink::inner2, rgb(0xB9B3A6), rgb(0x5F6470)},
    {Ink::inner_tint, rgb(0xE9E4D9), rgb(0x2C2E33)},
};
static_assert(std::size(kInks) == static_cast<std::size_t>(Ink::count));

constexpr Colour kChannels[] = {rgb(0x0072B2), rgb(0xE69F00), rgb(0x009E73), rgb(0xCC79A7), rgb(0x56B4E9), rgb(0xD55E00), rgb(0xF0E442)};
constexpr Colour kSignedLight[] = {rgb(0x2A5A94), rgb(0x7FA8D0), rgb(0xFBF9F4), rgb(0xE79A86), rgb(0xA8321A)};
constexpr Colour kSignedDark[] = {rgb(0x7DB8F0), rgb(0x3B668F), rgb(0x24262B), rgb(0x96503F), rgb(0xF58B70)};
constexpr Colour kCividis[] = {rgb(0x00224E), rgb(0x123570), rgb(0x3B496C), rgb(0x575D6D), rgb(0x707173),
                               rgb(0x8A8678), rgb(0xA59C74), rgb(0xC3B369), rgb(0xE1CC55), rgb(0xFEE838)};

/// Linear between the stops; NaN takes the middle, so that it shows as "no value" rather than as an extreme.
Colour on_ramp(const Colour* stops, int count, float t) {
    if (std::isnan(t)) t = 0.5f;
    const float position = std::clamp(t, 0.0f, 1.0f) * static_cast<float>(count - 1);
    const int lower = std::min(static_cast<int>(position), count - 2);
    return blend(stops[lower], stops[lower + 1], position - static_cast<float>(lower));
}

double luminance(Colour colour) {
    const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(channel(colour, 0) / 255.0) + 0.7152 * linear(channel(colour, 8) / 255.0) + 0.0722 * linear(channel(colour, 16) / 255.0);
}

Ink ink_of(Role role) {
    switch (role) {
        case Role::input: return Ink::input;
        case Role::weights: return Ink::weights;
        case Role::output: return Ink::output;
        case Role::gradient: return Ink::gradient;
        case Role::accent: return Ink::accent;
        case Role::none: break;
    }
    return Ink::ink;
}

}  // namespace

Ui& ui() {
    static Ui the_ui;
    return the_ui;
}

Colour colour(Ink ink) {
    const InkPair& pair = kInks[static_cast<std::size_t>(ink)];
    return ui().is_dark ? pair.dark : pair.light;
}

Colour role_colour(Role role) { return colour(ink_of(role)); }

Colour role_tint(Role role) {
    if (role == Role::none) return colour(Ink::inner_tint);
    return colour(static_cast<Ink>(static_cast<int>(ink_of(role)) + 1));  // every role's tint follows it
}

Colour channel_colour(int index) {
    if (index < 0) return colour(Ink::inner);
    constexpr int kCount = static_cast<int>(std::size(kChannels));
    const int place = index % (kCount + 1);
    return place == kCount ? colour(Ink::inner) : kChannels[place];
}

Colour with_alpha(Colour base, float alpha) {
    const auto a = static_cast<Colour>(std::lround(std::clamp(alpha, 0.0f, 1.0f) * static_cast<float>(base >> 24)));
    return (base & 0x00FFFFFFu) | a << 24;
}

Colour blend(Colour a, Colour b, float t) {
    Colour mixed = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        const float value = channel(a, shift) + (channel(b, shift) - channel(a, shift)) * t;
        mixed |= static_cast<Colour>(std::lround(std::clamp(value, 0.0f, 255.0f))) << shift;
    }
    return mixed;
}

double contrast(Colour a, Colour b) {
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

Colour text_on(Colour background) {
    const Colour first = colour(Ink::ink), second = ui().is_dark ? colour(Ink::paper) : rgb(0xFFFFFF);
    return contrast(first, background) >= contrast(second, background) ? first : second;
}

Colour signed_colour(float value, float limit) {
    const float t = limit > 0 ? 0.5f + 0.5f * value / limit : 0.5f;
    return on_ramp(ui().is_dark ? kSignedDark : kSignedLight, 5, t);
}

Colour magnitude_colour(float t) { return on_ramp(kCividis, 10, std::isnan(t) ? 0.0f : t); }

Colour input_colour(float t) {
    const Colour ends[2] = {ui().is_dark ? rgb(0x1F2125) : rgb(0xFBF9F4), ui().is_dark ? rgb(0x3F78AD) : rgb(0x7FAFDC)};
    return on_ramp(ends, 2, std::isnan(t) ? 0.0f : t);
}

float scale() { return ui().text_scale * ui().pixel_scale; }
float px(float logical) { return std::round(logical * scale()); }

void apply_theme() {
    ImGuiStyle& style = ImGui::GetStyle();
    style = ImGuiStyle{};
    style.WindowPadding = style.FramePadding = style.ItemSpacing = style.ItemInnerSpacing = {0, 0};
    style.WindowBorderSize = style.ChildBorderSize = style.FrameBorderSize = 0;
    style.PopupBorderSize = 1;
    style.WindowRounding = style.ChildRounding = 0;
    style.PopupRounding = style.FrameRounding = px(6);
    style.WindowMinSize = {1, 1};
    style.ScrollbarSize = px(10);
    style.ScrollbarRounding = px(5);
    style.AntiAliasedLinesUseTex = true;
    const auto set = [&](ImGuiCol what, Colour value) { style.Colors[what] = ImGui::ColorConvertU32ToFloat4(value); };
    set(ImGuiCol_Text, colour(Ink::ink));
    set(ImGuiCol_TextDisabled, colour(Ink::ink3));
    set(ImGuiCol_WindowBg, colour(Ink::paper));
    set(ImGuiCol_ChildBg, with_alpha(colour(Ink::paper), 0));
    set(ImGuiCol_PopupBg, colour(Ink::raise));
    set(ImGuiCol_Border, colour(Ink::rule));
    set(ImGuiCol_FrameBg, colour(Ink::paper));
    set(ImGuiCol_ScrollbarBg, with_alpha(colour(Ink::paper), 0));
    set(ImGuiCol_ScrollbarGrab, colour(Ink::hair));
    set(ImGuiCol_ScrollbarGrabHovered, colour(Ink::rule));
    set(ImGuiCol_ScrollbarGrabActive, colour(Ink::ink3));
    set(ImGuiCol_TextSelectedBg, colour(Ink::accent_tint));
    set(ImGuiCol_ModalWindowDimBg, with_alpha(colour(Ink::paper), 0.75f));
}

bool refresh_look() {
    struct Styled { ImGuiContext* context = nullptr; float scale = 0; bool is_dark = false; };
    static Styled styled;
    ImGuiContext* context = ImGui::GetCurrentContext();
    // The faces live in the context's atlas; a new context may stand where an old one stood, but has drawn nothing yet
    const bool is_new = styled.context != context || ImGui::GetFrameCount() == 0;
    const bool needs_style = is_new || styled.scale != scale() || styled.is_dark != ui().is_dark;
    if (needs_style) apply_theme();
    styled = {context, scale(), ui().is_dark};
    const bool needs_fonts = is_new || fonts_are_stale() || !ImGui::GetIO().Fonts->IsBuilt();
    if (needs_fonts) build_fonts();
    return needs_style || needs_fonts;
}

}  // namespace convbook::kit
