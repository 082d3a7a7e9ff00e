// Claims about where the window may stand: output size, 'same', 'valid', tf_same, and the four ways to fill the border.
#include <doctest/doctest.h>

#include "lib/ops/algebra.h"

using namespace convbook;

TEST_CASE("H' counts the windows that fit, one by one") {
    for (int size = 0; size <= 12; ++size)
    for (int k = 1; k <= 4; ++k)
    for (int s = 1; s <= 3; ++s)
    for (int p = 0; p <= 2; ++p)
    for (int d = 1; d <= 3; ++d) {
        int windows = 0;
        for (int first = -p; first + d * (k - 1) < size + p; first += s) ++windows;
        INFO("size=", size, " k=", k, " s=", s, " p=", p, " d=", d);
        if (windows > 0) CHECK(output_size(size, k, s, p, p, d) == windows);
        else CHECK_THROWS_AS(output_size(size, k, s, p, p, d), Error);
    }
}

TEST_CASE("a dilated kernel spans d(K-1)+1 rows") {
    CHECK(effective_kernel(3, 1) == 3);
    CHECK(effective_kernel(3, 2) == 5);
    CHECK(effective_kernel(1, 9) == 1);
    CHECK_THROWS_AS(effective_kernel(2000000000, 2000000000), Error);
}

TEST_CASE("'same' keeps H and W at stride 1, for odd and even kernels and any dilation") {
    for (int k = 1; k <= 6; ++k)
    for (int d = 1; d <= 3; ++d)
        CHECK(conv_output_shape({1, 1, 9, 8}, {1, 1, k, k}, {.padding = Padding::same(), .dilation = d}) == Shape(1, 1, 9, 8));
}

TEST_CASE("'same' with an even kernel puts the odd row and column after the image") {
    const Padding p = resolve_padding(Padding::same(), 9, {4, 2}, 1, 1);
    CHECK(p.top == 1);
    CHECK(p.bottom == 2);
    CHECK(p.left == 0);
    CHECK(p.right == 1);
}

TEST_CASE("'same' with a stride is refused, because H' = H is impossible") {
    CHECK_THROWS_WITH_AS(conv_output_shape({1, 1, 8, 8}, {1, 1, 3, 3}, {.stride = 2, .padding = Padding::same()}),
                         "padding 'same': H' = H needs stride 1; stride=2. Give the padding as numbers, or use tf_same (H' = ceil(H/s)).", Error);
}

TEST_CASE("TensorFlow's 'same' gives H' = ceil(H/s) and pads 224 by (0,1) for a 3x3 kernel of stride 2") {
    for (int size = 1; size <= 15; ++size)
    for (int k = 1; k <= 5; ++k)
    for (int s = 1; s <= 3; ++s) {
        const Shape out = conv_output_shape({1, 1, size, size}, {1, 1, k, k}, {.stride = s, .padding = Padding::tf_same()});
        CHECK(out.h == (size + s - 1) / s);
    }
    const Padding p = resolve_padding(Padding::tf_same(), 224, 3, 2, 1);
    CHECK(p.top == 0);
    CHECK(p.bottom == 1);
}

TEST_CASE("the border is 0, mirror, edge or the opposite side") {
    const Tensor in(Shape(1, 1, 1, 4), {1, 2, 3, 4});
    Padding p;
    p.left = 3, p.right = 2;
    const auto row = [&](PaddingMode mode) { return pad2d(in, p, mode, 0.0f); };
    const auto expect = [](std::initializer_list<float> values) { return Tensor(Shape(1, 1, 1, 9), values); };
    CHECK(row(PaddingMode::zeros) == expect({0, 0, 0, 1, 2, 3, 4, 0, 0}));
    CHECK(row(PaddingMode::reflect) == expect({4, 3, 2, 1, 2, 3, 4, 3, 2}));
    CHECK(row(PaddingMode::replicate) == expect({1, 1, 1, 1, 2, 3, 4, 4, 4}));
    CHECK(row(PaddingMode::circular) == expect({2, 3, 4, 1, 2, 3, 4, 1, 2}));
    CHECK(pad2d(in, p, PaddingMode::zeros, -1.0f)(0, 0, 0, 8) == -1.0f);
}

TEST_CASE("circular padding turns a shift of the image into a shift of the convolution") {
    const Tensor in = Random(1).integer_tensor({1, 2, 5, 6}, -4, 4), w = Random(2).integer_tensor({3, 2, 3, 3}, -4, 4);
    const auto shifted = [](const Tensor& t) {
        Tensor moved(t.shape());
        for (int c = 0; c < t.shape().c; ++c)
        for (int y = 0; y < t.shape().h; ++y)
        for (int x = 0; x < t.shape().w; ++x) moved(0, c, (y + 2) % t.shape().h, (x + 1) % t.shape().w) = t(0, c, y, x);
        return moved;
    };
    const ConvParams params{.padding = 1, .mode = PaddingMode::circular};
    CHECK(conv2d(shifted(in), w, {}, params) == shifted(conv2d(in, w, {}, params)));
}

TEST_CASE("a border with nothing to copy is refused") {
    const Tensor in(Shape(1, 1, 3, 3));
    CHECK_THROWS_WITH_AS(
        pad2d(in, 3, PaddingMode::reflect),
        "pad2d: reflect mirrors at the edge cell, so the padding is less than the image; H=3, padding=3. Pad less, or use another padding mode.",
        Error);
    CHECK_THROWS_WITH_AS(
        pad2d(in, 4, PaddingMode::circular),
        "pad2d: circular wraps around once, so the padding is at most the image; H=3, padding=4. Pad less, or use another padding mode.", Error);
    CHECK_NOTHROW(pad2d(in, 3, PaddingMode::circular));
    CHECK_NOTHROW(pad2d(in, 2, PaddingMode::reflect));
    CHECK_THROWS_AS(pad2d(in, -1, PaddingMode::zeros), Error);
    CHECK_THROWS_AS(pad2d(in, Padding::same(), PaddingMode::zeros), Error);
}

TEST_CASE("a window larger than the padded image is refused with the sum that fails") {
    CHECK_THROWS_WITH_AS(
        output_size(4, 3, 1, 1, 1, 4),
        "output_size: the window stays inside the padded image; d(k-1)+1 = 9 > 4+1+1 = 6. Add padding, or use a smaller kernel or dilation.", Error);
}
