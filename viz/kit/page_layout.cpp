// Blocks under each other with the look's distances; notes beside a rule, lists with hanging markers, tables with aligned columns, code in a panel.
// Leaves out how a paragraph breaks (text_layout.cpp) and everything that moves (page.cpp).
#include "page_layout.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>
#include <utility>

#include "formula.h"
#include "utf8.h"

namespace convbook::kit {
namespace {

/// Distances in logical pixels, from the look's table.
constexpr float kParagraphGap = 14, kBeforeFormula = 14, kAfterFormula = 18, kBeforeHeading = 23, kAfterHeading = 10, kAfterTitle = 10, kAfterQuestion = 20;
constexpr float kItemGap = 7, kItemIndent = 22, kNoteIndent = 18, kNoteRule = 3, kBeforeNote = 18, kCodePadding = 12, kCellGap = 20, kRowPadding = 6;
/// Laptop's measure is 414, the window's 518: between them the smaller faces begin.
constexpr float kSmallMeasure = 460;

class PageSetter {
public:
    PageSetter(const Document& document, float measure, Language language, const LiveText& live)
        : document_(document), measure_(measure), language_(language), live_(live), is_small_(measure < px(kSmallMeasure)) {}

    PageSheet run(std::string_view crumb) {
        if (!crumb.empty()) set_crumb(crumb);
        for (std::size_t index = 0; index < document_.blocks.size(); ++index) {
            const Block& block = document_.blocks[index];
            const Block* before = index > 0 ? &document_.blocks[index - 1] : nullptr;
            y_ += before ? gap(*before, block) : 0;
            const float top = y_;
            set(block);
            sheet_.parts.push_back({top, y_ - top, block.kind, block.level, block.kind == BlockKind::heading ? plain_text(block.spans, live_.value) : std::string()});
            if (block.note != 0) extend_note(block.note, top);
        }
        sheet_.height = y_;
        return std::move(sheet_);
    }

private:
    static float gap(const Block& before, const Block& block) {
        if (block.kind == BlockKind::question) return px(kAfterTitle);
        if (block.kind == BlockKind::heading) return px(kBeforeHeading);
        if (before.kind == BlockKind::question || (before.kind == BlockKind::heading && before.level == 1)) return px(kAfterQuestion);
        if (before.kind == BlockKind::note_title && before.note == block.note) return px(2);
        if (before.note != block.note) return px(kBeforeNote);
        if (block.kind == BlockKind::formula) return px(before.kind == BlockKind::heading ? kAfterHeading + 2 : kBeforeFormula);
        if (before.kind == BlockKind::formula) return px(kAfterFormula);
        if (before.kind == BlockKind::heading) return px(kAfterHeading);
        if (before.depth > 0 && block.depth > 0) return px(kItemGap);
        return px(kParagraphGap);
    }

    Faces faces(const Block& block) const {
        switch (block.kind) {
        case BlockKind::heading: {
            const Type type = block.level == 1 ? (is_small_ ? Type::chapter_title_small : Type::chapter_title) : block.level == 2 ? Type::heading : body().bold;
            return {type, type, type, Type::code};
        }
        case BlockKind::question: { const Type type = is_small_ ? Type::question_small : Type::question; return {type, type, type, Type::code}; }
        case BlockKind::note_title: return {Type::label_strong, Type::label_strong, Type::label_strong, Type::code};
        default: return block.note != 0 ? Faces{Type::note, Type::body_small_italic, Type::body_small_bold, Type::code_in_text} : body();
        }
    }
    Faces body() const {
        return is_small_ ? Faces{Type::body_small, Type::body_small_italic, Type::body_small_bold, Type::code_in_text} : Faces{};
    }
    static Ink ink(const Block& block) {
        return block.kind == BlockKind::question || (block.note != 0 && block.kind != BlockKind::note_title) ? Ink::ink2 : Ink::ink;
    }

    void set(const Block& block) {
        const float left = (block.note != 0 ? px(kNoteIndent) : 0) + static_cast<float>(block.depth) * px(kItemIndent);
        switch (block.kind) {
        case BlockKind::formula: set_formula(block, left); break;
        case BlockKind::table: set_table(block, left); break;
        case BlockKind::code: set_code(block, left); break;
        case BlockKind::rule: sheet_.shapes.push_back({{left, y_ + px(12), measure_ - left, 1}, Ink::hair}); y_ += px(25); break;
        default: set_words(block, left);
        }
        sheet_.plain += sheet_.plain.empty() ? "" : "\n";
    }

    /// Takes a paragraph's lines onto the page at (left, y).
    void place(Paragraph paragraph, float left, float y, Ink colour) {
        const std::size_t offset = sheet_.plain.size();
        for (auto& line : paragraph.lines) {
            line.x += left, line.y += y, line.baseline = std::round(line.baseline + y), line.ink = colour;
            for (auto& piece : line.pieces) piece.from += offset, piece.to += offset;
            sheet_.lines.push_back(std::move(line));
        }
        sheet_.plain += paragraph.plain;
    }

