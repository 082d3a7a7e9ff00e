// Running text set into lines: English ragged right, Chinese by its own rules (what may begin or end a line, a quarter em between Han and
// Latin, lines filled by spreading a little). Knows spans and faces; leaves out pages (page_layout.h) and drawing (text_run.cpp).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "formula_sheet.h"
#include "markdown.h"
#include "paint.h"

namespace convbook::kit {

/// The faces of one paragraph.
struct Faces { Type regular = Type::body, italic = Type::body_italic, bold = Type::body_bold, code = Type::code_in_text; };
/// How texts ask for live values.
struct LiveText { ValueText value; SlotText slot; };

/// A run in one style on one line. Bytes [from, to) of the paragraph's plain text are what selecting it copies.
struct Piece {
    const Span* span = nullptr;    ///< null: a marker or a line of code
    SpanKind kind = SpanKind::words;
    Type type = Type::body;
    std::string text;              ///< words as drawn; TeX of a formula
    float x = 0, width = 0, spread = 0;   ///< `spread` follows every Han character
    float em = 0;                  ///< formula
    bool is_display = false, has_dots = false;   ///< dots under Han characters: Chinese emphasis
    std::size_t from = 0, to = 0;
    float right() const { return x + width; }
};
struct TextLine {
    float x = 0, y = 0, height = 0, baseline = 0;   ///< baseline from the page's top, like y
    Ink ink = Ink::ink;
    std::vector<Piece> pieces;
};
struct Paragraph { std::vector<TextLine> lines; std::string plain; float height = 0, width = 0; };

/// Sets spans into lines of at most `measure` device pixels, the first at y = 0. `spans` must outlive the result.
Paragraph set_paragraph(const std::vector<Span>& spans, const Faces& faces, float measure, Language language, const LiveText& live);

/// Width and drawing of one run, kerned. Chinese text takes the full-width forms of quotation marks, dashes and dots.
float run_width(Type type, std::string_view text, Language language);
void draw_run(ImVec2 baseline, Type type, Colour colour, std::string_view text, Language language, float spread = 0, bool has_dots = false);
/// Byte of `text` whose left edge is nearest to `x` from the run's start.
std::size_t run_byte_at(Type type, std::string_view text, Language language, float x, float spread = 0);
bool is_han_character(char32_t sign);

}  // namespace convbook::kit
