// Claims about the linear layer.
#include <doctest/doctest.h>

#include "lib/ops/algebra.h"

using namespace convbook;

TEST_CASE("a linear layer is a pointwise convolution of a 1x1 image") {
    const Tensor in = Random(1).integer_tensor(Shape::of({3, 7}), -4, 4), w = Random(2).integer_tensor(Shape::of({5, 7}), -4, 4),
                 b = Random(3).integer_tensor(Shape::of({5}), -4, 4);
    const Tensor conv = pointwise_conv2d(in.reshaped({3, 7, 1, 1}), w.reshaped({5, 7, 1, 1}), b);
    CHECK(linear(in, w, b) == conv.reshaped(Shape::of({3, 5})));
}

TEST_CASE("a linear layer over a whole image is a convolution whose kernel is the image") {
    const Tensor in = Random(1).integer_tensor({2, 3, 4, 5}, -4, 4), w = Random(2).integer_tensor({6, 3, 4, 5}, -4, 4);
    CHECK(linear(in, w.reshaped(Shape::of({6, 60}))) == conv2d(in, w).reshaped(Shape::of({2, 6})));
}

TEST_CASE("linear gives rank 2 for one row, many rows and none") {
    const Tensor w(Shape::of({5, 7}));
    CHECK(to_string(linear(Tensor(Shape::of({7})), w).shape()) == "[1,5]");
    CHECK(to_string(linear(Tensor(Shape(2, 7, 1, 1)), w).shape()) == "[2,5]");
    CHECK(to_string(linear(Tensor(Shape::of({0, 7})), w).shape()) == "[0,5]");
}

TEST_CASE("linear explains what does not fit") {
    CHECK_THROWS_WITH_AS(
        linear(Tensor(Shape(1, 1280, 7, 7)), Tensor(Shape::of({1000, 1280}))),
        "linear: each row of the input has as many values as w has columns; in=[1,1280,7,7], w=[1000,1280]. Make w [1000,62720], or reshape the input.",
        Error);
    CHECK_THROWS_WITH_AS(linear(Tensor(Shape::of({7})), Tensor(Shape(5, 7, 3, 3))),
                         "linear: w is a matrix [O,I] or [O,I,1,1]; w=[5,7,3,3]. Reshape it.", Error);
    CHECK_THROWS_AS(linear(Tensor(Shape::of({7})), Tensor(Shape::of({5, 7})), Tensor(Shape::of({4}))), Error);
}
