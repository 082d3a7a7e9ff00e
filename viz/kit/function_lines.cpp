// Finds a function's definition among the tokens of a source; see function_lines.h.
#include "function_lines.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace convbook::kit {
namespace {

struct Token {
    std::string_view text;
    int line = 0;
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Splits a source into words and single signs ("::" stays whole); everything a name cannot stand in is dropped
class Lexer {
public:
    explicit Lexer(std::string_view source) : source_(source) {}
    std::vector<Token> tokens() {
        std::vector<Token> out;
        while (at_ < source_.size()) {
            if (skip_silent()) continue;
            const std::size_t start = at_;
            if (is_word(source_[at_])) while (at_ < source_.size() && is_word(source_[at_])) ++at_;
            else at_ += source_.substr(at_, 2) == "::" ? 2 : 1;
            out.push_back({source_.substr(start, at_ - start), line_});
        }
        return out;
    }

private:
    // White space, comments, literals, preprocessor lines
    bool skip_silent() {
        const char c = source_[at_];
        if (c == '\n') return ++line_, ++at_, is_line_start_ = true;
        if (std::isspace(static_cast<unsigned char>(c))) return ++at_, true;
        if (c == '#' && is_line_start_) return skip_preprocessor();
        is_line_start_ = false;
        if (source_.substr(at_, 2) == "//") return at_ = std::min(source_.find('\n', at_), source_.size()), true;
        if (source_.substr(at_, 2) == "/*") return skip_to(source_.find("*/", at_ + 2), 2);
        if (source_.substr(at_, 2) == "R\"") return skip_raw();
        if (c == '"' || (c == '\'' && !(at_ > 0 && is_word(source_[at_ - 1])))) return skip_literal(c);
        return false;
    }
    bool skip_to(std::size_t end, std::size_t extra) {
        end = end == source_.npos ? source_.size() : end + extra;
        for (; at_ < end; ++at_) line_ += source_[at_] == '\n';
        return true;
    }
    bool skip_preprocessor() {
        std::size_t end = source_.find('\n', at_);
        while (end != source_.npos && source_[end - 1] == '\\') end = source_.find('\n', end + 1);
        return skip_to(end, 0);
    }
    bool skip_raw() {
        const std::size_t open = source_.find('(', at_);
        const std::string close = ")" + std::string(source_.substr(at_ + 2, open - at_ - 2)) + "\"";
        return skip_to(source_.find(close, at_), close.size());
    }
    bool skip_literal(char quote) {
        for (++at_; at_ < source_.size() && source_[at_] != quote; ++at_) at_ += source_[at_] == '\\';
        return ++at_, true;
    }

    std::string_view source_;
    std::size_t at_ = 0;
    int line_ = 1;
    bool is_line_start_ = true;
};

// The token after the bracket that closes the one at `open`
std::size_t after_closing(const std::vector<Token>& tokens, std::size_t open) {
    const std::string_view opening = tokens[open].text, closing = opening == "(" ? ")" : opening == "{" ? "}" : "]";
    int depth = 0;
    for (std::size_t i = open; i < tokens.size(); ++i) {
        depth += (tokens[i].text == opening) - (tokens[i].text == closing);
        if (depth == 0) return i + 1;
    }
    return tokens.size();
}

// From the token after the parameter list to the opening brace of the body; npos if this is a call or a declaration
std::size_t find_body(const std::vector<Token>& tokens, std::size_t i) {
    bool has_initialisers = false;
    while (i < tokens.size()) {
        const std::string_view text = tokens[i].text;
        if (text == "{") {
            // A brace right after a name in an initialiser list is that member's value
            if (!has_initialisers || tokens[i - 1].text == ")" || tokens[i - 1].text == "}") return i;
            i = after_closing(tokens, i);
        } else if (text == "(" || text == "[") {
            i = after_closing(tokens, i);
        } else if (text == ":") {
            has_initialisers = true;
            ++i;
        } else if (is_word(text[0]) || text == "::" || text == "<" || text == ">" || text == "&" || text == "*" || text == "-" ||
                   (has_initialisers && text == ",")) {
            ++i;
        } else {
            return std::string_view::npos;
        }
    }
    return std::string_view::npos;
}

// Back to the first token of the declaration: after the previous ; { } or access label
std::size_t find_start(const std::vector<Token>& tokens, std::size_t name) {
    std::size_t start = name;
    while (start > 0) {
        const std::string_view before = tokens[start - 1].text;
        if (before == ";" || before == "{" || before == "}" || before == ":") break;
        --start;
    }
    return start;
}

// The first of the comment lines that stand right above `line`
int with_comment(std::string_view source, int line) {
    std::vector<bool> is_comment = {false};
    for (std::size_t at = 0; at < source.size() && static_cast<int>(is_comment.size()) < line;) {
        const std::size_t end = std::min(source.find('\n', at), source.size());
        const std::size_t word = std::min(source.find_first_not_of(' ', at), end);
        is_comment.push_back(source.substr(word, 2) == "//");
        at = end + 1;
    }
    while (line > 1 && is_comment[static_cast<std::size_t>(line) - 1]) --line;
    return line;
}

std::optional<FunctionLines> find_chain(const std::vector<Token>& tokens, const std::vector<std::string_view>& chain) {
    for (std::size_t i = chain.size() - 1; i + 1 < tokens.size(); ++i) {
        bool is_match = tokens[i + 1].text == "(";
        for (std::size_t k = 0; k < chain.size() && is_match; ++k) is_match = tokens[i - k].text == chain[chain.size() - 1 - k];
        if (!is_match) continue;
        const std::size_t body = find_body(tokens, after_closing(tokens, i + 1));
        if (body == std::string_view::npos) continue;
        const std::size_t end = after_closing(tokens, body);
        return FunctionLines{tokens[find_start(tokens, i)].line, tokens[end - 1].line};
    }
    return {};
}

}  // namespace

std::optional<FunctionLines> find_function_lines(std::string_view source, std::string_view name) {
    const std::vector<Token> tokens = Lexer(source).tokens();
    std::vector<std::string_view> chain;
    const std::vector<Token> name_tokens = Lexer(name).tokens();
    for (const Token& token : name_tokens) chain.push_back(token.text);
    if (chain.empty()) return {};
    std::optional<FunctionLines> found = find_chain(tokens, chain);
    if (found) found->first = with_comment(source, found->first);
    return found;
}

}  // namespace convbook::kit
