// The two pictures of chapter 07, each in a file of its own: what is left of the cost (figure_cost.cpp), what two steps can express (figure_rank.cpp).
#pragma once
#include "kit/figure.h"
#include "lesson.h"

namespace convbook::ch07 {

/// The wire under the pointer, as of the last frame: all panels light it before the pointer has been asked again.
struct Hover { Wire wire; bool is_on = false; };

/// Wires, bricks, bars and the ratio's curve.
void draw_cost(kit::FigureFrame& frame, const Result& result, Hover& hover);
/// Dense kernels, their terms, what the terms add up to, and the singular values.
void draw_rank(kit::FigureFrame& frame, const Result& result);

}  // namespace convbook::ch07
