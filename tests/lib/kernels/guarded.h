// Memory that ends where a page begins that nobody may touch: a kernel that reads or writes one float too far stops the test.
// Leaves out all but float arrays on systems with mmap. CONVBOOK_TEST_FENCES=off leaves the pages open: qemu 7.2 reads the masked-off lanes of an AVX2 load too,
// which no CPU does.
#pragma once
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace convbook::test {

/// `count` floats, with a forbidden page straight before or straight behind them.
class Guarded {
public:
    enum class Side { before, behind };

    Guarded(std::size_t count, Side side) : count_(count) {
        const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        const std::size_t inside = (count * sizeof(float) + page - 1) / page * page;
        size_ = inside + 2 * page;
        base_ = static_cast<char*>(mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        if (base_ == MAP_FAILED) throw std::runtime_error("Guarded: mmap failed");
        if (has_fences()) {
            mprotect(base_, page, PROT_NONE);
            mprotect(base_ + page + inside, page, PROT_NONE);
        }
        data_ = reinterpret_cast<float*>(side == Side::before ? base_ + page : base_ + page + inside - count * sizeof(float));
    }
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;
    ~Guarded() { munmap(base_, size_); }

    float* data() { return data_; }
    float* begin() { return data_; }
    float* end() { return data_ + count_; }
    std::size_t count() const { return count_; }
    float operator[](std::size_t i) const { return data_[i]; }

private:
    static bool has_fences() {
        const char* wish = std::getenv("CONVBOOK_TEST_FENCES");
        return !wish || std::string_view(wish) != "off";
    }

    std::size_t count_, size_;
    char* base_;
    float* data_;
};

}  // namespace convbook::test
