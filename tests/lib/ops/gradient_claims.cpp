// Claims about gradients. An operation that is linear in an argument has a gradient that is its transpose: <f(x), g> = <x, gradient(g)> for any x and g, exactly
// on small integers. The others are held against differences: the slope along a random direction.
#include <doctest/doctest.h>

#include <cmath>

#include "convbook/grad.h"
#include "lib/ops/algebra.h"

using namespace convbook;

namespace {

constexpr int kDraws = 300;

int draw(Random& random, std::initializer_list<int> values) { return values.begin()[random.integer(0, static_cast<int>(values.size()) - 1)]; }
Tensor integers(Random& random, const Shape& shape) { return random.integer_tensor(shape, -3, 3); }

/// A convolution of any size, stride, dilation, padding, groups and mode; its weights fit into the padded image.
struct DrawnConv { Shape in, w; ConvParams params; };
DrawnConv draw_conv(Random& random, PaddingMode mode) {
    const int groups = draw(random, {1, 1, 2, 3}), k = draw(random, {1, 2, 3, 5}), dilation = draw(random, {1, 1, 2});
    DrawnConv conv;
    conv.in = {draw(random, {1, 2, 3}), groups * draw(random, {1, 2, 3}), draw(random, {1, 2, 5, 7, 8}), draw(random, {1, 3, 4, 9, 17, 20})};
    conv.w = {groups * draw(random, {1, 2, 5}), conv.in.c / groups, k, random.integer(0, 1) ? k : draw(random, {1, 3})};
    conv.params = {.stride = {draw(random, {1, 2, 3}), draw(random, {1, 2})}, .dilation = dilation, .groups = groups, .mode = mode};
    // Enough rows and columns on each side for the window to fit, some more at times; modes that copy find something to copy
    const auto sides = [&](int size, int window) { return std::max(draw(random, {0, 1, 2}), (window - size + 1) / 2); };
    const int rows = sides(conv.in.h, effective_kernel(conv.w.h, dilation)), columns = sides(conv.in.w, effective_kernel(conv.w.w, dilation));
    const bool can_copy = mode == PaddingMode::zeros || mode == PaddingMode::replicate || (rows < conv.in.h && columns < conv.in.w);
    conv.params.mode = can_copy ? mode : PaddingMode::replicate;
    conv.params.padding.top = rows + draw(random, {0, 0, mode == PaddingMode::zeros ? 2 : 0}), conv.params.padding.bottom = rows;
    conv.params.padding.left = columns, conv.params.padding.right = columns;
    return conv;
}

/// Both laws of a convolution that is linear in its input and in its weights.
template <class Forward, class InputGradient, class WeightGradient>
void check_transposes(const Tensor& in, const Tensor& w, Random& random, const Forward& forward, const InputGradient& input_gradient, const WeightGradient& weight_gradient) {
    const Tensor out = forward(in, w), grad = integers(random, out.shape());
    INFO("in ", in.shape(), ", w ", w.shape(), ", out ", out.shape());
    const double product = dot(out, grad);
    CHECK(dot(in, input_gradient(grad)) == product);
    CHECK(dot(w, weight_gradient(grad)) == product);
}

/// The slope of <f(x), g> along a random direction, by a central difference, against the gradient's inner product with it; f has no corner near x.
template <class Forward>
void check_slope(const Tensor& x, const Tensor& gradient, const Tensor& g, const Forward& f, double tolerance = 2e-3) {
    const Tensor direction = Random(7).uniform_tensor(x.shape(), -1.0f, 1.0f);
    constexpr float kStep = 1.0f / 128;
    Tensor ahead(x), behind(x);
    for (std::size_t i = 0; i < x.count(); ++i) ahead.data()[i] += kStep * direction.data()[i], behind.data()[i] -= kStep * direction.data()[i];
    const double slope = (dot(f(ahead), g) - dot(f(behind), g)) / (2 * kStep), expected = dot(gradient, direction);
    const double scale = std::sqrt(dot(gradient, gradient) * dot(direction, direction)) + 1;
    INFO("slope ", slope, ", gradient ", expected);
    CHECK(std::abs(slope - expected) <= tolerance * scale);
}

}  // namespace

