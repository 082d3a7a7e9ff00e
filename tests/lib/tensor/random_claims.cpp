// Claims about Random: the same start gives the same numbers everywhere, and they are distributed as promised.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "convbook/tensor.h"

using namespace convbook;

TEST_CASE("the generator is SplitMix64") {
    Random random(1234567);
    CHECK(random.next() == 6457827717110365317u);
    CHECK(random.next() == 3203168211198807973u);
    CHECK(random.next() == 9817491932198370423u);
}

TEST_CASE("the same start gives the same tensor") {
    CHECK(Random(7).normal_tensor({1, 2, 3, 4}) == Random(7).normal_tensor({1, 2, 3, 4}));
    CHECK_FALSE(Random(7).normal_tensor({1, 2, 3, 4}) == Random(8).normal_tensor({1, 2, 3, 4}));
}

TEST_CASE("uniform numbers reach neither below low nor up to high") {
    const Tensor values = Random(1).uniform_tensor(Shape::of({10000}), -1.0f, 1.0f);
    CHECK(std::all_of(values.values().begin(), values.values().end(), [](float v) { return v >= -1.0f && v < 1.0f; }));
    const float next = std::nextafter(1.0f, 2.0f);  // an interval with one float in it
    for (int i = 0; i < 100; ++i) CHECK(Random(static_cast<std::uint64_t>(i)).uniform(1.0f, next) == 1.0f);
}

TEST_CASE("normal numbers have mean 0 and deviation 1") {
    const Tensor v = Random(2).normal_tensor(Shape::of({100000}));
    const double mean = std::accumulate(v.values().begin(), v.values().end(), 0.0) / 1e5;
    const double square = std::inner_product(v.values().begin(), v.values().end(), v.values().begin(), 0.0) / 1e5;
    CHECK(std::abs(mean) < 4 / std::sqrt(1e5));              // four standard errors
    CHECK(std::abs(square - 1) < 4 * std::sqrt(2 / 1e5));
}

TEST_CASE("integers include both ends and are whole") {
    const Tensor v = Random(3).integer_tensor(Shape::of({1000}), -2, 2);
    CHECK(*std::min_element(v.values().begin(), v.values().end()) == -2);
    CHECK(*std::max_element(v.values().begin(), v.values().end()) == 2);
    CHECK(std::all_of(v.values().begin(), v.values().end(), [](float x) { return x == std::floor(x); }));
    CHECK_THROWS_WITH_AS(Random(1).integer(3, 2), "Random::integer: low is not above high; low=3, high=2. Swap them.", Error);
}
