// One line of text being typed: caret, selection, clipboard, UTF-8. Knows nothing of where it is drawn, so that fields and sliders share it.
#pragma once
#include <string>

namespace convbook::kit {

class TextEdit {
public:
    TextEdit() = default;
    /// Starts with everything selected, so that the first key replaces it.
    explicit TextEdit(std::string text) : text_(std::move(text)), caret_(text_.size()) {}
    const std::string& text() const { return text_; }
    std::size_t caret() const { return caret_; }
    std::size_t selection_begin() const { return anchor_ < caret_ ? anchor_ : caret_; }
    std::size_t selection_end() const { return anchor_ < caret_ ? caret_ : anchor_; }
    void select_all() { anchor_ = 0; caret_ = text_.size(); }
    void place_caret(std::size_t at, bool keeps_anchor);
    /// Applies this frame's characters and keys; true if the text changed.
    bool take_input();
    static bool has_printable_input();

private:
    std::string text_;
    std::size_t caret_ = 0, anchor_ = 0;

    bool erase_selection();
    void insert(const std::string& words);
    std::size_t before(std::size_t at) const;
    std::size_t after(std::size_t at) const;
    bool take_clipboard_keys();
    void take_caret_keys();
};

}  // namespace convbook::kit
