// Every word of the interface in both languages, one line each in ui_text.inc. Leaves out what chapters say: that is in their READMEs and figures.
#pragma once
#include <initializer_list>
#include <string>
#include <vector>

#include "convbook/lesson.h"

namespace convbook::kit {

namespace say {
#define UI_TEXT(name, en, zh) inline const Text name{en, zh};
#include "ui_text.inc"
#undef UI_TEXT
}  // namespace say

/// All of them, so that fonts hold every sign of the interface.
std::vector<Text> interface_texts();
/// The text with {1}, {2}, ... replaced.
std::string fill_in(const std::string& text, std::initializer_list<std::string> parts);

}  // namespace convbook::kit
