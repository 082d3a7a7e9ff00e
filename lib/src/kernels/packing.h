// Weights in the order in which the blocked kernels read them, written once when a plan is made. Tensors, because those begin on a
// cache line: a vector of 16 floats that straddles two costs two loads. Leaves out the kernels (blocked.h).
#pragma once
#include <vector>

#include "convbook/tensor.h"
#include "kernels/blocked.h"

namespace convbook::kernels {

/// Weights of a run of blocks whose outputs all read the same channels.
struct PointwiseRun { int first_block, blocks, first_channel, channels; Tensor w; int idle_lanes; };

/// Cuts a pointwise convolution (w [cout][cin/groups]) into runs, in order, one call of blocked_pointwise each. One group is one run. A block of channels that
/// belongs to two groups reads the channels of both, with weights of 0 where they do not meet:
/// an infinity or NaN then makes NaN of that block's outputs in both groups.
std::vector<PointwiseRun> pack_pointwise(const float* w, int cin, int cout, int groups, const BlockedTable& table);
/// w [channels][kh*kw] -> [ceil(channels/B)][kh*kw][B], 0 in the lanes beyond.
Tensor pack_depthwise(const float* w, int channels, int taps, int lanes);
/// w [cout][cin][kh*kw] -> for each tile of blocks [kh*kw][cin][block][B], 0 in the lanes beyond.
Tensor pack_conv(const float* w, int cin, int cout, int taps, const BlockedTable& table);
/// One value a channel, 0 in the lanes beyond: biases, gates.
Tensor pack_channels(const float* values, int channels, int lanes);

}  // namespace convbook::kernels
