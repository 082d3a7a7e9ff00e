#include "io/decoder_memory.h"

#include <cstdlib>
#include <limits>

namespace convbook::io {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
thread_local std::size_t limit = kNone;
thread_local bool has_refused = false;

bool is_allowed(std::size_t bytes) {
    has_refused |= bytes > limit;
    return bytes <= limit;
}

}  // namespace

DecoderMemory::DecoderMemory(std::size_t bytes) {
    limit = bytes;
    has_refused = false;
}
DecoderMemory::~DecoderMemory() { limit = kNone; }
bool DecoderMemory::was_refused() const { return has_refused; }

void* decoder_malloc(std::size_t bytes) { return is_allowed(bytes) ? std::malloc(bytes) : nullptr; }
void* decoder_realloc(void* memory, std::size_t bytes) { return is_allowed(bytes) ? std::realloc(memory, bytes) : nullptr; }

}  // namespace convbook::io
