// A small plot: linear or logarithmic axes, curves, points, steps, reference lines, labels at curve ends, bands, read-out under the pointer.
// Leaves out legends: a curve is named where it ends.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "interact.h"

namespace convbook::kit {

struct Tick { double value = 0; std::string words; bool is_lit = false; };  ///< lit: in accent, strong (the reader's own value)
struct Axis {
    double low = 0, high = 1;
    bool is_logarithmic = false;
    std::vector<Tick> ticks;      ///< empty: chosen (1, 2, 5 or powers of ten)
    std::string label;            ///< "output channels N"; under the x axis, above the y axis
    bool has_grid = false;        ///< hair lines at the ticks
    bool has_line = true;
};

/// One frame's plot: make it with the outer area, then call what it should show, in drawing order.
class Plot {
public:
    /// Room for tick labels is taken off `outer`; what is left is area().
    Plot(const Area& outer, const Axis& x, const Axis& y);
    const Area& area() const { return area_; }
    ImVec2 at(double x, double y) const;     ///< value to pixel (may lie outside)
    double x_at(float pixel) const;          ///< pixel to value
    double y_at(float pixel) const;

    void axes() const;                       ///< grid, lines, ticks, labels
    /// y = f(x) sampled once a pixel between `from` and `to`; `end_words` stand after its end, below or above those that are there already.
    void curve(const std::function<double(double)>& f, double from, double to, Colour colour, float thickness = 1.5f, const std::string& end_words = {}) const;
    void points_line(std::span<const double> x, std::span<const double> y, Colour colour, float thickness = 1.5f) const;
    /// A staircase: y[i] holds from x = i to i + 1.
    void steps(std::span<const double> y, Colour colour, float thickness = 1.5f) const;
    void level(double y, Colour colour, double from, double to) const;      ///< dashed, from x to x
    void level(double y, Colour colour) const;                              ///< dashed, the whole width
    void upright(double x, Colour colour, double from_y, double to_y, float thickness = 1) const;
    void band(double from_x, double to_x, Colour colour) const;             ///< filled, the whole height
    void dot(double x, double y, Colour colour, float radius = 5) const;    ///< logical pixels
    void hollow_dot(double x, double y, Colour colour, float radius = 5) const;
    void words(double x, double y, ImVec2 logical_offset, Type type, Colour colour, const std::string& words, AlignX align = AlignX::left) const;
    /// What the pointer is on: nearest whole pixel column of the plot; empty if it is elsewhere. Draws nothing.
    struct Reading { bool is_on = false, is_held = false, was_clicked = false; double x = 0, y = 0; };
    Reading read(const char* id) const;

private:
    float tick_height() const;                 // of the words under the x axis
    Axis x_, y_;
    Area area_;
    mutable std::vector<float> end_words_at_;  // heights that words at curve ends took
};

/// Ticks a person would write: 1-2-5 steps, or powers of ten for logarithmic axes. At most `most` of them.
std::vector<Tick> choose_ticks(const Axis& axis, int most);

}  // namespace convbook::kit
