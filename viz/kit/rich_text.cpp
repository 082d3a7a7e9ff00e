// Sets one paragraph: cuts it into pieces that stay whole, fills lines, draws them on one baseline.
#include "rich_text.h"

#include <algorithm>
#include <string>
#include <vector>

#include "formula.h"
#include "utf8.h"

namespace convbook::kit {
namespace {

enum class PieceKind { words, strong, emphasis, code, formula };
struct Piece {
    PieceKind kind = PieceKind::words;
    std::string text;
    float width = 0, ascent = 0, descent = 0, space_before = 0;
    bool may_begin_line = true;
};

bool is_han(char32_t c) { return c >= 0x2E80 && c != 0xFFFD; }
bool is_closing(char32_t c) { return std::u32string_view(U"，。；：？！）」』”’、》").find(c) != std::u32string_view::npos; }
bool is_opening(char32_t c) { return std::u32string_view(U"（「『“‘《").find(c) != std::u32string_view::npos; }

Type type_of(PieceKind kind, Type base) {
    const bool is_serif = base == Type::body || base == Type::body_small || base == Type::note;
    if (kind == PieceKind::code) return Type::code;
    if (kind == PieceKind::strong) return is_serif ? (base == Type::body_small ? Type::body_small_bold : Type::body_bold) : base == Type::table ? Type::table_strong : Type::label_strong;
    if (kind == PieceKind::emphasis && is_serif) return base == Type::body_small ? Type::body_small_italic : Type::body_italic;
    return base;
}

// A run of one kind: words are cut at spaces, Chinese at every character that may end a line
void append_words(std::vector<Piece>& pieces, PieceKind kind, std::string_view run, Type base, float& space) {
    const Type type = type_of(kind, base);
    std::string word;
    bool begins = true, holds_on = false;
    const auto end_word = [&] {
        if (word.empty()) return;
        Piece piece{kind, word, text_width(type, word), ascent(type), line_height(type) - ascent(type), space, begins};
        pieces.push_back(std::move(piece));
        word.clear();
        space = 0;
        begins = true;
    };
    for (std::size_t at = 0; at < run.size();) {
        const std::size_t start = at;
        const char32_t c = next_code_point(run, at);
        if (c == ' ' || c == '\n') {
            end_word();
            space = text_width(type, " ");
            holds_on = false;
            continue;
        }
        if (is_han(c) && !holds_on) end_word();
        if (word.empty()) begins = !is_closing(c);
        word += run.substr(start, at - start);
        holds_on = is_opening(c);
        if (is_han(c) && !holds_on) end_word();
    }
    // What follows without a space may break only beside Chinese
    end_word();
}

void append_formula(std::vector<Piece>& pieces, std::string_view tex, Type base, float& space) {
    const FormulaSize size = measure_formula(tex, font_size(base), false);
    pieces.push_back({PieceKind::formula, std::string(tex), size.width, size.ascent, size.descent, space, true});
    space = 0;
}

struct Mark { std::string_view sign; PieceKind kind; };
constexpr Mark kMarks[] = {{"$", PieceKind::formula}, {"**", PieceKind::strong}, {"`", PieceKind::code}, {"*", PieceKind::emphasis}};

std::vector<Piece> pieces_of(std::string_view markdown, Type base) {
    std::vector<Piece> pieces;
    float space = 0;
    while (!markdown.empty()) {
        // Words up to the next mark that has a partner
        std::size_t begin = markdown.size(), end = 0;
        Mark found{};
        for (const Mark& mark : kMarks) {
            const std::size_t open = markdown.find(mark.sign);
            const std::size_t close = open == markdown.npos ? open : markdown.find(mark.sign, open + mark.sign.size());
            if (close == markdown.npos || open >= begin) continue;
            begin = open, end = close, found = mark;
        }
        append_words(pieces, PieceKind::words, markdown.substr(0, begin), base, space);
        if (begin == markdown.size()) break;
        const std::string_view inside = markdown.substr(begin + found.sign.size(), end - begin - found.sign.size());
        if (found.kind == PieceKind::formula) append_formula(pieces, inside, base, space);
        else append_words(pieces, found.kind, inside, base, space);
        markdown.remove_prefix(end + found.sign.size());
    }
    return pieces;
}

void draw_piece(const Piece& piece, ImVec2 baseline, Type base, Colour tone) {
    if (piece.kind == PieceKind::formula) draw_formula(baseline, piece.text, font_size(base), false, tone);
    else text(baseline, type_of(piece.kind, base), tone, piece.text, AlignX::left, AlignY::baseline);
}

float set(ImVec2 at, float width, Type type, Colour tone, std::string_view markdown, bool is_drawn) {
    const std::vector<Piece> pieces = pieces_of(markdown, type);
    float y = at.y;
    for (std::size_t i = 0; i < pieces.size();) {
        // Fill one line; a piece that must not begin a line pulls nothing down but is let over the edge
        float w = 0, above = ascent(type), below = line_height(type) - ascent(type);
        std::size_t end = i;
        for (; end < pieces.size(); ++end) {
            const Piece& piece = pieces[end];
            const float next = w + (end > i ? piece.space_before : 0) + piece.width;
            if (end > i && next > width && piece.may_begin_line) break;
            w = next;
            above = std::max(above, piece.ascent);
            below = std::max(below, piece.descent);
        }
        // Draw it on one baseline
        float x = at.x;
        for (std::size_t k = i; k < end; ++k) {
            if (k > i) x += pieces[k].space_before;
            if (is_drawn) draw_piece(pieces[k], {x, y + above}, type, tone);
            x += pieces[k].width;
        }
        y += above + below;
        i = end;
    }
    return y - at.y;
}

}  // namespace

float rich_text(ImVec2 at, float width, Type type, Colour colour, std::string_view markdown) { return set(at, width, type, colour, markdown, true); }
float rich_text_height(float width, Type type, std::string_view markdown) { return set({0, 0}, width, type, 0, markdown, false); }

}  // namespace convbook::kit
