// The list of all interface texts, and filling of their gaps. Leaves out the texts themselves (ui_text.inc).
#include "ui_text.h"

namespace convbook::kit {

std::vector<Text> interface_texts() {
    return {
#define UI_TEXT(name, en, zh) say::name,
#include "ui_text.inc"
#undef UI_TEXT
    };
}

std::string fill_in(const std::string& text, std::initializer_list<std::string> parts) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t number = i + 2 < text.size() && text[i] == '{' && text[i + 2] == '}' ? static_cast<std::size_t>(text[i + 1] - '1') : parts.size();
        if (number < parts.size()) {
            out += *(parts.begin() + static_cast<std::ptrdiff_t>(number));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace convbook::kit
