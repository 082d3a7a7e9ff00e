// Looks at what a frame showed for texts that collide, are cut, are painted over, or have a line or the edge of an area running through them.
// Leaves out keeping it (record.cpp).
#include <algorithm>
#include <array>
#include <cmath>

#include "record.h"

namespace convbook::kit {
namespace {

constexpr float kSlack = 1.5f;             ///< device pixels that touch without harm
constexpr double kFaintestLine = 1.5;      ///< contrast below which a line may run behind a text, as the grid of a chart does
constexpr int kFaintestAlpha = 128;

Area common(const Area& a, const Area& b) {
    const float x = std::max(a.x, b.x), y = std::max(a.y, b.y);
    return {x, y, std::min(a.right(), b.right()) - x, std::min(a.bottom(), b.bottom()) - y};
}
bool is_solid(const Area& area) { return area.w > 0 && area.h > 0; }
Area area_of(const SeenShape& shape) { return {shape.from.x, shape.from.y, shape.to.x - shape.from.x, shape.to.y - shape.from.y}; }

std::string place(const Area& area) {
    return message(" at ", std::lround(area.x), ",", std::lround(area.y), " (", std::lround(area.w), " x ", std::lround(area.h), ")");
}

/// A text that an inner area hides as a whole is scrolled away; one that is half hidden is cut, unless its window scrolls that way.
void find_cut(const SeenText& text, std::vector<LayoutFault>& faults) {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const Area screen{0, 0, size.x, size.y}, shown = common(text.area, text.clip), on_screen = common(text.area, screen);
    const bool is_inner = text.clip.w < screen.w - kSlack || text.clip.h < screen.h - kSlack;
    if (!is_solid(shown) && (is_inner || text.can_scroll)) return;
    if (text.can_scroll_across && shown.w > 0) return;
    if (!is_solid(on_screen) || on_screen.w < text.area.w - kSlack || (!text.can_scroll && on_screen.h < text.area.h - kSlack))
        faults.push_back({"text beyond the screen: \"" + text.words + "\"" + place(text.area), text.area});
    else if (shown.w < text.area.w - kSlack || (!text.can_scroll && shown.h < text.area.h - kSlack))
        faults.push_back({"text cut by its window: \"" + text.words + "\"" + place(text.area), text.area});
}

/// The part of a line inside a box (Liang and Barsky 1984), as its length.
float length_inside(ImVec2 from, ImVec2 to, const Area& box) {
    const float dx = to.x - from.x, dy = to.y - from.y;
    float enters = 0, leaves = 1;
    for (const auto& [step, low, high] : {std::array{dx, box.x - from.x, box.right() - from.x}, std::array{dy, box.y - from.y, box.bottom() - from.y}}) {
        if (step == 0) {
            if (low > 0 || high < 0) return 0;
            continue;
        }
        enters = std::max(enters, std::min(low / step, high / step));
        leaves = std::min(leaves, std::max(low / step, high / step));
    }
    return leaves > enters ? (leaves - enters) * std::hypot(dx, dy) : 0;
}

class CrossingSearch {
public:
    explicit CrossingSearch(std::vector<LayoutFault>& faults) : faults_(faults) {}

    void look(const SeenText& text) {
        const Area ink = common(text.area, text.clip);
        // Ascenders and descenders may touch an underline
        const Area body{ink.x + 1, ink.y + ink.h * 0.15f, ink.w - 2, ink.h * 0.7f};
        if (!is_solid(body)) return;
        for (const SeenShape& shape : seen_shapes()) {
            if (shape.window != text.window || shape.is_on_top != text.is_on_top) continue;
            const Area open = common(body, shape.clip);
            if (!is_solid(open)) continue;
            if (shape.is_area && shape.order > text.order && is_opaque(shape) && is_solid(common(open, area_of(shape).inset(kSlack)))) return report("text painted over", text);
            if (is_visible(shape) && crosses(shape, open) && !is_covered(shape, text, open)) return report("a line through a text", text);
        }
    }

private:
    static bool is_opaque(const SeenShape& shape) { return (shape.colour >> IM_COL32_A_SHIFT & 255) > 240; }
    static bool is_visible(const SeenShape& shape) {
        return static_cast<int>(shape.colour >> IM_COL32_A_SHIFT & 255) >= kFaintestAlpha && contrast(shape.colour, colour(Ink::paper)) >= kFaintestLine;
    }
    static bool crosses(const SeenShape& shape, const Area& body) {
        if (!shape.is_area) return length_inside(shape.from, shape.to, body) > 2;
        const ImVec2 a = shape.from, c = shape.to, b{c.x, a.y}, d{a.x, c.y};
        for (const auto& [from, to] : {std::pair{a, b}, std::pair{b, c}, std::pair{d, c}, std::pair{a, d}})
            if (length_inside(from, to, body) > 2) return true;
        return false;
    }
    /// Whether an opaque area lies between the shape and the text.
    static bool is_covered(const SeenShape& shape, const SeenText& text, const Area& body) {
        return std::ranges::any_of(seen_shapes(), [&](const SeenShape& other) {
            if (!other.is_area || !is_opaque(other) || other.window != text.window || other.is_on_top != text.is_on_top) return false;
            if (other.order <= shape.order || other.order >= text.order) return false;
            const Area over = common(area_of(other), other.clip), both = common(over, body);
            return both.w >= body.w - kSlack && both.h >= body.h - kSlack;
        });
    }
    void report(const char* what, const SeenText& text) { faults_.push_back({std::string(what) + ": \"" + text.words + "\"" + place(text.area), text.area}); }

    std::vector<LayoutFault>& faults_;
};

}  // namespace

std::vector<LayoutFault> layout_faults() {
    std::vector<LayoutFault> faults;
    const std::vector<SeenText>& texts = seen_texts();
    for (const SeenText& text : texts) {
        find_cut(text, faults);
        CrossingSearch(faults).look(text);
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const Area a = common(texts[i].area, texts[i].clip);
        if (!is_solid(a)) continue;
        for (std::size_t j = i + 1; j < texts.size(); ++j) {
            if (texts[i].window != texts[j].window || texts[i].is_on_top != texts[j].is_on_top) continue;
            const Area shared = common(a, common(texts[j].area, texts[j].clip));
            if (shared.w > kSlack && shared.h > kSlack)
                faults.push_back({"texts on each other: \"" + texts[i].words + "\" and \"" + texts[j].words + "\"" + place(shared), shared});
        }
    }
    return faults;
}

}  // namespace convbook::kit
