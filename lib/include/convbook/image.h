// Photos in: reading (JPEG, PNG, BMP, PPM ...), PIL-exact resizing, centre crop, normalisation. 8-bit RGB until the last step.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "convbook/tensor.h"

namespace convbook {

/// 8-bit RGB, rows from the top, 3 bytes a pixel.
struct Image {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgb;
    std::uint8_t at(int x, int y, int channel) const { return rgb[(static_cast<std::size_t>(y) * width + x) * 3 + channel]; }
};

/// Upright: turned as a camera's EXIF note says. Throws convbook::Error naming file and reason: missing, not an image, truncated, over `max_pixels`.
Image load_image(const std::filesystem::path& path, std::size_t max_pixels = 100'000'000);
Image decode_image(std::span<const unsigned char> bytes, const std::string& name, std::size_t max_pixels = 100'000'000);
void save_png(const std::filesystem::path& path, const Image& image);

/// Triangle filter widened when shrinking (antialiased), as PIL's Image.BILINEAR: +-1 grey level.
Image resize_bilinear(const Image& in, int width, int height);
/// Short side to `size`, the long side truncated (torchvision Resize(int)).
Image resize_short_side(const Image& in, int size);
/// Offset = (size - crop)/2, halves to even (torchvision CenterCrop); a smaller image is padded with black.
Image center_crop(const Image& in, int width, int height);
/// The upper left corner, padded with black at the right and below where the image is smaller.
Image corner_crop(const Image& in, int width, int height);
/// A quarter turn against the clock: the right edge becomes the upper one.
Image quarter_turn(const Image& in);

/// What happens between the photo and the network's first layer.
struct Preprocess {
    int resize = 256, crop = 224;
    float mean[3] = {123.675f, 116.28f, 103.53f}, std[3] = {58.395f, 57.12f, 57.375f};  ///< on 0..255, in the network's channel order
    bool is_bgr = false;
    // Steps done otherwise (mistakes.h says who does so)
    bool is_turned = false;       ///< a quarter turn first
    bool is_squashed = false;     ///< both sides to `resize`, whatever the shape
    bool is_corner_crop = false;  ///< from the upper left instead of the middle
};
struct PreprocessSteps { Image photo, resized, cropped; Tensor input; };  ///< input [1,3,crop,crop]
PreprocessSteps preprocess(const Image& photo, const Preprocess& how);
/// (value - mean[c]) / std[c] as [1,3,H,W].
Tensor to_tensor(const Image& image, const Preprocess& how);

}  // namespace convbook
