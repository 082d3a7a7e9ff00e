// Entry of the program `convbook`, and how it keeps memory. Everything else is in command.cpp and in one file per command.
#include <malloc.h>

#include "cli/command.h"

namespace {

constexpr int kMiB = 1 << 20;

/// A network that is trained or run node by node frees tensors of megabytes and asks for as many a moment later. Given back to the system in between, each page of them would be
/// cleared and mapped anew: three quarters of a training step of MobileNet v2. So up to 256 MiB of what is freed stay here, in one heap for all threads.
void keep_freed_memory() {
    mallopt(M_MMAP_THRESHOLD, 32 * kMiB);  // the most that glibc takes
    mallopt(M_TRIM_THRESHOLD, 256 * kMiB);
    mallopt(M_ARENA_MAX, 1);
}

}  // namespace

int main(int argc, char** argv) {
    keep_freed_memory();
    return convbook::cli::run_program(argc, argv);
}
