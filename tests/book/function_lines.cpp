// Claims about finding a function by name in a source, the ground under "code and text cannot drift".
#include "kit/function_lines.h"

#include <doctest/doctest.h>

#include "kit/chapter_head.h"

using namespace convbook::kit;

namespace {

constexpr const char* kSource = R"(// sum(1) { not this one }
#define sum(x) { x }
int sum(int a, int b);                       // line 3: a declaration
const char* words = "int sum(int a) { }";
namespace deep {

// Adds two.
/// Of anything.
template <class T>
T sum(T a,
      T b) {
    if (a < sum(b)) { return '{'; }
    return a + b;  // }
}

struct Box {
    Box(int w) : width(w), both{w, sum(w)} {
        width += 1'000;
    }
    int area() const noexcept { return width; }
};
auto Box::scaled(int by) const -> Box {
    return Box(by);
}
}
)";

void check(const std::string& name, int first, int last) {
    CAPTURE(name);
    const auto found = find_function_lines(kSource, name);
    REQUIRE(found);
    CHECK(found->first == first);
    CHECK(found->last == last);
}

}  // namespace

TEST_CASE("a function is found whole, with the comment above it: comments, macros, strings, declarations and calls are not definitions") { check("sum", 7, 14); }

TEST_CASE("constructors with initialisers, methods and trailing return types are functions too") {
    check("Box", 17, 19);
    check("area", 20, 20);
    check("Box::scaled", 22, 24);
    check("scaled", 22, 24);
}

TEST_CASE("a name that is only called or only declared is not found") {
    CHECK_FALSE(find_function_lines(kSource, "missing"));
    CHECK_FALSE(find_function_lines("int f(int);\nint g() { return f(1); }\n", "f"));
    CHECK_FALSE(find_function_lines("", "f"));
    CHECK_FALSE(find_function_lines("int f() {", ""));
}

TEST_CASE("a chapter's head is its title and its first emphasised paragraph") {
    const ChapterHead head = read_chapter_head("# The *same* job\n\n*How can a layer do the same?*\n\n*Not this?*\n");
    CHECK(head.title == "The same job");
    CHECK(head.question == "How can a layer do the same?");
    CHECK(read_chapter_head("# 07 · One\n\n*<!-- value: a -->704<!-- / --> or 706?*").title == "One");
    CHECK(read_chapter_head("# 07 One\n\n*<!-- value: a -->704<!-- / --> or 706?*").question == "704 or 706?");
    CHECK(read_chapter_head("no head").title.empty());
}
