// Photos: resizing agrees with PIL, cropping with torchvision, and every damaged or oversized file is explained.
#include <cmath>

#include "convbook/image.h"
#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

namespace {

Image image_of(int width, int height, std::uint64_t start = 1) {
    Image image{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3)};
    Random random(start);
    for (std::uint8_t& value : image.rgb) value = static_cast<std::uint8_t>(random.integer(0, 255));
    return image;
}
Bytes png_of(const Image& image) {
    const TemporaryFile file("image.png", {});
    save_png(file.path(), image);
    std::ifstream in(file.path(), std::ios::binary);
    return Bytes((std::istreambuf_iterator<char>(in)), {});
}
Bytes bytes_of(const std::string& text) { return Bytes(text.begin(), text.end()); }
std::string refusal(const Bytes& file) {
    return error_of([&] { decode_image(file, "photo"); });
}
bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Largest difference of grey levels from bytes [H,W,3].
int difference(const Image& image, std::span<const unsigned char> expected) {
    REQUIRE(image.rgb.size() == expected.size());
    int most = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) most = std::max(most, std::abs(int{image.rgb[i]} - int{expected[i]}));
    return most;
}

/// A PNG of 10 x 10 pixels whose data unpacks to `runs` times 258 zeros: one literal, then copies of it, in the fixed code of deflate.
Bytes png_bomb(int runs) {
    std::string packed = "\x78\x01";
    unsigned bits = 0;
    int count = 0;
    const auto put = [&](unsigned value, int width) {  // lowest bit first
        bits |= value << count;
        for (count += width; count >= 8; count -= 8, bits >>= 8) packed += static_cast<char>(bits & 0xffu);
    };
    const auto put_code = [&](unsigned code, int width) {  // a Huffman code begins with its highest bit
        for (int i = width - 1; i >= 0; --i) put(code >> i & 1u, 1);
    };
    put(1, 1), put(1, 2);
    put_code(0x30, 8);
    for (int i = 0; i < runs; ++i) put_code(0xc5, 8), put_code(0, 5);
    put_code(0, 7), put(0, 7);
    packed += std::string(4, '\0');
    const auto chunk = [](const std::string& type, const std::string& data) {
        std::string length;
        for (int i = 3; i >= 0; --i) length += static_cast<char>(data.size() >> (8 * i));
        return length + type + data + std::string(4, '\0');
    };
    const std::string sides = std::string("\0\0\0\x0a\0\0\0\x0a", 8);
    return bytes_of("\x89PNG\r\n\x1a\n" + chunk("IHDR", sides + std::string("\x08\x02\0\0\0", 5)) + chunk("IDAT", packed) + chunk("IEND", ""));
}

Image golden_image(const SafetensorsFile& file, const std::string& name) {
    Image image;
    for (const TensorEntry& entry : file.entries())
        if (entry.name == name) image.height = static_cast<int>(entry.dims.at(0)), image.width = static_cast<int>(entry.dims.at(1));
    const auto bytes = file.bytes(name);
    image.rgb.assign(bytes.begin(), bytes.end());
    return image;
}

}  // namespace

TEST_CASE("preprocess: resize, crop and normalise equal PIL's and torchvision's") {
    const auto path = data_or_skip("goldens/preprocess.json");
    if (!path) return;
    const SafetensorsFile file = SafetensorsFile::open(path->parent_path() / "preprocess.safetensors");
    for (const auto& golden : read_json(*path)) {
        const std::string id = golden["id"];
        CAPTURE(id);
        Preprocess how;
        how.resize = golden["resize"], how.crop = golden["crop"];
        const PreprocessSteps steps = preprocess(golden_image(file, id + ".x"), how);
        CHECK(difference(steps.resized, file.bytes(id + ".resized")) == 0);
        CHECK(difference(steps.cropped, file.bytes(id + ".cropped")) == 0);
        CHECK(max_abs_difference(steps.input, file.tensor(id + ".y")) < 1e-5);
    }
}

