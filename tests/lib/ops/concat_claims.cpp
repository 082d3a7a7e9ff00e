// Claims about concat, slice_channels and add.
#include <doctest/doctest.h>

#include <array>

#include "lib/ops/algebra.h"

using namespace convbook;

TEST_CASE("slices joined again are the whole") {
    const Tensor in = Random(1).integer_tensor({2, 7, 3, 4}, -9, 9);
    const Tensor a = slice_channels(in, 0, 3), b = slice_channels(in, 3, 4);
    CHECK(concat(std::array<TensorView, 2>{a, b}) == in);
}

TEST_CASE("concat, slice_channels and add explain what does not fit") {
    const Tensor a(Shape(1, 3, 4, 4)), b(Shape(1, 3, 5, 4));
    CHECK_THROWS_WITH_AS(concat(std::array<TensorView, 2>{a, b}),
                         "concat: all inputs agree in N, H and W; [1,3,4,4] and [1,3,5,4]. Bring them to the same size first.", Error);
    CHECK_THROWS_AS(concat({}), Error);
    CHECK_THROWS_WITH_AS(slice_channels(a, 2, 2),
                         "slice_channels: the slice lies inside the channels; in=[1,3,4,4], first=2, count=2. Stay within 0..2.", Error);
    CHECK_THROWS_AS(slice_channels(a, 2147483647, 1), Error);
    CHECK_THROWS_WITH_AS(
        add(a, b),
        "add: both tensors have the same shape; a=[1,3,4,4], b=[1,3,5,4]. A shortcut exists only where stride is 1 and the channel counts are equal.",
        Error);
}
