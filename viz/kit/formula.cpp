// Draws placed formulas: outlines become alpha pictures in a shared texture, once per size and sub-pixel place, tinted when drawn.
// Leaves out layout (formula_place.cpp) and the making of the assets (docs/tools/formulas).
#include "formula.h"

#include <stb_truetype.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <tuple>
#include <vector>

#include "texture.h"

namespace convbook::kit {
namespace {

constexpr int kPageSize = 256;   // about 100 glyphs at text size; a small page is quick to upload again when it gains one
constexpr int kPhases = 4;       // horizontal sub-pixel places; rows stand on whole pixels, or thin strokes blur

struct GlyphPicture { int page = -1; int x = 0, y = 0, width = 0, height = 0; int left = 0, top = 0; };

/// Alpha pictures of outlines, packed in rows on pages.
class GlyphCache {
public:
    const GlyphPicture& find(int outline, float pixels_per_unit, int phase) {
        const auto key = std::make_tuple(outline, static_cast<int>(std::lround(pixels_per_unit * 1e6f)), phase);
        const auto [entry, is_new] = pictures_.try_emplace(key);
        if (is_new) entry->second = rasterise(formula_sheet().outline(outline), pixels_per_unit, static_cast<float>(phase) / kPhases);
        return entry->second;
    }
    float page_size(int page) const { return static_cast<float>(pages_[static_cast<std::size_t>(page)]->size); }
    const Texture& texture(int page) {
        Page& one = *pages_[static_cast<std::size_t>(page)];
        if (one.is_dirty) one.texture.upload(one.size, one.size, one.pixels, true), one.is_dirty = false;
        return one.texture;
    }
    /// Sizes of an earlier text scale are of no more use.
    void forget_if_full() {
        if (pages_.size() > 24) pages_.clear(), pictures_.clear();
    }

private:
    struct Page {
        explicit Page(int side) : size(side), pixels(static_cast<std::size_t>(side) * static_cast<std::size_t>(side), 0x00FFFFFFu) {}
        int size;
        std::vector<std::uint32_t> pixels;
        Texture texture;
        bool is_dirty = true;
        int x = 1, y = 1, row_height = 0;
    };

    static std::vector<stbtt_vertex> to_vertices(const Outline& outline) {
        std::vector<stbtt_vertex> vertices;
        vertices.reserve(outline.size());
        for (const auto& step : outline) {
            stbtt_vertex vertex{};
            vertex.type = step.kind == 'm' ? STBTT_vmove : step.kind == 'q' ? STBTT_vcurve : STBTT_vline;
            vertex.x = static_cast<short>(std::lround(step.x)), vertex.y = static_cast<short>(std::lround(step.y));
            vertex.cx = static_cast<short>(std::lround(step.control_x)), vertex.cy = static_cast<short>(std::lround(step.control_y));
            vertices.push_back(vertex);
        }
        return vertices;
    }

    GlyphPicture rasterise(const Outline& outline, float scale, float shift) {
        // Find the pixels that the outline touches
        float left = 1e9f, right = -1e9f, bottom = 1e9f, top = -1e9f;
        for (const auto& step : outline) {
            left = std::min(left, step.x), right = std::max(right, step.x), bottom = std::min(bottom, step.y), top = std::max(top, step.y);
            if (step.kind == 'q') left = std::min(left, step.control_x), right = std::max(right, step.control_x), bottom = std::min(bottom, step.control_y), top = std::max(top, step.control_y);
        }
        GlyphPicture picture;
        if (outline.empty()) return picture;
        picture.left = static_cast<int>(std::floor(left * scale + shift)), picture.top = static_cast<int>(std::floor(-top * scale));
        picture.width = static_cast<int>(std::ceil(right * scale + shift)) - picture.left + 1;
        picture.height = static_cast<int>(std::ceil(-bottom * scale)) - picture.top + 1;
        // Draw it, and copy it to a page as white of that opacity
        std::vector<unsigned char> alpha(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height));
        stbtt__bitmap bitmap{picture.width, picture.height, picture.width, alpha.data()};
        auto vertices = to_vertices(outline);
        stbtt_Rasterize(&bitmap, 0.2f, vertices.data(), static_cast<int>(vertices.size()), scale, scale, shift, 0, picture.left, picture.top, 1, nullptr);
        put(picture, alpha);
        return picture;
    }

