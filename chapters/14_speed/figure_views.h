// The pictures of chapter 14, each in a file of its own: the roofline (figure_roofline.cpp), the ladder of a layer or of a network's passes (figure_ladder.cpp), four networks
// side by side (figure_network.cpp). What was measured comes from figure_measuring.h.
#pragma once
#include "figure_measuring.h"
#include "kit/figure.h"
#include "kit/paint.h"

namespace convbook::ch14 {

float least_roofline_height(float width);
/// `held`: the key that the reader is dragging, kept between frames.
void draw_roofline(kit::FigureFrame& frame, kit::Area room, const Params& p, const Measuring& measuring, std::string& held);
float least_ladder_height(const std::vector<Rung>& rungs, float width);
void draw_ladder(kit::FigureFrame& frame, kit::Area room, const Params& p, const std::vector<Rung>& rungs, const Measuring& measuring);
float least_network_height(float width);
void draw_network(kit::Area room, const Params& p, const Measuring& measuring);

/// What a rung saves, in counts.
Text rung_note(const Rung& rung);
kit::CodeOnShow rung_code(const Rung& rung);

}  // namespace convbook::ch14