    void set_words(const Block& block, float left) {
        auto paragraph = set_paragraph(block.spans, faces(block), measure_ - left, language_, live_);
        const float height = paragraph.height;
        if (!block.marker.empty() && !paragraph.lines.empty()) add_marker(block, left, paragraph.lines.front());
        place(std::move(paragraph), left, y_, ink(block));
        y_ += height;
    }
    /// The bullet or number hangs left of the item's first line and is no part of its text.
    void add_marker(const Block& block, float left, const TextLine& first) {
        TextLine line;
        Piece piece;
        piece.type = faces(block).regular, piece.text = block.marker;
        piece.width = run_width(piece.type, piece.text, Language::en);
        piece.x = block.marker == "•" ? px(4) : std::max(0.0f, px(kItemIndent - 6) - piece.width);
        piece.from = piece.to = sheet_.plain.size();
        line.x = left - px(kItemIndent), line.y = y_ + first.y, line.height = first.height, line.baseline = std::round(y_ + first.baseline);
        line.ink = block.marker == "•" ? Ink::ink3 : Ink::ink2;
        line.pieces.push_back(std::move(piece));
        sheet_.lines.push_back(std::move(line));
    }

    void set_formula(const Block& block, float left) {
        // A formula that is too wide is set smaller, as in print
        Piece piece;
        piece.kind = SpanKind::formula, piece.text = block.text, piece.is_display = true;
        piece.em = formula_em(font_size(body().regular));
        FormulaSize size = measure_formula(block.text, piece.em, true, live_.slot);
        const float room = measure_ - left;
        if (size.width > room) piece.em *= std::max(0.5f, room / size.width), size = measure_formula(block.text, piece.em, true, live_.slot);
        piece.width = size.width;
        piece.from = sheet_.plain.size();
        sheet_.plain += plain_formula(block.text, live_.value);
        piece.to = sheet_.plain.size();
        TextLine line;
        line.x = left, line.y = y_, line.height = size.ascent + size.descent, line.baseline = std::round(y_ + size.ascent);
        line.pieces.push_back(std::move(piece));
        y_ += line.height;
        sheet_.lines.push_back(std::move(line));
    }

    // ---- Tables ----
    static bool is_number(std::string_view text) {
        bool has_digit = false;
        for (const char sign : text) {
            has_digit |= sign >= '0' && sign <= '9';
            if (std::isalpha(static_cast<unsigned char>(sign)) && std::string_view("MGKBk").find(sign) == std::string_view::npos) return false;
        }
        return has_digit;
    }
    /// A column of numbers stands on its right edge.
    std::vector<CellAlign> alignments(const Block& block) const {
        std::vector<CellAlign> aligns;
        for (std::size_t column = 0; column < block.rows.front().size(); ++column) {
            bool are_numbers = block.rows.size() > 1;
            for (std::size_t row = 1; row < block.rows.size() && column < block.rows[row].size(); ++row)
                are_numbers = are_numbers && is_number(plain_text(block.rows[row][column].spans, live_.value));
            aligns.push_back(are_numbers && column > 0 ? CellAlign::right : block.rows.front()[column].align);
        }
        return aligns;
    }
    std::vector<float> column_widths(const Block& block, float room) const {
        std::vector<float> widths(block.rows.front().size(), 0);
        for (const auto& row : block.rows)
            for (std::size_t column = 0; column < std::min(row.size(), widths.size()); ++column)
                widths[column] = std::max(widths[column], set_paragraph(row[column].spans, table_faces(&row == &block.rows.front()), 1e6f, language_, live_).width);
        // Too wide a table takes the excess from its widest columns
        const float gaps = px(kCellGap) * static_cast<float>(widths.size() - 1);
        for (int round = 0; round < 200; ++round) {
            const float excess = std::accumulate(widths.begin(), widths.end(), gaps) - room;
            if (excess <= 0) break;
            auto widest = std::max_element(widths.begin(), widths.end());
            *widest -= std::min(excess, std::max(px(4), *widest * 0.05f));
        }
        return widths;
    }
    static Faces table_faces(bool is_head) {
        return is_head ? Faces{Type::table_strong, Type::table_strong, Type::table_strong, Type::code} : Faces{Type::table, Type::table, Type::table_strong, Type::code};
    }
    void set_table(const Block& block, float left) {
        if (block.rows.empty() || block.rows.front().empty()) return;
        const auto widths = column_widths(block, measure_ - left);
        const auto aligns = alignments(block);
        const float width = std::accumulate(widths.begin(), widths.end(), px(kCellGap) * static_cast<float>(widths.size() - 1));
        for (std::size_t number = 0; number < block.rows.size(); ++number) {
            float x = left, height = 0;
            for (std::size_t column = 0; column < std::min(block.rows[number].size(), widths.size()); ++column) {
                auto cell = set_paragraph(block.rows[number][column].spans, table_faces(number == 0), widths[column] + 1, language_, live_);
                height = std::max(height, cell.height);
                for (auto& line : cell.lines) {
                    const float free = line.pieces.empty() ? 0 : widths[column] - line.pieces.back().right();
                    line.x = aligns[column] == CellAlign::right ? free : aligns[column] == CellAlign::center ? free / 2 : 0;
                }
                place(std::move(cell), x, y_ + px(kRowPadding), number == 0 ? Ink::ink2 : Ink::ink);
                sheet_.plain += column + 1 < widths.size() ? "\t" : "\n";
                x += widths[column] + px(kCellGap);
            }
            y_ += height + 2 * px(kRowPadding);
            sheet_.shapes.push_back({{left, y_ - 1, width, 1}, number == 0 ? Ink::rule : Ink::hair});
        }
    }

