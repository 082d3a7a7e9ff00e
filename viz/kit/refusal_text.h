// What the library says of input that does not fit, in the reader's language. The library itself speaks English only: its sentences are looked up here by
// their form, with the values in between kept (refusal_text.inc). Leaves out the pages' own words (ui_text.h).
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "convbook/lesson.h"

namespace convbook::kit {

/// Both languages of a sentence; one that is not known stays English in both.
Text refusal_text(const std::string& english);
/// In the language of now.
std::string refusal_words(const std::string& english);

/// A form: {1}, {2}, ... stand for values, in this order in English.
struct RefusalForm { std::string_view en, zh; };
std::span<const RefusalForm> refusal_forms();
/// What can stand in a gap.
std::span<const RefusalForm> fragment_forms();

}  // namespace convbook::kit
