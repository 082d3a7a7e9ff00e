// A tiny registry of named benchmarks: what to run, what it costs, what bound it is held against. `convbook bench` lists, filters and prints them.
// Leaves out how results are printed (viz/cli/bench.cpp). Frames, or whatever else has a speed, register themselves with add_benchmark().
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "convbook/backend.h"

namespace convbook::bench {

/// How long and with how many threads to measure.
struct Conditions {
    double seconds = 0.05;
    int threads = 1;
};

/// One thing with a speed. `run` does it again and again for about so many seconds and returns the time of each, in nanoseconds.
struct Benchmark {
    std::string kind;                                             ///< kernel, gradient, layer, net, train (a step), plan (making one), ladder, graph (building and counting it) or frame
    std::string name;                                             ///< dw3_144_56_s1, mobilenet_v2, ui_07
    std::function<std::vector<double>(const Conditions&)> run;
    double flops = 0;                                             ///< a multiply-add counts as two; 0 if that says nothing
    double bytes = 0;                                             ///< input, weights and output of each layer, each once; 0 if that says nothing
    std::function<double(const MachineSpeed&)> least_seconds;     ///< the roofline's bound; without it that of flops and bytes, if there are bytes
    bool depends_on_backend = true;                               ///< false: measured once, not once per backend
    bool uses_threads = false;                                    ///< whether Conditions::threads means anything to it
};

struct Result {
    std::string kind, name, backend;
    int threads = 1;
    double ns_median = 0, ns_min = 0;
    double ns_p95 = 0;    ///< 95 of 100 runs were faster
    double gflops = 0;    ///< of the fastest run
    double bytes = 0;     ///< as the benchmark has it
    double roofline = 0;  ///< share of the bound that the fastest run reaches, 0 if there is none
};

/// Adds to the list; returns true, so that a static variable can call it.
bool add_benchmark(Benchmark benchmark);
/// As add_benchmark(), but asked only when the benchmarks are listed: for those that depend on what registered itself.
bool add_benchmarks(std::function<std::vector<Benchmark>()> make);
/// Those that were added, after the kernels, their gradients, the layers and the networks.
std::vector<Benchmark> list_benchmarks();

/// The usual `run`: calls `work` until the time is up, at least three times after one call that only warms up.
std::vector<double> time_calls(double seconds, const std::function<void()>& work);

/// Runs benchmarks on forced backends and remembers each backend's roofline.
class Runner {
public:
    explicit Runner(Conditions conditions) : conditions_(conditions) {}
    Result run(const Benchmark& benchmark, const std::string& backend);
    const MachineSpeed& speed_of(const std::string& backend);

private:
    Conditions conditions_;
    std::map<std::string, MachineSpeed> speeds_;
};

// What bench.cpp assembles.
std::vector<Benchmark> kernel_benchmarks();
std::vector<Benchmark> gradient_benchmarks();
std::vector<Benchmark> layer_benchmarks();
std::vector<Benchmark> net_benchmarks();
std::vector<Benchmark> training_benchmarks();

}  // namespace convbook::bench
