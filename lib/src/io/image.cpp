// Photos from files into 8-bit RGB, pictures into PNG files, and the way from a photo to a network's input.
// Leaves out resizing (resize.cpp) and the decoders themselves (stb.cpp).
#include "convbook/image.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <stb_image.h>
#include <stb_image_write.h>

#include "io/decoder_memory.h"
#include "io/jpeg_guard.h"
#include "io/mapped_file.h"
#include "io/orientation.h"

namespace convbook {
namespace {

constexpr std::size_t kMaxFileBytes = 512u << 20;  // 100 million pixels uncompressed are 300 MB
constexpr std::size_t kDecoderBytesPerPixel = 16;   // four channels of 16 bits, twice: stb doubles a buffer that is a little too small
constexpr std::size_t kDecoderBytes = 16u << 20;    // for tables, rows, and images whose file is larger than their pixels

/// Where `mark` stands last, or -1.
std::ptrdiff_t find_last(std::span<const unsigned char> bytes, std::initializer_list<unsigned char> mark) {
    const auto at = std::find_end(bytes.begin(), bytes.end(), mark.begin(), mark.end());
    return at == bytes.end() ? -1 : at - bytes.begin();
}

bool ends_line(unsigned char letter) { return letter == '\n' || letter == '\r'; }

/// Bytes up to and including the one white space behind a PGM or PPM's third number; comments run from # to the line's end.
std::size_t ppm_header_bytes(std::span<const unsigned char> bytes) {
    std::size_t at = 2;
    for (int number = 0; number < 3; ++number) {
        for (bool is_comment = false; at < bytes.size() && (is_comment || !std::isdigit(bytes[at])); ++at) is_comment = bytes[at] == '#' || (is_comment && !ends_line(bytes[at]));
        while (at < bytes.size() && std::isdigit(bytes[at])) ++at;
    }
    return at + 1;
}

/// A number of ten digits or more in a PGM's or PPM's header: more than stb's int holds.
bool has_long_ppm_number(std::span<const unsigned char> bytes) {
    int digits = 0;
    bool is_comment = false;
    for (std::size_t at = 2; at < std::min(bytes.size(), ppm_header_bytes(bytes)); ++at) {
        is_comment = bytes[at] == '#' || (is_comment && !ends_line(bytes[at]));
        digits = !is_comment && std::isdigit(bytes[at]) ? digits + 1 : 0;
        if (digits > 9) return true;
    }
    return false;
}

/// The third number of a PGM's or PPM's header: the value that stands for white.
std::string ppm_white(std::span<const unsigned char> bytes) {
    const std::size_t end = std::min(bytes.size(), ppm_header_bytes(bytes) - 1);
    std::size_t begin = end;
    while (begin > 2 && std::isdigit(bytes[begin - 1])) --begin;
    return {bytes.begin() + static_cast<std::ptrdiff_t>(begin), bytes.begin() + static_cast<std::ptrdiff_t>(end)};
}

bool begins_with(std::span<const unsigned char> bytes, std::string_view mark) { return bytes.size() > mark.size() && std::memcmp(bytes.data(), mark.data(), mark.size()) == 0; }

/// Whether the format promises bytes that are not there: the decoder would fill them with grey without a word.
bool is_cut_off(std::span<const unsigned char> bytes, std::size_t values) {
    // A JPEG may carry a whole thumbnail in front: the end must follow the last start of scan
    if (begins_with(bytes, "\xff\xd8")) return find_last(bytes, {0xff, 0xd9}) <= find_last(bytes, {0xff, 0xda});
    if (begins_with(bytes, "\x89PNG")) return find_last(bytes, {'I', 'E', 'N', 'D'}) < 0;
    if (begins_with(bytes, "P5") || begins_with(bytes, "P6")) return bytes.size() < ppm_header_bytes(bytes) + values;
    if (begins_with(bytes, "BM") && bytes.size() >= 6) return bytes.size() < (bytes[2] | bytes[3] << 8 | bytes[4] << 16 | static_cast<std::size_t>(bytes[5]) << 24);
    return false;
}

struct Sides { std::uint64_t width = 0, height = 0; };

/// As a PNG's header says them: stb takes a huge one for an unknown type. 0 for all other files.
Sides png_sides(std::span<const unsigned char> bytes) {
    if (!begins_with(bytes, "\x89PNG") || bytes.size() < 24) return {};
    const auto side = [&](std::size_t at) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) value = value << 8 | bytes[at + i];
        return value;
    };
    return {side(16), side(20)};
}

