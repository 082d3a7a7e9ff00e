// How much this CPU's caches hold, as far as the operating system tells.
#pragma once
#include <cstddef>

namespace convbook::kernels {

/// Bytes of one core's second-level cache; 512 KiB if unknown.
std::size_t level2_cache_bytes();

}  // namespace convbook::kernels
