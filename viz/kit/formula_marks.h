// Formulas in the texts are standard TeX, so that a code host sets them too: what only the book needs (which numbers are live, which colour is
// which role) is read here. Text in, text out; setting and drawing are formula_sheet.h's.
//   <!-- values: cin k2@k=5 -->                       on the line before a displayed formula, or a blank before one on the line:
//   $$\textcolor{steelblue}{\mathord{16}}\cdot\mathord{25}$$         every \mathord holds one live number, in the order of the names
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "convbook/lesson.h"

namespace convbook::kit {

/// Part of a text: [begin, end).
struct TextRange { std::size_t begin = 0, end = 0; };

/// A comment that names a formula's live numbers, and the formula.
struct FormulaMark {
    std::vector<std::string> names;      ///< "cin", "saving@cout=8&k=3"
    TextRange comment, formula;          ///< formula: with its dollar signs; empty if none follows the comment
    std::vector<TextRange> numbers;      ///< what stands inside the formula's \mathord{..}, in order
};
/// The next such comment at or after `from`.
std::optional<FormulaMark> find_formula_mark(std::string_view text, std::size_t from = 0);

/// Every formula with its live numbers named inside: \mathord{16} becomes \val{cin}{16}, the form in which the program keeps a formula; the comment
/// goes. A comment whose names do not fit its formula stays as it is, and the numbers stay those of the text; the weaver complains.
std::string with_named_numbers(std::string_view text);

/// A value as TeX writes it: 25,740,288 is 25{,}740{,}288, so that no blank follows a comma; and back.
std::string number_as_tex(std::string_view number);
std::string number_from_tex(std::string_view tex);

/// The role for which a colour stands in a formula: steelblue, chocolate, seagreen, mediumorchid and crimson are input, weights, output, gradient and
/// accent. The names are CSS's, legible on white and on black. Role::none for any other word.
Role role_of_colour(std::string_view colour);

/// The inside of the braces that open at `open`, or {} if there are none or they do not close.
std::optional<TextRange> braced(std::string_view text, std::size_t open);

}  // namespace convbook::kit
