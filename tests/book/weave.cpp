// Claims about the weaver: what it rewrites, what it leaves alone, what it refuses.
#include "weave.h"

#include <doctest/doctest.h>

#include "convbook/error.h"

using namespace convbook;
using namespace convbook::docs;

namespace {

Sources sources() {
    Sources out;
    out.value = [](const std::string& name, const std::string& query) {
        CONVBOOK_REQUIRE(name == "params", "no value ", name);
        return query == "cin=8&k=3" ? std::string("352") : std::string("704");
    };
    out.code = [](const std::string&, const std::string& function) { return "int " + function + "() {\n    return 1;\n}\n"; };
    out.chapters = [] { return std::string("| 07 |\n"); };
    return out;
}

std::string woven(std::string_view text) { return weave(text, sources()).text; }

}  // namespace

TEST_CASE("a value mark gets the lesson's text, in the default state or in its own") {
    CHECK(woven("It is <!-- value: params -->706<!-- / -->, not 706.\n") == "It is <!-- value: params -->704<!-- / -->, not 706.\n");
    CHECK(woven("<!-- value: params role=weights @cin=8&k=3 --><!-- / -->") == "<!-- value: params role=weights @cin=8&k=3 -->352<!-- / -->");
    CHECK(woven("so <!-- values: params params@cin=8&k=3 --> $n = \\mathord{1{,}2} + \\mathord{}$.\n") ==
          "so <!-- values: params params@cin=8&k=3 --> $n = \\mathord{704} + \\mathord{352}$.\n");
    CHECK(woven("> <!-- values: params -->\n> $$\\mathord{1}$$\nend\n") == "> <!-- values: params -->\n> $$\\mathord{704}$$\nend\n");
    CHECK(woven("<!-- value: params -->1<!-- / --> and <!-- value: params -->2<!-- / -->") ==
          "<!-- value: params -->704<!-- / --> and <!-- value: params -->704<!-- / -->");
}

TEST_CASE("weaving twice changes nothing more") {
    const std::string once = woven("a <!-- value: params -->1<!-- / -->\n\n<!-- code: a.cpp#f -->\n\n<!-- chapters -->\n<!-- / -->\nend\n");
    CHECK(woven(once) == once);
    CHECK(weave(once, sources()).stale.empty());
}

TEST_CASE("a code mark gets the whole function in the block below it") {
    CHECK(woven("<!-- code: a.cpp#f -->\n```cpp\nint f();\n```\nafter\n") == "<!-- code: a.cpp#f -->\n```cpp\nint f() {\n    return 1;\n}\n```\nafter\n");
    CHECK(woven("<!-- code: a.cpp#f -->\nafter\n") == "<!-- code: a.cpp#f -->\n```cpp\nint f() {\n    return 1;\n}\n```\nafter\n");
}

TEST_CASE("what is stale is named by line, mark, old text and new text") {
    const Woven result = weave("one\n\n<!-- value: params -->706<!-- / -->\n", sources());
    REQUIRE(result.stale.size() == 1);
    CHECK(result.stale[0].line == 3);
    CHECK(result.stale[0].mark == "params");
    CHECK(result.stale[0].was == "706");
    CHECK(result.stale[0].is == "704");
}

TEST_CASE("marks in code spans and fenced blocks are words about marks") {
    const std::string text = "Write `<!-- value: params -->1<!-- / -->`.\n```md\n<!-- value: params -->1<!-- / -->\n```\n";
    CHECK(woven(text) == text);
}

TEST_CASE("a mark that cannot be woven is a fault with its line and stays as it was") {
    for (const std::string text : {"\n<!-- value: nothing -->1<!-- / -->", "\n<!-- value: params -->1", "\n<!-- value: params loud -->1<!-- / -->", "\n<!-- values: params", "\n<!-- values: params --> and", "\n<!-- values: params --> $1$",
                             "\n<!-- values: params nothing --> $\\mathord{1}\\mathord{2}$",
                             "\n<!-- code: a.cpp -->\n```cpp\nx\n```\n", "\n<!-- chapters -->\nrow\n"}) {
        CAPTURE(text);
        const Woven result = weave(text, sources());
        REQUIRE(result.faults.size() == 1);
        CHECK(result.faults[0].starts_with("2: "));
        CHECK(result.text == text);
    }
}

TEST_CASE("a quoted function keeps its own indentation and loses its class's") {
    CHECK(quote_function("a.h", "struct S {\n    int f() {\n        return 1;\n    }\n};\n", "f") == "int f() {\n    return 1;\n}\n");
    CHECK_THROWS_WITH_AS(quote_function("a.h", "int f();\n", "f"), "there is no definition of f in a.h; quote a function that it defines", Error);
}
