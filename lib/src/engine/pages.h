// Memory of a plan: one stretch from the system, zeroed, on large pages where the system has them, so that reading megabytes of weights does not wait
// for address translation. Leaves out who lies where (arena.h).
#pragma once
#include <cstddef>
#include <span>

namespace convbook::engine {

class Pages {
public:
    explicit Pages(std::size_t floats);
    ~Pages();
    Pages(const Pages&) = delete;
    Pages& operator=(const Pages&) = delete;
    float* data() const { return begin_; }

private:
    void* base_ = nullptr;
    std::size_t bytes_ = 0;
    float* begin_ = nullptr;
};

}  // namespace convbook::engine
