// Formulas set by TeX at authoring time, drawn at any size and colour; live values replace their slots. Source of assets: docs/tools/formulas.
// Parsing and layout, without pixels, are in formula_sheet.h.
#pragma once
#include <string>
#include <string_view>

#include "formula_sheet.h"
#include "paint.h"

namespace convbook::kit {

struct FormulaSize { float width = 0, ascent = 0, descent = 0; };
/// `em` in device pixels. Unknown TeX (no asset) is measured and drawn as its source in the code face.
FormulaSize measure_formula(std::string_view tex, float em, bool is_display, const SlotText& slots = {});
/// Draws with its baseline at `baseline`; symbols take their role's colour, the rest `colour`. A role or value name equal to `lit` is drawn in accent.
void draw_formula(ImVec2 baseline, std::string_view tex, float em, bool is_display, Colour colour, const SlotText& slots = {}, std::string_view lit = {});
/// The value's name or the role's name under the pointer, or empty.
std::string formula_part_at(ImVec2 pointer, ImVec2 baseline, std::string_view tex, float em, bool is_display, const SlotText& slots = {});
/// Whether the book's assets hold this formula.
bool has_formula(std::string_view tex, bool is_display);
/// The size of a formula in a paragraph of its own beside a text of `text_em` device pixels: at 21 to 17 the small letters of Latin Modern are as high as Noto Serif's.
inline float formula_em(float text_em) { return text_em * 21.0f / 17.0f; }
/// On the line, where capitals and digits are read beside the text's: 0.68 of 18.5 is a half pixel over 0.71 of 17, so the leading stays even.
inline float inline_formula_em(float text_em) { return text_em * 18.5f / 17.0f; }
/// "input", "weights", ...; empty for none.
std::string_view role_name(Role role);
Role role_of(std::string_view name);

}  // namespace convbook::kit
