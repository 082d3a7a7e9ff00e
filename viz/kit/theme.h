// Colours by role and lengths in logical pixels: the only place where a colour has a number. Values: docs of the look, light paper and dark.
// Leaves out fonts (fonts.h).
#pragma once
#include <imgui.h>

#include "convbook/lesson.h"

namespace convbook::kit {

using Colour = ImU32;
/// Names are roles, never hues.
enum class Ink {
    paper, sunk, raise, hair, rule, ink, ink2, ink3, input, input_tint, weights, weights_tint, output, output_tint,
    gradient, gradient_tint, accent, accent_tint, bad, bad_tint, inner, inner2, inner_tint, count
};

/// What the reader chose; one per program, read by everything that draws.
struct Ui {
    Language language = Language::en;
    bool is_dark = false;
    bool has_reduced_motion = false;
    float text_scale = 1.0f;    ///< 1 .. 2, the reader's choice
    float pixel_scale = 1.0f;   ///< device pixels per logical pixel of the screen or the picture
    double seconds = 0;         ///< time of this frame; fixed steps in tests
};
Ui& ui();
/// The text in the reader's language.
inline const std::string& tr(const Text& text) { return text.in(ui().language); }

Colour colour(Ink ink);
Colour role_colour(Role role);             ///< none: ink
Colour role_tint(Role role);
Colour channel_colour(int index);          ///< Okabe-Ito, seven, then inner; shapes only, never text
Colour with_alpha(Colour base, float alpha);
Colour blend(Colour a, Colour b, float t);
Colour text_on(Colour background);         ///< ink or paper, whichever contrasts more
double contrast(Colour a, Colour b);       ///< WCAG ratio, 1..21
Colour signed_colour(float value, float limit);  ///< diverging, zero disappears into the paper
Colour magnitude_colour(float t);          ///< cividis, t in 0..1
Colour input_colour(float t);              ///< paper to blue, for the arithmetic grid

/// Device pixels per logical pixel: the reader's text scale times the screen's.
float scale();
/// Logical pixels to device pixels, rounded: every length on screen goes through here.
float px(float logical);
inline ImVec2 px(float x, float y) { return {px(x), px(y)}; }
/// ImGui's own style set to ours (scrollbars, popups); once per theme or scale change.
void apply_theme();
/// Before NewFrame of every frame: sets style and bakes fonts again if context, scale or theme changed. True if it did.
bool refresh_look();

}  // namespace convbook::kit
