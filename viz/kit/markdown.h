// A chapter's Markdown as blocks and spans, with the book's marks understood: live values, roles, words that set the figure, quoted code.
// No Dear ImGui here: `convbook read`, the tests and the page (page.h) read the same structure. How to write: docs/writing.md.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "convbook/lesson.h"

namespace convbook::kit {

enum class SpanKind { words, formula, code, line_break };
/// A run of text in one style.
struct Span {
    SpanKind kind = SpanKind::words;
    std::string text{};            ///< UTF-8 words; TeX of an inline formula, its live numbers named: \val{cin}{16}
    bool is_bold = false, is_italic = false;
    Role role = Role::none;
    std::string link{};            ///< "?k=5", "../04_grouped_convolution/README.md", "net/mobilenet_v2", "https://..."
    std::string value{}, state{};  ///< live value's name; a state ("cin=16&k=3") makes it a fixed one: the woven text stays
    bool operator==(const Span&) const = default;
};

enum class BlockKind { heading, question, paragraph, note_title, table, formula, code, rule };
enum class CellAlign { left, center, right };
struct Cell { std::vector<Span> spans; CellAlign align = CellAlign::left; };
struct Block {
    BlockKind kind = BlockKind::paragraph;
    int level = 0;                 ///< heading: 1, 2, 3
    int note = 0;                  ///< which note beside a rule this belongs to; 0: none
    int depth = 0;                 ///< how deep in lists; 0: none
    std::string marker;            ///< "•", "1." before the first paragraph of a list item
    std::vector<Span> spans;
    std::vector<std::vector<Cell>> rows;           ///< table; the first row is its head
    std::string text;                              ///< formula: TeX; code: the lines
    std::string language, path, function;          ///< code; path and function if it is quoted from a source
};
struct Document {
    std::vector<Block> blocks;
    std::string title() const;
};

Document parse_markdown(std::string_view text);

/// The text of a live value, or empty to keep the woven one.
using ValueText = std::function<std::string(std::string_view name)>;
std::string plain_text(const std::vector<Span>& spans, const ValueText& values = {});
/// The whole text for terminals, pipes and screen readers: formulas readable, notes indented, lines broken at `columns` (0: not at all).
std::string plain_text(const Document& document, int columns = 0, const ValueText& values = {});
/// A formula in one line of Unicode: \frac{1}{\textcolor{chocolate}{K}^2} is 1/K².
std::string plain_formula(std::string_view tex, const ValueText& values = {});
/// Every formula of a document, as (TeX, is displayed).
struct FormulaUse { std::string tex; bool is_display = false; };
std::vector<FormulaUse> list_formulas(const Document& document);
/// Columns of a terminal that a text fills: a Han character fills two.
int terminal_width(std::string_view text);

}  // namespace convbook::kit
