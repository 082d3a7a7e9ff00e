// One photo on two ways: what each broken step does to the input, where the layers part, and what training mode makes of batch norms.
#include <algorithm>
#include <cmath>

#include "convbook/mistakes.h"
#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

namespace {

Image noise(int width, int height) {
    Image image{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3)};
    Random random(3);
    for (std::uint8_t& value : image.rgb) value = static_cast<std::uint8_t>(random.integer(0, 255));
    return image;
}

Model small_model(bool has_batch_norm = true) {
    Model model{{}, Graph("none", Shape(1, 3, 8, 8)), {}, {}};
    model.conventions = at_resolution(model.conventions, 64);
    const Preprocess torchvision;
    std::copy_n(torchvision.mean, 3, model.conventions.mean);
    std::copy_n(torchvision.std, 3, model.conventions.std);
    NetOptions options{.classes = 10, .resolution = 64};
    options.conventions.has_batch_norm = has_batch_norm;
    model.graph = build_net("mobilenet_v2", 0.35, options);
    model.weights = default_weights(model.graph, 5);
    return model;
}

Mistakes only(Mistake mistake) { return Mistakes().toggled(mistake); }

bool has_equal_values(const Tensor& a, const Tensor& b) { return a.shape() == b.shape() && std::ranges::equal(a.values(), b.values()); }

}  // namespace

TEST_CASE("mistakes have names that can be combined, and an unknown one is told with the known") {
    for (const MistakeInfo& info : list_mistakes()) {
        CHECK(Mistakes::parse(info.name).has(info.mistake));
        CHECK(Mistakes::parse(info.name).names() == info.name);
        CHECK(!info.idea.zh.empty());
    }
    CHECK(Mistakes::parse("eval,channels").names() == "channels,eval");
    CHECK(Mistakes::parse("").are_none());
    CHECK(Mistakes::parse("channels").toggled(Mistake::channels).are_none());
    const std::string told = error_of([] { Mistakes::parse("channels,bgr"); });
    CHECK(told.find("\"bgr\"") != std::string::npos);
    CHECK(told.find("mean-std") != std::string::npos);
}

TEST_CASE("without mistakes the pixels become what they always did, to the last bit") {
    Preprocess tensorflow;
    std::fill_n(tensorflow.mean, 3, 128.0f);
    std::fill_n(tensorflow.std, 3, 128.0f);
    for (const Preprocess& how : {Preprocess{}, tensorflow}) {
        const Image photo = noise(300, 260);
        CHECK(has_equal_values(preprocess(photo, how).input, preprocess(photo, with_mistakes(how, {})).input));
    }
}

TEST_CASE("pixel arithmetic is what the broken pipeline computes, for both kinds of networks and every combination") {
    Preprocess plain;
    plain.resize = plain.crop = 16;
    Preprocess normalised = plain;
    std::fill_n(plain.mean, 3, 0.0f);
    std::fill_n(plain.std, 3, 1.0f);
    const Image photo = noise(16, 16);
    for (const Preprocess& right : {plain, normalised})
        for (const char* names : {"", "scale", "mean-std", "scale,mean-std"}) {
            CAPTURE(names);
            const Mistakes mistakes = Mistakes::parse(names);
            const PixelArithmetic pixel = pixel_arithmetic(right, mistakes);
            const Tensor input = preprocess(photo, with_mistakes(right, mistakes)).input;
            double most = 0;
            for (int c = 0; c < 3; ++c)
                for (int y = 0; y < 16; ++y)
                    for (int x = 0; x < 16; ++x) {
                        const float expected = pixel(photo.at(x, y, c), c);
                        most = std::max(most, std::abs(static_cast<double>(input(0, c, y, x)) - expected) / (1 + std::abs(expected)));
                    }
            CHECK(most < 1e-5);
        }
    // A network of plain pixels is wronged by dividing, one of 0..1 by not dividing
    CHECK(pixel_arithmetic(plain, only(Mistake::scale)).is_divided);
    CHECK_FALSE(pixel_arithmetic(plain).is_normalised);
    CHECK_FALSE(pixel_arithmetic(normalised, only(Mistake::scale)).is_divided);
}

