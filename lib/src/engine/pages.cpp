// Asks the system for memory. Leaves out tensors, which come from the heap.
#include "engine/pages.h"

#include <sys/mman.h>

#include <cstdint>

#include "convbook/error.h"

namespace convbook::engine {
namespace {

constexpr std::size_t kLargePage = std::size_t{2} << 20;  // bytes, on x86-64 and on most aarch64

}  // namespace

Pages::Pages(std::size_t floats) : bytes_((floats * sizeof(float) / kLargePage + 2) * kLargePage) {
    base_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CONVBOOK_REQUIRE(base_ != MAP_FAILED, "plan: the network needs ", bytes_ >> 20, " MB of memory more than there is. Close something, or take a smaller network or resolution.");
    const auto begin = (reinterpret_cast<std::uintptr_t>(base_) + kLargePage - 1) / kLargePage * kLargePage;
    begin_ = reinterpret_cast<float*>(begin);
    madvise(begin_, bytes_ - kLargePage, MADV_HUGEPAGE);  // a wish: ordinary pages are right too
}

Pages::~Pages() { munmap(base_, bytes_); }

}  // namespace convbook::engine
