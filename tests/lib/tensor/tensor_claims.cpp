// Claims about Tensor and TensorView: ownership, alignment, comparison.
#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

#include "convbook/tensor.h"

using namespace convbook;

TEST_CASE("every tensor starts on a cache line, so that a vector of any width loads whole") {
    for (const int width : {1, 7, 16, 17, 1000}) CHECK(reinterpret_cast<std::uintptr_t>(Tensor(Shape(1, 1, 1, width)).data()) % 64 == 0);
}

TEST_CASE("a copy has values of its own") {
    Tensor a(Shape(1, 1, 1, 2), {1, 2});
    Tensor b = a;
    b(0, 0, 0, 0) = 9;
    CHECK(a(0, 0, 0, 0) == 1);
    a = b;
    CHECK(a == b);
}

TEST_CASE("an empty batch is a tensor, an absent bias is not") {
    CHECK_FALSE(TensorView(Tensor(Shape(0, 3, 8, 8))).is_absent());
    CHECK(TensorView{}.is_absent());
    CHECK(TensorView(Tensor()).is_absent());
}

TEST_CASE("reshaping keeps values and their order") {
    const Tensor a(Shape(1, 2, 1, 3), {1, 2, 3, 4, 5, 6});
    CHECK(a.reshaped(Shape::of({3, 2})) == Tensor(Shape::of({3, 2}), {1, 2, 3, 4, 5, 6}));
    CHECK_THROWS_WITH_AS(
        a.reshaped(Shape::of({4})),
        "reshaped: the new shape has as many elements as the old one; [1,2,1,3] has 6, [4] has 4. Choose sizes with the same product.", Error);
}

TEST_CASE("values must fill the shape") {
    CHECK_THROWS_WITH_AS(Tensor(Shape(1, 1, 2, 2), {1, 2, 3}),
                         "Tensor: as many values as the shape has elements; [1,1,2,2] has 4, got 3. Give the missing ones or change the shape.",
                         Error);
}

TEST_CASE("0 equals -0, NaN equals nothing") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(Tensor(Shape::of({1}), {0.0f}) == Tensor(Shape::of({1}), {-0.0f}));
    CHECK_FALSE(Tensor(Shape::of({1}), {nan}) == Tensor(Shape::of({1}), {nan}));
}

TEST_CASE("the largest difference forgives NaN only where both have it") {
    const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    const Tensor a(Shape::of({3}), {1, nan, infinity});
    CHECK(max_abs_difference(a, Tensor(Shape::of({3}), {1.5f, nan, infinity})) == 0.5f);
    CHECK(max_abs_difference(a, Tensor(Shape::of({3}), {1, 0, infinity})) == infinity);
    CHECK(max_abs_difference(a, Tensor(Shape::of({3}), {nan, nan, infinity})) == infinity);
    CHECK_THROWS_AS(max_abs_difference(a, Tensor(Shape::of({2}))), Error);
}
