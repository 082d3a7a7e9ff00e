// Small pictures of the image as it leaves each step of the pipeline. Values that lie outside what the network was trained on are cut, as every
// screen would: an image left at 0..255 where 0..1 is expected is white.
#include <fmt/format.h>

#include <algorithm>

#include "network_cards.h"

namespace convbook::app {

using namespace kit;

namespace {

constexpr int kMostPixels = 320;  // of a side; cards are smaller

/// A tensor [1,3,H,W] as a picture: black(c) and white(c) are the ends of channel c.
template <class End>
Image picture_of(const Tensor& values, End black, End white) {
    Image out{values.shape().w, values.shape().h, {}};
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
            for (int c = 0; c < 3; ++c) {
                const float share = (values(0, c, y, x) - black(c)) / (white(c) - black(c));
                out.rgb.push_back(static_cast<std::uint8_t>(std::clamp(share, 0.0f, 1.0f) * 255 + 0.5f));
            }
    return out;
}

Image reduced(const Image& photo) {
    const int longer = std::max(photo.width, photo.height);
    if (longer <= kMostPixels) return photo;
    const auto side = [&](int length) { return std::max(1, static_cast<int>(static_cast<long long>(length) * kMostPixels / longer)); };
    return resize_bilinear(photo, side(photo.width), side(photo.height));
}

std::string range_words(const Tensor& values) {
    const auto [least, most] = std::minmax_element(values.values().begin(), values.values().end());
    const auto number = [](float value) {
        const std::string digits = std::abs(value) >= 100 ? fmt::format("{:.0f}", std::abs(value)) : fmt::format("{:.2f}", std::abs(value));
        return (value < 0 ? "−" : "") + digits;
    };
    return number(*least) + " … " + number(*most);
}

Text same(const std::string& words) { return {words, words}; }
std::string size_words(const Image& image) { return fmt::format("{} × {}", image.width, image.height); }

}  // namespace

void StepPictures::rebuild_pixels(const TrialPair& pair) {
    // Each step by the library's own function: channel order alone, then the range, then mean and deviation
    const Preprocess right = preprocess_of(pair.model->conventions), how = with_mistakes(right, pair.key.mistakes);
    const PixelArithmetic meant = pixel_arithmetic(right), done = pixel_arithmetic(right, pair.key.mistakes);
    Preprocess step = how;
    std::fill_n(step.mean, 3, 0.0f);
    std::fill_n(step.std, 3, 1.0f);
    const Tensor ordered = to_tensor(pair.broken->steps.cropped, step);
    std::fill_n(step.std, 3, done.is_divided ? 255.0f : 1.0f);
    const Tensor scaled = to_tensor(pair.broken->steps.cropped, step);
    const float expected = meant.is_divided ? 1 : 255;
    const auto zero = [](int) { return 0.0f; };
    pictures_[3].upload(picture_of(ordered, +zero, +[](int) { return 255.0f; }));
    captions_[3] = same(how.is_bgr ? "B G R" : "R G B");
    pictures_[4].upload(picture_of<std::function<float(int)>>(scaled, zero, [&](int) { return expected; }));
    captions_[4] = same(range_words(scaled));
    pictures_[5].upload(picture_of<std::function<float(int)>>(pair.broken->steps.input, [&](int c) { return meant(0, c); }, [&](int c) { return meant(255, c); }));
    captions_[5] = same(range_words(pair.broken->steps.input));
}

void StepPictures::rebuild(const TrialPair& pair) {
    const PreprocessSteps& steps = pair.broken->steps;
    const Image* images[] = {&steps.photo, &steps.resized, &steps.cropped};
    for (std::size_t i = 0; i < 3; ++i) pictures_[i].upload(reduced(*images[i])), captions_[i] = same(size_words(*images[i]));
    rebuild_pixels(pair);
    // Behind the last card: the liveliest channel of the first layer, on the right way's colours
    const Tensor &right = pair.output(*pair.right, 0), &broken = pair.output(*pair.broken, 0);
    const int channel = most_varied_channel(right);
    const float limit = usual_magnitude(shrink_channel(right, channel, right.shape().w, right.shape().h));
    const auto [least, most] = std::minmax_element(right.values().begin(), right.values().end());
    const bool is_signed = *least < -0.4f * *most;
    pictures_[6].upload_channel(broken, 0, channel, [&](float value) { return is_signed ? signed_colour(value, limit) : magnitude_colour(value / limit); });
    captions_[6] = {fmt::format("layer 1, channel {}", channel), fmt::format("第 1 层，通道 {}", channel)};
}

void StepPictures::draw(std::size_t step, const Area& square) const {
    const Texture& picture = pictures_[step];
    const float width = static_cast<float>(picture.width()), height = static_cast<float>(picture.height()), fit = square.w / std::max(width, height);
    picture.draw({square.x + (square.w - width * fit) / 2, square.y + (square.h - height * fit) / 2, width * fit, height * fit});
}

}  // namespace convbook::app