TEST_CASE("resize: an evenly coloured image stays as it is at every size") {
    const Image flat{9, 7, std::vector<std::uint8_t>(9 * 7 * 3, 137)};
    for (const int width : {1, 2, 8, 9, 31})
        for (const int height : {1, 3, 7, 40})
            for (const std::uint8_t value : resize_bilinear(flat, width, height).rgb) CHECK(value == 137);
}

TEST_CASE("resize: halving averages a triangle of four pixels in each direction, so that nothing flickers") {
    // 0 255 0 255 ... shrinks to grey, not to whichever pixel was hit
    Image stripes{16, 2, {}};
    for (int i = 0; i < 32; ++i) stripes.rgb.insert(stripes.rgb.end(), 3, i % 2 ? 255 : 0);
    const Image half = resize_bilinear(stripes, 8, 2);
    for (int x = 1; x < 7; ++x) CHECK(std::abs(half.at(x, 0, 0) - 128) <= 1);
}

TEST_CASE("resize: the short side gets the size, the long one its share rounded down") {
    const Image wide = resize_short_side(image_of(33, 20), 15), tall = resize_short_side(image_of(20, 33), 15);
    CHECK(wide.width == 24);  // 24.75
    CHECK(wide.height == 15);
    CHECK(tall.width == 15);
    CHECK(tall.height == 24);
}

TEST_CASE("resize: an image so narrow that its long side would not fit is refused, whatever the product is") {
    for (const int length : {30000, 16777216, 16777217}) {  // the last two times 256 are 0 and 256 in 32 bits
        Image line{1, length, std::vector<std::uint8_t>(static_cast<std::size_t>(length) * 3, 7)};
        CHECK(says(error_of([&] { resize_short_side(line, 256); }), "too narrow"));
    }
}

TEST_CASE("center crop: half a pixel of offset goes to the even side") {
    const auto left_of = [](int width, int crop) {
        const Image in = image_of(width, 1), out = center_crop(in, crop, 1);
        for (int x = 0; x + crop <= width; ++x)
            if (std::equal(out.rgb.begin(), out.rgb.end(), in.rgb.begin() + x * 3)) return x;
        return -1;
    };
    CHECK(left_of(10, 8) == 1);
    CHECK(left_of(11, 8) == 2);   // 1.5 -> 2
    CHECK(left_of(9, 8) == 0);    // 0.5 -> 0
    CHECK(left_of(13, 8) == 2);   // 2.5 -> 2
}

TEST_CASE("center crop: a smaller image stands in the middle of black") {
    const Image in{2, 2, std::vector<std::uint8_t>(12, 200)};
    const Image out = center_crop(in, 5, 4);
    CHECK(out.at(0, 1, 0) == 0);
    CHECK(out.at(1, 1, 0) == 200);
    CHECK(out.at(2, 2, 2) == 200);
    CHECK(out.at(3, 1, 0) == 0);
    CHECK(out.at(1, 3, 0) == 0);
}

TEST_CASE("to tensor: each channel has its own mean and deviation, and BGR swaps the channels, not the statistics") {
    const Image pixel{1, 1, {10, 20, 30}};
    const Preprocess rgb{.mean = {1, 2, 3}, .std = {1, 2, 4}}, bgr{.mean = {1, 2, 3}, .std = {1, 2, 4}, .is_bgr = true};
    CHECK(to_tensor(pixel, rgb) == Tensor(Shape(1, 3, 1, 1), {9.0f, 9.0f, 6.75f}));
    CHECK(to_tensor(pixel, bgr) == Tensor(Shape(1, 3, 1, 1), {29.0f, 9.0f, 1.75f}));
}

TEST_CASE("images: PNG comes back bit for bit, PPM is read") {
    const Image image = image_of(13, 7);
    CHECK(decode_image(png_of(image), "png").rgb == image.rgb);
    Bytes ppm = bytes_of("P6\n13 7\n255\n");
    ppm.insert(ppm.end(), image.rgb.begin(), image.rgb.end());
    CHECK(decode_image(ppm, "ppm").rgb == image.rgb);
}

