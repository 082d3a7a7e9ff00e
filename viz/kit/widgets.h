// The book's controls: buttons, sliders with legal stops, fields, toggles, the transport, scales. Each returns what happened in this frame.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "interact.h"

namespace convbook::kit {

enum class ButtonLook { plain, primary, quiet };
/// 32 high; returns true when pressed. `width` 0: as wide as the words need.
bool button(const char* id, ImVec2 at, const std::string& words, ButtonLook look = ButtonLook::plain, bool is_enabled = true, float width = 0);
float button_width(const std::string& words);
bool icon_button(const char* id, ImVec2 at, Icon sign, const std::string& tip, bool is_primary = false, bool is_framed = true);
/// A plain button with a chevron at its right end, for what opens a list.
bool menu_button(const char* id, ImVec2 at, const std::string& words);
float menu_button_width(const std::string& words);
/// 36 x 20.
bool toggle(const char* id, ImVec2 at, bool& is_on, bool is_enabled = true);
/// Quiet words that can be clicked; dotted underline, accent tint when lit.
bool words_link(const char* id, ImVec2 at, Type type, const std::string& words, bool is_lit = false);

/// Label left, value right, track with a ring at each legal stop. Returns the newly chosen index. Keyboard: arrows, Home, End; digits open typing.
/// `stop_words`: the stops as a reader would type them; without them typing is off. The area is 42 high.
struct SliderLook { std::string label, value; Colour colour = 0; int stops = 2; std::vector<std::string> stop_words = {}; };
std::optional<int> slider(const char* id, const Area& area, const SliderLook& look, int current);

/// Text field for a number or a word; returns the text when Enter is pressed, or when focus leaves and it was changed. Escape takes it back.
std::optional<std::string> number_field(const char* id, const Area& area, const std::string& value, bool is_refused = false);
/// As words are typed, `value` follows; returned when Enter is pressed.
std::optional<std::string> text_field(const char* id, const Area& area, std::string& value, const std::string& placeholder);

/// Puts the keyboard into a field or on a control that is drawn in this or the next frame.
void focus_on(const char* id);

/// Step back, play, step forward, speed, track with ticks at natural ends, "12 of 25": uses the whole width of `row`, which is 32 to 36 high.
struct TransportState { int step = 0, steps = 1; bool is_playing = false; float speed = 1; std::vector<int> ends; };
/// Draws the row; returns true if anything in `state` changed. Advances while playing.
bool transport(const char* id, const Area& row, TransportState& state);

/// A ramp with both ends, the middle if signed, and its unit below; 46 high.
void scale_signed(ImVec2 at, float width, float limit, const std::string& unit);
void scale_magnitude(ImVec2 at, float width, float low, float high, const std::string& unit);

/// Horizontal bar in parts, 1 apart, on one scale: `full_scale` fills the area.
struct Bar { double value; Colour colour; };
void stacked_bar(const Area& area, const std::vector<Bar>& parts, double full_scale);

}  // namespace convbook::kit