TEST_CASE("conv2d: its gradients are its transposes, in every padding mode, stride, dilation and group") {
    Random random(1);
    for (const PaddingMode mode : {PaddingMode::zeros, PaddingMode::reflect, PaddingMode::replicate, PaddingMode::circular})
        for (int i = 0; i < kDraws; ++i) {
            const DrawnConv conv = draw_conv(random, mode);
            const Tensor in = integers(random, conv.in), w = integers(random, conv.w);
            check_transposes(
                in, w, random, [&](const Tensor& x, const Tensor& v) { return conv2d(x, v, {}, conv.params); },
                [&](const Tensor& grad) { return conv2d_input_gradient(conv.in, w, grad, conv.params); },
                [&](const Tensor& grad) { return conv2d_weight_gradient(in, conv.w, grad, conv.params); });
        }
}

TEST_CASE("depthwise_conv2d: its gradients are its transposes, with any depth multiplier") {
    Random random(2);
    for (int i = 0; i < kDraws; ++i) {
        DrawnConv conv = draw_conv(random, draw(random, {0, 1}) ? PaddingMode::zeros : PaddingMode::circular);
        conv.w = {conv.in.c * draw(random, {1, 1, 2}), 1, conv.w.h, conv.w.w};
        const Tensor in = integers(random, conv.in), w = integers(random, conv.w);
        check_transposes(
            in, w, random, [&](const Tensor& x, const Tensor& v) { return depthwise_conv2d(x, v, {}, conv.params); },
            [&](const Tensor& grad) { return depthwise_conv2d_input_gradient(conv.in, w, grad, conv.params); },
            [&](const Tensor& grad) { return depthwise_conv2d_weight_gradient(in, conv.w, grad, conv.params); });
    }
}

TEST_CASE("pointwise_conv2d and linear: their gradients are products with the transposed matrices") {
    Random random(3);
    for (int i = 0; i < kDraws; ++i) {
        const Tensor in = integers(random, {draw(random, {1, 2, 5}), draw(random, {1, 3, 16}), draw(random, {1, 4, 7}), draw(random, {1, 5, 7})});
        const Tensor w = integers(random, {draw(random, {1, 2, 9, 17}), in.shape().c, 1, 1});
        check_transposes(
            in, w, random, [](const Tensor& x, const Tensor& v) { return pointwise_conv2d(x, v); },
            [&](const Tensor& grad) { return pointwise_conv2d_input_gradient(in.shape(), w, grad); },
            [&](const Tensor& grad) { return pointwise_conv2d_weight_gradient(in, w.shape(), grad); });
        const Tensor matrix = integers(random, Shape::of({draw(random, {1, 3, 10}), in.shape().c * in.shape().h * in.shape().w}));
        check_transposes(
            in, matrix, random, [](const Tensor& x, const Tensor& v) { return linear(x, v); },
            [&](const Tensor& grad) { return linear_input_gradient(in.shape(), matrix, grad); },
            [&](const Tensor& grad) { return linear_weight_gradient(in, matrix.shape(), grad); });
    }
}

TEST_CASE("conv_transpose2d: its gradients are its transposes, and conv2d's input gradient is a transposed convolution") {
    Random random(4);
    for (int i = 0; i < kDraws; ++i) {
        const int groups = draw(random, {1, 1, 2}), k = draw(random, {2, 3, 4});
        const Tensor in = integers(random, {draw(random, {1, 2}), groups * draw(random, {1, 3}), draw(random, {2, 4}), draw(random, {3, 5})});
        const Tensor w = integers(random, {in.shape().c, draw(random, {1, 2, 4}), k, k});
        const ConvTransposeParams params{.stride = draw(random, {1, 2, 3}), .padding = draw(random, {0, 0, 1}), .dilation = draw(random, {1, 2}), .groups = groups};
        check_transposes(
            in, w, random, [&](const Tensor& x, const Tensor& v) { return conv_transpose2d(x, v, {}, params); },
            [&](const Tensor& grad) { return conv_transpose2d_input_gradient(in.shape(), w, grad, params); },
            [&](const Tensor& grad) { return conv_transpose2d_weight_gradient(in, w.shape(), grad, params); });
        const Tensor stamped = conv_transpose2d(in, w, {}, params);
        CHECK(conv2d_input_gradient(stamped.shape(), w, in, {.stride = params.stride, .padding = params.padding, .dilation = params.dilation, .groups = groups}) == stamped);
    }
}

