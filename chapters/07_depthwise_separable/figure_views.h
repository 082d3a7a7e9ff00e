// The two pictures of chapter 07, what is left of the cost (figure_cost.cpp with the bars and the curve of figure_ratio.cpp), what two steps can
// express (figure_rank.cpp).
#pragma once
#include "kit/figure.h"
#include "kit/paint.h"
#include "lesson.h"

namespace convbook::ch07 {

/// The wire under the pointer, as of the last frame: all panels light it before the pointer has been asked again.
struct Hover { Wire wire; bool is_on = false; };

/// Wires, bricks, bars and the ratio's curve; and the height that they need at least, in device pixels.
float least_cost_height(float width);
void draw_cost(kit::FigureFrame& frame, const Result& result, Hover& hover);
void draw_bars(const kit::Area& area, const Result& result);
void draw_ratio(kit::FigureFrame& frame, const kit::Area& area, const Result& result);
/// Dense kernels, their terms, what the terms add up to, and the singular values.
void draw_rank(kit::FigureFrame& frame, const Result& result);

}  // namespace convbook::ch07
