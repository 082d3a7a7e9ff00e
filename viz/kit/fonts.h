// One face per use of type. Sizes, weights and families are the look's table; nobody else names a font file.
#pragma once
#include <imgui.h>

#include <string_view>

namespace convbook::kit {

enum class Type {
    book_title, chapter_title, chapter_title_small, question, question_small, heading, body, body_small, body_italic, body_bold, note,
    figure_question, label, label_strong, table, table_strong, caption, part, cell, cell_medium, cell_strong, cell_small,
    answer, ratio, code, body_small_italic, body_small_bold, code_italic, code_in_text, lead, count
};
/// Builds the atlas for ui().text_scale * ui().pixel_scale and uploads it if a renderer is alive; call again when either changes.
void build_fonts();
/// Before every NewFrame: `if (fonts_are_stale()) build_fonts();`. True after a change of scale and after characters were met that are not baked
/// yet (Chinese is baked when it first appears, so that an English reader starts fast).
bool fonts_are_stale();
unsigned fonts_version();        ///< counts builds: widths measured under another version are void
ImFont* font(Type type);
float font_size(Type type);      ///< device pixels
float line_height(Type type);    ///< device pixels; Chinese body is looser
float text_width(Type type, std::string_view text);
/// Distance from the top of the line box to the baseline.
float ascent(Type type);
/// Distance from the top of the line box to where ImDrawList::AddText wants its y.
float leading_above(Type type);
/// Asks for the characters of `text` to be baked at this role before the next frame; text_width() does it too.
void request_glyphs(Type type, std::string_view text);
/// What running text adds between two Latin characters, in device pixels (page text only: text_width() and AddText do not kern).
float kerning(Type type, char32_t before, char32_t after);
/// Characters of `text` that the face of this type cannot show (tests: must be empty for every shipped string).
std::u32string missing_glyphs(Type type, std::string_view text);

}  // namespace convbook::kit
