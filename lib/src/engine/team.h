// A few threads that work on the same plan in step. Between runs they sleep; within a run they wait for each other by spinning, because a step takes
// microseconds. Leaves out what they do.
#pragma once
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace convbook::engine {

class Team {
public:
    /// The caller is thread 0; the others are started here. `relax` is called while spinning.
    Team(int threads, void (*relax)());
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    int size() const { return size_; }
    /// Calls work(thread) on every thread and returns when all have finished.
    void run(const std::function<void(int)>& work);
    /// Within run(): returns when every thread has arrived.
    void wait_for_all();

private:
    void serve(int thread);
    void wait_while(const std::atomic<unsigned>& value, unsigned old) const;

    // Each on a cache line of its own: what one thread writes must not slow down what another reads
    struct alignas(64) Counter { std::atomic<unsigned> value{0}; };

    int size_;
    void (*relax_)();
    const std::function<void(int)>* work_ = nullptr;
    Counter generation_;           // of run()
    Counter arrived_, passed_;     // at the barrier; barriers so far
    std::atomic<bool> is_ending_{false};
    std::vector<std::thread> others_;
};

}  // namespace convbook::engine
