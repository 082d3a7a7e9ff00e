// Processor time for claims about cost: unlike a clock on the wall it stands still while other programs have the processor.
// Leaves out waiting (for files, for other threads) and measurements that are shown to readers (tests/bench).
#pragma once
#include <ctime>

namespace convbook::test {

/// How much slower than a Release build on a real CPU this one may be (tests/CMakeLists.txt).
extern const double kSlowdown;

/// Of the calling thread, since the stopwatch was made.
class Stopwatch {
public:
    double seconds() const { return now() - begin_; }
    double milliseconds() const { return 1000 * seconds(); }

private:
    static double now() {
        timespec time;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    }
    double begin_ = now();
};

}  // namespace convbook::test
