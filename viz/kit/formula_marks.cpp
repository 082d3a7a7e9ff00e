// Reads the comments that name live numbers, and the colours that stand for roles. docs/tools/formulas/collect.js does the same for the authoring tool.
#include "formula_marks.h"

#include <algorithm>
#include <array>
#include <utility>

namespace convbook::kit {
namespace {

constexpr std::string_view kOpen = "<!-- values:", kClose = "-->", kNumber = "\\mathord{";
/// How a value is written, and how TeX writes it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kSpellings{{{",", "{,}"}, {"\u2212", "-"}, {"\u2009", "\\thinspace "}}};
constexpr std::array<std::string_view, 6> kColours{"", "steelblue", "chocolate", "seagreen", "mediumorchid", "crimson"};

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    for (std::size_t at = text.find_first_not_of(' '); at < text.size(); at = text.find_first_not_of(' ', at)) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        words.emplace_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

std::string replace_all(std::string_view text, std::string_view was, std::string_view is) {
    std::string result;
    for (std::size_t at = text.find(was); at != text.npos; at = text.find(was)) {
        result.append(text.substr(0, at)).append(is);
        text.remove_prefix(at + was.size());
    }
    return result.append(text);
}

/// A formula at `begin` with its dollar signs; empty if there is none.
TextRange formula_at(std::string_view text, std::size_t begin) {
    const std::string_view dollars = text.substr(begin).starts_with("$$") ? "$$" : text.substr(begin).starts_with('$') ? "$" : "";
    const std::size_t close = dollars.empty() ? text.npos : text.find(dollars, begin + dollars.size());
    return close == text.npos ? TextRange{begin, begin} : TextRange{begin, close + dollars.size()};
}

}  // namespace

std::optional<TextRange> braced(std::string_view text, std::size_t open) {
    if (open >= text.size() || text[open] != '{') return {};
    int depth = 0;
    for (std::size_t at = open; at < text.size(); ++at) {
        if (text[at] == '\\') { ++at; continue; }
        depth += (text[at] == '{') - (text[at] == '}');
        if (depth == 0) return TextRange{open + 1, at};
    }
    return {};
}

std::optional<FormulaMark> find_formula_mark(std::string_view text, std::size_t from) {
    const std::size_t begin = text.find(kOpen, from), close = text.find(kClose, begin);
    if (close == text.npos) return {};
    FormulaMark mark;
    mark.comment = {begin, close + kClose.size()};
    mark.names = words_of(text.substr(begin + kOpen.size(), close - begin - kOpen.size()));
    mark.formula = formula_at(text, std::min(text.find_first_not_of(" \n>", mark.comment.end), text.size()));
    for (std::size_t at = text.find(kNumber, mark.formula.begin); at < mark.formula.end; at = text.find(kNumber, at + 1))
        if (const auto inside = braced(text, at + kNumber.size() - 1)) mark.numbers.push_back(*inside);
    return mark;
}

std::string with_named_numbers(std::string_view text) {
    std::string result;
    std::size_t done = 0;
    const auto copy_until = [&](std::size_t end) { result += text.substr(done, end - done), done = end; };
    for (auto mark = find_formula_mark(text); mark; mark = find_formula_mark(text, std::max(done, mark->comment.end))) {
        if (mark->names.size() != mark->numbers.size()) continue;
        copy_until(mark->comment.begin);
        done = mark->formula.begin;
        for (std::size_t index = 0; index < mark->names.size(); ++index) {
            const TextRange number = mark->numbers[index];
            copy_until(number.begin - kNumber.size());
            result.append("\\val{").append(mark->names[index]).append("}{").append(number_from_tex(text.substr(number.begin, number.end - number.begin)));
            done = number.end;
        }
        copy_until(mark->formula.end);
    }
    copy_until(text.size());
    return result;
}

std::string number_as_tex(std::string_view number) {
    std::string tex(number);
    for (const auto& [written, in_tex] : kSpellings) tex = replace_all(tex, written, in_tex);
    return tex;
}

std::string number_from_tex(std::string_view tex) {
    std::string number(tex);
    for (const auto& [written, in_tex] : kSpellings) number = replace_all(number, in_tex, written);
    return number;
}

Role role_of_colour(std::string_view colour) {
    const auto found = std::find(kColours.begin(), kColours.end(), colour);
    return colour.empty() || found == kColours.end() ? Role::none : static_cast<Role>(found - kColours.begin());
}

}  // namespace convbook::kit
