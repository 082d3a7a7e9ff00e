// Claims about pooling: what it equals, how many windows there are, which cells count.
#include <doctest/doctest.h>

#include <limits>

#include "lib/ops/algebra.h"

using namespace convbook;

TEST_CASE("average pooling is a depthwise convolution with weights 1/K^2") {
    const Tensor in = Random(1).integer_tensor({2, 3, 10, 11}, -8, 8);  // the last windows reach into the padding below and at the right
    const PoolParams pool{.kernel = 4, .stride = {2, 3}, .padding = 1};
    CHECK(avg_pool2d(in, pool) == depthwise_conv2d(in, Tensor(Shape(3, 1, 4, 4), 1.0f / 16), {}, {.stride = {2, 3}, .padding = 1}));  // 1/16 is exact
}

TEST_CASE("without the padding in the count, the average of ones is 1 everywhere; with it, the border sinks") {
    const Tensor ones(Shape(1, 1, 5, 5), 1.0f);
    CHECK(avg_pool2d(ones, {.kernel = 3, .stride = 2, .padding = 1, .count_include_pad = false}) == Tensor(Shape(1, 1, 3, 3), 1.0f));
    CHECK(avg_pool2d(ones, {.kernel = 3, .stride = 2, .padding = 1})(0, 0, 0, 0) == doctest::Approx(4.0 / 9));
}

TEST_CASE("divisor_override divides every window by the same number") {
    const Tensor ones(Shape(1, 1, 5, 5), 1.0f);
    const Tensor sums = avg_pool2d(ones, {.kernel = 3, .stride = 2, .padding = 1, .divisor_override = 1});
    CHECK(sums(0, 0, 0, 0) == 4);
    CHECK(sums(0, 0, 0, 1) == 6);
    CHECK(sums(0, 0, 1, 1) == 9);
}

TEST_CASE("max pooling by 2x2 twice is max pooling by 4x4") {
    const Tensor in = Random(2).normal_tensor({1, 2, 8, 12});
    CHECK(max_pool2d(max_pool2d(in, {}), {}) == max_pool2d(in, {.kernel = 4, .stride = 4}));
}

TEST_CASE("max pooling commutes with relu and with every growing function") {
    const Tensor in = Random(3).normal_tensor({1, 2, 7, 7});
    const PoolParams pool{.kernel = 3, .stride = 2, .padding = 1};
    CHECK(max_pool2d(relu(in), pool) == relu(max_pool2d(in, pool)));
    CHECK(max_pool2d(tanh(in), pool) == tanh(max_pool2d(in, pool)));
}

TEST_CASE("padding never wins a maximum, and NaN always does") {
    Tensor in(Shape(1, 1, 4, 4), -5.0f);
    const PoolParams pool{.kernel = 3, .stride = 2, .padding = 1};
    CHECK(max_pool2d(in, pool) == Tensor(Shape(1, 1, 2, 2), -5.0f));
    in(0, 0, 0, 0) = std::numeric_limits<float>::quiet_NaN();
    CHECK(std::isnan(max_pool2d(in, pool)(0, 0, 0, 0)));
    CHECK(max_pool2d(in, pool)(0, 0, 1, 1) == -5.0f);
}

TEST_CASE("dilated max pooling looks at every d-th cell") {
    const Tensor in(Shape(1, 1, 1, 5), {1, 9, 2, 8, 3});
    CHECK(max_pool2d(in, {.kernel = {1, 2}, .stride = 1, .dilation = {1, 2}}) == Tensor(Shape(1, 1, 1, 3), {2, 9, 3}));
}

