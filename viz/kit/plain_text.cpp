// A chapter without a screen: words, readable formulas, tables in columns. Leaves out parsing (markdown.cpp).
#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "formula_marks.h"
#include "markdown.h"
#include "utf8.h"

namespace convbook::kit {
namespace {

/// TeX commands that are one sign.
constexpr std::array<std::pair<std::string_view, std::string_view>, 64> kSigns{{
    {"cdot", "·"}, {"times", "×"}, {"le", "≤"}, {"leq", "≤"}, {"ge", "≥"}, {"geq", "≥"}, {"ne", "≠"}, {"neq", "≠"}, {"approx", "≈"}, {"to", "→"},
    {"rightarrow", "→"}, {"mapsto", "↦"}, {"sum", "Σ"}, {"prod", "Π"}, {"lfloor", "⌊"}, {"rfloor", "⌋"}, {"lceil", "⌈"}, {"rceil", "⌉"}, {"in", "∈"},
    {"infty", "∞"}, {"pm", "±"}, {"partial", "∂"}, {"nabla", "∇"}, {"alpha", "α"}, {"beta", "β"}, {"gamma", "γ"}, {"delta", "δ"}, {"epsilon", "ε"},
    {"varepsilon", "ε"}, {"eta", "η"}, {"theta", "θ"}, {"lambda", "λ"}, {"mu", "μ"}, {"pi", "π"}, {"rho", "ρ"}, {"sigma", "σ"}, {"tau", "τ"},
    {"phi", "φ"}, {"omega", "ω"}, {"Delta", "Δ"}, {"Sigma", "Σ"}, {"Omega", "Ω"}, {"Phi", "Φ"}, {"odot", "⊙"}, {"oplus", "⊕"}, {"ast", "∗"}, {"star", "⋆"},
    {"ldots", "…"}, {"dots", "…"}, {"cdots", "⋯"}, {"quad", "  "}, {"qquad", "    "}, {"mid", "|"}, {"equiv", "≡"}, {"lt", "<"}, {"gt", ">"}, {"ll", "≪"}, {"gg", "≫"}, {"div", "÷"},
    {"max", "max"}, {"min", "min"}, {"log", "log"}, {"exp", "exp"}, {"prime", "′"}}};

/// Reads TeX from left to right and writes one line.
class FormulaReader {
public:
    FormulaReader(std::string_view tex, const ValueText& values) : rest_(tex), values_(values) {}
    std::string all() {
        std::string line;
        while (!rest_.empty()) line += next();
        return line;
    }

private:
    std::string group() {
        while (rest_.starts_with(' ')) rest_.remove_prefix(1);
        if (!rest_.starts_with('{')) return rest_.empty() ? std::string() : next();
        return FormulaReader(raw_group(), values_).all();
    }
    std::string_view raw_group() {
        if (!rest_.starts_with('{')) return {};
        int depth = 0;
        for (std::size_t at = 0; at < rest_.size(); ++at) {
            if (rest_[at] == '\\') { ++at; continue; }
            depth += rest_[at] == '{' ? 1 : rest_[at] == '}' ? -1 : 0;
            if (depth == 0) {
                const auto inside = rest_.substr(1, at - 1);
                rest_.remove_prefix(at + 1);
                return inside;
            }
        }
        return std::exchange(rest_, {});
    }

    std::string next() {
        const char sign = rest_.front();
        if (sign == '\\') return command();
        if (sign == '{') return group();
        if (sign == '^' || sign == '_') { rest_.remove_prefix(1); return raised(group(), sign == '^'); }
        if (sign == '=' || sign == '+') { rest_.remove_prefix(1); return std::string(" ") + sign + " "; }
        if (sign == '-') { rest_.remove_prefix(1); return "−"; }
        if (sign == ' ' || sign == '\n' || sign == '&' || sign == '~') { rest_.remove_prefix(1); return sign == '~' ? " " : ""; }
        std::size_t at = 0;
        next_code_point(rest_, at);
        const std::string one(rest_.substr(0, at));
        rest_.remove_prefix(at);
        return one;
    }