int round_half_to_even(int numerator_of_half) {
    const int below = numerator_of_half >= 0 ? numerator_of_half / 2 : (numerator_of_half - 1) / 2;
    return numerator_of_half % 2 == 0 ? below : below + (below % 2 != 0 ? 1 : 0);
}

}  // namespace

Image decode_image(std::span<const unsigned char> bytes, const std::string& name, std::size_t max_pixels) {
    // Ask the header first: nothing is allocated for an image that is too large
    CONVBOOK_REQUIRE(!bytes.empty(), "load_image: ", name, " is empty. Choose a JPEG, PNG, BMP or PPM file.");
    CONVBOOK_REQUIRE(bytes.size() <= INT_MAX, "load_image: ", name, " is larger than an image file can be here; size=", bytes.size(), " bytes.");
    // stb reads these tables already when asked for the size
    CONVBOOK_REQUIRE(io::has_sound_huffman_tables(bytes), "load_image: ", name, " is damaged (a Huffman table has more than 256 codes). Get the file again.");
    const bool is_ppm = begins_with(bytes, "P5") || begins_with(bytes, "P6");
    CONVBOOK_REQUIRE(!is_ppm || !has_long_ppm_number(bytes), "load_image: ", name, " has too many pixels; a side has ten digits or more, limit=", max_pixels, " pixels. Make it smaller first.");
    // stb takes every value for one of 0..255, and mixes the bytes of larger ones
    CONVBOOK_REQUIRE(!is_ppm || ppm_white(bytes) == "255", "load_image: ", name, " is a PGM or PPM whose white is 255; white=", ppm_white(bytes), ". Save it with 8 bits a channel.");
    const Sides png = png_sides(bytes);
    CONVBOOK_REQUIRE(png.width * png.height <= max_pixels, "load_image: ", name, " has too many pixels; size=", png.width, " x ", png.height, ", limit=", max_pixels,
                     ". Make it smaller first.");
    const int size = static_cast<int>(bytes.size());
    int width = 0, height = 0, channels = 0;
    CONVBOOK_REQUIRE(stbi_info_from_memory(bytes.data(), size, &width, &height, &channels) == 1, "load_image: ", name,
                     " is not an image that can be read (", stbi_failure_reason(), "). Choose a JPEG, PNG, BMP or PPM file.");
    const std::size_t pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    CONVBOOK_REQUIRE(width > 0 && height > 0 && pixels <= max_pixels, "load_image: ", name, " has too many pixels; size=", width, " x ", height, ", limit=", max_pixels,
                     ". Make it smaller first.");
    CONVBOOK_REQUIRE(!is_cut_off(bytes, pixels * static_cast<std::size_t>(channels)), "load_image: ", name, " is damaged (its end is missing). Get the file again.");
    // Decode
    const io::DecoderMemory memory(kDecoderBytes + kDecoderBytesPerPixel * pixels);
    const int wanted = is_ppm ? channels : 3;  // stb's own conversion of a PGM would read 16 bits past its end
    const std::unique_ptr<unsigned char, void (*)(void*)> decoded(stbi_load_from_memory(bytes.data(), size, &width, &height, &channels, wanted), stbi_image_free);
    CONVBOOK_REQUIRE(decoded || !memory.was_refused(), "load_image: ", name, " unpacks to far more than its ", width, " x ", height, " pixels, so it is damaged or meant to fill the memory. Get the file again.");
    CONVBOOK_REQUIRE(decoded, "load_image: ", name, " is damaged (", stbi_failure_reason(), "). Get the file again.");
    Image image;
    image.width = width, image.height = height;
    if (wanted == 3) image.rgb.assign(decoded.get(), decoded.get() + pixels * 3);
    else
        for (std::size_t i = 0; i < pixels; ++i) image.rgb.insert(image.rgb.end(), 3, decoded.get()[i * static_cast<std::size_t>(wanted)]);
    return io::make_upright(std::move(image), io::find_orientation(bytes));
}