TEST_CASE("pad2d: the border hands its gradients back to the cells that it copied") {
    Random random(5);
    const Padding sides = [] { Padding p; p.top = 2, p.bottom = 1, p.left = 0, p.right = 3; return p; }();
    for (const PaddingMode mode : {PaddingMode::zeros, PaddingMode::reflect, PaddingMode::replicate, PaddingMode::circular}) {
        const Tensor in = integers(random, {2, 2, 4, 5}), grad = integers(random, {2, 2, 7, 8});
        CHECK(dot(pad2d(in, sides, mode), grad) == dot(in, pad2d_gradient(in.shape(), sides, mode, grad)));
    }
}

TEST_CASE("shuffling, joining and slicing move values, so their gradients move them back") {
    Random random(6);
    const Tensor a = integers(random, {2, 6, 3, 2}), b = integers(random, {2, 3, 3, 2}), grad = integers(random, a.shape());
    CHECK(channel_shuffle_gradient(channel_shuffle(a, 3), 3) == a);
    CHECK(dot(channel_shuffle(a, 2), grad) == dot(a, channel_shuffle_gradient(grad, 2)));
    const std::vector<Tensor> parts = concat_gradient(std::vector{a.shape(), b.shape()}, concat(std::vector<TensorView>{a, b}));
    CHECK(parts[0] == a);
    CHECK(parts[1] == b);
    const Tensor slice = slice_channels(a, 2, 3), of_slice = integers(random, slice.shape());
    CHECK(dot(slice, of_slice) == dot(a, slice_channels_gradient(a.shape(), 2, of_slice)));
}

TEST_CASE("a bias reaches every pixel of its channel, so its gradient is their sum") {
    const Tensor grad = Random(7).integer_tensor({3, 4, 5, 6}, -9, 9), rows = Random(8).integer_tensor(Shape::of({5, 3}), -9, 9);
    CHECK(bias_gradient(grad) == conv2d_weight_gradient(Tensor({3, 1, 5, 6}, 1.0f), {4, 1, 1, 1}, grad).reshaped(Shape::of({4})));
    CHECK(bias_gradient(rows) == linear_weight_gradient(Tensor(Shape::of({5, 1}), 1.0f), Shape::of({3, 1}), rows).reshaped(Shape::of({3})));
}

TEST_CASE("the mean spreads a gradient evenly; average and adaptive pooling are linear, so they transpose") {
    Random random(9);
    const Tensor in = random.normal_tensor({2, 3, 9, 10});
    for (const bool counts_padding : {true, false})
        for (const int divisor : {0, 5}) {
            const PoolParams params{.kernel = {3, 2}, .stride = {2, 3}, .padding = 1, .ceil_mode = true, .count_include_pad = counts_padding, .divisor_override = divisor};
            const Tensor out = avg_pool2d(in, params), grad = random.normal_tensor(out.shape());
            CHECK(dot(out, grad) == doctest::Approx(dot(in, avg_pool2d_gradient(in.shape(), grad, params))).epsilon(1e-5));
        }
    for (const Pair bins : {Pair(1), Pair(4, 3), Pair(9, 10), Pair(12, 11)}) {
        const Tensor out = adaptive_avg_pool2d(in, bins), grad = random.normal_tensor(out.shape());
        CHECK(dot(out, grad) == doctest::Approx(dot(in, adaptive_avg_pool2d_gradient(in.shape(), grad))).epsilon(1e-5));
    }
}

TEST_CASE("max pooling sends all of a gradient to the cell that won, the first of equal ones") {
    const PoolParams params{.kernel = 2, .stride = 1};
    CHECK(max_pool2d_gradient(Tensor({1, 1, 2, 3}, {1, 5, 2, 5, 0, 7}), Tensor({1, 1, 1, 2}, {10, 20}), params) == Tensor({1, 1, 2, 3}, {0, 10, 0, 0, 0, 20}));
    Random random(10);
    const Tensor in = random.integer_tensor({2, 2, 9, 9}, -99, 99), grad = integers(random, max_pool2d(in, {.kernel = 3, .padding = 1}).shape());
    const Tensor gin = max_pool2d_gradient(in, grad, {.kernel = 3, .padding = 1});
    CHECK(dot(gin, in) == dot(grad, max_pool2d(in, {.kernel = 3, .padding = 1})));
}