TEST_CASE("ceil_mode adds the window that hangs over, but only if it starts inside the image or its left padding") {
    const auto windows = [](int size, int k, int s, int p, bool ceil_mode) {
        return pool_output_shape({1, 1, size, size}, {.kernel = k, .stride = s, .padding = p, .ceil_mode = ceil_mode}).h;
    };
    CHECK(windows(6, 3, 2, 0, false) == 2);
    CHECK(windows(6, 3, 2, 0, true) == 3);
    CHECK(windows(7, 3, 2, 0, true) == 3);  // nothing is left over
    CHECK(windows(4, 2, 3, 1, true) == 2);  // a third window would start at column 5 of 4, in the right padding
    for (int size = 2; size <= 12; ++size)
    for (int k = 1; k <= 4 && k <= size; ++k)
    for (int s = 1; s <= 4; ++s)
    for (int p = 0; p <= k / 2; ++p) {
        int expected = (size + 2 * p - k + s - 1) / s + 1;
        if ((expected - 1) * s >= size + p) --expected;
        INFO("size=", size, " k=", k, " s=", s, " p=", p);
        CHECK(windows(size, k, s, p, true) == expected);
    }
}

TEST_CASE("a window that hangs over counts its cells up to the padding's end") {
    const Tensor ones(Shape(1, 1, 1, 4), 1.0f);
    const Tensor out = avg_pool2d(ones, {.kernel = {1, 3}, .stride = {1, 2}, .ceil_mode = true});
    CHECK(out == Tensor(Shape(1, 1, 1, 2), {1, 1}));
}

TEST_CASE("TensorFlow's 'same' pools to ceil(H/s)") {
    for (int size = 1; size <= 9; ++size) CHECK(pool_output_shape({1, 1, size, size}, {.kernel = 3, .stride = 2, .padding = Padding::tf_same()}).h == (size + 1) / 2);
}

TEST_CASE("adaptive pooling to 1x1 is the global average, to HxW the identity, to a divisor plain average pooling") {
    const Tensor in = Random(4).integer_tensor({2, 3, 8, 12}, -8, 8);
    CHECK(adaptive_avg_pool2d(in, 1) == global_avg_pool(in));
    CHECK(adaptive_avg_pool2d(in, {8, 12}) == in);
    CHECK(adaptive_avg_pool2d(in, {4, 3}) == avg_pool2d(in, {.kernel = {2, 4}, .stride = {2, 4}}));
}

TEST_CASE("adaptive bins overlap when the sizes do not divide: 5 into 3 is rows 0-1, 1-3, 3-4") {
    const Tensor in(Shape(1, 1, 5, 1), {1, 2, 4, 8, 16});
    const Tensor out = adaptive_avg_pool2d(in, {3, 1});
    CHECK(out(0, 0, 0, 0) == 1.5f);
    CHECK(out(0, 0, 1, 0) == doctest::Approx(14.0 / 3));
    CHECK(out(0, 0, 2, 0) == 12.0f);
}

TEST_CASE("pooling keeps rank 3 and takes an empty batch") {
    CHECK(max_pool2d(Tensor(Shape::of({3, 4, 4})), {}).shape().rank == 3);
    CHECK(avg_pool2d(Tensor(Shape(0, 3, 4, 4)), {}).shape() == Shape(0, 3, 2, 2));
    CHECK(global_avg_pool(Tensor(Shape(0, 3, 4, 4))).shape() == Shape(0, 3, 1, 1));
}

TEST_CASE("pooling explains what does not fit") {
    const Tensor in(Shape(1, 3, 8, 8));
    CHECK_THROWS_WITH_AS(max_pool2d(in, {.kernel = 3, .padding = 2}),
                         "max_pool2d: padding is at most half the kernel, or a window could see no pixel; padding=2, kernel=3. Use at most 1.",
                         Error);
    CHECK_THROWS_WITH_AS(avg_pool2d(in, {.dilation = 2}), "avg_pool2d: the window has no gaps; dilation=2. Use dilation 1, or max_pool2d.", Error);
    CHECK_THROWS_WITH_AS(adaptive_avg_pool2d(in, 0), "adaptive_avg_pool2d: output is at least 1; output=0. Use 1 or more.", Error);
    CHECK_THROWS_AS(max_pool2d(in, {.kernel = 9}), Error);
    CHECK_THROWS_AS(max_pool2d(in, {.stride = 0}), Error);
    CHECK_THROWS_AS(global_avg_pool(Tensor(Shape(1, 3, 0, 4))), Error);
}
