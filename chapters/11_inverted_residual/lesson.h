// Chapter 11: the inverted residual block of MobileNet v2 beside the residual block it turns inside out. Counts both with the library, follows the
// bytes that are alive at each step, and runs the block row by row. Leaves out all drawing and printing.
#pragma once
#include <string>
#include <vector>

#include "convbook/cost.h"
#include "convbook/lesson.h"
#include "convbook/nets.h"

namespace convbook::ch11 {

struct Params {
    int t = 6;                  ///< expansion
    int cin = 24, cout = 24;
    int s = 1;                  ///< stride of the depthwise layer
    int h = 56;                 ///< rows and columns of the input
    int step = 2;               ///< 1 expand, 2 depthwise, 3 project
    std::string view = "block"; ///< block, or alpha: how channel counts follow the width multiplier
    std::string alpha = "1";    ///< width multiplier of the whole network
    int wide() const { return t * cin; }
    int out_h() const { return (h - 1) / s + 1; }
};
const std::vector<Member<Params>>& members();

/// One layer of a block: its output and what it costs.
struct Stage {
    std::string name;           ///< expand, depthwise, project; reduce, conv, expand
    int channels = 0, size = 0; ///< of its output
    std::int64_t macs = 0, params = 0;
    std::int64_t bytes() const { return 4LL * channels * size * size; }
};
/// What is in memory while one layer runs. Activations work in place, so a tensor is counted once.
struct Alive {
    std::string step;           ///< the layer's name, or "rows" for the block run row by row
    std::int64_t input = 0, inner = 0, inner2 = 0, output = 0;
    std::int64_t total() const { return input + inner + inner2 + output; }
};
struct Block {
    Stage input;
    std::vector<Stage> stages;  ///< two at t = 1, where nothing is expanded
    std::vector<Alive> alive;   ///< by layer, then "rows"
    bool has_shortcut = false;
    std::int64_t macs = 0, params = 0;  ///< of all layers, batch norms included
    std::int64_t peak() const;  ///< largest total with every tensor stored whole
    std::int64_t peak_by_rows() const { return alive.back().total(); }
};
/// Narrow, wide, narrow: expand 1x1, depthwise 3x3, project 1x1.
Block inverted_block(const Params& p);
/// Wide, narrow, wide with the same two widths: reduce 1x1, 3x3, expand 1x1 (He et al. 2016).
Block residual_block(const Params& p);

/// Why there is no shortcut; empty if there is one.
Text shortcut_reason(const Params& p);

/// Runs expand (ReLU6), depthwise 3x3 (ReLU6), project (linear) and the shortcut on whole tensors.
/// w: expand [tC,C,1,1], depthwise [tC,1,3,3], project [Cout,tC,1,1]; no biases.
struct BlockWeights { Tensor expand, depthwise, project; };
BlockWeights random_weights(const Params& p, std::uint64_t seed);
Tensor run_whole(const Params& p, const BlockWeights& w, TensorView in);
/// The same numbers with three rows of the expanded tensor and one filtered row in memory. `peak_bytes`: the most that was alive, input and output included.
Tensor run_by_rows(const Params& p, const BlockWeights& w, TensorView in, std::int64_t* peak_bytes);

/// The whole network at one width, cached: building it takes a few milliseconds.
struct NetFigures { std::int64_t params = 0, macs = 0, classifier_params = 0; };
NetFigures net_figures(double alpha, int classes = 1000, bool expands_at_t1 = false);
/// What rounding does to one channel count: value, the nearest multiple of 8, and what the 10 % rule makes of it.
struct Rounding { double wanted = 0; int nearest = 0, used = 0; bool was_raised = false; };
Rounding round_channels(int channels, double alpha);
/// Blocks of a row of the network's table that have a shortcut: all but the first, unless its stride is 1 and its channels stay.
int shortcuts_in_row(int row);

struct Result {
    Params params;
    Block inverted, residual;
};
Result compute(const Params& p);
Values values(const Params& p);
std::optional<Refusal> refuse(const Params& p);

}  // namespace convbook::ch11
