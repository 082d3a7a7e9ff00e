// Runs a Graph: node by node, keeping every activation (the interpreter), or as a plan made ahead for this CPU.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "convbook/weights.h"

namespace convbook {

// ---- The interpreter: node by node through ops.h, which picks the fastest kernel this CPU has ----------------------------------

/// Called after each node with its index; return false to stop (run_keeping then returns what it has).
using RunProgress = std::function<bool(int node)>;

/// What one run left behind: every activation, and how long each node took.
struct Run {
    std::vector<Tensor> activations;    ///< by node; empty where the run was stopped before it
    std::vector<double> milliseconds;   ///< by node, wall clock
    bool is_complete = false;
    const Tensor& output() const { return activations.back(); }
    double total_ms() const;
};
/// What batch norms normalise with: the statistics of the training set, as in evaluation, or those of the batch at hand, as in training.
enum class NormStatistics { running, batch };
/// Keeps every activation (the figures, feature maps, tests). Dropout rests in both modes.
Run run_keeping(const Graph& graph, const Weights& weights, TensorView input, const RunProgress& progress = {}, NormStatistics statistics = NormStatistics::running);
/// Frees each activation after its last reader; the output only. `milliseconds`, if given, receives each node's time.
Tensor run(const Graph& graph, const Weights& weights, TensorView input, std::vector<double>* milliseconds = nullptr);

// ---- Plans: everything that does not depend on the image is done once, before the first -----------------------------------------

/// The optimisations of a plan, each on its own, in the order in which they build on one another: the ladder of the speed chapter. None changes what is computed, but sums are taken in
/// another order. `winograd` (arXiv:1509.09308) and `strassen` (doi:10.1007/BF02165411) add inputs before they multiply: rounding errors grow a few times. An infinite input or NaN reaches the outputs that it reaches node by node.
enum class Pass { fold_batch_norms, block_channels, fuse_activations, fuse_additions, index_channels, gate_weights, stream_rows, winograd, strassen };
struct PassInfo {
    Pass pass;
    const char* name;  ///< "fold_batch_norms"
    const char* idea;  ///< one line
};
std::span<const PassInfo> list_passes();
/// The one of that name; throws convbook::Error that lists them.
Pass find_pass(const std::string& name);

struct PlanOptions {
    std::vector<Pass> without;    ///< passes to leave out
    int threads = 1;              ///< at least 1; the caller's own counts
    std::size_t cache_bytes = 0;  ///< of the second-level cache, for stream_rows, winograd and strassen; 0: this CPU's
};

/// One step of a plan: the graph nodes it computes, and how it does.
struct PlanStep {
    std::string name;         ///< of the layers in it, with + between: "features.2.conv.0.2 + features.2.conv.1.2"
    std::vector<int> nodes;
    std::string kind;         ///< "pointwise", or of a stream all of its kinds: "pointwise, depthwise, pointwise"
    int strip_rows = 0;       ///< of a stream: output rows at a time; 0: the whole image
};

/// A graph made ready to run on this CPU, with the backend that is active now: weights packed, memory laid out, work dealt to threads.
/// One plan runs one input at a time; several plans may run at once. Denormal numbers count as 0 while it runs (where the backend can).
class Plan {
public:
    /// Copies what it needs of graph and weights. Throws convbook::Error if the weights are another graph's, or threads < 1.
    Plan(const Graph& graph, const Weights& weights, const PlanOptions& options = {});
    ~Plan();
    Plan(Plan&&) noexcept;
    Plan& operator=(Plan&&) noexcept;

    /// The graph's output for an input of its shape, or for a batch of any size, image by image. `step_ms`, if given, receives each step's time.
    Tensor run(TensorView input, std::vector<double>* step_ms = nullptr);
    const std::vector<PlanStep>& steps() const;
    /// Bytes: of the arena of activations, of streams' rings (all threads), what no arena could do without (values alive at one step), of stages' scratch (all threads), of packed weights.
    struct Memory { std::size_t arena = 0, rings = 0, least = 0, scratch = 0, weights = 0; };
    const Memory& memory() const;
    const std::string& backend() const;

    class Body;

private:
    std::unique_ptr<Body> body_;
};

// ---- Predictions -----------------------------------------------------------------------------------------------------------------

struct Prediction { int index; float probability; };
/// softmax(logits), the `count` largest first.
std::vector<Prediction> top_predictions(TensorView logits, int count = 5);

}  // namespace convbook
