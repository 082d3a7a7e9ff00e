// The two pictures of chapter 11, each in a file of its own: both blocks (figure_block.cpp) with their bytes (figure_alive.cpp), the staircase
// of widths (figure_alpha.cpp).
#pragma once
#include <cstdint>
#include <string>

#include "kit/figure.h"
#include "kit/paint.h"
#include "lesson.h"

namespace convbook::ch11 {

enum class Place { input, inner, inner2, output };  ///< the four tensors of a block, in order
kit::Colour tensor_colour(Place tensor);
std::string megabytes(std::int64_t bytes);

/// Hourglass, spindle and the bytes alive at each step; and the height that they need at least, in device pixels.
float least_blocks_height(const Result& result, float width);
void draw_blocks(kit::FigureFrame& frame, const Result& result);
/// The chart under both: bytes alive at each step.
float least_alive_height(const Result& result, float width);
void draw_alive(const kit::Area& room, const Result& result);
/// How rounding to multiples of 8 turns alpha times channels into a staircase, and what the network costs at each width.
void draw_alpha(kit::FigureFrame& frame, const Result& result);

}  // namespace convbook::ch11
