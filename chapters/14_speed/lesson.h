// Chapter 14: why fewer multiply-adds are not less time. The roofline of an assumed machine and where the layers of four networks stand under it, the counts behind each trick of
// the kernels, an ideal parallel machine, and (lesson_measure.cpp) the ladder and the networks timed on this computer. Leaves out all drawing and printing.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "convbook/backend.h"
#include "convbook/engine.h"
#include "convbook/lesson.h"
#include "convbook/nets.h"

namespace convbook::ch14 {

struct Params {
    std::string view = "roofline";     ///< roofline, ladder, network, passes
    std::string net = "mobilenet_v2";
    std::string layer = "depthwise";   ///< of the ladder: depthwise, pointwise, triple, dense
    int peak = 200;                    ///< GFLOP/s of the assumed machine
    int bandwidth = 20;                ///< GB/s
    int units = 65536;                 ///< multipliers of the ideal parallel machine
    int rung = 1;                      ///< of the ladder, from 1
    int guess = 0;                     ///< the reader's: how many times faster than the lowest rung the highest is; 0: none yet
};
const std::vector<Member<Params>>& members();
Values values(const Params& p);
std::optional<Refusal> refuse(const Params& p);

// ---- The roofline (lesson_roofline.cpp) -----------------------------------------------------------------------------------------

/// The two lines of a roofline: no layer is faster than the lower of them.
struct Machine {
    double gflops = 0, gb_per_s = 0;
    double ridge() const { return gflops / gb_per_s; }  ///< operations a byte from which on arithmetic is the bound
    double attainable(double intensity) const;          ///< GFLOP/s
    double least_ms(double macs, double bytes) const;
};
Machine assumed_machine(const Params& p);

/// A layer that multiplies. Its bytes are input, weights and output, each once.
struct Layer {
    std::string name, kind;  ///< kind: depthwise, pointwise, conv, grouped, linear
    int node = 0, level = 0; ///< level: layers that multiply on the longest way here, itself included
    std::int64_t macs = 0, bytes = 0;
    double intensity() const { return 2.0 * static_cast<double>(macs) / static_cast<double>(bytes); }  ///< operations a byte; a multiply-add is two
    double least_ms(const Machine& m) const { return m.least_ms(static_cast<double>(macs), static_cast<double>(bytes)); }
    bool is_memory_bound(const Machine& m) const { return intensity() < m.ridge(); }
};
struct Network {
    std::string name, title;
    std::vector<Layer> layers;
    std::int64_t macs = 0;
    int depth = 0;
    double least_ms(const Machine& m) const;         ///< the sum of its layers' bounds
    int memory_bound_layers(const Machine& m) const;
    /// Cycles of a machine with so many multipliers that takes the levels one after the other and all layers of a level at once: the sum of max(1, ceil(MACs / multipliers)).
    std::int64_t cycles(std::int64_t multipliers) const;
};
/// mobilenet_v1, mobilenet_v2, shufflenet_v1, resnet18; counted once.
const std::vector<Network>& networks();
const Network& network(const std::string& name);
/// The multiplying layers of any graph.
std::vector<Layer> multiplying_layers(const Graph& graph);

// ---- The ladder (lesson_ladder.cpp) ---------------------------------------------------------------------------------------------

/// A tile of sums held in registers: blocks x pixels of them, one weight a block and one pixel beside them.
struct RegisterTile {
    std::string backend;
    int lanes = 0, registers = 0, blocks = 0, pixels = 0;
    int used() const { return blocks * pixels + blocks + 1; }
    double loads_per_multiply_add() const { return static_cast<double>(blocks + pixels) / (blocks * pixels); }
};
/// The pointwise kernels' tiles: sse42, avx2, avx512, neon.
const std::vector<RegisterTile>& register_tiles();

/// The layer of the ladder with its batch norm and activation, several in a row; `size` rows and columns, 0: 28 of the dense layer, else 56.
Graph ladder_graph(const std::string& layer, int size = 0);
int ladder_repeats(const std::string& layer);
/// The convolution as its formula reads: every tap asks whether it lies in the image. Stride 1, padding K/2, any number of groups.
Tensor convolve_naive(TensorView in, TensorView w);
/// The same sums with the test hoisted: for each weight the rows and columns that it reaches are known before the loops begin.
Tensor convolve_hoisted(TensorView in, TensorView w);

/// One version, each with one idea more than the version below it.
struct Rung {
    enum class How { naive, hoisted, node_by_node, plan };
    std::string name;                 ///< naive, hoisted, sse42, fold_batch_norms, ..., 2_threads
    Text title, idea;
    How how = How::plan;
    std::string backend;              ///< of a plan on plain NCHW; empty: the one in use
    std::vector<Pass> without = {};
    int threads = 1;
};
/// Those of a layer, slowest first: loops, plain NCHW with each instruction set of this CPU, then the passes that matter to it, then two threads.
std::vector<Rung> layer_rungs(const std::string& layer);
/// Those of a whole network: node by node, one pass more each, two threads.
std::vector<Rung> pass_rungs();
/// A rung as something that runs: it holds what does not depend on the input.
std::function<Tensor(TensorView)> prepare(const Graph& graph, const Weights& weights, const Rung& rung);
/// What a pass is called and does, for readers of both languages.
Rung describe_pass(const PassInfo& info);

// ---- Measuring on this computer (lesson_measure.cpp): never quoted by the text ----------------------------------------------------

/// Called with the share that is done; return false to stop.
using Progress = std::function<bool(double share)>;
struct RungTime {
    std::string name;
    double ms = 0, gflops = 0, share = 0;  ///< share of the bound, 1: no faster without multiplying less
};
/// Each rung as its least time within `seconds`. Stopped: the rungs done so far.
std::vector<RungTime> measure_rungs(const Graph& graph, const std::vector<Rung>& rungs, double seconds, const Progress& progress = {});
/// Roofline of this computer and, for each layer of network(name), its time in a plan that runs layers one by one.
struct LayerTimes {
    MachineSpeed speed;
    Machine machine() const { return {speed.gflops, speed.read_gb_per_s}; }  ///< bandwidth beyond the caches
    std::vector<double> ms;       ///< by layer; empty where stopped
};
LayerTimes measure_layers(const std::string& name, double seconds, const Progress& progress = {});
/// Milliseconds of networks(), one thread, all passes; shorter where stopped.
std::vector<double> measure_networks(double seconds, const Progress& progress = {});

}  // namespace convbook::ch14
