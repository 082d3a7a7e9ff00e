// Parses a chapter with md4c. Value marks are exchanged for private characters first, because a comment at the start of a line would
// otherwise swallow its paragraph. Leaves out plain text (plain_text.cpp) and the screen (page.cpp).
#include "markdown.h"

#include <md4c.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "convbook/error.h"
#include "formula_marks.h"

namespace convbook::kit {
namespace {

// Private characters that stand for marks while md4c runs: value begins + number + value's text begins, value ends
constexpr std::string_view kBegin = "\uE100", kText = "\uE101", kEnd = "\uE102";

struct ValueMark { std::string name, state; Role role = Role::none; };

Role read_role(std::string_view name) {
    constexpr std::string_view names[] = {"input", "weights", "output", "gradient", "accent"};
    for (std::size_t index = 0; index < std::size(names); ++index) if (names[index] == name) return static_cast<Role>(index + 1);
    return Role::none;
}

/// "separable.params role=weights @cin=16&k=3"
ValueMark read_mark(std::string_view words) {
    ValueMark mark;
    while (!words.empty()) {
        const auto word = words.substr(0, words.find(' '));
        words.remove_prefix(std::min(words.size(), word.size() + 1));
        if (word.starts_with("role=")) mark.role = read_role(word.substr(5));
        else if (word.starts_with('@')) mark.state = word.substr(1);
        else if (!word.empty()) mark.name = word;
    }
    return mark;
}

/// Exchanges <!-- value: ... -->text<!-- / --> outside of fenced code for private characters.
std::string take_value_marks(std::string_view text, std::vector<ValueMark>& marks) {
    constexpr std::string_view open = "<!-- value:", close = "-->", end = "<!-- / -->";
    std::string result;
    bool is_fenced = false;
    while (!text.empty()) {
        auto line = text.substr(0, std::min(text.size(), text.find('\n') + (text.find('\n') == std::string_view::npos ? 0 : 1)));
        text.remove_prefix(line.size());
        if (line.starts_with("```") || line.starts_with("~~~")) is_fenced = !is_fenced;
        for (auto at = line.find(open); !is_fenced && at != std::string_view::npos; at = line.find(open)) {
            const auto inside = line.find(close, at), last = line.find(end, at);
            if (inside == std::string_view::npos || last == std::string_view::npos || last < inside) break;
            result.append(line.substr(0, at)).append(kBegin).append(std::to_string(marks.size())).append(kText);
            result.append(line.substr(inside + close.size(), last - inside - close.size())).append(kEnd);
            marks.push_back(read_mark(line.substr(at + open.size(), inside - at - open.size())));
            line.remove_prefix(last + end.size());
        }
        result.append(line);
    }
    return result;
}

/// Printers' quotation marks for typed ones, by what stands before them.
std::string with_quotation_marks(std::string_view words, char before) {
    std::string result;
    for (const char sign : words) {
        const bool is_opening = before == 0 || before == ' ' || before == '(' || before == '[' || before == '\n';
        if (sign == '\'') result += is_opening ? "\u2018" : "\u2019";
        else if (sign == '"') result += is_opening ? "\u201C" : "\u201D";
        else result += sign;
        before = sign;
    }
    return result;
}

/// Collects md4c's events into blocks.
class Reader {
public:
    explicit Reader(std::vector<ValueMark> marks) : marks_(std::move(marks)) {}