    void put(GlyphPicture& picture, const std::vector<unsigned char>& alpha) {
        if (pages_.empty() || !reserve(*pages_.back(), picture)) {
            pages_.push_back(std::make_unique<Page>(std::max({kPageSize, picture.width + 4, picture.height + 4})));
            reserve(*pages_.back(), picture);
        }
        Page& page = *pages_.back();
        picture.page = static_cast<int>(pages_.size()) - 1;
        for (int row = 0; row < picture.height; ++row)
            for (int column = 0; column < picture.width; ++column) {
                const auto opacity = static_cast<std::uint32_t>(alpha[static_cast<std::size_t>(row * picture.width + column)]);
                page.pixels[static_cast<std::size_t>((picture.y + row) * page.size + picture.x + column)] = (opacity << 24) | 0x00FFFFFFu;
            }
        page.is_dirty = true;
    }

    static bool reserve(Page& page, GlyphPicture& picture) {
        if (page.x + picture.width + 1 >= page.size) page.x = 1, page.y += page.row_height + 1, page.row_height = 0;
        if (page.y + picture.height + 1 >= page.size) return false;
        picture.x = page.x, picture.y = page.y;
        page.x += picture.width + 1;
        page.row_height = std::max(page.row_height, picture.height);
        return true;
    }

    std::map<std::tuple<int, int, int>, GlyphPicture> pictures_;
    std::vector<std::unique_ptr<Page>> pages_;
};
GlyphCache& glyphs() {
    static GlyphCache* cache = new GlyphCache;   // never destroyed: the renderer may be gone before statics are
    return *cache;
}

Type type_of(std::string_view style) { return style == "caption" ? Type::caption : Type::body; }

WordsWidth words_width(float em, const SlotText&) {
    return [em](std::string_view style, std::string_view text) { return text_width(type_of(style), text) * 1000 / em; };
}

const GlyphPicture& picture_of(const PlacedPart& part, float x, float unit) {
    return glyphs().find(part.outline, part.scale * unit, static_cast<int>(std::floor((x - std::floor(x)) * kPhases)));
}

void draw_glyph(const PlacedPart& part, ImVec2 baseline, float unit, Colour colour) {
    const float x = baseline.x + part.x * unit;
    const float y = std::round(baseline.y - part.y * unit);
    const auto& picture = picture_of(part, x, unit);
    if (picture.page < 0) return;
    const float size = glyphs().page_size(picture.page);
    const ImVec2 low{static_cast<float>(picture.x) / size, static_cast<float>(picture.y) / size};
    const ImVec2 high{static_cast<float>(picture.x + picture.width) / size, static_cast<float>(picture.y + picture.height) / size};
    const Area area{std::floor(x) + static_cast<float>(picture.left), y + static_cast<float>(picture.top), static_cast<float>(picture.width), static_cast<float>(picture.height)};
    glyphs().texture(picture.page).draw_part(area, low, high, colour);
}

void draw_rule(const PlacedPart& part, ImVec2 baseline, float unit, Colour colour) {
    const float left = std::round(baseline.x + part.x * unit), right = std::round(baseline.x + (part.x + part.width) * unit);
    const float height = std::max(1.0f, std::round(part.height * unit)), width = std::max(1.0f, right - left);
    const float middle = baseline.y - (part.y + part.height / 2) * unit;
    // Part of the formula's own ink: no line through a text
    const float top = std::round(middle - height / 2);
    canvas()->AddRectFilled({left, top}, {left + width, top + height}, colour);
}

void draw_words(const PlacedPart& part, ImVec2 baseline, float unit, const SlotText& slots, Colour plain) {
    const Type type = type_of(part.name);
    const auto words = fill_slots(part.text, slots);
    const float left = baseline.x + (part.x + part.width / 2) * unit - text_width(type, words) / 2;
    const Colour colour = part.role != Role::none ? role_colour(part.role) : type == Type::caption ? kit::colour(Ink::ink3) : plain;
    const ImVec2 at{std::round(left), std::round(baseline.y - part.y * unit) - (ascent(type) - leading_above(type))};
    canvas()->AddText(font(type), font_size(type), at, colour, words.data(), words.data() + words.size());
}

bool is_lit(const PlacedPart& part, std::string_view lit) {
    if (lit.empty()) return false;
    return (part.role != Role::none && role_name(part.role) == lit) || (part.part == FormulaPart::glyph && part.name == lit);
}

}  // namespace

