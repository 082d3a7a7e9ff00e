// Claims about channel shuffle: its two usual forms, its inverse, how it mixes groups.
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
    CHECK_THROWS_WITH_AS(channel_shuffle(Tensor(Shape(1, 10, 2, 2)), 4),
                         "channel_shuffle: groups divides the channel count; channels=10, groups=4. Choose a divisor of 10.", Error);
    CHECK_THROWS_AS(channel_shuffle_index(8, 0), Error);
    CHECK_THROWS_AS(channel_shuffle_index(0, 1), Error);
}
