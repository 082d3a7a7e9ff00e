// Claims about the texts on a code host: its MathJax knows no macro of ours, and its Markdown must leave every formula whole.
#include <doctest/doctest.h>

#include <cctype>
#include <regex>
#include <set>

#include "kit/formula_marks.h"
#include "kit/markdown.h"
#include "texts.h"

using namespace convbook;
using namespace convbook::kit;

namespace {

/// What MathJax and KaTeX both know without a package; what a text needs beyond it belongs here only if both do.
const std::set<std::string, std::less<>> kStandard{
    "alpha", "approx", "beta", "cdot", "cdots", "delta", "Delta", "div", "enspace", "epsilon", "equiv", "eta", "exp", "frac", "gamma", "ge", "gt", "hat", "in", "infty",
    "lambda", "lceil", "ldots", "le", "left", "lfloor", "log", "lt", "mathbb", "mathbf", "mathcal", "mathord", "mathrm", "max", "mid", "min", "mu", "nabla", "ne", "odot",
    "oplus", "partial", "pi", "pm", "prime", "prod", "quad", "rceil", "rfloor", "rho", "right", "rightarrow", "sigma", "sqrt", "sum", "tau", "text", "textcolor", "theta",
    "thinspace", "times", "to", "underset", "varepsilon", "widehat"};

std::vector<std::string> unknown_commands(const std::string& tex) {
    static const std::regex command(R"(\\([A-Za-z]+|.))");
    std::vector<std::string> unknown;
    for (std::sregex_iterator match(tex.begin(), tex.end(), command), end; match != end; ++match)
        if (!kStandard.contains(match->str(1))) unknown.push_back(match->str(0));
    return unknown;
}

std::vector<std::string> colours_without_role(const std::string& tex) {
    static const std::regex colour(R"(\\textcolor\{([^}]*)\})");
    std::vector<std::string> found;
    for (std::sregex_iterator match(tex.begin(), tex.end(), colour), end; match != end; ++match)
        if (role_of_colour(match->str(1)) == Role::none) found.push_back(match->str(1));
    return found;
}

/// Fences and code spans hold no formulas.
std::string without_code(std::string_view text) {
    static const std::regex fence("(^|\n)```[\\s\\S]*?\n```"), span("`[^`\n]*`");
    return std::regex_replace(std::regex_replace(std::string(text), fence, "\n"), span, "code");
}

struct Found { std::string before, tex, after; };
std::vector<Found> formulas_in(std::string_view markdown) {
    static const std::regex formula(R"((^|[^$])(\$\$?)([^$]+)\2(?!\$))");
    const std::string text = without_code(markdown);
    std::vector<Found> found;
    for (std::sregex_iterator match(text.begin(), text.end(), formula), end; match != end; ++match) found.push_back({match->str(1), match->str(3), match->suffix().str().substr(0, 1)});
    return found;
}

}  // namespace

TEST_CASE("every formula in the texts uses only commands that a code host knows") {
    int formulas = 0;
    for (const auto& chapter : tests::chapter_texts())
        for (const auto& found : formulas_in(chapter.text)) {
            CAPTURE(chapter.path);
            CAPTURE(found.tex);
            CHECK(unknown_commands(found.tex).empty());
            CHECK(colours_without_role(found.tex).empty());
            ++formulas;
        }
    CHECK(formulas > 60);
    CHECK(unknown_commands("\\input{C}+\\val{a}{1}\\,").size() == 3);
}

TEST_CASE("no formula holds what a code host's Markdown would take for its own") {
    for (const auto& chapter : tests::chapter_texts())
        for (const auto& found : formulas_in(chapter.text)) {
            CAPTURE(chapter.path);
            CAPTURE(found.tex);
            CHECK(found.tex.find_first_of("<>*%#`\n") == std::string::npos);
            CHECK(found.tex.find("](") == std::string::npos);
            // An underscore after a sign could begin emphasis; after a letter it cannot
            for (std::size_t at = found.tex.find('_'); at != std::string::npos; at = found.tex.find('_', at + 1)) CHECK(std::isalnum(static_cast<unsigned char>(found.tex[at - 1])));
        }
}

TEST_CASE("a formula on the line stands where a code host looks for one: after a blank, and before no letter or digit") {
    for (const auto& chapter : tests::chapter_texts())
        for (const auto& found : formulas_in(chapter.text)) {
            CAPTURE(chapter.path);
            CAPTURE(found.tex);
            CHECK((found.before.empty() || found.before == " " || found.before == "\n"));
            CHECK_FALSE(std::isalnum(static_cast<unsigned char>(found.after.empty() ? ' ' : found.after[0])));
        }
}

TEST_CASE("the names of live numbers reach their formula, on the line and in a paragraph of its own") {
    const auto document = parse_markdown("It is <!-- values: a b@k=5 --> $\\mathord{1{,}234}+\\mathord{-2}$ now.\n\n<!-- values: c -->\n$$\\textcolor{crimson}{\\mathord{3}}$$\n");
    REQUIRE(document.blocks.size() == 2);
    REQUIRE(document.blocks[0].spans.size() == 3);
    CHECK(document.blocks[0].spans[0].text == "It is ");
    CHECK(document.blocks[0].spans[1].text == "\\val{a}{1,234}+\\val{b@k=5}{\u2212" "2}");
    CHECK(document.blocks[1].kind == BlockKind::formula);
    CHECK(document.blocks[1].text == "\\textcolor{crimson}{\\val{c}{3}}");
}

TEST_CASE("a comment that does not fit its formula names nothing, and the numbers stay readable") {
    CHECK(with_named_numbers("<!-- values: a b --> $\\mathord{1}$") == "<!-- values: a b --> $\\mathord{1}$");
    CHECK(with_named_numbers("<!-- values: a") == "<!-- values: a");
    CHECK(plain_formula("2\\cdot\\mathord{1{,}234}") == "2·1,234");
}

TEST_CASE("a number goes to TeX and back") {
    CHECK(number_as_tex("25,740,288") == "25{,}740{,}288");
    for (const std::string number : {"25,740,288", "\u2212" "0.5", "300.8\u2009M"}) CHECK(number_from_tex(number_as_tex(number)) == number);
}
