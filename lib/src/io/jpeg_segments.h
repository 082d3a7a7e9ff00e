// The segments of a JPEG in front of its picture. Leaves out what they mean. ITU-T T.81, annex B.
#pragma once
#include <cstddef>
#include <span>

namespace convbook::io {

/// A marker and what stands behind its length. The length may lie: `size` is cut to the file's end.
struct JpegSegment { int marker; std::size_t at, size; };

inline constexpr int kStartOfImage = 0xd8, kEndOfImage = 0xd9, kHuffmanTables = 0xc4, kStartOfScan = 0xda, kApp1 = 0xe1;

/// Calls visit(segment) for each segment that has a length, until it returns false or the picture ends; nothing for what is no JPEG.
template <class Visit>
void for_each_segment(std::span<const unsigned char> bytes, const Visit& visit) {
    // Decoders take any number of 0xff in front of the start for a JPEG
    if (bytes.size() < 2 || bytes[0] != 0xff) return;
    const auto has_no_length = [](int marker) { return marker == kStartOfImage || marker == 0x01 || marker == 0x00 || (marker >= 0xd0 && marker <= 0xd7); };
    for (std::size_t at = 0; at + 1 < bytes.size();) {
        // Find the next marker: 0xff and a byte that is not 0xff; what lies between is padding or a scan's data
        if (bytes[at] != 0xff || bytes[at + 1] == 0xff) { ++at; continue; }
        const int marker = bytes[at + 1];
        at += 2;
        if (marker == kEndOfImage) return;
        if (has_no_length(marker) || at + 2 > bytes.size()) continue;
        const std::size_t length = static_cast<std::size_t>(bytes[at]) << 8 | bytes[at + 1], rest = bytes.size() - at - 2, said = length < 2 ? 0 : length - 2;
        if (!visit(JpegSegment{marker, at + 2, said < rest ? said : rest})) return;
        at += length < 2 ? 2 : length;
    }
}

}  // namespace convbook::io
