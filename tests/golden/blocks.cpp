// The checkers of linear layers, channel shuffle, squeeze-and-excitation, cross entropy and photo preprocessing.
// The forward result, and the gradients that a case also holds (gy is dL/dy; the loss of cross entropy is its own).
#include <algorithm>
#include <array>
#include <cmath>

#include "convbook/grad.h"
#include "convbook/image.h"
#include "golden/case.h"
#include "golden/planned.h"

namespace convbook::golden {
namespace {

void check_shuffle(Case& c) {
    const Tensor x = c.tensor("x"), shuffled = channel_shuffle(x, c.integer("groups")), expected = c.tensor("y");
    c.compare(shuffled, expected, "y", 0.0);
    c.compare(planned(x, [&](OneLayer&) { return ShuffleNode{c.integer("groups")}; }), expected, "y", 0.0);
    if (c.has("gy")) c.compare(channel_shuffle_gradient(c.tensor("gy"), c.integer("groups")), c.tensor("gx"), "gx", 0.0);
    if (!c.has("index")) return;
    const std::vector<int> ours = channel_shuffle_index(x.shape().c, c.integer("groups"));
    const std::vector<std::int64_t> theirs = c.integers("index");
    c.require(std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end()), "index");
}

void check_squeeze_excite(Case& c) {
    const Tensor x = c.tensor("x"), w1 = c.tensor("w1"), b1 = c.tensor_if_present("b1"), w2 = c.tensor("w2"), b2 = c.tensor_if_present("b2");
    c.compare(squeeze_excite(x, {w1, b1, w2, b2}), "y");
    if (!c.has("gy")) return;
    const SqueezeExciteGradients gradients = squeeze_excite_gradient(x, {w1, b1, w2, b2}, c.tensor("gy"));
    c.compare_gradient(gradients.in, "gx");
    c.compare_gradient(gradients.reduce, "gw1");
    c.compare_gradient(gradients.reduce_bias, "gb1");
    c.compare_gradient(gradients.expand, "gw2");
    c.compare_gradient(gradients.expand_bias, "gb2");
}

void check_linear(Case& c) {
    const Tensor x = c.tensor("x"), w = c.tensor("w");
    c.compare(linear(x, w, c.tensor_if_present("b")), "y");
    c.compare(planned(x, [&](OneLayer& layer) { return LinearNode{layer.add("weight", w), layer.add("bias", c.tensor_if_present("b"))}; }), "y");
    if (!c.has("gy")) return;
    const Tensor gy = c.tensor("gy");
    c.compare_gradient(linear_input_gradient(x.shape(), w, gy), "gx");
    c.compare_gradient(linear_weight_gradient(x, w.shape(), gy), "gw");
    c.compare_gradient(bias_gradient(gy), "gb");
}

Reduction reduction_of(const std::string& name) {
    if (name == "mean") return Reduction::mean;
    if (name == "sum") return Reduction::sum;
    throw Unsupported(message("golden: the reduction \"", name, "\" is not known here."));
}

void check_cross_entropy(Case& c) {
    std::vector<int> target;
    for (const std::int64_t k : c.integers("target")) target.push_back(static_cast<int>(std::clamp<std::int64_t>(k, -1, 1 << 30)));  // cross_entropy refuses both ends
    const Tensor x = c.tensor("x"), expected = c.tensor("y");
    const Reduction reduction = reduction_of(c.text("reduction", "mean"));
    const auto smoothing = static_cast<float>(c.number("label_smoothing", 0.0));
    c.compare(Tensor(expected.shape(), std::array{cross_entropy(x, target, reduction, smoothing)}), "y");
    c.compare_gradient(cross_entropy_gradient(x, target, reduction, smoothing), "gx");
}

/// A U8 tensor [H,W,3].
Image image_of(const Case& c, const std::string& name) {
    const std::vector<std::int64_t> dims = c.dims(name);
    const std::span<const unsigned char> bytes = c.bytes(name);
    CONVBOOK_REQUIRE(
        dims.size() == 3 && dims[2] == 3 && dims[0] < 1 << 15 && dims[1] < 1 << 15 && bytes.size() == static_cast<std::size_t>(dims[0] * dims[1] * 3),
        "golden: ", name, " is a photo of 8-bit values, [H,W,3]; it has ", dims.size(), " dimensions and ", bytes.size(),
        " bytes. Write the files again.");
    return {static_cast<int>(dims[1]), static_cast<int>(dims[0]), {bytes.begin(), bytes.end()}};
}

/// Largest difference in grey levels.
void compare_images(Case& c, const Image& actual, const Image& expected, const std::string& name, int levels) {
    CONVBOOK_REQUIRE(actual.width == expected.width && actual.height == expected.height, "golden: ", name, " has PyTorch's size; ours is ",
                     actual.width, "x", actual.height, ", PyTorch's ", expected.width, "x", expected.height,
                     ". The rounding of the long side, or the case's arguments, are wrong.");
    int worst = 0;
    for (std::size_t i = 0; i < actual.rgb.size(); ++i) worst = std::max(worst, std::abs(static_cast<int>(actual.rgb[i]) - expected.rgb[i]));
    c.compare(worst, name, levels);
}

}  // namespace

void check_block(Case& c) {
    const std::string op = c.text("op");
    if (op == "linear") check_linear(c);
    else if (op == "channel_shuffle") check_shuffle(c);
    else if (op == "se") check_squeeze_excite(c);
    else if (op == "cross_entropy") check_cross_entropy(c);
    else throw Unsupported(message("golden: the block \"", op, "\" is not known here."));
}

void check_preprocess(Case& c) {
    const Preprocess how{.resize = c.integer("resize"), .crop = c.integer("crop")};
    const PreprocessSteps ours = preprocess(image_of(c, "x"), how);
    // Each step by itself: the resize may round one level apart, the crop of PyTorch's own resize is exact
    const Image resized = image_of(c, "resized"), cropped = image_of(c, "cropped");
    compare_images(c, ours.resized, resized, "resized", 1);
    compare_images(c, center_crop(resized, how.crop, how.crop), cropped, "cropped", 0);
    // The whole way: each channel within one grey level, 1 / std on 0..255
    const Tensor expected = c.tensor("y");
    CONVBOOK_REQUIRE(expected.shape() == ours.input.shape(), "golden: y has PyTorch's shape; ours is ", ours.input.shape(), ", PyTorch's ",
                     expected.shape(), ". The case's arguments are wrong.");
    for (int channel = 0; channel < 3; ++channel)
        c.compare(slice_channels(ours.input, channel, 1), slice_channels(expected, channel, 1), message("y, channel ", channel),
                  1.0 / how.std[channel] * (1 + 1e-5));
}

}  // namespace convbook::golden
