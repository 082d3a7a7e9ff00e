// Claims about conv2d: linearity, translation, what groups, stride, dilation and padding do to it, and its errors.
#include <doctest/doctest.h>

#include "lib/ops/algebra.h"

using namespace convbook;

TEST_CASE("a convolution adds up window times weights: [1..9] with a kernel of ones is 45, its centre copies") {
    const Tensor in(Shape(1, 1, 3, 3), {1, 2, 3, 4, 5, 6, 7, 8, 9});
    CHECK(conv2d(in, Tensor(Shape(1, 1, 3, 3), 1.0f))(0, 0, 0, 0) == 45);
    Tensor centre(Shape(1, 1, 3, 3));
    centre(0, 0, 1, 1) = 1;
    CHECK(conv2d(in, centre, {}, {.padding = 1}) == in);
}

TEST_CASE("the kernel is not flipped: it is a cross-correlation") {
    const Tensor in(Shape(1, 1, 1, 3), {1, 10, 100}), w(Shape(1, 1, 1, 2), {1, 2});
    CHECK(conv2d(in, w) == Tensor(Shape(1, 1, 1, 2), {21, 210}));
}

TEST_CASE("conv2d is linear in the image, in the weights, and adds its bias") {
    Random random(1);
    const Tensor x = random.integer_tensor({2, 3, 6, 5}, -4, 4), y = random.integer_tensor({2, 3, 6, 5}, -4, 4);
    const Tensor w = random.integer_tensor({4, 3, 3, 3}, -4, 4), v = random.integer_tensor({4, 3, 3, 3}, -4, 4),
                 b = random.integer_tensor(Shape::of({4}), -4, 4);
    const ConvParams params{.stride = {2, 1}, .padding = Pair(1, 2)};
    CHECK(conv2d(add(x, y), w, {}, params) == add(conv2d(x, w, {}, params), conv2d(y, w, {}, params)));
    CHECK(conv2d(x, add(w, v), {}, params) == add(conv2d(x, w, {}, params), conv2d(x, v, {}, params)));
    CHECK(conv2d(x, w, b, params) == add(conv2d(x, w, {}, params), conv2d(x, Tensor(w.shape()), b, params)));
}

TEST_CASE("a shifted image gives a shifted result, wherever the border plays no part") {
    Random random(2);
    const Tensor in = random.integer_tensor({1, 2, 9, 9}, -4, 4), w = random.integer_tensor({3, 2, 3, 3}, -4, 4);
    const Tensor whole = conv2d(in, w);
    Tensor cropped(Shape(1, 2, 8, 7));
    for (int c = 0; c < 2; ++c)
    for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 7; ++x) cropped(0, c, y, x) = in(0, c, y + 1, x + 2);
    const Tensor part = conv2d(cropped, w);
    for (int o = 0; o < 3; ++o)
    for (int y = 0; y < 6; ++y)
    for (int x = 0; x < 5; ++x) CHECK(part(0, o, y, x) == whole(0, o, y + 1, x + 2));
}

TEST_CASE("stride s keeps every s-th result of stride 1") {
    Random random(3);
    const Tensor in = random.integer_tensor({1, 2, 8, 9}, -4, 4), w = random.integer_tensor({2, 2, 3, 3}, -4, 4);
    const Tensor dense = conv2d(in, w, {}, {.padding = 1}), strided = conv2d(in, w, {}, {.stride = {2, 3}, .padding = 1});
    CHECK(strided.shape() == Shape(1, 2, 4, 3));
    for (int o = 0; o < 2; ++o)
    for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 3; ++x) CHECK(strided(0, o, y, x) == dense(0, o, 2 * y, 3 * x));
}

TEST_CASE("dilation d equals a kernel with d-1 zeros between its weights") {
    Random random(4);
    const Tensor in = random.integer_tensor({1, 2, 11, 12}, -4, 4), w = random.integer_tensor({2, 2, 3, 2}, -4, 4);
    Tensor spread(Shape(2, 2, 5, 4));
    for (int o = 0; o < 2; ++o)
    for (int c = 0; c < 2; ++c)
    for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 2; ++j) spread(o, c, 2 * i, 3 * j) = w(o, c, i, j);
    CHECK(conv2d(in, w, {}, {.padding = 2, .dilation = {2, 3}}) == conv2d(in, spread, {}, {.padding = 2}));
}

TEST_CASE("every padding mode is that border written out, then a convolution without padding") {
    const Tensor in = Random(5).integer_tensor({2, 2, 5, 6}, -4, 4), w = Random(6).integer_tensor({3, 2, 3, 2}, -4, 4);
    for (const PaddingMode mode : {PaddingMode::zeros, PaddingMode::reflect, PaddingMode::replicate, PaddingMode::circular})
        CHECK(conv2d(in, w, {}, {.padding = Pair(2, 1), .mode = mode}) == conv2d(pad2d(in, Pair(2, 1), mode), w));
}

