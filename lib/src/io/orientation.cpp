#include "io/orientation.h"

#include <cstdint>
#include <cstring>
#include <optional>

#include "io/jpeg_segments.h"

namespace convbook::io {
namespace {

constexpr unsigned kOrientationTag = 0x0112, kShortType = 3;
constexpr std::size_t kEntryBytes = 12;

/// Numbers of a TIFF structure, whose first two letters say which end comes first. Nothing outside the structure is read.
class Tiff {
public:
    explicit Tiff(std::span<const unsigned char> bytes) : bytes_(bytes), is_little_(!bytes.empty() && bytes[0] == 'I') {}
    std::optional<std::uint32_t> number(std::size_t at, std::size_t size) const {
        if (at > bytes_.size() || bytes_.size() - at < size) return {};
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < size; ++i) value = value << 8 | bytes_[at + (is_little_ ? size - 1 - i : i)];
        return value;
    }

private:
    std::span<const unsigned char> bytes_;
    bool is_little_;
};

/// Of the structure's first directory.
int orientation_in(const Tiff& tiff) {
    if (tiff.number(2, 2) != 42u) return 1;
    const std::size_t directory = tiff.number(4, 4).value_or(UINT32_MAX);
    const std::size_t entries = tiff.number(directory, 2).value_or(0);
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t at = directory + 2 + i * kEntryBytes;
        const auto tag = tiff.number(at, 2), type = tiff.number(at + 2, 2), value = tiff.number(at + 8, 2);
        if (!value) break;
        if (tag == kOrientationTag) return type == kShortType && *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
    }
    return 1;
}

}  // namespace

int find_orientation(std::span<const unsigned char> bytes) {
    constexpr char kMark[] = "Exif\0";  // and a second zero
    int orientation = 1;
    for_each_segment(bytes, [&](const JpegSegment& segment) {
        const std::span<const unsigned char> body = bytes.subspan(segment.at, segment.size);
        const bool is_exif = segment.marker == kApp1 && body.size() > sizeof kMark && std::memcmp(body.data(), kMark, sizeof kMark) == 0;
        if (is_exif) orientation = orientation_in(Tiff(body.subspan(sizeof kMark)));
        return !is_exif && segment.marker != kStartOfScan;
    });
    return orientation;
}

Image make_upright(Image stored, int orientation) {
    if (orientation == 1) return stored;
    // 5 to 8 stand on their side; of the two coordinates read, the first runs backwards for 2, 3, 7, 8, the second for 3, 4, 6, 7
    const bool is_lying = orientation >= 5, is_x_reversed = orientation == 2 || orientation == 3 || orientation >= 7;
    const bool is_y_reversed = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    Image out{is_lying ? stored.height : stored.width, is_lying ? stored.width : stored.height, {}};
    out.rgb.reserve(stored.rgb.size());
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            const int across = is_lying ? y : x, down = is_lying ? x : y;
            const int from_x = is_x_reversed ? stored.width - 1 - across : across, from_y = is_y_reversed ? stored.height - 1 - down : down;
            for (int c = 0; c < 3; ++c) out.rgb.push_back(stored.at(from_x, from_y, c));
        }
    }
    return out;
}

}  // namespace convbook::io
