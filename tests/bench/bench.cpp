// The registry, the clock and the forcing of backends. Leaves out what is measured: kernels.cpp, gradients.cpp, layers.cpp, nets.cpp, and whoever calls add_benchmark().
#include "bench/bench.h"

#include <algorithm>
#include <chrono>

namespace convbook::bench {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<Benchmark>& added() {
    static std::vector<Benchmark> list;
    return list;
}

std::vector<std::function<std::vector<Benchmark>()>>& makers() {
    static std::vector<std::function<std::vector<Benchmark>()>> list;
    return list;
}

/// Forces a backend for as long as it lives.
class Forced {
public:
    explicit Forced(const std::string& backend) : before_(active_backend_name()) { force_backend(backend); }
    Forced(const Forced&) = delete;
    Forced& operator=(const Forced&) = delete;
    ~Forced() { force_backend(before_); }

private:
    std::string before_;
};

}  // namespace

bool add_benchmark(Benchmark benchmark) {
    added().push_back(std::move(benchmark));
    return true;
}

bool add_benchmarks(std::function<std::vector<Benchmark>()> make) {
    makers().push_back(std::move(make));
    return true;
}

std::vector<Benchmark> list_benchmarks() {
    std::vector<Benchmark> all = kernel_benchmarks();
    for (Benchmark& gradient : gradient_benchmarks()) all.push_back(std::move(gradient));
    for (Benchmark& layer : layer_benchmarks()) all.push_back(std::move(layer));
    for (Benchmark& net : net_benchmarks()) all.push_back(std::move(net));
    for (Benchmark& step : training_benchmarks()) all.push_back(std::move(step));
    all.insert(all.end(), added().begin(), added().end());
    for (const auto& make : makers())
        for (Benchmark& each : make()) all.push_back(std::move(each));
    return all;
}

std::vector<double> time_calls(double seconds, const std::function<void()>& work) {
    constexpr std::size_t kLeastCalls = 3;
    work();
    std::vector<double> nanoseconds;
    const auto begin = Clock::now();
    while (nanoseconds.size() < kLeastCalls || std::chrono::duration<double>(Clock::now() - begin).count() < seconds) {
        const auto before = Clock::now();
        work();
        nanoseconds.push_back(std::chrono::duration<double, std::nano>(Clock::now() - before).count());
    }
    return nanoseconds;
}

const MachineSpeed& Runner::speed_of(const std::string& backend) {
    const auto [at, is_new] = speeds_.try_emplace(backend);
    if (is_new) {
        const Forced forced(backend);
        at->second = measure_machine();
    }
    return at->second;
}

Result Runner::run(const Benchmark& benchmark, const std::string& backend) {
    const Forced forced(backend);
    std::vector<double> times = benchmark.run(conditions_);
    std::sort(times.begin(), times.end());
    Result result{benchmark.kind, benchmark.name, backend, benchmark.uses_threads ? conditions_.threads : 1, times[times.size() / 2], times.front(), times[times.size() * 95 / 100], benchmark.flops / times.front(), benchmark.bytes};
    const auto least_ns = [&](const MachineSpeed& speed) { return 1e9 * (benchmark.least_seconds ? benchmark.least_seconds(speed) : speed.least_seconds(benchmark.flops, benchmark.bytes)); };
    if (benchmark.bytes > 0) result.roofline = least_ns(speed_of(backend)) / result.ns_min / result.threads;
    return result;
}

}  // namespace convbook::bench
