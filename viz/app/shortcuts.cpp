// Keys and their sheet. Leaves out what the commands do (book.cpp) and the keys of single controls (kit).
#include "shortcuts.h"

#include <algorithm>

#include "kit/compat.h"
#include "kit/interact_state.h"
#include "kit/ui_text.h"

namespace convbook::app {
namespace {

using namespace kit;

struct Binding { Command command; int key; bool has_ctrl = false, has_shift = false, has_alt = false; };
const Binding kBindings[] = {
    {Command::previous_chapter, ImGuiKey_LeftArrow, false, false, true}, {Command::next_chapter, ImGuiKey_RightArrow, false, false, true},
    {Command::contents, ImGuiKey_Home, false, false, true},
    {Command::search, 'F', true}, {Command::search, 'K', true},
    {Command::undo, 'Z', true}, {Command::redo, 'Y', true}, {Command::redo, 'Z', true, true},
    {Command::reset, 'R', true}, {Command::copy_link, 'L', true}, {Command::language, 'L', true, true}, {Command::paste_link, 'V', true, true},
    {Command::export_picture, 'E', true}, {Command::code, 'J', true},
    {Command::larger_text, '=', true}, {Command::larger_text, '=', true, true}, {Command::smaller_text, '-', true}, {Command::usual_text, '0', true},
    {Command::theme, 'D', true}, {Command::let_go, ImGuiKey_Escape},
};

const Shortcut kShortcuts[] = {
    {Command::contents, "Alt+Home", &say::key_contents}, {Command::previous_chapter, "Alt+←  Alt+→", &say::key_chapters}, {Command::search, "Ctrl+F  /", &say::key_search},
    {Command::contents, "PgUp  PgDn", &say::key_scroll}, {Command::contents, "Tab", &say::key_tab}, {Command::contents, "Enter", &say::key_press},
    {Command::play, "Space", &say::key_play}, {Command::undo, "Ctrl+Z  Ctrl+Y", &say::key_undo}, {Command::reset, "Ctrl+R", &say::key_reset},
    {Command::copy_link, "Ctrl+L", &say::key_copy_link}, {Command::paste_link, "Ctrl+Shift+V", &say::key_paste_link}, {Command::export_picture, "Ctrl+E", &say::key_export},
    {Command::code, "Ctrl+J", &say::key_code}, {Command::larger_text, "Ctrl +  Ctrl −  Ctrl 0", &say::key_text_size}, {Command::theme, "Ctrl+D", &say::key_theme},
    {Command::language, "Ctrl+Shift+L", &say::key_language}, {Command::full_screen, "F11", &say::key_full_screen}, {Command::let_go, "Esc", &say::key_let_go},
    {Command::help, "?  F1", &say::key_help},
};

bool is_pressed(const Binding& binding) {
    const ImGuiIO& io = ImGui::GetIO();
    if (io.KeyCtrl != binding.has_ctrl || io.KeyShift != binding.has_shift || io.KeyAlt != binding.has_alt) return false;
    return compat::is_key_pressed(binding.key, binding.key != ImGuiKey_Escape);
}

float row_height() { return line_height(Type::label) + px(8); }
float key_column() {
    float widest = 0;
    for (const Shortcut& shortcut : kShortcuts) widest = std::max(widest, text_width(Type::label_strong, shortcut.keys));
    return widest + px(28);
}

}  // namespace

std::span<const Shortcut> shortcuts() { return kShortcuts; }

std::optional<Command> pressed_command() {
    const bool types = is_typing();
    for (const Binding& binding : kBindings)
        if ((!types || binding.has_ctrl || binding.has_alt) && is_pressed(binding)) {
            const bool belongs_to_field = types && !binding.has_shift && (binding.key == 'Z' || binding.key == 'Y');
            if (!belongs_to_field) return binding.command;
        }
    if (compat::is_function_key_pressed(1)) return Command::help;
    if (compat::is_function_key_pressed(11)) return Command::full_screen;
    if (character_typed('?')) return Command::help;
    if (character_typed('/')) return Command::search;
    const ImGuiIO& io = ImGui::GetIO();
    const bool is_free = !types && !has_key_focus() && !io.KeyCtrl && !io.KeyAlt && !io.KeyShift;
    if (is_free && compat::is_key_pressed(ImGuiKey_Space, false)) return Command::play;
    return {};
}

ImVec2 sheet_size() {
    float widest = 0;
    for (const Shortcut& shortcut : kShortcuts) widest = std::max(widest, text_width(Type::label, tr(*shortcut.label)));
    return {key_column() + widest + px(48), px(66) + row_height() * static_cast<float>(std::size(kShortcuts))};
}

void draw_sheet(ImVec2 at) {
    text({at.x + px(24), at.y + px(18)}, Type::figure_question, colour(Ink::ink), tr(say::shortcuts));
    float y = at.y + px(52);
    for (const Shortcut& shortcut : kShortcuts) {
        text({at.x + px(24), y}, Type::label_strong, colour(Ink::ink), shortcut.keys);
        text({at.x + px(24) + key_column(), y}, Type::label, colour(Ink::ink2), tr(*shortcut.label));
        y += row_height();
    }
}

}  // namespace convbook::app