TEST_CASE("each broken step leaves another picture behind: turned, squashed, cut from the corner, blue first") {
    const Image photo = noise(90, 60);
    Preprocess how;
    how.resize = 40, how.crop = 32;
    const auto steps = [&](Mistake mistake) { return preprocess(photo, with_mistakes(how, only(mistake))); };
    const PreprocessSteps right = preprocess(photo, how), turned = steps(Mistake::orientation), squashed = steps(Mistake::aspect), corner = steps(Mistake::crop), swapped = steps(Mistake::channels);
    CHECK(turned.photo.width == 60);
    CHECK(turned.photo.at(0, 0, 1) == photo.at(89, 0, 1));
    CHECK(quarter_turn(quarter_turn(quarter_turn(quarter_turn(photo)))).rgb == photo.rgb);
    CHECK(squashed.resized.width == 40);
    CHECK(right.resized.width == 60);
    CHECK(corner.cropped.at(3, 2, 0) == corner.resized.at(3, 2, 0));
    CHECK(right.cropped.at(3, 2, 0) == right.resized.at(3 + 14, 2 + 4, 0));
    CHECK(swapped.cropped.rgb == right.cropped.rgb);
    CHECK(swapped.input(0, 0, 5, 6) == (right.cropped.at(6, 5, 2) - how.mean[0]) / how.std[0]);
}

TEST_CASE("a broken input parts the ways at the first layer, training mode at the first batch norm, and no mistake nowhere") {
    const Model model = small_model();
    const Image photo = noise(50, 40);
    const Trial right = try_photo(model, photo, {});
    const auto parted = [&](Mistake mistake) { return layer_differences(model.graph, right.run, try_photo(model, photo, only(mistake)).run); };
    for (const Mistake mistake : {Mistake::channels, Mistake::eval}) {
        const auto layers = parted(mistake);
        REQUIRE(first_divergence(layers) != nullptr);
        CHECK(model.graph.node(first_divergence(layers)->layer).name == "features.0.0");
        CHECK(layers.size() == 53);
    }
    CHECK(first_divergence(layer_differences(model.graph, right.run, try_photo(model, photo, {}).run)) == nullptr);
    // Squashing a square photo changes nothing
    const Image square = noise(40, 40);
    CHECK(has_equal_values(try_photo(model, square, only(Mistake::aspect)).run.output(), try_photo(model, square, {}).run.output()));
}

TEST_CASE("training mode gives every channel behind a batch norm at rest the mean 0 and the variance 1") {
    const Model model = small_model();
    const Trial trial = try_photo(model, noise(40, 40), only(Mistake::eval));
    const Tensor& normed = trial.run.activations[static_cast<std::size_t>(model.graph.find("features.0.1"))];
    const int pixels = normed.shape().h * normed.shape().w;
    for (int c = 0; c < normed.shape().c; ++c) {
        double sum = 0, squares = 0;
        for (int i = 0; i < pixels; ++i) {
            const double value = normed.data()[c * pixels + i];
            sum += value, squares += value * value;
        }
        CHECK(std::abs(sum / pixels) < 1e-4);
        CHECK(squares / pixels == doctest::Approx(1).epsilon(0.02));
    }
}

TEST_CASE("without batch norms there is no training mode to forget, and the error says where to find one") {
    const Model model = small_model(false);
    const std::string told = error_of([&] { try_photo(model, noise(40, 40), only(Mistake::eval)); });
    CHECK(told.find("folded") != std::string::npos);
    CHECK(told.find("another step") != std::string::npos);
    CHECK(error_of([&] { try_photo(model, noise(40, 40), only(Mistake::channels)); }).empty());
}

TEST_CASE("the relative difference is 0 for equals, 1 for opposites and against nothing, and the same from both sides") {
    const Tensor a = Random(1).uniform_tensor(Shape(1, 2, 3, 4), -1, 1), b = Random(2).uniform_tensor(Shape(1, 2, 3, 4), -1, 1), nothing(Shape(1, 2, 3, 4));
    Tensor opposite = a;
    for (float& value : opposite.values()) value = -value;
    CHECK(relative_difference(a, a) == 0);
    CHECK(relative_difference(nothing, nothing) == 0);
    CHECK(relative_difference(a, opposite) == doctest::Approx(1));
    CHECK(relative_difference(a, nothing) == doctest::Approx(1));
    CHECK(relative_difference(a, b) == relative_difference(b, a));
    CHECK(relative_difference(a, b) < 1);
    CHECK(error_of([&] { relative_difference(a, Tensor(Shape(1, 2, 3, 5))); }).find("one shape") != std::string::npos);
}
