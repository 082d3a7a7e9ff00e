// Barrier and wake-up. Leaves out pinning threads to processors, which is the caller's to decide for the whole program.
#include "engine/team.h"

namespace convbook::engine {
namespace {

constexpr int kSpins = 2000;  // 20 to 100 microseconds: longer than most steps, shorter than a time slice by far

}  // namespace

Team::Team(int threads, void (*relax)()) : size_(threads), relax_(relax) {
    for (int t = 1; t < size_; ++t) others_.emplace_back([this, t] { serve(t); });
}

Team::~Team() {
    is_ending_.store(true, std::memory_order_relaxed);
    generation_.value.fetch_add(1, std::memory_order_release);
    generation_.value.notify_all();
    for (std::thread& other : others_) other.join();
}

void Team::wait_while(const std::atomic<unsigned>& value, unsigned old) const {
    // Spin, then give the processor to others in between, then sleep
    for (int i = 0; i < kSpins; ++i) {
        if (value.load(std::memory_order_acquire) != old) return;
        relax_();
    }
    for (int i = 0; i < 8; ++i) {
        std::this_thread::yield();
        if (value.load(std::memory_order_acquire) != old) return;
    }
    value.wait(old, std::memory_order_acquire);
}

void Team::serve(int thread) {
    unsigned seen = 0;
    while (true) {
        wait_while(generation_.value, seen);
        seen = generation_.value.load(std::memory_order_acquire);
        if (is_ending_.load(std::memory_order_relaxed)) return;
        (*work_)(thread);
        wait_for_all();
    }
}

void Team::run(const std::function<void(int)>& work) {
    work_ = &work;
    if (size_ > 1) {
        generation_.value.fetch_add(1, std::memory_order_release);
        generation_.value.notify_all();
    }
    work(0);
    wait_for_all();
}

void Team::wait_for_all() {
    if (size_ == 1) return;
    const unsigned before = passed_.value.load(std::memory_order_relaxed);
    if (arrived_.value.fetch_add(1, std::memory_order_acq_rel) + 1 == static_cast<unsigned>(size_)) {
        arrived_.value.store(0, std::memory_order_relaxed);
        passed_.value.store(before + 1, std::memory_order_release);
        passed_.value.notify_all();
    } else {
        wait_while(passed_.value, before);
    }
}

}  // namespace convbook::engine
