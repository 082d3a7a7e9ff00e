// Where the columns are, for any window and text scale. Pure arithmetic on logical pixels; the look's table is its rule.
#pragma once
#include "kit/paint.h"

namespace convbook::app {

enum class Breadth { wide, laptop, narrow };
/// What the reader dragged; 0 is the layout's own choice.
struct Splitters { float contents_width = 0, text_share = 0; };

/// Device pixels.
struct Columns {
    Breadth breadth = Breadth::wide;
    bool is_rail = false;           ///< the contents show numbers only
    kit::Area contents, text, figure;
    kit::Area page;                 ///< text and figure together: where a network page goes
    float text_left = 0, measure = 0;
};
/// `width` and `height` in device pixels, `scale` device pixels per logical pixel (text scale included).
Columns lay_out(float width, float height, float scale, const Splitters& splitters);

}  // namespace convbook::app
