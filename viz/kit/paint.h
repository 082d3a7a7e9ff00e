// Shapes and text on the current window's draw list. Thin: what ImDrawList lacks (dashes, arrows, anchored text, crisp lines) and what
// everything else should call by role. Positions, areas and radii are device pixels; thickness, corner and the sizes of icons and arrow
// heads are logical pixels and scaled here. Leaves out interaction (interact.h).
#pragma once
#include <string_view>
#include <vector>

#include "fonts.h"
#include "theme.h"

namespace convbook::kit {

/// A rectangle; the currency of layout.
struct Area {
    float x = 0, y = 0, w = 0, h = 0;
    float right() const { return x + w; }
    float bottom() const { return y + h; }
    ImVec2 min() const { return {x, y}; }
    ImVec2 max() const { return {x + w, y + h}; }
    ImVec2 center() const { return {x + w / 2, y + h / 2}; }
    bool contains(ImVec2 p) const { return p.x >= x && p.x < x + w && p.y >= y && p.y < y + h; }
    Area inset(float by) const { return {x + by, y + by, w - 2 * by, h - 2 * by}; }
    Area grown(float by) const { return inset(-by); }
    Area cut_top(float height);     ///< removes and returns the upper strip
    Area cut_bottom(float height);
    Area cut_left(float width);
    Area cut_right(float width);
};

enum class AlignX { left, center, right };
enum class AlignY { top, middle, baseline };

ImDrawList* canvas();
/// While alive, everything is drawn above all windows: what floats (tooltips, menus, dragged things).
class OnTop {
public:
    OnTop();
    ~OnTop();
    OnTop(const OnTop&) = delete;
    OnTop& operator=(const OnTop&) = delete;
};
/// While alive, drawing and recorded text are cut at `area` (which is itself cut by what is outside).
class Clip {
public:
    explicit Clip(const Area& area);
    ~Clip();
    Clip(const Clip&) = delete;
    Clip& operator=(const Clip&) = delete;
};
/// Draws one line and returns its width.
float text(ImVec2 at, Type type, Colour colour, std::string_view line, AlignX x = AlignX::left, AlignY y = AlignY::top);
/// Breaks at spaces (Chinese: anywhere allowed) and returns the height used.
float text_block(ImVec2 at, float width, Type type, Colour colour, std::string_view lines);
/// The lines text_block would draw: no line begins with a closing Chinese mark or ends with an opening one.
std::vector<std::string_view> wrap(float width, Type type, std::string_view lines);
/// The height text_block would use.
float text_block_height(float width, Type type, std::string_view lines);
/// Turned a quarter, reading downwards, centred on `center`.
void text_rotated(ImVec2 center, Type type, Colour colour, std::string_view line);

void fill(const Area& area, Colour colour, float corner = 0);
void frame(const Area& area, Colour colour, float thickness = 1, float corner = 0);  ///< the line lies inside the area
void line(ImVec2 a, ImVec2 b, Colour colour, float thickness = 1);          ///< level and upright ones fall on whole pixels
void dashed_line(ImVec2 a, ImVec2 b, Colour colour, float thickness = 1);   ///< dash 3, gap 3
void dashed_frame(const Area& area, Colour colour, float thickness = 1);
void dotted_underline(ImVec2 left, float width, Colour colour);             ///< 2 thick
void polyline(const ImVec2* points, int count, Colour colour, float thickness = 1.5f, bool is_closed = false);
void bezier(ImVec2 a, ImVec2 control_a, ImVec2 control_b, ImVec2 b, Colour colour, float thickness = 1.5f);
void arrow(ImVec2 from, ImVec2 to, Colour colour, float thickness = 1.5f);  ///< straight, open head
void arrow_head(ImVec2 tip, ImVec2 direction, Colour colour, float size = 5, float thickness = 1.5f);  ///< `direction` need not be of length 1
void disc(ImVec2 center, float radius, Colour colour);
void ring(ImVec2 center, float radius, Colour colour, float thickness = 1.5f, float share = 1);  ///< share of the turn, clockwise from the top
void triangle(ImVec2 a, ImVec2 b, ImVec2 c, Colour colour);
void quad(ImVec2 a, ImVec2 b, ImVec2 c, ImVec2 d, Colour colour);

/// Small signs drawn with lines, 16 logical pixels wide.
enum class Icon { back, play, pause, forward, reset, link, search, chevron_down, chevron_up, chevron_right, check, cross, warning, half_disc, copy, image, table, close, help, undo, redo };
void icon(ImVec2 center, Icon sign, Colour colour, float size = 16);

}  // namespace convbook::kit
