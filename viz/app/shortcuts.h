// Every command of the shell with its keys: one table that the keyboard, the sheet and the search box read.
#pragma once
#include <optional>
#include <span>
#include <string>

#include "kit/paint.h"

namespace convbook::app {

enum class Command {
    contents, previous_chapter, next_chapter, search, play, undo, redo, reset, copy_link, paste_link, export_picture, code,
    larger_text, smaller_text, usual_text, theme, language, full_screen, help, let_go
};
struct Shortcut {
    Command command;
    std::string keys;        ///< as shown: "Ctrl+Z"
    const Text* label;       ///< on the sheet; null: another way to the command above
};
std::span<const Shortcut> shortcuts();
/// The command whose keys were pressed in this frame. While a text field has the keyboard only those with Ctrl or Alt count.
std::optional<Command> pressed_command();
/// The sheet's size and its drawing at `at`.
ImVec2 sheet_size();
void draw_sheet(ImVec2 at);

}  // namespace convbook::app
