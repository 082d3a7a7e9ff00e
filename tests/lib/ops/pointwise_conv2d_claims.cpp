// Claims about pointwise convolution: it is conv2d, a matrix product, and blind to neighbours.
#include <doctest/doctest.h>

#include <Eigen/Core>

#include "lib/ops/algebra.h"

using namespace convbook;
using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

TEST_CASE("a 1x1 convolution equals a matrix product (Eigen)") {
    const Tensor in = Random(1).normal_tensor({1, 19, 7, 5}), w = Random(2).normal_tensor({23, 19, 1, 1});
    const Tensor out = pointwise_conv2d(in, w);
    const Eigen::Map<const RowMajor> matrix(w.data(), 23, 19), pixels(in.data(), 19, 35);
    const RowMajor product = matrix * pixels;
    const RowMajor magnitude = matrix.cwiseAbs() * pixels.cwiseAbs();
    for (int o = 0; o < 23; ++o)
    for (int pixel = 0; pixel < 35; ++pixel)
        CHECK(std::abs(out(0, o, pixel / 5, pixel % 5) - product(o, pixel)) <= rounding_bound(19, magnitude(o, pixel)));
}

TEST_CASE("a pointwise convolution is conv2d with a 1x1 kernel") {
    const Tensor in = Random(1).integer_tensor({3, 5, 4, 7}, -4, 4), w = Random(2).integer_tensor({6, 5, 1, 1}, -4, 4),
                 b = Random(3).integer_tensor(Shape::of({6}), -4, 4);
    CHECK(pointwise_conv2d(in, w, b) == conv2d(in, w, b));
}

TEST_CASE("pixels never mix: a permutation of the pixels commutes with the layer") {
    const Tensor in = Random(1).integer_tensor({1, 3, 1, 6}, -4, 4), w = Random(2).integer_tensor({2, 3, 1, 1}, -4, 4);
    const auto reversed = [](const Tensor& t) {
        Tensor out(t.shape());
        for (int c = 0; c < t.shape().c; ++c)
        for (int x = 0; x < t.shape().w; ++x) out(0, c, 0, t.shape().w - 1 - x) = t(0, c, 0, x);
        return out;
    };
    CHECK(pointwise_conv2d(reversed(in), w) == reversed(pointwise_conv2d(in, w)));
}

TEST_CASE("two pointwise layers in a row are one: their matrices multiply") {
    const Tensor in = Random(1).integer_tensor({1, 4, 3, 3}, -3, 3), first = Random(2).integer_tensor({2, 4, 1, 1}, -3, 3),
                 second = Random(3).integer_tensor({5, 2, 1, 1}, -3, 3);
    const RowMajor both = Eigen::Map<const RowMajor>(second.data(), 5, 2) * Eigen::Map<const RowMajor>(first.data(), 2, 4);
    const Tensor w(Shape(5, 4, 1, 1), std::span<const float>(both.data(), 20));
    CHECK(pointwise_conv2d(pointwise_conv2d(in, first), second) == pointwise_conv2d(in, w));
}

TEST_CASE("pointwise_conv2d keeps rank 3 and takes empty images and batches") {
    const Tensor w(Shape(4, 3, 1, 1));
    CHECK(pointwise_conv2d(Tensor(Shape::of({3, 5, 6})), w).shape().rank == 3);
    CHECK(pointwise_conv2d(Tensor(Shape(0, 3, 5, 6)), w).shape() == Shape(0, 4, 5, 6));
    CHECK(pointwise_conv2d(Tensor(Shape(2, 3, 0, 6)), w).shape() == Shape(2, 4, 0, 6));
}

TEST_CASE("pointwise_conv2d explains what does not fit") {
    const Tensor in(Shape(1, 3, 5, 5));
    CHECK_THROWS_WITH_AS(pointwise_conv2d(in, Tensor(Shape(4, 3, 3, 3))),
                         "pointwise_conv2d: the kernel is 1 x 1, w = [Cout,C,1,1]; w=[4,3,3,3]. Use conv2d for a window that looks around.", Error);
    CHECK_THROWS_WITH_AS(
        pointwise_conv2d(in, Tensor(Shape(4, 2, 1, 1))),
        "pointwise_conv2d: every filter has one weight per input channel; in=[1,3,5,5], w=[4,2,1,1]. Make w.c 3; for 1 x 1 filters in groups use conv2d.",
        Error);
}