std::string_view role_name(Role role) {
    constexpr std::string_view names[] = {"", "input", "weights", "output", "gradient", "accent"};
    return names[static_cast<std::size_t>(role)];
}
Role role_of(std::string_view name) {
    for (const Role role : {Role::input, Role::weights, Role::output, Role::gradient, Role::accent}) if (role_name(role) == name) return role;
    return Role::none;
}

bool has_formula(std::string_view tex, bool is_display) { return formula_sheet().find(tex, is_display) != nullptr; }

FormulaSize measure_formula(std::string_view tex, float em, bool is_display, const SlotText& slots) {
    const Formula* formula = formula_sheet().find(tex, is_display);
    if (!formula) return {text_width(Type::code, tex), (ascent(Type::code) - leading_above(Type::code)), std::round(font_size(Type::code) - (ascent(Type::code) - leading_above(Type::code)))};
    const auto placed = formula_sheet().place(*formula, slots, words_width(em, slots));
    return {placed.width * em / 1000, placed.height * em / 1000, placed.depth * em / 1000};
}

void draw_formula(ImVec2 baseline, std::string_view tex, float em, bool is_display, Colour plain, const SlotText& slots, std::string_view lit) {
    baseline = {std::round(baseline.x), std::round(baseline.y)};
    const Formula* formula = formula_sheet().find(tex, is_display);
    if (!formula) {
        const ImVec2 at{baseline.x, baseline.y - (ascent(Type::code) - leading_above(Type::code))};
        canvas()->AddText(font(Type::code), font_size(Type::code), at, plain, tex.data(), tex.data() + tex.size());
        return;
    }
    glyphs().forget_if_full();
    const float unit = em / 1000;
    const auto placed = formula_sheet().place(*formula, slots, words_width(em, slots));
    // All pictures first: a page is uploaded when it is drawn from, and should have gained everything by then
    for (const auto& part : placed.parts) if (part.part == FormulaPart::glyph) picture_of(part, baseline.x + part.x * unit, unit);
    for (const auto& part : placed.parts) {
        const Colour colour = is_lit(part, lit) ? kit::colour(Ink::accent) : part.role != Role::none ? role_colour(part.role) : plain;
        if (part.part == FormulaPart::glyph) draw_glyph(part, baseline, unit, colour);
        if (part.part == FormulaPart::rect) draw_rule(part, baseline, unit, colour);
        if (part.part == FormulaPart::words) draw_words(part, baseline, unit, slots, plain);
    }
}

std::string formula_part_at(ImVec2 pointer, ImVec2 baseline, std::string_view tex, float em, bool is_display, const SlotText& slots) {
    const Formula* formula = formula_sheet().find(tex, is_display);
    if (!formula) return {};
    const float unit = em / 1000;
    for (const auto& part : formula_sheet().place(*formula, slots, words_width(em, slots)).parts) {
        if (part.part != FormulaPart::glyph || (part.role == Role::none && part.name.empty())) continue;
        // A glyph's box: about 0.6 em wide and 0.8 em high is enough to point at
        const float left = baseline.x + part.x * unit, base = baseline.y - part.y * unit, size = part.scale * em;
        const bool is_inside = pointer.x >= left && pointer.x < left + 0.65f * size && pointer.y >= base - 0.8f * size && pointer.y < base + 0.2f * size;
        if (is_inside) return std::string(part.name.empty() ? role_name(part.role) : part.name);
    }
    return {};
}

}  // namespace convbook::kit
