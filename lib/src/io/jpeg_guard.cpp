// Walks the segments of a JPEG and counts the codes of its Huffman tables, which the decoder of Debian's libstb (2022) does not.
// Leaves out every other check: the decoder has those. ITU-T T.81, annex B.
#include "io/jpeg_guard.h"

#include <algorithm>
#include <cstddef>

namespace convbook::io {
namespace {

constexpr int kStartOfImage = 0xd8, kEndOfImage = 0xd9, kHuffmanTables = 0xc4;
constexpr int kMostCodes = 256;  // a code stands for a byte

bool has_no_length(int marker) { return marker == kStartOfImage || marker == 0x01 || marker == 0x00 || (marker >= 0xd0 && marker <= 0xd7); }

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
    // The decoder takes any number of 0xff in front of the start for a JPEG
    if (bytes.size() < 2 || bytes[0] != 0xff) return true;
    for (std::size_t at = 0; at + 1 < bytes.size();) {
        // Find the next marker: 0xff and a byte that is not 0xff; what lies between is padding or a scan's data
        if (bytes[at] != 0xff || bytes[at + 1] == 0xff) { ++at; continue; }
        const int marker = bytes[at + 1];
        at += 2;
        if (marker == kEndOfImage) return true;
        if (has_no_length(marker) || at + 2 > bytes.size()) continue;
        // Look at the tables behind it; a length that lies is the decoder's to refuse, after it has read its first table
        const std::size_t length = static_cast<std::size_t>(bytes[at]) << 8 | bytes[at + 1], rest = bytes.size() - at - 2;
        if (marker == kHuffmanTables && !are_sound_tables(bytes.subspan(at + 2), std::min(length < 2 ? 0 : length - 2, rest))) return false;
        at += length < 2 ? 2 : length;
    }
    return true;
}

}  // namespace convbook::io