    int enter_block(MD_BLOCKTYPE type, void* detail) {
        switch (type) {
        case MD_BLOCK_QUOTE: note_ = ++notes_; is_note_new_ = true; break;
        case MD_BLOCK_UL: flush(), lists_.push_back({0}); break;
        case MD_BLOCK_OL: flush(), lists_.push_back({static_cast<int>(static_cast<MD_BLOCK_OL_DETAIL*>(detail)->start)}); break;
        case MD_BLOCK_LI: flush(), marker_ = next_marker(); break;
        case MD_BLOCK_H: begin(BlockKind::heading), block_.level = static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level); break;
        case MD_BLOCK_P: begin(BlockKind::paragraph); break;
        case MD_BLOCK_CODE: begin_code(*static_cast<MD_BLOCK_CODE_DETAIL*>(detail)); break;
        case MD_BLOCK_HTML: comment_.clear(); is_comment_ = true; break;
        case MD_BLOCK_TABLE: begin(BlockKind::table); break;
        case MD_BLOCK_TR: block_.rows.emplace_back(); break;
        case MD_BLOCK_TH: case MD_BLOCK_TD: begin_cell(*static_cast<MD_BLOCK_TD_DETAIL*>(detail)); break;
        default: break;
        }
        return 0;
    }
    int leave_block(MD_BLOCKTYPE type) {
        switch (type) {
        case MD_BLOCK_QUOTE: note_ = 0; break;
        case MD_BLOCK_UL: case MD_BLOCK_OL: lists_.pop_back(); break;
        case MD_BLOCK_LI: flush(); marker_.clear(); break;
        case MD_BLOCK_HR: begin(BlockKind::rule); flush(); break;
        case MD_BLOCK_HTML: is_comment_ = false; read_comment(); break;
        case MD_BLOCK_TH: case MD_BLOCK_TD: spans_ = nullptr; break;
        case MD_BLOCK_H: case MD_BLOCK_P: case MD_BLOCK_CODE: case MD_BLOCK_TABLE: flush(); break;
        default: break;
        }
        return 0;
    }
    int enter_span(MD_SPANTYPE type, void* detail) {
        if (type == MD_SPAN_EM) ++italic_;
        if (type == MD_SPAN_STRONG) ++bold_;
        if (type == MD_SPAN_CODE) is_code_ = true;
        if (type == MD_SPAN_A) link_ = words_of(static_cast<MD_SPAN_A_DETAIL*>(detail)->href);
        if (type == MD_SPAN_LATEXMATH || type == MD_SPAN_LATEXMATH_DISPLAY) formula_.clear(), is_formula_ = true;
        return 0;
    }
    int leave_span(MD_SPANTYPE type) {
        if (type == MD_SPAN_EM) --italic_;
        if (type == MD_SPAN_STRONG) --bold_;
        if (type == MD_SPAN_CODE) is_code_ = false;
        if (type == MD_SPAN_A) link_.clear();
        if (type == MD_SPAN_LATEXMATH) is_formula_ = false, add({.kind = SpanKind::formula, .text = formula_});
        if (type == MD_SPAN_LATEXMATH_DISPLAY) is_formula_ = false, split_display();
        return 0;
    }
    int text(MD_TEXTTYPE type, std::string_view words) {
        if (is_comment_) { comment_ += words; return 0; }
        if (is_formula_) { formula_ += type == MD_TEXT_SOFTBR || type == MD_TEXT_BR ? " " : words; return 0; }
        if (block_.kind == BlockKind::code && is_open_) { block_.text += words; return 0; }
        if (type == MD_TEXT_HTML) return 0;
        if (type == MD_TEXT_SOFTBR || type == MD_TEXT_BR) { add({.kind = SpanKind::line_break, .text = type == MD_TEXT_BR ? "\n" : " "}); return 0; }
        if (type == MD_TEXT_ENTITY) { add_words(entity(words)); return 0; }
        add_words(words);
        return 0;
    }
    Document finish() {
        flush();
        return std::move(document_);
    }

private:
    struct List { int number; };

    static std::string words_of(const MD_ATTRIBUTE& attribute) { return attribute.text ? std::string(attribute.text, attribute.size) : std::string(); }
    static std::string_view entity(std::string_view name) {
        return name == "&amp;" ? "&" : name == "&lt;" ? "<" : name == "&gt;" ? ">" : name == "&nbsp;" ? "\u00A0" : name == "&quot;" ? "\"" : name;
    }
    std::string next_marker() {
        List& list = lists_.back();
        return list.number == 0 ? "•" : std::to_string(list.number++) + ".";
    }