TEST_CASE("activations: the gradient is the slope, on both sides of every corner") {
    // Halves of odd numbers: never within a step of the corners at -3, 0, 3, 6
    Tensor in(Shape::of({18}));
    for (int i = 0; i < 18; ++i) in.data()[i] = static_cast<float>(i) - 8.5f;
    const Tensor grad = Random(11).uniform_tensor(in.shape(), 0.5f, 2.0f);
    for (const Activation a : {Activation::identity, Activation::relu, Activation::relu6, Activation::leaky_relu, Activation::sigmoid, Activation::tanh, Activation::hardsigmoid,
                               Activation::hardswish, Activation::silu}) {
        INFO(to_string(a));
        check_slope(in, activation_gradient(in, a, grad), grad, [&](const Tensor& x) { return activate(x, a); }, 2e-4);
    }
    check_slope(in, leaky_relu_gradient(in, grad, 0.3f), grad, [](const Tensor& x) { return leaky_relu(x, 0.3f); }, 2e-4);
}

TEST_CASE("softmax along any axis, its logarithm, and cross entropy with and without smoothing") {
    Random random(12);
    const Tensor in = random.normal_tensor({2, 3, 4, 5}), grad = random.normal_tensor(in.shape());
    for (const Axis axis : {Axis::n, Axis::c, Axis::h, Axis::w}) {
        check_slope(in, softmax_gradient(softmax(in, axis), grad, axis), grad, [&](const Tensor& x) { return softmax(x, axis); });
        check_slope(in, log_softmax_gradient(log_softmax(in, axis), grad, axis), grad, [&](const Tensor& x) { return log_softmax(x, axis); });
    }
    const Tensor logits = random.normal_tensor(Shape::of({4, 6}));
    const int target[] = {5, 0, 2, 2};
    for (const Reduction reduction : {Reduction::mean, Reduction::sum})
        for (const float smoothing : {0.0f, 0.2f}) {
            const auto loss = [&](const Tensor& x) { return Tensor(Shape::of({1}), cross_entropy(x, target, reduction, smoothing)); };
            check_slope(logits, cross_entropy_gradient(logits, target, reduction, smoothing), Tensor(Shape::of({1}), 1.0f), loss);
        }
}

TEST_CASE("the gradients of a softmax add up to 0: shifting all logits changes nothing") {
    const Tensor gin = cross_entropy_gradient(Random(13).normal_tensor(Shape::of({3, 7})), std::vector{1, 6, 0}, Reduction::sum, 0.1f);
    CHECK(max_abs_difference(linear(gin, Tensor(Shape::of({1, 7}), 1.0f)), Tensor(Shape::of({3, 1}))) < 1e-6f);
}

TEST_CASE("batch norm: its gradients are slopes, in use and in training") {
    Random random(14);
    const Tensor in = random.normal_tensor({3, 2, 4, 5}), grad = random.normal_tensor(in.shape()), weight = random.uniform_tensor(Shape::of({2}), 0.5f, 2.0f);
    const Tensor bias = random.normal_tensor(Shape::of({2})), mean = random.normal_tensor(Shape::of({2})), var = random.uniform_tensor(Shape::of({2}), 0.5f, 2.0f);
    const BatchNormResult forward = batch_norm_train(in, mean, var, weight, bias);
    const BatchNormGradients use = batch_norm_gradient(in, mean, var, weight, grad), train = batch_norm_train_gradient(in, forward.batch_mean, forward.batch_var, weight, grad);
    check_slope(in, use.in, grad, [&](const Tensor& x) { return batch_norm(x, mean, var, weight, bias); });
    check_slope(weight, use.weight, grad, [&](const Tensor& w) { return batch_norm(in, mean, var, w, bias); });
    check_slope(bias, use.bias, grad, [&](const Tensor& b) { return batch_norm(in, mean, var, weight, b); });
    check_slope(in, train.in, grad, [&](const Tensor& x) { return batch_norm_train(x, mean, var, weight, bias).out; });
    check_slope(weight, train.weight, grad, [&](const Tensor& w) { return batch_norm_train(in, mean, var, w, bias).out; });
    check_slope(bias, train.bias, grad, [&](const Tensor& b) { return batch_norm_train(in, mean, var, weight, b).out; });
}

TEST_CASE("training does not see a channel's shift or scale, so the gradient is orthogonal to both") {
    Random random(15);
    const Tensor in = random.normal_tensor({4, 3, 5, 5}), running(Shape::of({3}), 1.0f);
    const BatchNormResult forward = batch_norm_train(in, running, running, {}, {}, {.eps = 0});
    const Tensor gin = batch_norm_train_gradient(in, forward.batch_mean, forward.batch_var, {}, random.normal_tensor(in.shape()), {.eps = 0}).in;
    for (int c = 0; c < 3; ++c) {
        const Tensor g = slice_channels(gin, c, 1), x = slice_channels(in, c, 1);
        CHECK(std::abs(dot(g, Tensor(g.shape(), 1.0f))) < 1e-4);
        CHECK(std::abs(dot(g, x)) < 1e-4);
    }
}

