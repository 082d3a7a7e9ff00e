// Walks the segments of a JPEG and counts the codes of its Huffman tables, which the decoder of Debian's libstb (2022) does not.
// Leaves out every other check: the decoder has those. ITU-T T.81, annex B.
#include "io/jpeg_guard.h"

#include <cstddef>

#include "io/jpeg_segments.h"

namespace convbook::io {
namespace {

constexpr int kMostCodes = 256;  // a code stands for a byte

/// A segment of `size` bytes may define several tables: a class byte, 16 counts, then as many values as the counts say.
/// The decoder reads all 16 counts even where the segment ends before them, so these are looked at to the end of `bytes`.
bool are_sound_tables(std::span<const unsigned char> bytes, std::size_t size) {
    for (std::size_t at = 0; at < size;) {
        int codes = 0;
        for (std::size_t i = at + 1; i < at + 17 && i < bytes.size(); ++i) codes += bytes[i];
        if (codes > kMostCodes) return false;
        at += 17 + static_cast<std::size_t>(codes);
    }
    return true;
}

}  // namespace

bool has_sound_huffman_tables(std::span<const unsigned char> bytes) {
    bool is_sound = true;
    // A length that lies is the decoder's to refuse, after it has read its first table
    for_each_segment(bytes, [&](const JpegSegment& segment) { return is_sound = segment.marker != kHuffmanTables || are_sound_tables(bytes.subspan(segment.at), segment.size); });
    return is_sound;
}

}  // namespace convbook::io
