// What the filters and the input of the chapter are made of: the picture's integers and the classic kernels. Data only; lesson.cpp computes.
#pragma once
#include <string>

#include "convbook/shape.h"
#include "convbook/tensor.h"

namespace convbook::ch01 {

constexpr int kMaxChannels = 4, kMaxFilters = 4, kMaxSize = 9;

/// Whole numbers 0..9, [channels,h,w]: the upper left part of a fixed 9 x 9 scene.
Tensor scene(int channels, int h, int w);
/// [cout,cin,kh,kw] of a preset: picture, blur, sharpen, sobel, emboss, random, init.
Tensor preset_weights(const std::string& preset, int cout, int cin, Pair window);
Tensor preset_bias(const std::string& preset, int cout, int cin, Pair window);
/// Rows and columns that a preset needs at least (an edge needs two sides: 3).
int smallest_window(const std::string& preset);

}  // namespace convbook::ch01
