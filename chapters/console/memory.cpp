// The settings of the C library's allocator (glibc).
#include "console/memory.h"

#include <malloc.h>

namespace convbook::console {

void keep_freed_memory() {
    constexpr int kMiB = 1 << 20;
    mallopt(M_MMAP_THRESHOLD, 32 * kMiB);  // the most that glibc takes
    mallopt(M_TRIM_THRESHOLD, 256 * kMiB);
    mallopt(M_ARENA_MAX, 1);
}

}  // namespace convbook::console
