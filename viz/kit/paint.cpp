// Shapes: areas, crisp lines, dashes, arrows, discs. Text is in paint_text.cpp, the small signs are in paint_icon.cpp.
#include "paint.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "record.h"

namespace convbook::kit {
namespace {

int layers_on_top = 0;

float snapped(float v) { return std::floor(v + 0.5f); }
float thick(float logical) { return std::max(1.0f, logical * scale()); }
/// Dear ImGui puts lines half a pixel further; this takes it back, so that our positions mean what they say.
ImVec2 unshifted(ImVec2 p) { return {p.x - 0.5f, p.y - 0.5f}; }

/// A level or upright line as a filled strip of whole pixels.
void strip(ImVec2 a, ImVec2 b, Colour colour, float thickness) {
    const float t = snapped(thickness);
    const bool is_level = a.y == b.y;
    const float low = snapped((is_level ? a.y : a.x) - t / 2);
    const float from = snapped(is_level ? std::min(a.x, b.x) : std::min(a.y, b.y)), to = snapped(is_level ? std::max(a.x, b.x) : std::max(a.y, b.y));
    if (is_level) canvas()->AddRectFilled({from, low}, {to, low + t}, colour);
    else canvas()->AddRectFilled({low, from}, {low + t, to}, colour);
}

/// Pieces of `dash` with gaps of `gap` between a and b, ending on a whole piece where there is room for one.
void pieces(ImVec2 a, ImVec2 b, Colour colour, float thickness, float dash, float gap) {
    const float dx = b.x - a.x, dy = b.y - a.y, length = std::hypot(dx, dy);
    if (length <= 0) return;
    const float ux = dx / length, uy = dy / length;
    for (float from = 0; from < length; from += dash + gap) {
        const float to = std::min(from + dash, length);
        const ImVec2 p{a.x + ux * from, a.y + uy * from}, q{a.x + ux * to, a.y + uy * to};
        if (dx == 0 || dy == 0) strip(p, q, colour, thickness);
        else canvas()->AddLine(unshifted(p), unshifted(q), colour, thickness);
    }
}

/// Points that lie closer than a stroke is long are passed over, so that a fine curve counts as the line that it is.
void record_path(const ImVec2* points, int count, Colour colour) {
    constexpr float kLeast = 8;
    int last = 0;
    for (int i = 1; i < count; ++i) {
        if (i + 1 < count && std::hypot(points[i].x - points[last].x, points[i].y - points[last].y) < kLeast) continue;
        record_line(points[last], points[i], colour);
        last = i;
    }
}

void record_curve(ImVec2 a, ImVec2 control_a, ImVec2 control_b, ImVec2 b, Colour colour) {
    constexpr int kPieces = 8;
    const auto at = [&](int piece) {
        const float t = static_cast<float>(piece) / kPieces, s = 1 - t;
        const float w[4] = {s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t};
        return ImVec2{w[0] * a.x + w[1] * control_a.x + w[2] * control_b.x + w[3] * b.x, w[0] * a.y + w[1] * control_a.y + w[2] * control_b.y + w[3] * b.y};
    };
    for (int piece = 0; piece < kPieces; ++piece) record_line(at(piece), at(piece + 1), colour);
}

}  // namespace

Area Area::cut_top(float height) {
    const Area strip{x, y, w, std::min(height, h)};
    y += strip.h;
    h -= strip.h;
    return strip;
}
Area Area::cut_bottom(float height) {
    const float cut = std::min(height, h);
    h -= cut;
    return {x, y + h, w, cut};
}
Area Area::cut_left(float width) {
    const Area strip{x, y, std::min(width, w), h};
    x += strip.w;
    w -= strip.w;
    return strip;
}
Area Area::cut_right(float width) {
    const float cut = std::min(width, w);
    w -= cut;
    return {x + w, y, cut, h};
}

ImDrawList* canvas() { return layers_on_top > 0 ? ImGui::GetForegroundDrawList() : ImGui::GetWindowDrawList(); }
OnTop::OnTop() { ++layers_on_top; }
OnTop::~OnTop() { --layers_on_top; }
Clip::Clip(const Area& area) { canvas()->PushClipRect(area.min(), area.max(), true); }
Clip::~Clip() { canvas()->PopClipRect(); }

void fill(const Area& area, Colour colour, float corner) {
    if (area.w <= 0 || area.h <= 0) return;
    record_area(area, colour);
    canvas()->AddRectFilled(area.min(), area.max(), colour, std::min(corner * scale(), std::min(area.w, area.h) / 2));
}

void frame(const Area& area, Colour colour, float thickness, float corner) {
    const ImVec2 a = area.min(), c = area.max(), b{c.x, a.y}, d{a.x, c.y};
    for (const auto& [from, to] : {std::pair{a, b}, std::pair{b, c}, std::pair{d, c}, std::pair{a, d}}) record_line(from, to, colour);
    const float t = std::max(1.0f, std::floor(thickness * scale() + 0.01f)), inside = t / 2 - 0.5f;  // whole pixels: frames stay crisp
    const float radius = std::max(0.0f, std::min(corner * scale(), std::min(area.w, area.h) / 2) - t / 2);
    if (corner <= 0) {
        const Area whole{snapped(area.x), snapped(area.y), snapped(area.w), snapped(area.h)};
        canvas()->AddRectFilled(whole.min(), {whole.right(), whole.y + t}, colour);
        canvas()->AddRectFilled({whole.x, whole.bottom() - t}, whole.max(), colour);
        canvas()->AddRectFilled({whole.x, whole.y + t}, {whole.x + t, whole.bottom() - t}, colour);
        canvas()->AddRectFilled({whole.right() - t, whole.y + t}, {whole.right(), whole.bottom() - t}, colour);
        return;
    }
    canvas()->AddRect({area.x + inside, area.y + inside}, {area.right() - inside, area.bottom() - inside}, colour, radius, 0, t);
}

void line(ImVec2 a, ImVec2 b, Colour colour, float thickness) {
    record_line(a, b, colour);
    if (a.x == b.x || a.y == b.y) strip(a, b, colour, thick(thickness));
    else canvas()->AddLine(unshifted(a), unshifted(b), colour, std::max(0.5f, thickness * scale()));
}

void dashed_line(ImVec2 a, ImVec2 b, Colour colour, float thickness) {
    record_line(a, b, colour);
    pieces(a, b, colour, thick(thickness), px(3), px(3));
}

void dashed_frame(const Area& area, Colour colour, float thickness) {
    const float inside = snapped(thick(thickness)) / 2;
    const Area a = area.inset(inside);
    dashed_line({area.x, a.y}, {area.right(), a.y}, colour, thickness);
    dashed_line({a.right(), area.y}, {a.right(), area.bottom()}, colour, thickness);
    dashed_line({area.x, a.bottom()}, {area.right(), a.bottom()}, colour, thickness);
    dashed_line({a.x, area.y}, {a.x, area.bottom()}, colour, thickness);
}

void dotted_underline(ImVec2 left, float width, Colour colour) {
    const float dot = std::max(1.0f, px(2));
    pieces({left.x, left.y + dot / 2}, {left.x + width, left.y + dot / 2}, colour, dot, dot, dot);
}

void polyline(const ImVec2* points, int count, Colour colour, float thickness, bool is_closed) {
    if (count < 2) return;
    ImDrawList* list = canvas();
    for (int i = 0; i < count; ++i) list->PathLineTo(points[i]);
    if (is_recording()) record_path(points, count, colour);
    list->PathStroke(colour, is_closed ? ImDrawFlags_Closed : 0, std::max(0.5f, thickness * scale()));
}

void bezier(ImVec2 a, ImVec2 control_a, ImVec2 control_b, ImVec2 b, Colour colour, float thickness) {
    if (is_recording()) record_curve(a, control_a, control_b, b, colour);
    canvas()->AddBezierCubic(a, control_a, control_b, b, colour, std::max(0.5f, thickness * scale()));
}

void arrow(ImVec2 from, ImVec2 to, Colour colour, float thickness) {
    line(from, to, colour, thickness);
    arrow_head(to, {to.x - from.x, to.y - from.y}, colour, 5, thickness);
}

void arrow_head(ImVec2 tip, ImVec2 direction, Colour colour, float size, float thickness) {
    const float length = std::hypot(direction.x, direction.y);
    if (length <= 0) return;
    const float ux = direction.x / length * size * scale(), uy = direction.y / length * size * scale(), spread = 0.72f;
    const ImVec2 points[3] = {{tip.x - ux + uy * spread, tip.y - uy - ux * spread}, tip, {tip.x - ux - uy * spread, tip.y - uy + ux * spread}};
    polyline(points, 3, colour, thickness);
}

void disc(ImVec2 center, float radius, Colour colour) { canvas()->AddCircleFilled(center, radius, colour, 0); }

void ring(ImVec2 center, float radius, Colour colour, float thickness, float share) {
    if (share <= 0) return;
    ImDrawList* list = canvas();
    const float t = std::max(0.5f, thickness * scale());
    if (share >= 1) {
        list->AddCircle(center, radius + 0.5f, colour, 0, t);  // Dear ImGui takes half a pixel off
        return;
    }
    const float top = -1.57079633f;
    list->PathArcTo(center, radius, top, top + share * 6.2831853f, std::max(8, static_cast<int>(radius * 2)));
    list->PathStroke(colour, 0, t);
}

void triangle(ImVec2 a, ImVec2 b, ImVec2 c, Colour colour) { canvas()->AddTriangleFilled(a, b, c, colour); }
void quad(ImVec2 a, ImVec2 b, ImVec2 c, ImVec2 d, Colour colour) { canvas()->AddQuadFilled(a, b, c, d, colour); }

}  // namespace convbook::kit
