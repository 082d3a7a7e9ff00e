// Where a function stands in a C++ source, by name: the weaver quotes it whole, the app shows it with its line numbers.
// Reads tokens, not the language: strings, comments and preprocessor lines are skipped, macros are not expanded.
#pragma once
#include <optional>
#include <string_view>

namespace convbook::kit {

/// Lines counted from 1, both included; from the comment right above (or `template`, or the return type) to the closing brace.
struct FunctionLines {
    int first = 0, last = 0;
};
/// The first definition of `name` ("conv2d", or qualified as written: "Table::text"); calls and declarations do not count.
std::optional<FunctionLines> find_function_lines(std::string_view source, std::string_view name);

}  // namespace convbook::kit
