// Typing on one line: what each key does to text, caret and selection. Leaves out drawing (widgets_field.cpp).
#include "text_edit.h"

#include <algorithm>

#include "compat.h"

namespace convbook::kit {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80u; }
bool is_printable(ImWchar c) { return c >= 32 && c != 127; }

std::string to_utf8(unsigned c) {
    if (c < 0x80) return {static_cast<char>(c)};
    if (c < 0x800) return {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
    if (c < 0x10000) return {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    return {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
            static_cast<char>(0x80 | (c & 0x3F))};
}

}  // namespace

bool TextEdit::has_printable_input() {
    if (ImGui::GetIO().KeyCtrl) return false;
    return std::ranges::any_of(ImGui::GetIO().InputQueueCharacters, [](ImWchar c) { return is_printable(c) && c != ' '; });
}

std::size_t TextEdit::before(std::size_t at) const {
    if (at == 0) return 0;
    do --at;
    while (at > 0 && is_continuation(text_[at]));
    return at;
}
std::size_t TextEdit::after(std::size_t at) const {
    if (at >= text_.size()) return text_.size();
    do ++at;
    while (at < text_.size() && is_continuation(text_[at]));
    return at;
}

void TextEdit::place_caret(std::size_t at, bool keeps_anchor) {
    caret_ = std::min(at, text_.size());
    if (!keeps_anchor) anchor_ = caret_;
}

bool TextEdit::erase_selection() {
    const std::size_t begin = selection_begin(), end = selection_end();
    if (begin == end) return false;
    text_.erase(begin, end - begin);
    place_caret(begin, false);
    return true;
}

void TextEdit::insert(const std::string& words) {
    erase_selection();
    text_.insert(caret_, words);
    place_caret(caret_ + words.size(), false);
}

bool TextEdit::take_clipboard_keys() {
    if (compat::is_key_pressed('A')) select_all();
    const std::string chosen = text_.substr(selection_begin(), selection_end() - selection_begin());
    const bool is_cut = compat::is_key_pressed('X');
    if ((is_cut || compat::is_key_pressed('C')) && !chosen.empty()) ImGui::SetClipboardText(chosen.c_str());
    if (is_cut) return erase_selection();
    if (!compat::is_key_pressed('V')) return false;
    std::string pasted = ImGui::GetClipboardText() ? ImGui::GetClipboardText() : "";
    std::erase_if(pasted, [](char c) { return static_cast<unsigned char>(c) < 32; });
    insert(pasted);
    return !pasted.empty();
}

void TextEdit::take_caret_keys() {
    const bool keeps_anchor = ImGui::GetIO().KeyShift, has_selection = anchor_ != caret_;
    if (compat::is_key_pressed(ImGuiKey_LeftArrow)) place_caret(has_selection && !keeps_anchor ? selection_begin() : before(caret_), keeps_anchor);
    if (compat::is_key_pressed(ImGuiKey_RightArrow)) place_caret(has_selection && !keeps_anchor ? selection_end() : after(caret_), keeps_anchor);
    if (compat::is_key_pressed(ImGuiKey_Home)) place_caret(0, keeps_anchor);
    if (compat::is_key_pressed(ImGuiKey_End)) place_caret(text_.size(), keeps_anchor);
}

bool TextEdit::take_input() {
    if (ImGui::GetIO().KeyCtrl) return take_clipboard_keys();
    take_caret_keys();
    bool has_changed = false;
    if (compat::is_key_pressed(ImGuiKey_Backspace)) {
        if (anchor_ == caret_) anchor_ = before(caret_);
        has_changed |= erase_selection();
    }
    if (compat::is_key_pressed(ImGuiKey_Delete)) {
        if (anchor_ == caret_) anchor_ = after(caret_);
        has_changed |= erase_selection();
    }
    for (const ImWchar c : ImGui::GetIO().InputQueueCharacters) {
        if (!is_printable(c)) continue;
        insert(to_utf8(c));
        has_changed = true;
    }
    return has_changed;
}

}  // namespace convbook::kit