Image load_image(const std::filesystem::path& path, std::size_t max_pixels) {
    const io::MappedFile file(path, "load_image", kMaxFileBytes);
    return decode_image(file.bytes(), path.string(), max_pixels);
}

void save_png(const std::filesystem::path& path, const Image& image) {
    CONVBOOK_REQUIRE(image.width > 0 && image.height > 0 && image.rgb.size() == static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 3,
                     "save_png: an image has width x height x 3 values; size=", image.width, " x ", image.height, ", values=", image.rgb.size(), ".");
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"), std::fclose);
    CONVBOOK_REQUIRE(file, "save_png: ", path.string(), " cannot be written: ", std::strerror(errno), ". Choose another folder.");
    const auto write = [](void* context, void* data, int size) { std::fwrite(data, 1, static_cast<std::size_t>(size), static_cast<std::FILE*>(context)); };
    const bool is_encoded = stbi_write_png_to_func(write, file.get(), image.width, image.height, 3, image.rgb.data(), image.width * 3) != 0;
    CONVBOOK_REQUIRE(is_encoded && std::fflush(file.get()) == 0 && !std::ferror(file.get()), "save_png: ", path.string(), " was not written whole: ",
                     std::strerror(errno), ". Is the disk full?");
}

namespace {

/// The piece whose upper left corner is (left, top) of the image; black outside it.
Image cut(const Image& in, int left, int top, int width, int height) {
    CONVBOOK_REQUIRE(width > 0 && height > 0, "crop: the crop is at least 1 x 1; crop=", width, " x ", height, ".");
    Image out{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, 0)};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            if (y + top < 0 || y + top >= in.height || x + left < 0 || x + left >= in.width) continue;
            std::uint8_t* pixel = &out.rgb[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * 3];
            for (int c = 0; c < 3; ++c) pixel[c] = in.at(x + left, y + top, c);
        }
    return out;
}

}  // namespace

Image center_crop(const Image& in, int width, int height) {
    // An image smaller than the crop stands in its middle, the odd row or column of black after it
    const auto offset = [](int size, int crop) { return size >= crop ? round_half_to_even(size - crop) : -((crop - size) / 2); };
    return cut(in, offset(in.width, width), offset(in.height, height), width, height);
}

Image corner_crop(const Image& in, int width, int height) { return cut(in, 0, 0, width, height); }

Image quarter_turn(const Image& in) {
    Image out{in.height, in.width, {}};
    out.rgb.reserve(in.rgb.size());
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
            for (int c = 0; c < 3; ++c) out.rgb.push_back(in.at(in.width - 1 - y, x, c));
    return out;
}

Tensor to_tensor(const Image& image, const Preprocess& how) {
    Tensor out(Shape(1, 3, image.height, image.width));
    float* next = out.data();
    for (int c = 0; c < 3; ++c) {
        const int channel = how.is_bgr ? 2 - c : c;
        for (int y = 0; y < image.height; ++y)
            for (int x = 0; x < image.width; ++x) *next++ = (static_cast<float>(image.at(x, y, channel)) - how.mean[c]) / how.std[c];
    }
    return out;
}

PreprocessSteps preprocess(const Image& photo, const Preprocess& how) {
    PreprocessSteps steps;
    steps.photo = how.is_turned ? quarter_turn(photo) : photo;
    steps.resized = how.is_squashed ? resize_bilinear(steps.photo, how.resize, how.resize) : resize_short_side(steps.photo, how.resize);
    steps.cropped = how.is_corner_crop ? corner_crop(steps.resized, how.crop, how.crop) : center_crop(steps.resized, how.crop, how.crop);
    steps.input = to_tensor(steps.cropped, how);
    return steps;
}

}  // namespace convbook
