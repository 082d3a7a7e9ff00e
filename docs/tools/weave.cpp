// Finds marks line by line and replaces what they enclose; see weave.h for the marks themselves.
#include "weave.h"

#include <algorithm>
#include <optional>

#include "convbook/error.h"
#include "kit/formula_marks.h"
#include "kit/function_lines.h"

namespace convbook::docs {
namespace {

constexpr std::string_view kValue = "<!-- value: ", kCode = "<!-- code: ", kChapters = "<!-- chapters -->", kEnd = "-->", kClose = "<!-- / -->", kFormula = "<!-- values:";

std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_fence(std::string_view line) { return trimmed(line).starts_with("```"); }

// "full.params role=weights @cin=8&k=3": a name, attributes for the app, a state
struct Reference {
    std::string name, query;
};
Reference parse_reference(std::string_view words) {
    Reference reference;
    while (!(words = trimmed(words)).empty()) {
        const std::string_view word = words.substr(0, words.find(' '));
        words.remove_prefix(word.size());
        if (word.starts_with("@")) reference.query = word.substr(1);
        else if (reference.name.empty()) reference.name = word;
        else CONVBOOK_REQUIRE(word.find('=') != word.npos, "a value mark is a name, then attributes as key=value, then @state; found \"", word, "\"");
    }
    return reference;
}

// What one mark encloses: [begin, end) of its line
struct Mark {
    Reference reference;
    std::size_t begin = 0, end = 0;
};

Mark parse_comment_mark(std::string_view line, std::size_t at) {
    const std::size_t arrow = line.find(kEnd, at);
    const std::size_t begin = arrow + kEnd.size(), close = arrow == line.npos ? arrow : line.find(kClose, begin);
    CONVBOOK_REQUIRE(close != line.npos, "a value mark ends with --> and is closed by <!-- / --> on its own line: ", line.substr(at, 60));
    return {parse_reference(line.substr(at + kValue.size(), arrow - at - kValue.size())), begin, close};
}

// "saving@cout=8&k=3": a name and a state
Reference parse_name(std::string_view name) {
    const std::size_t state = std::min(name.find('@'), name.size());
    return {std::string(name.substr(0, state)), std::string(name.substr(std::min(state + 1, name.size())))};
}

kit::FormulaMark parse_formula_mark(std::string_view text, std::size_t at) {
    const auto mark = kit::find_formula_mark(text, at);
    CONVBOOK_REQUIRE(mark, "a comment that names a formula's values ends with --> on its line: ", text.substr(at, 60));
    CONVBOOK_REQUIRE(mark->formula.end > mark->formula.begin, "a formula follows the comment that names its values, on the same line or the next: ", text.substr(at, 60));
    CONVBOOK_REQUIRE(mark->names.size() == mark->numbers.size(), "the comment names ", mark->names.size(), " values and the formula has ", mark->numbers.size(),
                     " numbers in \\mathord{..}; name each once, in their order: ", text.substr(at, 60));
    return *mark;
}

class Weaver {
public:
    Weaver(std::string_view text, const Sources& sources) : lines_(split_lines(text)), sources_(sources), ends_in_newline_(text.ends_with("\n")) {}

    Woven run() {
        while (at_ < lines_.size()) step();
        if (!ends_in_newline_ && !woven_.text.empty()) woven_.text.pop_back();
        return std::move(woven_);
    }

private:
    void step() {
        const std::string_view line = lines_[at_];
        if (trimmed(line).starts_with(kCode)) return weave_code();
        if (trimmed(line) == kChapters) return weave_chapters();
        if (is_fence(line)) return copy_fenced();
        weave_values(line_with_formula());
        ++at_;
    }

    void emit(std::string_view line) { (woven_.text += line) += '\n'; }
    void fault(const std::string& words) { woven_.faults.push_back(message(at_ + 1, ": ", words)); }
    void compare(std::string_view mark, std::string_view was, std::string_view is) {
        if (was != is) woven_.stale.push_back({static_cast<int>(at_) + 1, std::string(mark), std::string(was), std::string(is)});
    }

    void copy_fenced() {
        emit(lines_[at_++]);
        while (at_ < lines_.size() && !is_fence(lines_[at_])) emit(lines_[at_++]);
        if (at_ < lines_.size()) emit(lines_[at_++]);
    }

    /// A comment alone on its line belongs to the formula on the next.
    std::string_view line_with_formula() {
        const std::string_view line = lines_[at_];
        const bool has_next = trimmed(trimmed(line).substr(trimmed(line).starts_with(">") ? 1 : 0)).starts_with(kFormula) && trimmed(line).ends_with(kEnd) && at_ + 1 < lines_.size();
        return has_next ? std::string_view(line.data(), static_cast<std::size_t>(lines_[++at_].end() - line.begin())) : line;
    }

