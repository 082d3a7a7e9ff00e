// One run of one face: its width, its pixels, the byte under the pointer. Kerned, and placed between pixels where the text asks for it.
#include <cmath>

#include "compat.h"
#include "text_layout.h"
#include "utf8.h"

namespace convbook::kit {
namespace {

/// The sign as drawn: in Chinese these are as wide as a Han character (private code points of our subsets).
char32_t shown(char32_t sign, Language language) {
    if (language != Language::zh) return sign;
    switch (sign) {
    case 0x201C: return 0xE000;
    case 0x201D: return 0xE001;
    case 0x2018: return 0xE002;
    case 0x2019: return 0xE003;
    case 0x2026: return 0xE004;
    case 0x2014: return 0xE005;
    default: return sign;
    }
}

/// Walks over the characters of a run: tell(sign, pen, glyph, bytes from, to).
template <class Tell>
float walk(Type type, std::string_view text, Language language, float spread, const Tell& tell) {
    ImFont* face = font(type);
    const float size = font_size(type);
    float pen = 0;
    char32_t before = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t from = at;
        const char32_t sign = shown(next_code_point(text, at), language);
        pen += kerning(type, before, sign);
        const auto glyph = compat::glyph(face, size, static_cast<unsigned>(sign));
        tell(sign, pen, glyph, from, at);
        pen += glyph.advance + (is_han_character(sign) ? spread : 0);
        before = sign;
    }
    return pen;
}

}  // namespace

bool is_han_character(char32_t sign) {
    return (sign >= 0x2E80 && sign < 0xA000) || (sign >= 0xFF00 && sign < 0xFF61) || (sign >= 0xE000 && sign < 0xE010);
}

float run_width(Type type, std::string_view text, Language language) {
    request_glyphs(type, text);
    return walk(type, text, language, 0, [](auto&&...) {});
}

void draw_run(ImVec2 baseline, Type type, Colour colour, std::string_view text, Language language, float spread, bool has_dots) {
    ImDrawList* list = canvas();
    list->PushTextureID(compat::font_texture(font(type)));
    const float top = std::round(baseline.y) - std::round(ascent(type) - leading_above(type));
    const bool is_latin = !text.empty() && !is_han_character(to_utf32(text.substr(0, 4))[0]);
    const float left = is_latin ? std::round(baseline.x * 2) / 2 : baseline.x;  // the atlas holds half pixels; Han characters are spread evenly
    walk(type, text, language, spread, [&](char32_t, float pen, const compat::Glyph& glyph, std::size_t, std::size_t) {
        if (!glyph.is_visible) return;
        list->PrimReserve(6, 4);
        list->PrimRectUV({left + pen + glyph.x0, top + glyph.y0}, {left + pen + glyph.x1, top + glyph.y1}, {glyph.u0, glyph.v0}, {glyph.u1, glyph.v1}, colour);
    });
    list->PopTextureID();
    if (!has_dots) return;
    walk(type, text, language, spread, [&](char32_t sign, float pen, const compat::Glyph& glyph, std::size_t, std::size_t) {
        if (sign >= 0x3400 && sign < 0xA000) disc({left + pen + glyph.advance / 2, baseline.y + px(5)}, px(1.3f), colour);
    });
}

std::size_t run_byte_at(Type type, std::string_view text, Language language, float x, float spread) {
    std::size_t nearest = text.size();
    bool is_found = false;
    walk(type, text, language, spread, [&](char32_t, float pen, const compat::Glyph& glyph, std::size_t from, std::size_t) {
        if (!is_found && x < pen + glyph.advance / 2) nearest = from, is_found = true;
    });
    return nearest;
}

}  // namespace convbook::kit