TEST_CASE("gates: scale_channels and squeeze_excite are slopes in every argument") {
    Random random(16);
    const Tensor in = random.normal_tensor({2, 4, 3, 3}), grad = random.normal_tensor(in.shape()), factors = random.normal_tensor({2, 4, 1, 1});
    const ScaleChannelsGradients scaled = scale_channels_gradient(in, factors, grad);
    check_slope(in, scaled.in, grad, [&](const Tensor& x) { return scale_channels(x, factors); });
    check_slope(factors, scaled.gate, grad, [&](const Tensor& g) { return scale_channels(in, g); });
    const Tensor reduce = random.normal_tensor(Shape::of({2, 4})), expand = random.normal_tensor(Shape::of({4, 2}));
    const Tensor reduce_bias(Shape::of({2}), {0.75f, -0.25f}), expand_bias = random.normal_tensor(Shape::of({4}));
    for (const Gate gate : {Gate::sigmoid, Gate::hardsigmoid}) {
        const SqueezeExciteGradients of = squeeze_excite_gradient(in, {reduce, reduce_bias, expand, expand_bias}, grad, gate);
        check_slope(in, of.in, grad, [&](const Tensor& x) { return squeeze_excite(x, {reduce, reduce_bias, expand, expand_bias}, gate); });
        check_slope(reduce, of.reduce, grad, [&](const Tensor& w) { return squeeze_excite(in, {w, reduce_bias, expand, expand_bias}, gate); });
        check_slope(reduce_bias, of.reduce_bias, grad, [&](const Tensor& b) { return squeeze_excite(in, {reduce, b, expand, expand_bias}, gate); });
        check_slope(expand, of.expand, grad, [&](const Tensor& w) { return squeeze_excite(in, {reduce, reduce_bias, w, expand_bias}, gate); });
        check_slope(expand_bias, of.expand_bias, grad, [&](const Tensor& b) { return squeeze_excite(in, {reduce, reduce_bias, expand, b}, gate); });
    }
    CHECK(squeeze_excite_gradient(in, {reduce, {}, expand, {}}, grad).reduce_bias.is_empty());
}

TEST_CASE("gradients explain what does not fit") {
    const Tensor in({1, 2, 5, 5}), w({3, 2, 3, 3});
    CHECK_THROWS_WITH_AS(conv2d_input_gradient(in.shape(), w, in),
                         "conv2d_input_gradient: grad has the shape of the operation's result, [1,3,3,3]; grad=[1,2,5,5]. Pass the loss's gradient with respect to that result.", Error);
    CHECK_THROWS_AS(conv2d_weight_gradient(in, {3, 1, 3, 3}, Tensor({1, 3, 3, 3})), Error);
    CHECK_THROWS_AS(depthwise_conv2d_weight_gradient(in, w.shape(), Tensor({1, 3, 3, 3})), Error);
    CHECK_THROWS_AS(pointwise_conv2d_input_gradient(in.shape(), w, in), Error);
    CHECK_THROWS_WITH_AS(bias_gradient({}), "bias_gradient: grad is a tensor; got none. Pass it.", Error);
    CHECK_THROWS_AS(concat_gradient(std::vector{in.shape()}, Tensor({1, 3, 5, 5})), Error);
    CHECK_THROWS_AS(slice_channels_gradient(in.shape(), 1, Tensor({1, 2, 5, 5})), Error);
    CHECK_THROWS_AS(batch_norm_train_gradient(in, w, w, {}, in), Error);
    CHECK_THROWS_AS(activation_gradient(in, Activation::relu, w), Error);
    CHECK_THROWS_AS(max_pool2d_gradient(in, in, {}), Error);
    CHECK_THROWS_AS(adaptive_avg_pool2d_gradient(in.shape(), Tensor({1, 3, 1, 1})), Error);
    CHECK_THROWS_AS(linear_weight_gradient(in, Shape::of({4, 50}), Tensor(Shape::of({1, 3}))), Error);
    CHECK_THROWS_AS(cross_entropy_gradient(Tensor(Shape::of({1, 3})), std::vector{3}), Error);
}