    void begin(BlockKind kind) {
        flush();
        block_ = {};
        block_.kind = kind, block_.note = note_, block_.depth = static_cast<int>(lists_.size());
        block_.marker = std::exchange(marker_, {});
        is_open_ = true;
        spans_ = kind == BlockKind::table || kind == BlockKind::code ? nullptr : &block_.spans;
    }
    void begin_code(const MD_BLOCK_CODE_DETAIL& detail) {
        begin(BlockKind::code);
        block_.language = words_of(detail.lang);
        block_.path = std::exchange(code_path_, {}), block_.function = std::exchange(code_function_, {});
    }
    void begin_cell(const MD_BLOCK_TD_DETAIL& detail) {
        const auto align = detail.align == MD_ALIGN_RIGHT ? CellAlign::right : detail.align == MD_ALIGN_CENTER ? CellAlign::center : CellAlign::left;
        block_.rows.back().push_back({{}, align});
        spans_ = &block_.rows.back().back().spans;
    }
    /// <!-- code: path#function --> belongs to the fenced block that follows.
    void read_comment() {
        const auto at = comment_.find("<!-- code:"), hash = comment_.find('#', at), end = comment_.find("-->", at);
        if (at == std::string::npos || hash == std::string::npos || end == std::string::npos) return;
        const auto trim = [](std::string words) { words.erase(0, words.find_first_not_of(' ')); words.erase(words.find_last_not_of(' ') + 1); return words; };
        code_path_ = trim(comment_.substr(at + 10, hash - at - 10)), code_function_ = trim(comment_.substr(hash + 1, end - hash - 1));
    }

    void add(Span span) {
        // Loose text of a tight list item has no paragraph of its own
        if (!is_open_) begin(BlockKind::paragraph);
        if (!spans_) return;
        span.is_bold = bold_ > 0, span.is_italic = italic_ > 0;
        if (link_.starts_with("role:")) span.role = read_role(std::string_view(link_).substr(5));
        else span.link = link_;
        if (!value_.name.empty()) {
            span.value = value_.name, span.state = value_.state;
            if (value_.role != Role::none) span.role = value_.role;
        }
        if (!spans_->empty() && span.kind == SpanKind::words) {
            Span& last = spans_->back();
            Span same = span;
            same.text = last.text;
            if (last == same) { last.text += span.text; return; }
        }
        spans_->push_back(std::move(span));
    }
    void add_words(std::string_view words) {
        const SpanKind kind = is_code_ ? SpanKind::code : SpanKind::words;
        const auto put = [&](std::string_view part) {
            if (part.empty()) return;
            const bool is_first = !is_open_ || !spans_ || spans_->empty() || spans_->back().kind == SpanKind::line_break;
            const char before = is_first ? ' ' : spans_->back().text.empty() ? ' ' : spans_->back().text.back();
            add({.kind = kind, .text = is_code_ ? std::string(part) : with_quotation_marks(part, before)});
        };
        while (!words.empty()) {
            const auto begin = words.find(kBegin), end = words.find(kEnd);
            const auto first = std::min(begin, end);
            put(words.substr(0, first));
            if (first == std::string_view::npos) return;
            words.remove_prefix(first + 3);
            if (first == end) { value_ = {}; continue; }
            const auto close = std::min(words.find(kText), words.size());
            std::size_t number = marks_.size();
            std::from_chars(words.data(), words.data() + close, number);
            value_ = number < marks_.size() ? marks_[number] : ValueMark{};  // the text may hold that private character itself
            words.remove_prefix(std::min(words.size(), close + 3));
        }
    }
    /// A displayed formula stands in a block of its own; the words around it keep theirs.
    void split_display() {
        const int note = block_.note, depth = block_.depth;
        std::string formula = formula_;
        flush();
        begin(BlockKind::formula);
        block_.text = std::move(formula), block_.note = note, block_.depth = depth;
        flush();
    }

