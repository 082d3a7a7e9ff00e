// A few threads that work on the same plan in step. Between runs they sleep; within a run they wait for each other at barriers by spinning, because a step
// takes microseconds. Leaves out what they do.
#pragma once
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace convbook::engine {

class Team {
public:
    /// The caller is thread 0; the others are started here.
    explicit Team(int threads);
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

    int size_;
    const std::function<void(int)>* work_ = nullptr;
    std::atomic<unsigned> generation_{0};  // of run()
    std::atomic<int> arrived_{0};
    std::atomic<unsigned> passed_{0};      // barriers so far
    std::atomic<bool> is_ending_{false};
    std::vector<std::thread> others_;
};

}  // namespace convbook::engine
