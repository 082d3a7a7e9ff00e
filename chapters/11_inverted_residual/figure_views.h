// The two pictures of chapter 11, each in a file of its own: both blocks with their bytes (figure_block.cpp), the staircase of widths (figure_alpha.cpp).
#pragma once
#include "kit/figure.h"
#include "lesson.h"

namespace convbook::ch11 {

/// Hourglass, spindle and the bytes alive at each step.
void draw_blocks(kit::FigureFrame& frame, const Result& result);
/// How rounding to multiples of 8 turns alpha times channels into a staircase, and what the network costs at each width.
void draw_alpha(kit::FigureFrame& frame, const Result& result);

}  // namespace convbook::ch11