    std::string command() {
        rest_.remove_prefix(1);
        std::size_t end = 0;
        while (end < rest_.size() && std::isalpha(static_cast<unsigned char>(rest_[end]))) ++end;
        const auto name = rest_.substr(0, std::max<std::size_t>(end, rest_.empty() ? 0 : 1));
        rest_.remove_prefix(name.size());
        if (name == "frac" || name == "dfrac" || name == "tfrac") { const auto top = group(); return bracketed(top) + "/" + bracketed(group()); }
        if (name == "sqrt") return "√" + bracketed(group());
        if (name == "val") return value();
        if (name == "textcolor") { raw_group(); return group(); }
        if (name == "mathord") return number_from_tex(raw_group());
        if (name == "underset") { const auto under = group(); return group() + " [" + under + "]"; }
        if (name == "underbrace" || name == "overbrace") return braced();
        if (name == "text" || name == "mathrm" || name == "operatorname" || name == "textbf") return std::string(raw_group());
        if (name == "left" || name == "right" || name == "big" || name == "Big" || name == "displaystyle" || name == "limits") return {};
        if (name == "begin" || name == "end") { raw_group(); return {}; }
        if (name == "\\") return "; ";
        if (name == "," || name == ";" || name == ":" || name == " " || name == "thinspace" || name == "enspace") return " ";
        if (name == "!") return {};
        for (const auto& [word, one] : kSigns) if (word == name) return std::string(one) + (word == one ? " " : "");
        return std::string(end == 0 ? name : std::string_view());  // \{ is {; what a command does to the group that follows is left out
    }
    std::string braced() {
        const auto formula = group();
        if (!rest_.starts_with('_') && !rest_.starts_with('^')) return formula;
        rest_.remove_prefix(1);
        return formula + " [" + group() + "]";
    }
    std::string value() {
        const std::string name(raw_group()), woven(raw_group());
        const auto live = values_ && name.find('@') == std::string::npos ? values_(name) : std::string();
        return live.empty() ? woven : live;
    }

    static std::string bracketed(const std::string& part) {
        const bool is_simple = part.find_first_of(" +/") == std::string::npos && part.find("−") == std::string::npos;
        return is_simple ? part : "(" + part + ")";
    }
    static std::string raised(const std::string& part, bool is_up) {
        static constexpr std::u32string_view plain = U"0123456789+-−n", up = U"⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ", down = U"₀₁₂₃₄₅₆₇₈₉₊₋₋ₙ";
        std::string result;
        for (const char32_t sign : to_utf32(part)) {
            const auto at = plain.find(sign);
            if (at == std::u32string_view::npos) return (is_up ? "^" : "_") + bracketed(part);
            append_utf8(result, is_up ? up[at] : down[at]);
        }
        return result;
    }