    void flush() {
        if (!std::exchange(is_open_, false)) return;
        spans_ = nullptr;
        trim_ends(block_.spans);
        if ((block_.kind == BlockKind::paragraph || block_.kind == BlockKind::heading) && block_.spans.empty()) return;
        if (block_.kind == BlockKind::paragraph && block_.note != 0 && std::exchange(is_note_new_, false)) split_note_title();
        if (is_question()) block_.kind = BlockKind::question;
        if (!block_.spans.empty() || block_.kind >= BlockKind::table) document_.blocks.push_back(std::move(block_));
        block_ = {};
    }
    static void trim_ends(std::vector<Span>& spans) {
        while (!spans.empty() && spans.back().kind == SpanKind::line_break) spans.pop_back();
        while (!spans.empty() && spans.front().kind == SpanKind::line_break) spans.erase(spans.begin());
    }
    /// The first line of a note, if it is bold, is its title.
    void split_note_title() {
        auto& spans = block_.spans;
        const auto end = std::find_if(spans.begin(), spans.end(), [](const Span& span) { return span.kind == SpanKind::line_break; });
        if (!std::all_of(spans.begin(), end, [](const Span& span) { return span.is_bold; })) return;
        Block title;
        title.kind = BlockKind::note_title, title.note = block_.note, title.depth = block_.depth;
        title.spans.assign(spans.begin(), end);
        spans.erase(spans.begin(), end);
        trim_ends(spans);
        document_.blocks.push_back(std::move(title));
    }
    /// The first paragraph after the title, when all of it is emphasised, is the question the chapter answers.
    bool is_question() const {
        return block_.kind == BlockKind::paragraph && document_.blocks.size() == 1 && document_.blocks[0].kind == BlockKind::heading &&
               std::all_of(block_.spans.begin(), block_.spans.end(), [](const Span& span) { return span.is_italic || span.kind == SpanKind::line_break; });
    }

    std::vector<ValueMark> marks_;
    Document document_;
    Block block_;
    std::vector<Span>* spans_ = nullptr;
    std::vector<List> lists_;
    std::string marker_, link_, formula_, comment_, code_path_, code_function_;
    ValueMark value_;
    int note_ = 0, notes_ = 0, italic_ = 0, bold_ = 0;
    bool is_open_ = false, is_code_ = false, is_formula_ = false, is_comment_ = false, is_note_new_ = false;
};

Reader& reader(void* data) { return *static_cast<Reader*>(data); }

}  // namespace

Document parse_markdown(std::string_view text) {
    // Exchange the marks that md4c would take for comments
    std::vector<ValueMark> marks;
    const std::string prepared = take_value_marks(with_named_numbers(text), marks);
    // Let md4c find the structure
    MD_PARSER parser{};
    parser.flags = MD_FLAG_TABLES | MD_FLAG_LATEXMATHSPANS | MD_FLAG_STRIKETHROUGH;
    parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* data) { return reader(data).enter_block(type, detail); };
    parser.leave_block = [](MD_BLOCKTYPE type, void*, void* data) { return reader(data).leave_block(type); };
    parser.enter_span = [](MD_SPANTYPE type, void* detail, void* data) { return reader(data).enter_span(type, detail); };
    parser.leave_span = [](MD_SPANTYPE type, void*, void* data) { return reader(data).leave_span(type); };
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR* words, MD_SIZE size, void* data) { return reader(data).text(type, {words, size}); };
    Reader events(std::move(marks));
    const int result = md_parse(prepared.data(), static_cast<MD_SIZE>(prepared.size()), &parser, &events);
    CONVBOOK_REQUIRE(result == 0, "parse_markdown: md4c stopped with ", result, " on a text of ", text.size(), " bytes. Split the text.");
    return events.finish();
}

std::string Document::title() const {
    for (const auto& block : blocks) if (block.kind == BlockKind::heading) return plain_text(block.spans);
    return {};
}

std::vector<FormulaUse> list_formulas(const Document& document) {
    std::vector<FormulaUse> uses;
    const auto take = [&uses](const std::vector<Span>& spans) {
        for (const auto& span : spans) if (span.kind == SpanKind::formula) uses.push_back({span.text, false});
    };
    for (const auto& block : document.blocks) {
        if (block.kind == BlockKind::formula) uses.push_back({block.text, true});
        take(block.spans);
        for (const auto& row : block.rows) for (const auto& cell : row) take(cell.spans);
    }
    return uses;
}

}  // namespace convbook::kit