    // ---- Code ----
    void set_code(const Block& block, float left) {
        const float padding = px(kCodePadding), room = measure_ - left - 2 * padding;
        const std::size_t panel = sheet_.shapes.size();
        sheet_.shapes.push_back({{left, y_, measure_ - left, 0}, Ink::sunk, px(4)});
        const float top = y_;
        y_ += padding;
        if (!block.path.empty()) add_code_line(block.path.substr(block.path.rfind('/') + 1) + " · " + block.function, left + padding, Type::caption, Ink::ink3), y_ += px(6);
        for (std::string_view rest = block.text; !rest.empty();) {
            const auto line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
            add_wrapped_code(line, left + padding, room);
            sheet_.plain += '\n';
        }
        y_ += padding;
        sheet_.shapes[panel].area.h = y_ - top;
    }
    /// Lines of code that are too long go on under their own indentation and a bit.
    void add_wrapped_code(std::string_view line, float left, float room) {
        const auto indentation = std::min(line.find_first_not_of(' '), line.size());
        const float advance = std::max(1.0f, run_width(Type::code, "0", Language::en));
        const auto columns = static_cast<std::size_t>(std::max(16.0f, std::floor(room / advance)));
        const auto comment = std::min(line.find("//"), line.size());
        const char* const begin = line.data();
        bool is_first = true;
        do {
            const std::size_t hang = is_first ? 0 : std::min(indentation + 4, columns / 2);
            const std::size_t available = columns - hang;
            std::size_t end = line.size();
            if (to_utf32(line).size() > available) {
                end = 0;
                for (std::size_t count = 0; count < available; ++count) next_code_point(line, end);
                const auto blank = line.rfind(' ', end);
                if (blank != std::string_view::npos && blank > indentation + 8) end = blank + 1;
            }
            const auto done = static_cast<std::size_t>(line.data() - begin);
            add_code_line(std::string(line.substr(0, end)), left + static_cast<float>(hang) * advance, Type::code, Ink::ink, comment > done ? comment - done : 0);
            line.remove_prefix(end);
            is_first = false;
        } while (!line.empty());
    }
    /// From byte `comment` on, a line of code is a comment.
    void add_code_line(const std::string& text, float left, Type type, Ink colour, std::size_t comment = std::string::npos) {
        TextLine line;
        line.x = left, line.y = y_, line.height = line_height(type), line.baseline = std::round(y_ + ascent(type)), line.ink = colour;
        comment = std::min(comment, text.size());
        float pen = 0;
        for (const auto& [words, face] : {std::pair{text.substr(0, comment), type}, std::pair{text.substr(comment), Type::code_italic}}) {
            if (words.empty()) continue;
            Piece piece;
            piece.kind = SpanKind::code, piece.type = face, piece.text = words, piece.x = pen, piece.width = run_width(face, words, Language::en);
            piece.from = sheet_.plain.size();
            sheet_.plain += words;
            piece.to = sheet_.plain.size();
            pen += piece.width;
            line.pieces.push_back(std::move(piece));
        }
        y_ += line.height;
        sheet_.lines.push_back(std::move(line));
    }

    void extend_note(int note, float top) {
        if (note == open_note_) sheet_.shapes[note_shape_].area.h = y_ + px(1) - sheet_.shapes[note_shape_].area.y;
        else open_note_ = note, note_shape_ = sheet_.shapes.size(), sheet_.shapes.push_back({{0, top - px(1), px(kNoteRule), y_ - top + px(2)}, Ink::rule});
    }
    void set_crumb(std::string_view crumb) {
        add_code_line(std::string(crumb), 0, Type::caption, Ink::ink3);
        sheet_.plain += '\n';
        y_ += px(10);
    }

    const Document& document_;
    float measure_;
    Language language_;
    const LiveText& live_;
    bool is_small_;
    PageSheet sheet_;
    float y_ = 0;
    int open_note_ = 0;
    std::size_t note_shape_ = 0;
};

}  // namespace

PageSheet lay_out_page(const Document& document, std::string_view crumb, float measure, Language language, const LiveText& live) {
    return PageSetter(document, measure, language, live).run(crumb);
}

}  // namespace convbook::kit