    void weave_values(std::string_view line) {
        std::string out;
        std::size_t done = 0;
        const auto put = [&](std::size_t begin, std::size_t end, const std::string& name, const std::string& is) {
            compare(name, line.substr(begin, end - begin), is);
            out.append(line.substr(done, begin - done)).append(is);
            done = end;
        };
        for (std::size_t at = next_mark(line, 0); at != line.npos; at = next_mark(line, std::max(done, at + 1))) {
            if (std::count(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(at), '`') % 2 == 1) continue;  // a code span speaks about marks
            try {
                if (line.substr(at).starts_with(kFormula)) weave_formula(line, at, put);
                else {
                    const Mark mark = parse_comment_mark(line, at);
                    put(mark.begin, mark.end, mark.reference.name, sources_.value(mark.reference.name, mark.reference.query));
                }
            } catch (const Error& error) {
                fault(error.what());
            }
        }
        emit(out += line.substr(done));
    }

    /// All of a formula's numbers or, if one of its names is unknown, none.
    template <class Put>
    void weave_formula(std::string_view line, std::size_t at, const Put& put) {
        const kit::FormulaMark mark = parse_formula_mark(line, at);
        std::vector<std::string> now;
        for (const std::string& name : mark.names) {
            const Reference reference = parse_name(name);
            now.push_back(kit::number_as_tex(sources_.value(reference.name, reference.query)));
        }
        for (std::size_t index = 0; index < now.size(); ++index) put(mark.numbers[index].begin, mark.numbers[index].end, mark.names[index], now[index]);
    }

    static std::size_t next_mark(std::string_view line, std::size_t from) { return std::min(line.find(kValue, from), line.find(kFormula, from)); }

    void weave_code() {
        const std::string_view mark = trimmed(lines_[at_]);
        emit(lines_[at_]);
        // The block that follows the mark, if it was woven before
        std::size_t fence = at_ + 1;
        while (fence < lines_.size() && trimmed(lines_[fence]).empty()) ++fence;
        std::string was;
        std::size_t after = at_ + 1;
        if (fence < lines_.size() && is_fence(lines_[fence])) {
            for (after = fence + 1; after < lines_.size() && !is_fence(lines_[after]); ++after) (was += lines_[after]) += '\n';
            after = std::min(after + 1, lines_.size());
        }
        write_code(mark, was);
        at_ = after;
    }

    void write_code(std::string_view mark, const std::string& was) {
        std::string is = was;
        try {
            const std::string_view words = trimmed(mark.substr(kCode.size(), mark.find(kEnd) - kCode.size()));
            const std::size_t hash = words.find('#');
            CONVBOOK_REQUIRE(hash != words.npos, "a code mark is path#function; found \"", words, "\"");
            is = sources_.code(std::string(words.substr(0, hash)), std::string(words.substr(hash + 1)));
            compare(words, was, is);
        } catch (const Error& error) {
            fault(error.what());
        }
        emit("```cpp");
        woven_.text += is;
        emit("```");
    }

    void weave_chapters() {
        emit(lines_[at_]);
        std::size_t close = at_ + 1;
        std::string was;
        while (close < lines_.size() && trimmed(lines_[close]) != kClose) (was += lines_[close++]) += '\n';
        if (close == lines_.size()) return fault("the table of chapters is closed by <!-- / --> on a line of its own"), emit_rest();
        const std::string is = sources_.chapters();
        compare("chapters", was, is);
        woven_.text += is;
        emit(lines_[close]);
        at_ = close + 1;
    }

    void emit_rest() {
        while (++at_ < lines_.size()) emit(lines_[at_]);
    }

    std::vector<std::string_view> lines_;
    const Sources& sources_;
    bool ends_in_newline_;
    std::size_t at_ = 0;
    Woven woven_;
};

}  // namespace

Woven weave(std::string_view text, const Sources& sources) { return Weaver(text, sources).run(); }

std::string quote_function(const std::string& path, std::string_view source, const std::string& function) {
    const auto found = kit::find_function_lines(source, function);
    CONVBOOK_REQUIRE(found, "there is no definition of ", function, " in ", path, "; quote a function that it defines");
    const std::vector<std::string_view> lines = split_lines(source);
    // A method of a class is quoted without the class's indentation
    const std::string_view first = lines[static_cast<std::size_t>(found->first) - 1];
    const std::size_t indent = std::min(first.find_first_not_of(' '), first.size());
    std::string quoted;
    for (int number = found->first; number <= found->last; ++number) {
        const std::string_view line = lines[static_cast<std::size_t>(number) - 1];
        const std::size_t own = std::min(line.find_first_not_of(' '), line.size());
        (quoted += line.substr(std::min(indent, own))) += '\n';
    }
    return quoted;
}

}  // namespace convbook::docs
