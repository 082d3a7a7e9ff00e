// What tests read out of Markdown: links, marks, headings, words of prose. Not a Markdown parser; viz/kit/markdown.h is.
#pragma once
#include <set>
#include <string>
#include <vector>

namespace convbook::book_test {

struct Mark {
    std::string name, query;
};
std::vector<Mark> value_marks(const std::string& markdown);          ///< of words and of formulas alike
std::set<std::string> code_marks(const std::string& markdown);       ///< "path#function"
std::vector<std::string> link_targets(const std::string& markdown);  ///< of [words](target) and src="target"
std::set<std::string> heading_anchors(const std::string& markdown);  ///< as code hosts make them: "What is left" -> "what-is-left"
int prose_words(const std::string& markdown);                        ///< without code, marks and formulas
int prose_characters(const std::string& markdown);                   ///< Chinese characters of the same

}  // namespace convbook::book_test
