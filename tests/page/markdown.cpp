// The chapters' Markdown: every mark of the book is understood, and what is not a mark stays text.
#include <doctest/doctest.h>

#include "kit/markdown.h"

using namespace convbook;
using namespace convbook::kit;

namespace {
const Span& span(const Document& document, std::size_t block, std::size_t index) { return document.blocks.at(block).spans.at(index); }
}  // namespace

TEST_CASE("a value mark keeps its woven text, name, role and state") {
    const auto document = parse_markdown("<!-- value: separable.params role=weights @cin=16&k=3 -->704<!-- / --> parameters");
    REQUIRE(document.blocks.size() == 1);
    CHECK(span(document, 0, 0).text == "704");
    CHECK(span(document, 0, 0).value == "separable.params");
    CHECK(span(document, 0, 0).state == "cin=16&k=3");
    CHECK(span(document, 0, 0).role == Role::weights);
    CHECK(span(document, 0, 1).text == " parameters");
    CHECK(span(document, 0, 1).value.empty());
}

TEST_CASE("live values replace woven ones, values of a fixed state do not") {
    const auto document = parse_markdown("<!-- value: a -->1<!-- / --> and <!-- value: a @k=3 -->2<!-- / -->");
    CHECK(plain_text(document, 0, [](std::string_view name) { return name == "a" ? std::string("7") : std::string(); }) == "7 and 2\n");
}

TEST_CASE("a value mark in the middle of emphasis keeps the emphasis") {
    const auto document = parse_markdown("**all <!-- value: n -->9<!-- / --> of them**");
    REQUIRE(document.blocks[0].spans.size() == 3);
    for (const auto& one : document.blocks[0].spans) CHECK(one.is_bold);
}

TEST_CASE("a role link colours words without being a link") {
    const auto document = parse_markdown("the [input](role:input) and [no padding](?p=0)");
    CHECK(span(document, 0, 1).role == Role::input);
    CHECK(span(document, 0, 1).link.empty());
    CHECK(span(document, 0, 3).link == "?p=0");
}

TEST_CASE("the emphasised paragraph under the title is the question") {
    const auto document = parse_markdown("# Title\n\n*How?*\n\n*Emphasis later is none.*");
    CHECK(document.title() == "Title");
    CHECK(document.blocks[1].kind == BlockKind::question);
    CHECK(document.blocks[2].kind == BlockKind::paragraph);
}

TEST_CASE("a note's bold first line is its title") {
    const auto document = parse_markdown("> **A number**\n> The layer has 704.\n>\n> More.\n\nAfter.");
    REQUIRE(document.blocks.size() == 4);
    CHECK(document.blocks[0].kind == BlockKind::note_title);
    CHECK(document.blocks[1].note == document.blocks[0].note);
    CHECK(document.blocks[2].note == document.blocks[0].note);
    CHECK(document.blocks[3].note == 0);
}

TEST_CASE("two notes stay two") {
    const auto document = parse_markdown("> **One**\n> a\n\ntext\n\n> **Two**\n> b");
    CHECK(document.blocks.front().note != document.blocks.back().note);
}

TEST_CASE("a displayed formula leaves its paragraph, an inline one stays") {
    const auto document = parse_markdown("so $a_i$ and\n$$x_{1}=\\frac{a}{b}$$\nthen");
    REQUIRE(document.blocks.size() == 3);
    CHECK(document.blocks[0].spans[1].kind == SpanKind::formula);
    CHECK(document.blocks[0].spans[1].text == "a_i");
    CHECK(document.blocks[1].kind == BlockKind::formula);
    CHECK(document.blocks[1].text == "x_{1}=\\frac{a}{b}");
    CHECK(plain_text(document.blocks[2].spans) == "then");
}

TEST_CASE("a code mark names the source of the fenced block that follows") {
    const auto document = parse_markdown("<!-- code: lib/src/a.cpp#conv -->\n```cpp\nint x = 1;\n```\n\n```\nplain <!-- value: no -->\n```");
    REQUIRE(document.blocks.size() == 2);
    CHECK(document.blocks[0].path == "lib/src/a.cpp");
    CHECK(document.blocks[0].function == "conv");
    CHECK(document.blocks[0].text == "int x = 1;\n");
    CHECK(document.blocks[1].path.empty());
    CHECK(document.blocks[1].text == "plain <!-- value: no -->\n");
}

TEST_CASE("lists know their depth and markers, tables their cells and sides") {
    const auto list = parse_markdown("1. one\n2. two\n   - deep\n");
    CHECK(list.blocks[0].marker == "1.");
    CHECK(list.blocks[1].marker == "2.");
    CHECK(list.blocks[2].depth == 2);
    const auto table = parse_markdown("| a | b |\n|---|--:|\n| x | 10 |\n");
    REQUIRE(table.blocks[0].rows.size() == 2);
    CHECK(table.blocks[0].rows[1][1].align == CellAlign::right);
    CHECK(plain_text(table) == "a    b\n------\nx   10\n");
}

TEST_CASE("typed quotation marks become printers' ones, but not in code") {
    CHECK(plain_text(parse_markdown("the block's \"window\"")) == "the block’s “window”\n");
    CHECK(plain_text(parse_markdown("`a's`")) == "a's\n");
}

TEST_CASE("plain text breaks Chinese without a line that begins with a closing sign") {
    const auto text = plain_text(parse_markdown("标准卷积同时做两件事：在每个像素周围取样，并把各通道混合起来。这两件事本不必绑在一起。"), 20);
    for (const char* sign : {"\n，", "\n。", "\n："}) CHECK(text.find(sign) == std::string::npos);
}
