// Claims about Shape and Pair: alignment, offsets, limits, how they are written.
#include <doctest/doctest.h>

#include "convbook/error.h"
#include "convbook/shape.h"

using namespace convbook;

TEST_CASE("tensors of fewer dimensions are right-aligned into N, C, H, W") {
    CHECK(Shape::of({5, 6, 7}) == Shape(1, 5, 6, 7));
    CHECK(Shape::of({6, 7}) == Shape(1, 1, 6, 7));
    CHECK(Shape::of({7}) == Shape(1, 1, 1, 7));
    CHECK(Shape::of({}).count() == 1);
}

TEST_CASE("a shape is written with the dimensions its owner gave") {
    CHECK(to_string(Shape(1, 32, 112, 112)) == "[1,32,112,112]");
    CHECK(to_string(Shape::of({32, 112, 112})) == "[32,112,112]");
    CHECK(to_string(Shape::of({10})) == "[10]");
}

TEST_CASE("W is the fastest index, then H, C, N") {
    const Shape s(2, 3, 4, 5);
    CHECK(s.offset(0, 0, 0, 1) == 1);
    CHECK(s.offset(0, 0, 1, 0) == 5);
    CHECK(s.offset(0, 1, 0, 0) == 20);
    CHECK(s.offset(1, 0, 0, 0) == 60);
    CHECK(s.offset(1, 2, 3, 4) == s.count() - 1);
}

TEST_CASE("a tensor with a side of 0 has no elements, whatever the other sides are") {
    CHECK(Shape(0, 2000000000, 2000000000, 2000000000).count() == 0);
}

TEST_CASE("a shape larger than the address range is refused before anything is allocated") {
    CHECK_THROWS_WITH_AS(Shape(2000000000, 2000000000, 2, 2).count(),
                         "Shape: [2000000000,2000000000,2,2] has more elements than memory has addresses. Use smaller sizes.", Error);
}

TEST_CASE("negative sizes and five dimensions are refused") {
    CHECK_THROWS_WITH_AS(Shape::of({3, -1}), "Shape: a size is 0 or more; got [3,-1]. Correct dimension 1.", Error);
    CHECK_THROWS_WITH_AS(Shape(1, 1, -4, 2).count(), "Shape: a size is 0 or more; got [1,1,-4,2]. Correct the negative one.", Error);
    CHECK_THROWS_WITH_AS(Shape::of({1, 2, 3, 4, 5}), "Shape: a tensor has up to four dimensions (N,C,H,W); got 5 of them. Merge some before.", Error);
}

TEST_CASE("one number means both directions") {
    CHECK(Pair(3) == Pair(3, 3));
    CHECK(message(Pair(3), " ", Pair(3, 5)) == "3 (3,5)");
}
