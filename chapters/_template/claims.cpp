// Every sentence of the text that could be false.
#include <doctest/doctest.h>

#include <algorithm>

#include "lesson.h"

using namespace convbook;
using namespace convbook::template_chapter;

TEST_CASE("template: a window of 1 in steps of 1 stands on every cell") {
    for (int w = 1; w <= 12; ++w) CHECK(compute({w, 1, 1}).positions == w);
}

TEST_CASE("template: a window as wide as the row stands in one place, whatever the step") {
    for (int s = 1; s <= 3; ++s) CHECK(compute({5, 5, s}).positions == 1);
}

TEST_CASE("template: the cells never reached are fewer than a step") {
    for (int w = 1; w <= 12; ++w)
        for (int k = 1; k <= std::min(w, 5); ++k)
            for (int s = 1; s <= 3; ++s) {
                const Result result = compute({w, k, s});
                CHECK(result.unused >= 0);
                CHECK(result.unused < s);
            }
}

TEST_CASE("template: every window covers k cells, so the visits add up to positions times k") {
    const Result result = compute({12, 5, 2});
    int sum = 0;
    for (const int visits : result.visits) sum += visits;
    CHECK(sum == result.positions * 5);
}

TEST_CASE("template: a window wider than the row is refused, and the refusal names windows that work") {
    const std::optional<Refusal> refusal = refuse({3, 4, 1});
    REQUIRE(refusal);
    for (const std::string& k : refusal->working) CHECK_FALSE(refuse({3, std::stoi(k), 1}));
}
