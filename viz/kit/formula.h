// Formulas set by TeX at authoring time, drawn at any size and colour; live values replace their slots. Source of assets: docs/tools/formulas.
#pragma once
#include <functional>
#include <string_view>

#include "paint.h"

namespace convbook::kit {

struct FormulaSize { float width = 0, ascent = 0, descent = 0; };
/// The live text of a named slot, or empty to keep the baked one.
using SlotText = std::function<std::string(std::string_view name)>;
/// `em` in device pixels. Unknown TeX (no asset) is measured and drawn as its source in the code face.
FormulaSize measure_formula(std::string_view tex, float em, bool is_display, const SlotText& slots = {});
/// Draws with its baseline at `baseline`; symbols take their role's colour, the rest `colour`. A role equal to `lit` is drawn in accent.
void draw_formula(ImVec2 baseline, std::string_view tex, float em, bool is_display, Colour colour, const SlotText& slots = {}, Role lit = Role::none);
/// Whether the book's assets hold this formula.
bool has_formula(std::string_view tex, bool is_display);

}  // namespace convbook::kit