TEST_CASE("images: missing, empty, not an image, cut off: each says which") {
    CHECK(says(error_of([] { load_image("no/such/photo.jpg"); }), "No such file"));
    CHECK(says(refusal({}), "is empty"));
    CHECK(says(refusal(bytes_of("This is a text about photos, and not a photo.")), "not an image"));
    const Bytes png = png_of(image_of(40, 30));
    for (const std::size_t part : {2u, 3u, 10u}) CHECK_FALSE(refusal(Bytes(png.begin(), png.end() - static_cast<std::ptrdiff_t>(png.size() / part))).empty());
    Bytes ppm = bytes_of("P6\n13 7\n255\n");
    ppm.resize(ppm.size() + 100, 7);
    CHECK(says(refusal(ppm), "damaged"));
}

TEST_CASE("images: a header that promises billions of pixels is refused before they are allocated") {
    CHECK(says(refusal(bytes_of("P6\n60000 60000\n255\n")), "too many pixels"));
    CHECK(says(refusal(bytes_of("P6 60001 6040025025v")), "too many pixels"));
    CHECK(says(error_of([] { decode_image(png_of(image_of(40, 30)), "photo", 1000); }), "40 x 30"));
    // More than the decoder itself would understand
    Bytes png = png_of(image_of(40, 30));
    for (const std::size_t high_byte : {16u, 20u}) png[high_byte] = 0x7f;
    CHECK(says(refusal(png), "too many pixels; size=2130706472 x 2130706462"));
}

TEST_CASE("images: a grey PGM becomes three equal channels; one whose white is not 255, also behind a comment, is refused") {
    const Image grey = decode_image(bytes_of("P5\n2 1\n255\n\x07\x63"), "photo");
    CHECK(grey.rgb == std::vector<std::uint8_t>{7, 7, 7, 99, 99, 99});
    CHECK(says(refusal(bytes_of("P5\n7 9\n263\n" + std::string(126, 'x'))), "white=263"));
    CHECK(says(refusal(bytes_of("P6\n1 1\n15\nabc")), "white=15"));
    CHECK(says(refusal(bytes_of("P5\n7 9 #\r263\n255\n" + std::string(126, 'x'))), "white=263"));
}

TEST_CASE("images: a PNG that unpacks to more than its pixels is refused before the memory is gone") {
    CHECK(decode_image(png_bomb(2), "photo").width == 10);
    const std::string told = refusal(png_bomb(200'000));  // 0.3 MB that would become 52
    CHECK(says(told, "unpacks to far more than its 10 x 10 pixels"));
}

TEST_CASE("images: a photo cut anywhere is refused, never half grey") {
    const auto path = data_or_skip("photos/cat.jpg");
    if (!path) return;
    std::ifstream in(*path, std::ios::binary);
    const Bytes whole((std::istreambuf_iterator<char>(in)), {});
    CHECK(decode_image(whole, "cat").width == 480);
    for (int tenth = 0; tenth < 10; ++tenth) CHECK_FALSE(refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(whole.size()) * tenth / 10)).empty());
}

TEST_CASE("images: a JPEG whose Huffman table has more codes than a byte can name is refused before it is decoded") {
    Bytes jpeg = {0xff, 0xd8, 0xff, 0xc0, 0x00, 0x0b, 0x08, 0x00, 0x01, 0x00, 0x01, 0x01, 0x01, 0x11, 0x00, 0xff, 0xc4, 0x01, 0x13, 0x00};
    jpeg.insert(jpeg.end(), 16, 0x11);  // 16 lengths of 17 codes each: 272
    jpeg.resize(jpeg.size() + 300, 0x01);
    jpeg.insert(jpeg.end(), {0xff, 0xda, 0xff, 0xd9});
    CHECK(says(refusal(jpeg), "more than 256 codes"));
    jpeg.insert(jpeg.begin(), 2, 0xff);  // fill bytes in front do not hide it
    CHECK(says(refusal(jpeg), "more than 256 codes"));
}

