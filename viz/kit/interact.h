// What the pointer and the keyboard do to a rectangle of the picture. Every hit can be reached by Tab and pressed by Enter or Space.
#pragma once
#include "paint.h"

namespace convbook::kit {

enum class Cursor { arrow, hand, horizontal, vertical, move, text };
struct Hit {
    bool is_hovered = false, is_held = false, is_focused = false;
    bool was_pressed = false;         ///< this frame: mouse down on it, or Enter/Space while focused
    bool was_clicked = false;         ///< this frame: released on it, or Enter/Space
    bool was_double_clicked = false;
    ImVec2 drag{0, 0};                ///< movement since the press while held
    ImVec2 pointer{0, 0};             ///< where the pointer is
};
/// An invisible button of at least 28 x 28 logical pixels (the picture may be smaller); draws the focus ring itself.
Hit hit(const char* id, const Area& area, Cursor cursor = Cursor::hand, bool is_reachable_by_tab = true);
/// The cell of a rows x columns grid under the pointer, or {-1, -1}; arrow keys move the focused cell.
struct CellHit { int row = -1, column = -1; bool was_clicked = false, was_double_clicked = false, is_focused = false; bool is_on() const { return row >= 0; } };
CellHit hit_grid(const char* id, const Area& area, int rows, int columns);
/// For things that are no grid, such as dots of a plot: while the keyboard has led to `area`, arrow keys go through `count` of them. Which, or -1.
int led_by_keys(const char* id, const Area& area, int count);
/// True once for this frame and only when no text field has the keyboard. A key is one of Dear ImGui's names (ImGuiKey_LeftArrow) or a capital
/// character as printed on it ('K', '1', '/').
bool key_pressed(int imgui_key, bool with_ctrl = false, bool with_shift = false);
/// The reader typed this character ('?', '+') and no text field has the keyboard: independent of where a layout has its key.
bool character_typed(unsigned character);
/// A card that floats beside `target`, never on top of it or of `avoid`. Lines: name, how it came about, value at the right.
struct TipLine { std::string left, right; Colour right_colour = 0; };
void tooltip(const Area& target, const std::vector<TipLine>& lines, const Area& avoid = {});
/// 0..1, eased over `seconds` towards `target`; jumps when motion is reduced. State is kept by id.
float eased(const char* id, float target, float seconds = 0.2f);

}  // namespace convbook::kit
