// Claims about depthwise, separable and global depthwise convolution: the taxonomy in executable form.
#include <doctest/doctest.h>

#include "lib/ops/algebra.h"

using namespace convbook;

TEST_CASE("groups = C in = C out is depthwise") {
    const Tensor in = Random(1).integer_tensor({2, 5, 7, 6}, -4, 4), w = Random(2).integer_tensor({5, 1, 3, 3}, -4, 4),
                 b = Random(3).integer_tensor(Shape::of({5}), -4, 4);
    for (const int stride : {1, 2})
    for (const int dilation : {1, 2}) {
        ConvParams params{.stride = stride, .padding = 1, .dilation = dilation, .groups = 5};
        const Tensor grouped = conv2d(in, w, b, params);
        params.groups = 1;  // ignored: depthwise knows
        CHECK(depthwise_conv2d(in, w, b, params) == grouped);
    }
}

TEST_CASE("a depth multiplier m makes m channels of each: groups = C in, C out = m C in") {
    const Tensor in = Random(1).integer_tensor({1, 3, 7, 6}, -4, 4), w = Random(2).integer_tensor({6, 1, 3, 5}, -4, 4);
    CHECK(depthwise_conv2d(in, w, {}, {.padding = Pair(1, 2)}) == conv2d(in, w, {}, {.padding = Pair(1, 2), .groups = 3}));
}

TEST_CASE("channels never mix: changing one changes its own result only") {
    Tensor in = Random(1).integer_tensor({1, 4, 6, 6}, -4, 4);
    const Tensor w = Random(2).integer_tensor({4, 1, 3, 3}, 1, 4), before = depthwise_conv2d(in, w);
    for (int y = 0; y < 6; ++y)
    for (int x = 0; x < 6; ++x) in(0, 2, y, x) += 1;
    const Tensor after = depthwise_conv2d(in, w);
    for (const int c : {0, 1, 3}) CHECK(slice_channels(after, c, 1) == slice_channels(before, c, 1));
    CHECK_FALSE(slice_channels(after, 2, 1) == slice_channels(before, 2, 1));
}

TEST_CASE("a separable layer equals one full convolution whose kernels are products: pw[o,c] * dw[c]") {
    const Tensor in = Random(1).integer_tensor({2, 4, 7, 7}, -3, 3), dw = Random(2).integer_tensor({4, 1, 3, 3}, -3, 3),
                 pw = Random(3).integer_tensor({6, 4, 1, 1}, -3, 3);
    Tensor full(Shape(6, 4, 3, 3));
    for (int o = 0; o < 6; ++o)
    for (int c = 0; c < 4; ++c)
    for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) full(o, c, i, j) = pw(o, c, 0, 0) * dw(c, 0, i, j);
    const ConvParams params{.stride = 2, .padding = 1};
    CHECK(depthwise_separable_conv2d(in, dw, {}, pw, {}, params) == conv2d(in, full, {}, params));
}

TEST_CASE("global average pooling is a global depthwise convolution with weights 1/(HW)") {
    const Tensor in = Random(1).integer_tensor({2, 3, 4, 8}, -9, 9);
    CHECK(global_depthwise_conv2d(in, Tensor(Shape(3, 1, 4, 8), 1.0f / 32)) == global_avg_pool(in));  // 1/32 is exact in binary
}

TEST_CASE("depthwise takes every padding mode") {
    const Tensor in = Random(1).integer_tensor({1, 2, 5, 6}, -4, 4), w = Random(2).integer_tensor({2, 1, 3, 3}, -4, 4);
    for (const PaddingMode mode : {PaddingMode::reflect, PaddingMode::replicate, PaddingMode::circular})
        CHECK(depthwise_conv2d(in, w, {}, {.padding = 2, .mode = mode}) == depthwise_conv2d(pad2d(in, 2, mode), w));
}

TEST_CASE("depthwise_conv2d explains what does not fit") {
    const Tensor in(Shape(1, 32, 112, 112));
    CHECK_THROWS_WITH_AS(depthwise_conv2d(in, Tensor(Shape(48, 1, 3, 3))),
                         "depthwise_conv2d: one filter per input channel, or m of them (w = [mC,1,Kh,Kw]); in=[1,32,112,112], w=[48,1,3,3]. "
                         "To change the channel count, follow with pointwise_conv2d.", Error);
    CHECK_THROWS_AS(depthwise_conv2d(in, Tensor(Shape(32, 32, 3, 3))), Error);
    CHECK_THROWS_WITH_AS(
        global_depthwise_conv2d(in, Tensor(Shape(32, 1, 7, 7))),
        "global_depthwise_conv2d: the kernel is as large as the image; in=[1,32,112,112], w=[32,1,7,7]. Use depthwise_conv2d for a window that slides.",
        Error);
}