    std::string_view rest_;
    const ValueText& values_;
};

/// Breaks at blanks and, for Han text, between characters; closing signs never begin a line.
std::string wrap(std::string_view text, int columns, const std::string& first, const std::string& others) {
    std::string result = first;
    int used = terminal_width(first);
    const int start = terminal_width(others);
    std::string word;
    bool has_blank = false, is_line_empty = true;
    const auto put = [&] {
        if (word.empty()) return;
        if (columns > 0 && !is_line_empty && used + (has_blank ? 1 : 0) + terminal_width(word) > columns) result += "\n" + others, used = start, has_blank = false;
        if (has_blank && !is_line_empty) result += ' ', ++used;
        result += word, used += terminal_width(word), is_line_empty = false;
        word.clear(), has_blank = false;
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto from = at;
        const char32_t sign = next_code_point(text, at);
        if (sign == U'\n') { put(); result += "\n" + others; used = start, is_line_empty = true; continue; }
        if (sign == U' ') { put(); has_blank = true; continue; }
        const bool is_closing = std::u32string_view(U"，。；：？！）」』、”’").find(sign) != std::u32string_view::npos;
        if (sign >= 0x2E80 && !is_closing) put();
        word += text.substr(from, at - from);
        if (sign >= 0x2E80 && at < text.size()) {
            std::size_t after = at;
            const char32_t next = next_code_point(text, after);
            if (std::u32string_view(U"，。；：？！）」』、”’").find(next) == std::u32string_view::npos && std::u32string_view(U"（「『“‘").find(sign) == std::u32string_view::npos) put();
        }
    }
    put();
    return result + "\n";
}

std::string table_text(const Block& block, const ValueText& values) {
    std::vector<int> widths;
    for (const auto& row : block.rows)
        for (std::size_t column = 0; column < row.size(); ++column) {
            widths.resize(std::max(widths.size(), row.size()));
            widths[column] = std::max(widths[column], terminal_width(plain_text(row[column].spans, values)));
        }
    std::string text;
    for (std::size_t number = 0; number < block.rows.size(); ++number) {
        std::string line;
        for (std::size_t column = 0; column < block.rows[number].size(); ++column) {
            const auto& cell = block.rows[number][column];
            const auto words = plain_text(cell.spans, values);
            const std::string blanks(static_cast<std::size_t>(widths[column] - terminal_width(words)), ' ');
            line += (column ? "   " : "") + (cell.align == CellAlign::right ? blanks + words : words + blanks);
        }
        text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
        if (number == 0) { int sum = 0; for (const int width : widths) sum += width + 3; text += std::string(static_cast<std::size_t>(std::max(1, sum - 3)), '-') + "\n"; }
    }
    return text;
}

std::string block_text(const Block& block, int columns, const ValueText& values) {
    const std::string margin = (block.note ? "  | " : "") + std::string(static_cast<std::size_t>(std::max(0, block.depth - 1)) * 2, ' ');
    const std::string indent = margin + (block.depth > 0 ? std::string(block.marker.size() > 3 ? 3 : 2, ' ') : "");
    switch (block.kind) {
    case BlockKind::heading: {
        const auto words = plain_text(block.spans, values);
        return words + "\n" + std::string(static_cast<std::size_t>(terminal_width(words)), block.level == 1 ? '=' : '-') + "\n";
    }
    case BlockKind::table: return table_text(block, values);
    case BlockKind::formula: return margin + "    " + plain_formula(block.text, values) + "\n";
    case BlockKind::rule: return "* * *\n";
    case BlockKind::code: {
        std::string text = block.path.empty() ? "" : block.path + " · " + block.function + "\n";
        for (std::string_view rest = block.text; !rest.empty();) {
            const auto line = rest.substr(0, rest.find('\n'));
            text += line.empty() ? "\n" : "    " + std::string(line) + "\n";
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        }
        return text;
    }
    default: return wrap(plain_text(block.spans, values), columns, block.marker.empty() ? indent : margin + block.marker + " ", indent);
    }
}

}  // namespace

int terminal_width(std::string_view text) {
    int width = 0;
    for (const char32_t sign : to_utf32(text)) width += (sign >= 0x2E80 && sign < 0xD800) || (sign >= 0xFF00 && sign < 0xFF61) ? 2 : sign >= 0x300 && sign < 0x370 ? 0 : 1;
    return width;
}

std::string plain_formula(std::string_view tex, const ValueText& values) {
    auto line = FormulaReader(tex, values).all();
    // Blanks around signs may have doubled
    std::string even;
    for (const char sign : line) if (sign != ' ' || even.empty() || even.back() != ' ') even += sign;
    return even;
}

std::string plain_text(const std::vector<Span>& spans, const ValueText& values) {
    std::string text;
    for (const auto& span : spans) {
        const auto live = values && !span.value.empty() && span.state.empty() ? values(span.value) : std::string();
        if (span.kind == SpanKind::formula) text += plain_formula(span.text, values);
        else text += live.empty() ? span.text : live;
    }
    return text;
}

std::string plain_text(const Document& document, int columns, const ValueText& values) {
    std::string text;
    const Block* before = nullptr;
    for (const auto& block : document.blocks) {
        const bool is_tight = before && ((before->depth > 0 && block.depth > 0) || (before->kind == BlockKind::note_title && block.note == before->note));
        if (before && !is_tight) text += "\n";
        text += block_text(block, columns, values);
        before = &block;
    }
    return text;
}

}  // namespace convbook::kit
