// Small drawings of what a chapter is about, 40 logical pixels wide, for the rings of the map. Written chapters draw their figure's own sign.
#pragma once
#include <string_view>

#include "kit/paint.h"

namespace convbook::app {

void draw_sign(std::string_view number, const kit::Area& area);

}  // namespace convbook::app
