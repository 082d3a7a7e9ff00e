// Antialiased bilinear resizing that agrees with PIL to the last grey level: two passes of weighted sums in fixed point, first along rows, then along columns.
// Leaves out other filters: every network of the book was trained with this one.
#include <algorithm>
#include <cmath>

#include "convbook/image.h"

namespace convbook {
namespace {

constexpr int kFractionBits = 32 - 8 - 2;  // 8 bits of grey, 2 of headroom for the sum, the rest for the weights' fractions
constexpr int kMaxSide = 65536;

/// The input positions that one output position mixes, and their weights in fixed point.
struct Mix {
    int first = 0;
    std::vector<int> weights;
};

/// A triangle around each output position, as wide as one output pixel when shrinking (antialiased), as one input pixel when growing.
std::vector<Mix> triangle_mixes(int from, int to) {
    const double scale = static_cast<double>(from) / to, reach = std::max(scale, 1.0);
    std::vector<Mix> mixes(static_cast<std::size_t>(to));
    std::vector<double> exact;
    for (int i = 0; i < to; ++i) {
        // Find the positions under the triangle
        const double center = (i + 0.5) * scale;
        const int first = std::max(0, static_cast<int>(center - reach + 0.5)), end = std::min(from, static_cast<int>(center + reach + 0.5));
        // Weigh them so that they sum to 1
        exact.clear();
        double sum = 0;
        for (int x = first; x < end; ++x) {
            exact.push_back(std::max(0.0, 1.0 - std::abs((x - center + 0.5) / reach)));
            sum += exact.back();
        }
        // Round to fixed point
        Mix& mix = mixes[static_cast<std::size_t>(i)];
        mix.first = first;
        for (const double weight : exact) mix.weights.push_back(static_cast<int>(0.5 + weight / sum * (1 << kFractionBits)));
    }
    return mixes;
}

std::uint8_t to_grey(int fixed) { return static_cast<std::uint8_t>(std::clamp(fixed >> kFractionBits, 0, 255)); }

constexpr int kHalf = 1 << (kFractionBits - 1);

Image resize_rows(const Image& in, int width) {
    const std::vector<Mix> mixes = triangle_mixes(in.width, width);
    Image out{width, in.height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(in.height) * 3)};
    std::uint8_t* next = out.rgb.data();
    for (int y = 0; y < in.height; ++y)
        for (const Mix& mix : mixes) {
            const std::uint8_t* pixel = &in.rgb[(static_cast<std::size_t>(y) * static_cast<std::size_t>(in.width) + static_cast<std::size_t>(mix.first)) * 3];
            int sum[3] = {kHalf, kHalf, kHalf};
            for (const int weight : mix.weights)
                for (int& channel : sum) channel += weight * *pixel++;
            for (const int channel : sum) *next++ = to_grey(channel);
        }
    return out;
}

Image resize_columns(const Image& in, int height) {
    const std::vector<Mix> mixes = triangle_mixes(in.height, height);
    const std::size_t row = static_cast<std::size_t>(in.width) * 3;
    Image out{in.width, height, std::vector<std::uint8_t>(row * static_cast<std::size_t>(height))};
    std::vector<int> sums(row);
    for (std::size_t y = 0; y < mixes.size(); ++y) {
        std::fill(sums.begin(), sums.end(), kHalf);
        for (std::size_t i = 0; i < mixes[y].weights.size(); ++i) {
            const std::uint8_t* values = &in.rgb[(static_cast<std::size_t>(mixes[y].first) + i) * row];
            for (std::size_t x = 0; x < row; ++x) sums[x] += mixes[y].weights[i] * values[x];
        }
        for (std::size_t x = 0; x < row; ++x) out.rgb[y * row + x] = to_grey(sums[x]);
    }
    return out;
}

}  // namespace

Image resize_bilinear(const Image& in, int width, int height) {
    CONVBOOK_REQUIRE(in.width > 0 && in.height > 0, "resize_bilinear: an image has at least one pixel; in=", in.width, " x ", in.height, ".");
    CONVBOOK_REQUIRE(width > 0 && height > 0 && width <= kMaxSide && height <= kMaxSide, "resize_bilinear: both sides lie in 1..", kMaxSide, "; size=", width, " x ", height,
                     ".");
    // Rows first: PIL rounds to 8 bits between the passes, so their order matters
    Image out = width == in.width ? in : resize_rows(in, width);
    return height == in.height ? out : resize_columns(out, height);
}

Image resize_short_side(const Image& in, int size) {
    CONVBOOK_REQUIRE(in.width > 0 && in.height > 0, "resize_short_side: an image has at least one pixel; in=", in.width, " x ", in.height, ".");
    const int shorter = std::min(in.width, in.height);
    const long long longer = static_cast<long long>(size) * std::max(in.width, in.height) / shorter;
    CONVBOOK_REQUIRE(longer <= kMaxSide, "resize_short_side: no side becomes longer than ", kMaxSide, " pixels; in=", in.width, " x ", in.height, ", short side to ", size,
                     ", long side to ", longer, ". The image is too narrow: cut a less narrow piece out of it.");
    const auto scaled = [&](int side) { return side == shorter ? size : static_cast<int>(longer); };
    return resize_bilinear(in, scaled(in.width), scaled(in.height));
}

}  // namespace convbook
