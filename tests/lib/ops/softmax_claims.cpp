// Claims about softmax, log_softmax and cross entropy.
#include <doctest/doctest.h>

#include <array>

#include "lib/ops/algebra.h"

using namespace convbook;

TEST_CASE("softmax sums to 1 along its axis, whichever it is") {
    const Tensor in = Random(1).normal_tensor({2, 3, 4, 5});
    for (const Axis axis : {Axis::n, Axis::c, Axis::h, Axis::w}) {
        const Tensor p = softmax(in, axis);
        const int sizes[] = {2, 3, 4, 5};
        CHECK(dot(p, Tensor(p.shape(), 1.0f)) == doctest::Approx(120.0 / sizes[static_cast<int>(axis)]));
        CHECK(largest(p) <= 1.0f);
    }
}

TEST_CASE("softmax does not see a constant added to all, and never overflows") {
    const Tensor in(Shape::of({3}), {1, 2, 3}), high(Shape::of({3}), {1001, 1002, 1003}), low(Shape::of({3}), {-1003, -1002, -1001});
    CHECK(softmax(in) == softmax(high));
    CHECK(softmax(in) == softmax(low));
    CHECK(softmax(Tensor(Shape::of({2}), {1e30f, 0})) == Tensor(Shape::of({2}), {1, 0}));
}

TEST_CASE("log_softmax is the logarithm of softmax, also where softmax rounds to 0") {
    const Tensor in = Random(2).normal_tensor(Shape::of({4, 9})), log_p = log_softmax(in), p = softmax(in);
    for (std::size_t i = 0; i < p.count(); ++i) CHECK(std::exp(log_p.data()[i]) == doctest::Approx(p.data()[i]).epsilon(1e-5));
    CHECK(log_softmax(Tensor(Shape::of({2}), {1000, 0})).data()[1] == -1000.0f);
}

TEST_CASE("dim counts the dimensions that the tensor was written with") {
    CHECK(axis_of(Shape(2, 5, 3, 4), 1) == Axis::c);
    CHECK(axis_of(Shape::of({3, 7}), 1) == Axis::w);
    CHECK(axis_of(Shape::of({2, 4, 6}), -1) == Axis::w);
    CHECK(axis_of(Shape::of({2, 4, 6}), 0) == Axis::c);
    CHECK_THROWS_WITH_AS(axis_of(Shape::of({3, 7}), 2),
                         "axis_of: dim counts the 2 dimensions from 0, or from the end with -1; shape=[3,7], dim=2. Use -2..1.", Error);
}

TEST_CASE("cross entropy of K equal logits is log K, with or without smoothing") {
    const Tensor logits(Shape::of({2, 10}), 3.0f);
    CHECK(cross_entropy(logits, std::array{0, 9}) == doctest::Approx(std::log(10.0)));
    CHECK(cross_entropy(logits, std::array{0, 9}, Reduction::mean, 0.1f) == doctest::Approx(std::log(10.0)));
}

TEST_CASE("the mean is the sum over the number of rows, and rows count one by one") {
    const Tensor logits = Random(3).normal_tensor(Shape::of({4, 5}));
    const std::array target{4, 0, 2, 2};
    const float sum = cross_entropy(logits, target, Reduction::sum, 0.1f);
    CHECK(cross_entropy(logits, target, Reduction::mean, 0.1f) == sum / 4);
    float rows = 0;
    for (int n = 0; n < 4; ++n) rows += cross_entropy(Tensor(Shape::of({1, 5}), logits.values().subspan(static_cast<std::size_t>(n) * 5, 5)), std::array{target[static_cast<std::size_t>(n)]},
                                                     Reduction::sum, 0.1f);
    CHECK(sum == doctest::Approx(rows));
}

TEST_CASE("full smoothing forgets the target: the loss is the mean of -log p") {
    const Tensor logits = Random(4).normal_tensor(Shape::of({1, 6}));
    CHECK(cross_entropy(logits, std::array{0}, Reduction::mean, 1.0f) ==
          doctest::Approx(cross_entropy(logits, std::array{5}, Reduction::mean, 1.0f)));
}

TEST_CASE("cross_entropy explains what does not fit") {
    const Tensor logits(Shape::of({2, 5}));
    CHECK_THROWS_WITH_AS(cross_entropy(logits, std::array{1, 5}),
                         "cross_entropy: a target is a class number 0..4; got 5. Check the labels, or give the network more classes.", Error);
    CHECK_THROWS_WITH_AS(cross_entropy(logits, std::array{1}), "cross_entropy: one target per row; logits=[2,5], targets=1. Give 2 class numbers.",
                         Error);
    CHECK_THROWS_AS(cross_entropy(logits, std::array{1, -1}), Error);
    CHECK_THROWS_AS(cross_entropy(Tensor(Shape(2, 5, 1, 1)), std::array{1, 2}), Error);
    CHECK_THROWS_AS(cross_entropy(logits, std::array{1, 2}, Reduction::mean, 2.0f), Error);
}
