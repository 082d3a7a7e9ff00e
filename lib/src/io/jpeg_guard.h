// A look at a JPEG's segments before the decoder sees them. Leaves out everything the decoder checks itself.
#pragma once
#include <span>

namespace convbook::io {

/// Whether every Huffman table has at most 256 codes; stb_image writes past its arrays for more. True for what is no JPEG.
bool has_sound_huffman_tables(std::span<const unsigned char> bytes);

}  // namespace convbook::io
