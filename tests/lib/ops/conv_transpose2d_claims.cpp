// Claims about transposed convolution: three views of one computation, and its sizes.
#include <doctest/doctest.h>

#include "lib/ops/algebra.h"

using namespace convbook;

namespace {

/// s-1 zeros between the pixels, `below` and `right` zeros after the last.
Tensor with_zeros_inserted(const Tensor& in, Pair stride, Pair after) {
    const Shape& s = in.shape();
    Tensor out(Shape(s.n, s.c, (s.h - 1) * stride.h + 1 + after.h, (s.w - 1) * stride.w + 1 + after.w));
    for (int n = 0; n < s.n; ++n)
    for (int c = 0; c < s.c; ++c)
    for (int y = 0; y < s.h; ++y)
    for (int x = 0; x < s.w; ++x) out(n, c, y * stride.h, x * stride.w) = in(n, c, y, x);
    return out;
}

/// w[c,o,i,j] -> [o,c,Kh-1-i,Kw-1-j]: input and output channels swapped, the kernel turned by 180 degrees.
Tensor turned(const Tensor& w) {
    const Shape& s = w.shape();
    Tensor out(Shape(s.c, s.n, s.h, s.w));
    for (int c = 0; c < s.n; ++c)
    for (int o = 0; o < s.c; ++o)
    for (int i = 0; i < s.h; ++i)
    for (int j = 0; j < s.w; ++j) out(o, c, s.h - 1 - i, s.w - 1 - j) = w(c, o, i, j);
    return out;
}

}  // namespace

TEST_CASE("one pixel stamps the kernel, scaled by itself") {
    const Tensor w = Random(1).integer_tensor({1, 2, 3, 4}, -4, 4);
    CHECK(conv_transpose2d(Tensor(Shape(1, 1, 1, 1), {3}), w) == scaled(w, 3));
}

TEST_CASE("conv_transpose2d is the adjoint of conv2d: <conv(x), y> = <x, conv_transpose(y)>") {
    Random random(1);
    for (const int groups : {1, 2})
    for (const Pair stride : {Pair(1), Pair(2), Pair(3, 2)})
    for (const Pair dilation : {Pair(1), Pair(2, 1)})
    for (const Pair padding : {Pair(0), Pair(1, 2)}) {
        const Tensor x = random.integer_tensor({2, 4, 9, 10}, -4, 4), w = random.integer_tensor({6, 4 / groups, 3, 4}, -4, 4);
        const Tensor forward = conv2d(x, w, {}, {.stride = stride, .padding = padding, .dilation = dilation, .groups = groups});
        const Tensor y = random.integer_tensor(forward.shape(), -4, 4);
        // output_padding: the rows that the stride of conv2d never read
        const auto unread = [](int size, int k, int s, int p, int d) { return (size + 2 * p - d * (k - 1) - 1) % s; };
        const Pair rest(unread(9, 3, stride.h, padding.h, dilation.h), unread(10, 4, stride.w, padding.w, dilation.w));
        const Tensor back =
            conv_transpose2d(y, w, {}, {.stride = stride, .padding = padding, .output_padding = rest, .dilation = dilation, .groups = groups});
        REQUIRE(back.shape() == x.shape());
        CHECK(dot(forward, y) == dot(x, back));
    }
}

TEST_CASE("a transposed convolution is a convolution of the image with zeros inserted, the kernel turned") {
    Random random(2);
    const Tensor in = random.integer_tensor({2, 3, 4, 5}, -4, 4), w = random.integer_tensor({3, 2, 3, 2}, -4, 4),
                 b = random.integer_tensor(Shape::of({2}), -4, 4);
    const Tensor stamped = conv_transpose2d(in, w, b, {.stride = {2, 3}, .output_padding = {1, 2}, .dilation = {1, 2}});
    const Tensor slid = conv2d(with_zeros_inserted(in, {2, 3}, {1, 2}), turned(w), b, {.padding = Pair(2, 2), .dilation = {1, 2}});  // p = d(K-1)
    CHECK(stamped == slid);
}

