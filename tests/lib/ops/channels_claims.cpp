// Claims about operations on whole channels: shuffle, concat, slice, add, scale, squeeze-and-excitation.
#include <doctest/doctest.h>

#include <array>

#include "lib/ops/algebra.h"

using namespace convbook;

namespace {

/// Channel o of the result is channel index[o] of `in`.
Tensor gathered(const Tensor& in, const std::vector<int>& index) {
    std::vector<Tensor> channels;
    for (const int c : index) channels.push_back(slice_channels(in, c, 1));
    const std::vector<TensorView> views(channels.begin(), channels.end());
    return concat(views);
}

/// First usual form: view (N, G, C/G, H, W), transpose(1, 2), flatten; the transpose written into a second buffer.
Tensor shuffle_by_transpose(const Tensor& in, int groups) {
    const Shape& s = in.shape();
    const int columns = s.c / groups, pixels = s.h * s.w;
    const Tensor viewed = in.reshaped(Shape(s.n, groups, columns, pixels));
    Tensor transposed(Shape(s.n, columns, groups, pixels));
    for (int n = 0; n < s.n; ++n)
    for (int g = 0; g < groups; ++g)
    for (int i = 0; i < columns; ++i)
    for (int p = 0; p < pixels; ++p) transposed(n, i, g, p) = viewed(n, g, i, p);
    return transposed.reshaped(s);
}

}  // namespace

TEST_CASE("both usual forms of channel_shuffle, transpose and gather by index, agree") {
    const Tensor in = Random(1).integer_tensor({2, 12, 3, 2}, -99, 99);
    for (const int groups : {1, 2, 3, 4, 6, 12}) {
        const Tensor shuffled = channel_shuffle(in, groups);
        CHECK(shuffled == shuffle_by_transpose(in, groups));
        CHECK(shuffled == gathered(in, channel_shuffle_index(12, groups)));
    }
}

TEST_CASE("channels are dealt out like cards: 6 in 3 groups gives 0 2 4 1 3 5") {
    CHECK(channel_shuffle_index(6, 3) == std::vector{0, 2, 4, 1, 3, 5});
    CHECK(channel_shuffle_index(6, 2) == std::vector{0, 3, 1, 4, 2, 5});
}

TEST_CASE("channel_shuffle with G, then with C/G, is the identity") {
    const Tensor in = Random(1).integer_tensor({2, 24, 3, 3}, -99, 99);
    for (const int groups : {1, 2, 3, 4, 6, 8, 12, 24}) CHECK(channel_shuffle(channel_shuffle(in, groups), 24 / groups) == in);
}

TEST_CASE("after a shuffle every group holds a channel of every group before, when G divides C/G") {
    const std::vector<int> source = channel_shuffle_index(18, 3);
    for (int g = 0; g < 3; ++g) {
        std::array<int, 3> from{};
        for (int i = 0; i < 6; ++i) ++from[static_cast<std::size_t>(source[static_cast<std::size_t>(g * 6 + i)] / 6)];
        CHECK(from == std::array{2, 2, 2});
    }
}

TEST_CASE("channel_shuffle explains what does not fit") {
    CHECK_THROWS_WITH_AS(channel_shuffle(Tensor(Shape(1, 10, 2, 2)), 4), "channel_shuffle: groups divides the channel count; channels=10, groups=4. Choose a divisor of 10.", Error);
    CHECK_THROWS_AS(channel_shuffle_index(8, 0), Error);
    CHECK_THROWS_AS(channel_shuffle_index(0, 1), Error);
}

TEST_CASE("slices joined again are the whole") {
    const Tensor in = Random(1).integer_tensor({2, 7, 3, 4}, -9, 9);
    const Tensor a = slice_channels(in, 0, 3), b = slice_channels(in, 3, 4);
    CHECK(concat(std::array<TensorView, 2>{a, b}) == in);
}

TEST_CASE("concat, slice_channels and add explain what does not fit") {
    const Tensor a(Shape(1, 3, 4, 4)), b(Shape(1, 3, 5, 4));
    CHECK_THROWS_WITH_AS(concat(std::array<TensorView, 2>{a, b}), "concat: all inputs agree in N, H and W; [1,3,4,4] and [1,3,5,4]. Bring them to the same size first.", Error);
    CHECK_THROWS_AS(concat({}), Error);
    CHECK_THROWS_WITH_AS(slice_channels(a, 2, 2), "slice_channels: the slice lies inside the channels; in=[1,3,4,4], first=2, count=2. Stay within 0..2.", Error);
    CHECK_THROWS_AS(slice_channels(a, 2147483647, 1), Error);
    CHECK_THROWS_WITH_AS(add(a, b), "add: both tensors have the same shape; a=[1,3,4,4], b=[1,3,5,4]. A shortcut exists only where stride is 1 and the channel counts are equal.", Error);
}

TEST_CASE("scale_channels is a depthwise 1x1 convolution whose weights are the gate") {
    const Tensor in = Random(1).integer_tensor({1, 5, 4, 3}, -9, 9), gate = Random(2).integer_tensor({1, 5, 1, 1}, -9, 9);
    CHECK(scale_channels(in, gate) == depthwise_conv2d(in, gate.reshaped({5, 1, 1, 1})));
    CHECK_THROWS_WITH_AS(scale_channels(in, Tensor(Shape(1, 4, 1, 1))), "scale_channels: one factor per image and channel; in=[1,5,4,3], gate=[1,4,1,1]. The gate's shape is [1,5,1,1].",
                         Error);
}

TEST_CASE("squeeze-and-excitation with zero weights halves every channel, because sigmoid(0) = 1/2") {
    const Tensor in = Random(1).normal_tensor({2, 8, 4, 4}), reduce(Shape::of({2, 8})), expand(Shape::of({8, 2}));
    CHECK(squeeze_excite(in, {reduce, {}, expand, {}}) == scaled(in, 0.5f));
    CHECK(squeeze_excite(in, {reduce, {}, expand, {}}, Gate::hardsigmoid) == scaled(in, 0.5f));
}

TEST_CASE("the gates of squeeze-and-excitation depend on the means only: moving pixels about moves the result along") {
    const Tensor in = Random(1).integer_tensor({1, 4, 1, 4}, -4, 4), reduce = Random(2).normal_tensor(Shape::of({2, 4})), expand = Random(3).normal_tensor(Shape::of({4, 2}));
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
    CHECK_THROWS_WITH_AS(squeeze_excite(Tensor(Shape(1, 8, 2, 2)), {Tensor(Shape::of({2, 4})), {}, Tensor(Shape::of({8, 2})), {}}),
                         "squeeze_excite: reduce is [mid,C] and expand is [C,mid]; in=[1,8,2,2], reduce=[2,4], expand=[8,2]. Match both to the 8 channels.", Error);
}