/// A JPEG with an EXIF note of one entry behind its first marker, in either order of bytes.
Bytes with_exif(const Bytes& jpeg, unsigned tag, unsigned type, unsigned value, bool is_little, unsigned directory = 8) {
    Bytes tiff = is_little ? Bytes{'I', 'I'} : Bytes{'M', 'M'};
    const auto put = [&](unsigned number, int size) {
        for (int i = 0; i < size; ++i) tiff.push_back(static_cast<unsigned char>(number >> 8 * (is_little ? i : size - 1 - i)));
    };
    put(42, 2), put(directory, 4), put(1, 2), put(tag, 2), put(type, 2), put(1, 4), put(value, 2), put(0, 2), put(0, 4);
    Bytes out(jpeg.begin(), jpeg.begin() + 2);
    const std::size_t length = tiff.size() + 8;
    out.insert(out.end(), {0xff, 0xe1, static_cast<unsigned char>(length >> 8), static_cast<unsigned char>(length), 'E', 'x', 'i', 'f', 0, 0});
    out.insert(out.end(), tiff.begin(), tiff.end());
    out.insert(out.end(), jpeg.begin() + 2, jpeg.end());
    return out;
}
Bytes coffee() {
    std::ifstream in(CONVBOOK_SOURCE_DIR "/assets/photos/coffee.jpg", std::ios::binary);
    return Bytes((std::istreambuf_iterator<char>(in)), {});
}

TEST_CASE("images: a photo is turned and mirrored as its EXIF orientation says, whichever order its bytes have") {
    const Bytes jpeg = coffee();
    const Image stored = decode_image(jpeg, "coffee");
    const int w = stored.width, h = stored.height;
    REQUIRE(w != h);
    // Where the stored picture's upper left and upper right corner come to stand: the definition of the eight numbers (Exif 2.32, 4.6.4)
    enum Corner { upper_left, upper_right, lower_left, lower_right };
    const std::pair<Corner, Corner> corners[] = {{upper_left, upper_right}, {upper_right, upper_left}, {lower_right, lower_left}, {lower_left, lower_right},
                                                 {upper_left, lower_left}, {upper_right, lower_right}, {lower_right, upper_right}, {lower_left, upper_left}};
    for (unsigned o = 1; o <= 8; ++o) {
        for (const bool is_little : {true, false}) {
            CAPTURE(o);
            const Image image = decode_image(with_exif(jpeg, 0x0112, 3, o, is_little), "coffee");
            CHECK(image.width == (o < 5 ? w : h));
            CHECK(image.height == (o < 5 ? h : w));
            const auto corner = [&](Corner c, int channel) { return image.at(c == upper_right || c == lower_right ? image.width - 1 : 0, c == lower_left || c == lower_right ? image.height - 1 : 0, channel); };
            for (int channel = 0; channel < 3; ++channel) {
                CHECK(corner(corners[o - 1].first, channel) == stored.at(0, 0, channel));
                CHECK(corner(corners[o - 1].second, channel) == stored.at(w - 1, 0, channel));
            }
        }
    }
    CHECK(decode_image(with_exif(jpeg, 0x0112, 3, 8, true), "coffee").rgb == quarter_turn(stored).rgb);
}

TEST_CASE("images: an EXIF note that makes no sense leaves a photo as it is stored") {
    const Bytes jpeg = coffee();
    const Image stored = decode_image(jpeg, "coffee");
    for (const Bytes& odd : {with_exif(jpeg, 0x0112, 3, 0, true), with_exif(jpeg, 0x0112, 3, 9, false), with_exif(jpeg, 0x0112, 4, 6, true), with_exif(jpeg, 0x0100, 3, 6, true),
                             with_exif(jpeg, 0x0112, 3, 6, true, 0xffffffffu), with_exif(jpeg, 0x0112, 3, 6, false, 30)})
        CHECK(decode_image(odd, "coffee").rgb == stored.rgb);
}

TEST_CASE("images: saving where nothing can be written is explained") {
    CHECK(says(error_of([] { save_png("no/such/folder/x.png", image_of(2, 2)); }), "cannot be written"));
}
