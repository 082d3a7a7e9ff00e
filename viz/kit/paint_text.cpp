// Words on the draw list: anchored lines, wrapped blocks in two languages, a quarter turn. Everything drawn is also offered to the record.
// Leaves out what a face looks like and how wide it is (fonts.cpp), and the book's running text (page.cpp).
#include <algorithm>
#include <cmath>

#include "compat.h"
#include "paint.h"
#include "record.h"

namespace convbook::kit {
namespace {

constexpr float kHalfCapital = 0.364f;  // of the size: half the height of a capital in every face of the book, so that capitals stand centred

/// One character of UTF-8 and how many bytes it takes; malformed bytes stand for themselves.
struct Character { char32_t code; int size; };
Character next_character(std::string_view text) {
    unsigned code = 0;
    const int size = ImTextCharFromUtf8(&code, text.data(), text.data() + text.size());
    return {code, std::max(1, size)};
}

bool is_han(char32_t c) { return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF00 && c <= 0xFF60); }
bool is_closing(char32_t c) { return std::u32string_view(U"，。；：？！）」』、》”’%,.;:?!)").find(c) != std::u32string_view::npos; }
bool is_opening(char32_t c) { return std::u32string_view(U"（「『《“‘(").find(c) != std::u32string_view::npos; }

/// Whether a line may end between two neighbours.
bool may_break(char32_t before, char32_t after) {
    if (before == U' ') return after != U' ';
    return (is_han(before) || is_han(after)) && !is_closing(after) && !is_opening(before) && after != U' ';
}

std::string_view without_trailing_space(std::string_view line) {
    while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
    return line;
}

/// Adds the lines of one paragraph.
void wrap_paragraph(float width, Type type, std::string_view text, std::vector<std::string_view>& lines) {
    std::size_t start = 0, last_break = 0;
    char32_t before = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Character here = next_character(text.substr(at));
        if (at > start && may_break(before, here.code)) last_break = at;
        const std::string_view longer = text.substr(start, at + here.size - start);
        const bool is_over = here.code != U' ' && text_width(type, longer) > width;
        if (is_over && at > start) {
            const std::size_t end = last_break > start ? last_break : at;  // a word wider than the line is broken anywhere
            lines.push_back(without_trailing_space(text.substr(start, end - start)));
            start = last_break = end;
            at = end;
            before = 0;
            continue;
        }
        before = here.code;
        at += here.size;
    }
    lines.push_back(without_trailing_space(text.substr(start)));
}

void record_line(ImVec2 left_baseline, Type type, std::string_view line, float width) {
    const float size = font_size(type);
    record_text(line, {left_baseline.x, left_baseline.y - size * 0.74f, width, size * 0.84f});
}

}  // namespace

float text(ImVec2 at, Type type, Colour colour, std::string_view line, AlignX x, AlignY y) {
    const float width = text_width(type, line);
    if (x == AlignX::center) at.x -= width / 2;
    if (x == AlignX::right) at.x -= width;
    if (y == AlignY::middle) at.y = std::floor(at.y + kHalfCapital * font_size(type) + 0.5f) - ascent(type);
    if (y == AlignY::baseline) at.y -= ascent(type);
    at = {std::floor(at.x + 0.5f), std::floor(at.y + 0.5f)};
    if (is_recording()) record_line({at.x, at.y + ascent(type)}, type, line, width);
    const ImVec2 pen{at.x, std::floor(at.y + leading_above(type) + 0.5f)};
    canvas()->AddText(font(type), font_size(type), pen, colour, line.data(), line.data() + line.size());
    return width;
}

std::vector<std::string_view> wrap(float width, Type type, std::string_view lines) {
    std::vector<std::string_view> result;
    while (true) {
        const std::size_t end = lines.find('\n');
        wrap_paragraph(width, type, lines.substr(0, end), result);
        if (end == std::string_view::npos) return result;
        lines.remove_prefix(end + 1);
    }
}

float text_block(ImVec2 at, float width, Type type, Colour colour, std::string_view lines) {
    const float start = at.y;
    for (const std::string_view line : wrap(width, type, lines)) {
        text(at, type, colour, line);
        at.y += line_height(type);
    }
    return at.y - start;
}

float text_block_height(float width, Type type, std::string_view lines) {
    return static_cast<float>(wrap(width, type, lines).size()) * line_height(type);
}

void text_rotated(ImVec2 center, Type type, Colour colour, std::string_view line) {
    const float width = text_width(type, line), size = font_size(type);
    ImFont* face = font(type);
    // Lay the glyphs level around the origin, then turn them: right becomes down, up becomes right
    const ImVec2 start{-width / 2, -line_height(type) / 2 + leading_above(type)};
    const auto turned = [&](float x, float y) { return ImVec2{std::floor(center.x) - y, std::floor(center.y) + x}; };
    ImDrawList* list = canvas();
    list->PushTextureID(compat::font_texture(face));
    float pen = start.x;
    for (std::string_view rest = line; !rest.empty();) {
        const Character here = next_character(rest);
        rest.remove_prefix(here.size);
        const compat::Glyph g = compat::glyph(face, size, here.code);
        const float left = pen + g.x0, right = pen + g.x1, top = start.y + g.y0, bottom = start.y + g.y1;
        pen += g.advance;
        if (!g.is_visible) continue;
        list->PrimReserve(6, 4);
        list->PrimQuadUV(turned(left, top), turned(right, top), turned(right, bottom), turned(left, bottom), {g.u0, g.v0}, {g.u1, g.v0}, {g.u1, g.v1}, {g.u0, g.v1}, colour);
    }
    list->PopTextureID();
    record_text(line, {center.x - size * 0.42f, center.y - width / 2, size * 0.84f, width});
}

}  // namespace convbook::kit
