// A tensor's shape as a picture, where there are no values to show.
#include <algorithm>
#include <cmath>

#include "network_view.h"

namespace convbook::app {

using namespace kit;

void draw_slab(const Area& area, const Shape& shape, const Shape& input) {
    constexpr float kFace = 0.66f, kDepth = 0.26f, kMostChannels = 4096;
    const bool is_vector = shape.rank <= 2;
    const float resolution = is_vector ? 1 : static_cast<float>(shape.h), channels = static_cast<float>(is_vector ? shape.w : shape.c);
    const float face = std::max(px(4), area.w * kFace * std::sqrt(std::min(1.0f, resolution / static_cast<float>(input.h))));
    const float depth = area.w * kDepth * std::log2(1 + channels) / std::log2(kMostChannels);
    const ImVec2 low{std::round(area.center().x - (face + depth) / 2), std::round(area.center().y + (face + depth) / 2)};
    const float left = low.x, right = low.x + face, bottom = low.y, top = low.y - face;
    fill(area, colour(Ink::sunk), 2);
    quad({left, top}, {left + depth, top - depth}, {right + depth, top - depth}, {right, top}, colour(Ink::raise));
    quad({right, top}, {right + depth, top - depth}, {right + depth, bottom - depth}, {right, bottom}, colour(Ink::hair));
    fill({left, top, face, face}, colour(Ink::inner_tint));
    const ImVec2 outline[] = {{left, bottom}, {left, top}, {left + depth, top - depth}, {right + depth, top - depth}, {right + depth, bottom - depth}, {right, bottom}};
    polyline(outline, 6, colour(Ink::ink3), 1, true);
    const ImVec2 edges[] = {{left, top}, {right, top}, {right, bottom}};
    polyline(edges, 3, colour(Ink::ink3), 1);
    line({right, top}, {right + depth, top - depth}, colour(Ink::ink3));
}

}  // namespace convbook::app
