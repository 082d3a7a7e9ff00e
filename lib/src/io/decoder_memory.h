// What the image decoders may allocate: a file of a few kilobytes can unpack to any size, whatever its header says.
#pragma once
#include <cstddef>

namespace convbook::io {

/// While alive, no decoder on this thread gets a single piece of memory of more than `bytes`.
class DecoderMemory {
public:
    explicit DecoderMemory(std::size_t bytes);
    ~DecoderMemory();
    DecoderMemory(const DecoderMemory&) = delete;
    DecoderMemory& operator=(const DecoderMemory&) = delete;
    bool was_refused() const;
};
/// Null beyond the limit; without one, as std::malloc and std::realloc.
void* decoder_malloc(std::size_t bytes);
void* decoder_realloc(void* memory, std::size_t bytes);

}  // namespace convbook::io
