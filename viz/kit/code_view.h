// Code on show: real functions of lib/, embedded at build time, found by file and name, with the running line lit.
#pragma once
#include <string>
#include <vector>

#include "paint.h"

namespace convbook::kit {

struct CodeLine { int number = 0; std::string text; };
/// A whole function of an embedded source: path from the project's root and the function's name. Empty if there is none (a test holds every use).
struct CodeExcerpt { std::string path, function; std::vector<CodeLine> lines; };
CodeExcerpt find_function(std::string_view path, std::string_view function);
/// Number of the first line of the excerpt that contains `words`, or 0: how a figure names the line that is running.
int line_with(const CodeExcerpt& excerpt, std::string_view words);
/// The drawer's body: numbers, light syntax colours, accent bar and tint on the running line, which is scrolled into view. Text can be copied.
void draw_code(const char* id, const Area& area, const CodeExcerpt& excerpt, int running_line);

}  // namespace convbook::kit
