// The look's columns: 224 + 592 + 784 at 1600, 52 + 470 + 758 at 1280, figure above text below 1000.
#include "layout.h"

#include <algorithm>
#include <cmath>

namespace convbook::app {
namespace {

constexpr float kContents = 224, kRail = 52, kBar = 44;
constexpr float kWideFrom = 1440, kNarrowBelow = 1000;
constexpr float kMostMeasure = 585;  // 70 characters of the body face

// The text's column: a third of what the window has more or less than the width the look was drawn for
float text_width(float window, bool is_wide) {
    return is_wide ? 592 + std::min((window - 1600) / 3, kMostMeasure - 518) : 470 + (window - 1280) / 3;
}

Columns lay_out_narrow(float w, float h) {
    Columns columns;
    columns.breadth = Breadth::narrow;
    columns.is_rail = true;
    columns.contents = {0, 0, w, kBar};
    columns.page = {0, kBar, w, h - kBar};
    // The figure above keeps the larger part, the text below at least six lines
    const float figure = std::clamp((h - kBar) * 0.6f, std::min(320.0f, h - kBar), std::max(320.0f, h - kBar - 180));
    columns.figure = {0, kBar, w, figure};
    columns.text = {0, kBar + figure, w, h - kBar - figure};
    columns.measure = std::min(560.0f, w - 32);
    columns.text_left = (w - columns.measure) / 2;
    return columns;
}

Columns lay_out_columns(float w, float h, const Splitters& splitters) {
    Columns columns;
    const bool is_wide = w >= kWideFrom;
    columns.breadth = is_wide ? Breadth::wide : Breadth::laptop;
    // Contents: the reader's width, or a rail where that leaves too little
    float contents = splitters.contents_width > 0 ? splitters.contents_width : is_wide ? kContents : kRail;
    if (contents < 130) contents = kRail;
    columns.is_rail = contents == kRail;
    const float rest = w - contents;
    const float text = std::clamp(splitters.text_share > 0 ? rest * splitters.text_share : text_width(w, is_wide), std::min(300.0f, rest / 2), std::max(300.0f, rest - 420));
    columns.contents = {0, 0, contents, h};
    columns.page = {contents, 0, rest, h};
    columns.text = {contents, 0, text, h};
    columns.figure = {contents + text, 0, rest - text, h};
    columns.text_left = is_wide ? 40 : 28;
    columns.measure = std::min(kMostMeasure, text - columns.text_left - (is_wide ? 34 : 28));
    return columns;
}

kit::Area scaled(const kit::Area& a, float s) {
    const float x = std::round(a.x * s), y = std::round(a.y * s);
    return {x, y, std::round((a.x + a.w) * s) - x, std::round((a.y + a.h) * s) - y};
}

}  // namespace

Columns lay_out(float width, float height, float scale, const Splitters& splitters) {
    const float w = width / scale, h = height / scale;
    Columns columns = w < kNarrowBelow ? lay_out_narrow(w, h) : lay_out_columns(w, h, splitters);
    for (kit::Area* area : {&columns.contents, &columns.text, &columns.figure, &columns.page}) *area = scaled(*area, scale);
    columns.text_left = std::round(columns.text_left * scale);
    columns.measure = std::round(columns.measure * scale);
    return columns;
}

}  // namespace convbook::app
