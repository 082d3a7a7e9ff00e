// Claims about squeeze-and-excitation and the scaling of channels.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "lib/ops/algebra.h"

using namespace convbook;

TEST_CASE("scale_channels is a depthwise 1x1 convolution whose weights are the gate") {
    const Tensor in = Random(1).integer_tensor({1, 5, 4, 3}, -9, 9), gate = Random(2).integer_tensor({1, 5, 1, 1}, -9, 9);
    CHECK(scale_channels(in, gate) == depthwise_conv2d(in, gate.reshaped({5, 1, 1, 1})));
    CHECK_THROWS_WITH_AS(scale_channels(in, Tensor(Shape(1, 4, 1, 1))),
                         "scale_channels: one factor per image and channel; in=[1,5,4,3], gate=[1,4,1,1]. The gate's shape is [1,5,1,1].", Error);
}

TEST_CASE("squeeze-and-excitation with zero weights halves every channel, because sigmoid(0) = 1/2") {
    const Tensor in = Random(1).normal_tensor({2, 8, 4, 4}), reduce(Shape::of({2, 8})), expand(Shape::of({8, 2}));
    CHECK(squeeze_excite(in, {reduce, {}, expand, {}}) == scaled(in, 0.5f));
    CHECK(squeeze_excite(in, {reduce, {}, expand, {}}, Gate::hardsigmoid) == scaled(in, 0.5f));
}

TEST_CASE("squeeze-and-excitation is its formula: the mean, a layer with bias, ReLU, a layer with bias, the gate, the product") {
    const Tensor in = Random(1).integer_tensor({2, 4, 2, 3}, -6, 6), reduce = Random(2).integer_tensor(Shape::of({3, 4}), -2, 2), expand = Random(3).integer_tensor(Shape::of({4, 3}), -2, 2),
                 reduce_bias = Random(4).integer_tensor(Shape::of({3}), -2, 2), expand_bias = Random(5).integer_tensor(Shape::of({4}), -2, 2);
    // Written out in double precision; `negative` counts what the ReLU takes away
    int negative = 0;
    const auto factor_of = [&](int n, int channel, Gate gate) {
        double excited = expand_bias.data()[channel];
        for (int m = 0; m < 3; ++m) {
            double hidden = reduce_bias.data()[m];
            for (int c = 0; c < 4; ++c)
            for (int y = 0; y < 2; ++y)
            for (int x = 0; x < 3; ++x) hidden += reduce.data()[m * 4 + c] * in(n, c, y, x) / 6.0;
            negative += hidden < 0;
            excited += expand.data()[channel * 3 + m] * std::max(hidden, 0.0);
        }
        return gate == Gate::sigmoid ? 1 / (1 + std::exp(-excited)) : std::clamp(excited + 3, 0.0, 6.0) / 6;
    };
    for (const Gate gate : {Gate::sigmoid, Gate::hardsigmoid}) {
        const Tensor out = squeeze_excite(in, {reduce, reduce_bias, expand, expand_bias}, gate);
        for (int n = 0; n < 2; ++n)
        for (int c = 0; c < 4; ++c) {
            const double factor = factor_of(n, c, gate);
            for (int y = 0; y < 2; ++y)
            for (int x = 0; x < 3; ++x) CHECK(out(n, c, y, x) == doctest::Approx(in(n, c, y, x) * factor).epsilon(1e-5));
        }
    }
    CHECK(negative > 0);
}

TEST_CASE("the gates of squeeze-and-excitation depend on the means only: moving pixels about moves the result along") {
    const Tensor in = Random(1).integer_tensor({1, 4, 1, 4}, -4, 4), reduce = Random(2).normal_tensor(Shape::of({2, 4})),
                 expand = Random(3).normal_tensor(Shape::of({4, 2}));
    const auto reversed = [](const Tensor& t) {
        Tensor out(t.shape());
        for (int c = 0; c < 4; ++c)
        for (int x = 0; x < 4; ++x) out(0, c, 0, 3 - x) = t(0, c, 0, x);
        return out;
    };
    const SqueezeExciteWeights w{reduce, {}, expand, {}};
    CHECK(squeeze_excite(reversed(in), w) == reversed(squeeze_excite(in, w)));
    const Tensor kernel_form = squeeze_excite(in, {reduce.reshaped({2, 4, 1, 1}), {}, expand.reshaped({4, 2, 1, 1}), {}});
    CHECK(kernel_form == squeeze_excite(in, w));
}

TEST_CASE("squeeze_excite explains what does not fit") {
    CHECK_THROWS_WITH_AS(
        squeeze_excite(Tensor(Shape(1, 8, 2, 2)), {Tensor(Shape::of({2, 4})), {}, Tensor(Shape::of({8, 2})), {}}),
        "squeeze_excite: reduce is [mid,C] and expand is [C,mid]; in=[1,8,2,2], reduce=[2,4], expand=[8,2]. Match both to the 8 channels.", Error);
}