TEST_CASE("a grouped convolution is one convolution per slice of the channels") {
    Random random(7);
    const Tensor in = random.integer_tensor({2, 6, 5, 5}, -4, 4), w = random.integer_tensor({9, 2, 3, 3}, -4, 4);
    std::vector<Tensor> parts;
    for (int g = 0; g < 3; ++g) {
        const Tensor filters(Shape(3, 2, 3, 3), w.values().subspan(static_cast<std::size_t>(g) * 3 * 2 * 9, 3 * 2 * 9));
        parts.push_back(conv2d(slice_channels(in, 2 * g, 2), filters, {}, {.padding = 1}));
    }
    const std::vector<TensorView> views(parts.begin(), parts.end());
    CHECK(conv2d(in, w, {}, {.padding = 1, .groups = 3}) == concat(views));
}

TEST_CASE("a grouped convolution is a dense one whose weights between groups are zero") {
    Random random(8);
    const Tensor in = random.integer_tensor({1, 4, 5, 5}, -4, 4), w = random.integer_tensor({6, 2, 3, 3}, -4, 4);
    Tensor dense(Shape(6, 4, 3, 3));
    for (int o = 0; o < 6; ++o)
    for (int c = 0; c < 2; ++c)
    for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) dense(o, o / 3 * 2 + c, i, j) = w(o, c, i, j);
    CHECK(conv2d(in, w, {}, {.groups = 2}) == conv2d(in, dense));
}

TEST_CASE("C x H x W is a batch of one, and a batch is its images one by one") {
    Random random(9);
    const Tensor batch = random.integer_tensor({3, 2, 5, 6}, -4, 4), w = random.integer_tensor({4, 2, 3, 3}, -4, 4);
    const Tensor all = conv2d(batch, w, {}, {.padding = 1});
    for (int n = 0; n < 3; ++n) {
        const Tensor one = conv2d(image_of(batch, n), w, {}, {.padding = 1});
        CHECK(one.shape().rank == 3);
        CHECK(one == image_of(all, n));
    }
}

TEST_CASE("an empty batch gives an empty batch of the right shape") {
    const Tensor out = conv2d(Tensor(Shape(0, 2, 5, 5)), Tensor(Shape(4, 2, 3, 3)));
    CHECK(out.shape() == Shape(0, 4, 3, 3));
    CHECK(out.is_empty());
}

TEST_CASE("16 -> 32 channels, 3x3: weights and bias start within 1/sqrt(144) = 1/12") {
    CHECK(default_init_bound({32, 16, 3, 3}) == doctest::Approx(1.0 / 12));
    CHECK(default_init_bound({32, 4, 3, 3}) == doctest::Approx(1.0 / 6));  // 4 groups: a filter sees 4 of 16 channels
    CHECK(default_init_bound(Shape::of({10, 25})) == doctest::Approx(0.2));
}

TEST_CASE("conv2d explains what does not fit") {
    const Tensor in(Shape(1, 6, 8, 8));
    const auto conv = [&](Shape w, const ConvParams& params = {}) { return conv2d(in, Tensor(w), {}, params); };
    CHECK_THROWS_WITH_AS(conv({4, 3, 3, 3}), "conv2d: each filter has C/G = 6/1 = 6 kernels; in=[1,6,8,8], w=[4,3,3,3]. Make w.c 6 or change groups.",
                         Error);
    CHECK_THROWS_WITH_AS(conv({4, 3, 3, 3}, {.groups = 4}),
                         "conv2d: groups divides both channel counts; groups=4, in=[1,6,8,8], w=[4,3,3,3]. Choose a common divisor of 6 and 4.",
                         Error);
    CHECK_THROWS_WITH_AS(conv({4, 6, 3, 3}, {.stride = 0}), "conv2d: stride is at least 1; stride=0. Use 1 or more.", Error);
    CHECK_THROWS_WITH_AS(conv({4, 6, 3, 3}, {.groups = 0}), "conv2d: there is at least one group; groups=0. Use 1 for an ordinary convolution.",
                         Error);
    CHECK_THROWS_WITH_AS(conv2d(in, Tensor(Shape(4, 6, 3, 3)), Tensor(Shape::of({5}))),
                         "conv2d: one bias per channel; 4 channels, bias=[5]. Give 4 values or leave it out.", Error);
    CHECK_THROWS_WITH_AS(conv2d(Tensor(Shape::of({8, 8})), Tensor(Shape(1, 1, 3, 3))),
                         "conv2d: in is N x C x H x W or C x H x W; in=[8,8]. Reshape it, for example to [1,1,H,W] for one plane.", Error);
    CHECK_THROWS_WITH_AS(conv2d(TensorView{}, Tensor(Shape(1, 1, 3, 3))), "conv2d: in is a tensor; got none. Pass the input.", Error);
    CHECK_THROWS_AS(conv2d(in, TensorView{}), Error);
    CHECK_THROWS_AS(conv({4, 6, 9, 9}), Error);
    CHECK_THROWS_AS(conv({4, 6, 3, 3}, {.padding = Pair(-1, 0)}), Error);
}
