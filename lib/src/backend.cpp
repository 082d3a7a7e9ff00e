// Measures what one thread of this CPU can reach with the active backend: the two lines of a roofline.
// Leaves out choosing a backend (kernels/dispatch.cpp).
#include "convbook/backend.h"

#include <algorithm>
#include <chrono>

#include "convbook/tensor.h"
#include "kernels/cache.h"
#include "kernels/kernels.h"

namespace convbook {
namespace {

using Clock = std::chrono::steady_clock;

/// Least time of one call, in seconds: of as many as fit into `budget`, but never fewer than 8, lest a busy machine be taken for a slow one.
template <class Work>
double least_seconds(double budget, const Work& work) {
    double least = 1e9;
    const auto begin = Clock::now();
    for (int calls = 0; calls < 8 || std::chrono::duration<double>(Clock::now() - begin).count() < budget; ++calls) {
        const auto before = Clock::now();
        work();
        least = std::min(least, std::chrono::duration<double>(Clock::now() - before).count());
    }
    return least;
}

/// Reads an array of this size again and again: it comes from the smallest memory that holds it.
double read_gb_per_s(const kernels::Probes& probes, const Tensor& data, std::size_t size_bytes) {
    const std::size_t count = std::min(size_bytes / sizeof(float), data.count());
    volatile float kept = probes.read(data.data(), count);
    return static_cast<double>(count) * sizeof(float) / 1e9 / least_seconds(0.04, [&] { kept = probes.read(data.data(), count); });
}

}  // namespace

MachineSpeed measure_machine() {
    constexpr long kRounds = 20'000;
    constexpr int kLargest = 96 << 20;  // bytes; beyond the caches of most machines
    const kernels::Probes& probes = kernels::active_probes();
    volatile float kept = 0.0f;
    MachineSpeed speed;
    speed.gflops = 2.0 * probes.multiply_adds_per_round * kRounds / 1e9 / least_seconds(0.04, [&] { kept = probes.multiply_adds(kRounds); });
    const Tensor data(Shape{1, 1, 1, kLargest / static_cast<int>(sizeof(float))}, 1.0f);
    speed.level2_gb_per_s = read_gb_per_s(probes, data, 512 << 10);
    speed.level2_bytes = static_cast<double>(kernels::level2_cache_bytes());
    speed.level3_gb_per_s = read_gb_per_s(probes, data, 6 << 20);
    speed.read_gb_per_s = read_gb_per_s(probes, data, kLargest);
    return speed;
}

double MachineSpeed::least_seconds(double flops, double bytes) const {
    const double gb_per_s = bytes <= level2_bytes ? level2_gb_per_s : bytes < 16e6 ? level3_gb_per_s : read_gb_per_s;
    return std::max(flops / gflops, bytes / gb_per_s) / 1e9;
}

}  // namespace convbook
