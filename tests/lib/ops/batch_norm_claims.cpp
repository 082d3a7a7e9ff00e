// Claims about batch normalisation (eval and train).
#include <doctest/doctest.h>

#include "lib/ops/algebra.h"

using namespace convbook;

namespace {

Tensor constants(int channels, float value) { return Tensor(Shape::of({channels}), value); }

}  // namespace

TEST_CASE("a batch norm at rest (mean 0, variance 1, eps 0) is the identity") {
    const Tensor in = Random(1).normal_tensor({2, 3, 4, 5});
    CHECK(batch_norm(in, constants(3, 0), constants(3, 1), {}, {}, {.eps = 0}) == in);
    CHECK(batch_norm(in, constants(3, 0), constants(3, 1), constants(3, 1), constants(3, 0), {.eps = 0}) == in);
}

TEST_CASE("eval batch norm is a depthwise 1x1 convolution: weight w/sqrt(v+eps), bias b - m w/sqrt(v+eps)") {
    Random random(2);
    const Tensor in = random.normal_tensor({2, 4, 3, 3}), mean = random.normal_tensor(Shape::of({4})),
                 var = random.uniform_tensor(Shape::of({4}), 0.5f, 2.0f);
    const Tensor weight = random.normal_tensor(Shape::of({4})), bias = random.normal_tensor(Shape::of({4}));
    Tensor w(Shape(4, 1, 1, 1)), b(Shape::of({4}));
    for (int c = 0; c < 4; ++c) {
        w.data()[c] = weight.data()[c] / std::sqrt(var.data()[c] + 1e-5f);
        b.data()[c] = bias.data()[c] - mean.data()[c] * w.data()[c];
    }
    CHECK(max_abs_difference(batch_norm(in, mean, var, weight, bias), depthwise_conv2d(in, w, b)) < 1e-5f);  // a few roundings of values below 20
}

TEST_CASE("after batch_norm_train every channel has mean 0 and variance 1") {
    const Tensor in = scaled(Random(3).normal_tensor({4, 3, 5, 6}), 3.0f);
    const BatchNormResult result = batch_norm_train(in, constants(3, 0), constants(3, 1), {}, {}, {.eps = 0});
    for (int c = 0; c < 3; ++c) {
        const Tensor channel = slice_channels(result.out, c, 1);
        CHECK(dot(channel, Tensor(channel.shape(), 1.0f)) / 120 == doctest::Approx(0).epsilon(1e-5));
        CHECK(dot(channel, channel) / 120 == doctest::Approx(1).epsilon(1e-5));
    }
}

TEST_CASE("training does not see a scale or a shift of its input") {
    const Tensor in = Random(4).integer_tensor({2, 2, 4, 4}, -8, 8);
    Tensor other = scaled(in, 4);
    for (float& value : other.values()) value += 16;
    const auto out = [](const Tensor& t) { return batch_norm_train(t, constants(2, 0), constants(2, 1), {}, {}, {.eps = 0}).out; };
    CHECK(max_abs_difference(out(in), out(other)) < 1e-5f);
}

TEST_CASE("running averages move by momentum, with the unbiased variance: {1, 3} has mean 2, variance 2") {
    const Tensor in(Shape(1, 1, 1, 2), {1, 3});
    const BatchNormResult result = batch_norm_train(in, constants(1, 10), constants(1, 6), {}, {}, {.momentum = 0.25f});
    CHECK(result.running_mean.data()[0] == 8.0f);  // 0.75 * 10 + 0.25 * 2
    CHECK(result.running_var.data()[0] == 5.0f);   // 0.75 * 6 + 0.25 * 2
}

TEST_CASE("batch norm explains what does not fit") {
    const Tensor in(Shape(1, 3, 1, 1)), three(Shape::of({3}), 1.0f), four(Shape::of({4}), 1.0f);
    CHECK_THROWS_WITH_AS(batch_norm(in, four, three), "batch_norm: one mean per channel; 3 channels, mean=[4]. Give 3 values or leave it out.",
                         Error);
    CHECK_THROWS_WITH_AS(batch_norm(in, three, {}),
                         "batch_norm: mean and variance of every channel are given; one is missing. Pass both, of shape [3].", Error);
    CHECK_THROWS_WITH_AS(
        batch_norm_train(in, three, three),
        "batch_norm_train: a variance needs more than one value per channel; in=[1,3,1,1] has 1. Use a larger batch or image, or batch_norm with the running statistics.",
        Error);
    CHECK_THROWS_AS(batch_norm(in, three, three, {}, {}, {.eps = -1}), Error);
}
