// Regular expressions over Markdown; see prose.h.
#include "prose.h"

#include <doctest/doctest.h>

#include <cctype>
#include <regex>
#include <sstream>

namespace convbook::book_test {
namespace {

std::string without(const std::string& text, const char* pattern) { return std::regex_replace(text, std::regex(pattern), " "); }

// Fenced blocks hold code, not text; std::regex would recurse too deep over them
std::string without_fences(const std::string& markdown) {
    std::istringstream in(markdown);
    std::string out;
    bool is_code = false;
    for (std::string line; std::getline(in, line);) {
        const bool is_fence = line.starts_with("```");
        if (!is_fence && !is_code) (out += line) += '\n';
        is_code ^= is_fence;
    }
    return out;
}

std::vector<std::smatch> matches(const std::string& text, const std::regex& pattern) { return {std::sregex_iterator(text.begin(), text.end(), pattern), {}}; }

std::string prose(const std::string& markdown) {
    std::istringstream in(without_fences(markdown));
    std::string out;
    for (std::string line; std::getline(in, line);)
        (out += without(without(without(line, "<!--.*?-->"), R"(\$\$?[^$]+\$\$?)"), R"(\]\([^)]*\))")) += '\n';
    return out;
}

}  // namespace

std::vector<Mark> value_marks(const std::string& markdown) {
    static const std::regex comment(R"(<!-- value: (\S+)[^>]*?(?:@(\S+) )?-->)"), formula(R"(<!-- values:([^>]*)-->)"), name(R"(([^\s@]+)(?:@(\S+))?)");
    const std::string text = without_fences(markdown);
    std::vector<Mark> marks;
    for (const std::smatch& match : matches(text, comment)) marks.push_back({match[1], match[2]});
    for (const std::smatch& match : matches(text, formula))
        for (const std::string names = match[1]; const std::smatch& one : matches(names, name)) marks.push_back({one[1], one[2]});
    return marks;
}

std::set<std::string> code_marks(const std::string& markdown) {
    static const std::regex mark(R"(<!-- code: (\S+) -->)");
    std::set<std::string> names;
    for (const std::smatch& match : matches(markdown, mark)) names.insert(match[1]);
    return names;
}

std::vector<std::string> link_targets(const std::string& markdown) {
    static const std::regex link(R"(\]\(([^)\s]+)\))"), source("src=\"([^\"]+)\"");
    const std::string text = without(without_fences(markdown), "`[^`\n]*`");
    std::vector<std::string> targets;
    for (const std::regex* pattern : {&link, &source})
        for (const std::smatch& match : matches(text, *pattern)) targets.push_back(match[1]);
    return targets;
}

std::set<std::string> heading_anchors(const std::string& markdown) {
    std::istringstream in(without_fences(markdown));
    std::set<std::string> anchors;
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("#")) continue;
        std::string anchor;
        for (const char c : line.substr(line.find_first_not_of("# ")))
            if (c == ' ') anchor += '-';
            else if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || (c & 0x80)) anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        anchors.insert(anchor);
    }
    return anchors;
}

int prose_words(const std::string& markdown) {
    std::istringstream in(prose(markdown));
    int words = 0;
    for (std::string word; in >> word;)
        for (const char c : word)
            if (std::isalnum(static_cast<unsigned char>(c))) {
                ++words;
                break;
            }
    return words;
}

int prose_characters(const std::string& markdown) {
    int characters = 0;
    for (const char c : prose(markdown)) characters += static_cast<unsigned char>(c) >= 0xE4 && static_cast<unsigned char>(c) <= 0xE9;  // U+4000..U+9FFF
    return characters;
}

}  // namespace convbook::book_test

using namespace convbook::book_test;

TEST_CASE("tests find marks, links, headings and words where they are, and not in code") {
    const std::string text = "# One, two\n<!-- value: a.b role=input @k=3 -->1<!-- / --> and <!-- value: c -->2<!-- / --> <!-- values: d e@p=1 --> $\\mathord{3}+\\mathord{4}$ [x](?k=5) `[y](z)`\n```\n[no](no)\n```\n中文字\n";
    const auto marks = value_marks(text);
    REQUIRE(marks.size() == 4);
    CHECK(marks[0].name == "a.b");
    CHECK(marks[0].query == "k=3");
    CHECK(marks[1].query.empty());
    CHECK(marks[2].name == "d");
    CHECK(marks[3].query == "p=1");
    CHECK(link_targets(text) == std::vector<std::string>{"?k=5"});
    CHECK(heading_anchors(text) == std::set<std::string>{"one-two"});
    CHECK(prose_characters(text) == 3);
    CHECK(code_marks("<!-- code: a/b.cpp#f -->") == std::set<std::string>{"a/b.cpp#f"});
}