TEST_CASE("H' = (H-1)s - 2p + d(K-1) + output_padding + 1; stride 2, kernel 4, padding 1 doubles") {
    const auto size = [](int h, const ConvTransposeParams& params, int k) {
        return conv_transpose_output_shape({1, 1, h, h}, {1, 1, k, k}, params).h;
    };
    CHECK(size(7, {.stride = 2, .padding = 1}, 4) == 14);
    CHECK(size(7, {.stride = 2, .padding = 1}, 3) == 13);
    CHECK(size(7, {.stride = 2, .padding = 1, .output_padding = 1}, 3) == 14);
    CHECK(size(5, {.stride = 3, .padding = 2, .output_padding = 1, .dilation = 2}, 3) == 14);
}

TEST_CASE("stamps overlap unevenly when the stride does not divide the kernel: the checkerboard") {
    const auto overlaps = [](int k) { return conv_transpose2d(Tensor(Shape(1, 1, 4, 4), 1.0f), Tensor(Shape(1, 1, k, k), 1.0f), {}, {.stride = 2}); };
    const Tensor uneven = overlaps(3), even = overlaps(4);
    CHECK(uneven(0, 0, 4, 4) == 4);
    CHECK(uneven(0, 0, 3, 3) == 1);
    CHECK(even(0, 0, 4, 4) == 4);
    CHECK(even(0, 0, 3, 3) == 4);
}

TEST_CASE("a grouped transposed convolution is one per slice of the channels") {
    Random random(3);
    const Tensor in = random.integer_tensor({1, 4, 4, 4}, -4, 4), w = random.integer_tensor({4, 3, 2, 2}, -4, 4);
    std::vector<Tensor> parts;
    for (int g = 0; g < 2; ++g) {
        const Tensor stamps(Shape(2, 3, 2, 2), w.values().subspan(static_cast<std::size_t>(g) * 24, 24));
        parts.push_back(conv_transpose2d(slice_channels(in, 2 * g, 2), stamps, {}, {.stride = 2}));
    }
    const std::vector<TensorView> views(parts.begin(), parts.end());
    CHECK(conv_transpose2d(in, w, {}, {.stride = 2, .groups = 2}) == concat(views));
}

TEST_CASE("conv_transpose2d keeps rank 3 and takes an empty batch") {
    const Tensor w(Shape(3, 2, 3, 3));
    CHECK(conv_transpose2d(Tensor(Shape::of({3, 4, 4})), w).shape().rank == 3);
    CHECK(conv_transpose2d(Tensor(Shape(0, 3, 4, 4)), w).shape() == Shape(0, 2, 6, 6));
}

TEST_CASE("conv_transpose2d explains what does not fit") {
    const Tensor in(Shape(1, 4, 5, 5)), w(Shape(4, 2, 3, 3));
    CHECK_THROWS_WITH_AS(conv_transpose2d(in, Tensor(Shape(2, 4, 3, 3))),
                         "conv_transpose2d: one stamp per input channel, w = [C, Cout/G, Kh, Kw]; in=[1,4,5,5], w=[2,4,3,3]. "
                         "The first size of w is the INPUT channel count here, unlike in conv2d.", Error);
    CHECK_THROWS_WITH_AS(conv_transpose2d(in, w, {}, {.stride = 2, .output_padding = 2}),
                         "conv_transpose2d: output_padding is less than the larger of stride and dilation; output_padding=2, stride=2, dilation=1. "
                         "It only chooses among the sizes that the stride rounds away.", Error);
    CHECK_THROWS_WITH_AS(
        conv_transpose2d(in, w, {}, {.padding = 4}),
        "conv_transpose2d: (H-1)s - 2p + d(K-1) + output_padding + 1 is at least 1; H=5, K=3, s=1, p=4, d=1 give -1. Use less padding or a larger image.",
        Error);
    CHECK_THROWS_AS(conv_transpose2d(in, w, {}, {.groups = 3}), Error);
    CHECK_THROWS_AS(conv_transpose2d(in, w, Tensor(Shape::of({3}))), Error);
}
