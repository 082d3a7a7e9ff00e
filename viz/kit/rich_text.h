// One paragraph with formulas, emphasis and code words, as exercises and messages need it. Leaves out blocks, links and live values: that is page.h.
#pragma once
#include "paint.h"

namespace convbook::kit {

/// $tex$, **strong**, *emphasis*, `code`. Draws wrapped to `width` and returns the height used.
float rich_text(ImVec2 at, float width, Type type, Colour colour, std::string_view markdown);
/// The height rich_text would use.
float rich_text_height(float width, Type type, std::string_view markdown);

}  // namespace convbook::kit
