// The small signs, drawn with lines on a square of 16 units around their centre, so that they are crisp at every scale and take any colour.
// Leaves out buttons around them (widgets.cpp).
#include <cmath>
#include <initializer_list>

#include "paint.h"

namespace convbook::kit {
namespace {

constexpr float kPi = 3.14159265f;

/// Draws on the square of 16 units, x to the right, y down, the centre at (8, 8).
class Pen {
public:
    Pen(ImVec2 center, Colour colour, float size) : center_(center), colour_(colour), unit_(size * scale() / 16), stroke_(1.4f * size / 16) {}
    ImVec2 at(float x, float y) const { return {center_.x + (x - 8) * unit_, center_.y + (y - 8) * unit_}; }
    void lines(std::initializer_list<ImVec2> points, bool is_closed = false) const {
        ImVec2 placed[12];
        int count = 0;
        for (const ImVec2& p : points) placed[count++] = at(p.x, p.y);
        polyline(placed, count, colour_, stroke_, is_closed);
    }
    /// Angles in turns, clockwise from three o'clock.
    void arc(float x, float y, float radius, float from, float to) const {
        canvas()->PathArcTo(at(x, y), radius * unit_, from * 2 * kPi, to * 2 * kPi, 20);
        canvas()->PathStroke(colour_, 0, stroke_ * scale());
    }
    void solid(ImVec2 a, ImVec2 b, ImVec2 c) const { triangle(at(a.x, a.y), at(b.x, b.y), at(c.x, c.y), colour_); }
    void bar(float x, float y, float w, float h) const {
        const ImVec2 low = at(x, y), high = at(x + w, y + h);
        canvas()->AddRectFilled({std::round(low.x), std::round(low.y)}, {std::round(high.x), std::round(high.y)}, colour_, unit_ * 0.5f);
    }
    void box(float x, float y, float w, float h, float corner = 1.5f) const {
        canvas()->AddRect(at(x, y), at(x + w, y + h), colour_, corner * unit_, 0, stroke_ * scale());
    }
    /// The right half of a disc, filled.
    void half_moon(float x, float y, float radius) const {
        canvas()->PathArcTo(at(x, y), radius * unit_, -kPi / 2, kPi / 2, 20);
        canvas()->PathFillConvex(colour_);
    }
    void dot(float x, float y, float radius) const { canvas()->AddCircleFilled(at(x, y), radius * unit_, colour_); }

private:
    ImVec2 center_;
    Colour colour_;
    float unit_, stroke_;
};

/// One of two links of a chain that lie along the diagonal and reach into each other; `turn` 1 is the upper right one, -1 its twin.
void half_link(const Pen& pen, float turn) {
    const float r = 3.2f, half_turn = turn > 0 ? 0.0f : 0.5f;
    const auto place = [&](float x, float y) { return ImVec2{8 + turn * x, 8 + turn * y}; };
    const ImVec2 inner = place(1.3f, -1.3f), outer = place(3.4f, -3.4f);
    const float side = r * 0.70710678f;  // from a centre to the straight sides
    pen.arc(inner.x, inner.y, r, half_turn + 0.39f, half_turn + 0.125f);
    pen.arc(outer.x, outer.y, r, half_turn + 0.125f, half_turn - 0.375f);
    pen.lines({place(1.3f + side, -1.3f + side), place(3.4f + side, -3.4f + side)});
    pen.lines({place(3.4f - side, -3.4f - side), place(2.2f - side, -2.2f - side)});
}

void turning_arrow(const Pen& pen, bool is_left) {
    const auto x = [&](float value) { return is_left ? value : 16 - value; };
    pen.lines({{x(5.6f), 2.8f}, {x(2.8f), 5.6f}, {x(5.6f), 8.4f}});
    pen.lines({{x(2.8f), 5.6f}, {x(9.6f), 5.6f}});
    pen.arc(x(9.6f), 9.3f, 3.7f, is_left ? -0.25f : 0.25f, is_left ? 0.25f : 0.75f);
    pen.lines({{x(9.6f), 13.0f}, {x(6.0f), 13.0f}});
}

void draw_media(const Pen& pen, Icon sign) {
    switch (sign) {
        case Icon::back:
            pen.bar(3.5f, 3.1f, 1.75f, 9.8f);
            pen.solid({12.0f, 3.1f}, {12.0f, 12.9f}, {6.4f, 8.0f});
            break;
        case Icon::forward:
            pen.bar(10.75f, 3.1f, 1.75f, 9.8f);
            pen.solid({4.0f, 3.1f}, {9.6f, 8.0f}, {4.0f, 12.9f});
            break;
        case Icon::play: pen.solid({5.2f, 3.0f}, {13.2f, 8.0f}, {5.2f, 13.0f}); break;
        default:
            pen.bar(4.2f, 3.4f, 2.6f, 9.2f);
            pen.bar(9.2f, 3.4f, 2.6f, 9.2f);
    }
}

void draw_sign(const Pen& pen, Icon sign) {
    switch (sign) {
        case Icon::back: case Icon::play: case Icon::pause: case Icon::forward: draw_media(pen, sign); break;
        case Icon::reset:
            pen.arc(8, 8.2f, 5.6f, -0.36f, 0.48f);
            pen.lines({{2.7f, 2.2f}, {2.7f, 5.6f}, {6.1f, 5.6f}});
            pen.lines({{2.9f, 5.5f}, {4.5f, 3.8f}});
            break;
        case Icon::link: half_link(pen, 1); half_link(pen, -1); break;
        case Icon::search: pen.arc(7.2f, 7.2f, 4.5f, 0, 1); pen.lines({{10.5f, 10.5f}, {13.8f, 13.8f}}); break;
        case Icon::chevron_down: pen.lines({{4, 6.2f}, {8, 10.2f}, {12, 6.2f}}); break;
        case Icon::chevron_up: pen.lines({{4, 9.8f}, {8, 5.8f}, {12, 9.8f}}); break;
        case Icon::chevron_right: pen.lines({{6.2f, 4}, {10.2f, 8}, {6.2f, 12}}); break;
        case Icon::check: pen.lines({{3.2f, 8.4f}, {6.4f, 11.6f}, {12.8f, 4.8f}}); break;
        case Icon::cross: case Icon::close: pen.lines({{4, 4}, {12, 12}}); pen.lines({{12, 4}, {4, 12}}); break;
        case Icon::warning:
            pen.lines({{8, 2.0f}, {14.8f, 13.8f}, {1.2f, 13.8f}}, true);
            pen.lines({{8, 6.4f}, {8, 10.0f}});
            pen.dot(8, 11.9f, 0.85f);
            break;
        case Icon::half_disc:
            pen.arc(8, 8, 5.2f, 0, 1);
            pen.half_moon(8, 8, 5.2f);
            break;
        case Icon::copy: pen.box(5.6f, 5.6f, 7.8f, 7.8f); pen.lines({{10.6f, 3.0f}, {3.0f, 3.0f}, {3.0f, 10.6f}}); break;
        case Icon::image:
            pen.box(2.4f, 3.2f, 11.2f, 9.6f);
            pen.lines({{2.8f, 11.6f}, {6.2f, 7.8f}, {8.6f, 10.4f}, {10.4f, 8.8f}, {13.2f, 11.4f}});
            pen.dot(10.4f, 6.0f, 1.0f);
            break;
        case Icon::table:
            pen.box(2.4f, 3.2f, 11.2f, 9.6f);
            pen.lines({{2.4f, 6.4f}, {13.6f, 6.4f}});
            pen.lines({{2.4f, 9.6f}, {13.6f, 9.6f}});
            pen.lines({{6.4f, 3.2f}, {6.4f, 12.8f}});
            break;
        case Icon::help:
            pen.arc(8, 5.9f, 2.7f, 0.5f, 1.14f);
            pen.lines({{9.7f, 7.9f}, {8.3f, 9.0f}, {8.0f, 10.2f}});
            pen.dot(8, 12.6f, 0.95f);
            break;
        case Icon::undo: turning_arrow(pen, true); break;
        case Icon::redo: turning_arrow(pen, false); break;
    }
}

}  // namespace

void icon(ImVec2 center, Icon sign, Colour colour, float size) { draw_sign(Pen({center.x - 0.5f, center.y - 0.5f}, colour, size), sign); }

}  // namespace convbook::kit
