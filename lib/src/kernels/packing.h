// Weights in the order in which the blocked kernels read them, written once when a plan is made: to the beginning of
// a cache line, for a vector of 16 floats that straddles two costs two loads. Leaves out the kernels (blocked.h).
#pragma once
#include <functional>
#include <vector>

#include "convbook/tensor.h"
#include "kernels/blocked.h"

namespace convbook::kernels {

/// Which channel stands where: element i is the channel in place i, -1 where none does. Places count through the blocks, lane by lane.
using ChannelOrder = std::vector<int>;
/// Channels 0, 1, 2, ..., then -1 until the last block is full.
ChannelOrder dense_order(int channels, int lanes);
/// Does no block hold channels of two groups?
bool keeps_groups_apart(const ChannelOrder& order, int channels_a_group, int lanes);
/// Outputs of a pointwise convolution in groups: dense if that keeps them apart, else every group from a new block on.
ChannelOrder output_order(int cout, int groups, int lanes);

/// Weights in their new order before they are written, so that a plan can write them straight to where they will be read.
struct Packing {
    std::size_t count = 0;                 ///< floats
    std::function<void(float* to)> write;  ///< to `count` zeros; reads the layer's own weights, which must still be there
    Tensor tensor() const;                 ///< written
};

/// Weights [output][...] as a layer has them. Each output's are multiplied by its factor, a batch norm's; without factors they stay.
struct OutputWeights {
    OutputWeights(const float* weights, const float* factors = nullptr) : w(weights), factor(factors) {}
    float factor_of(int output) const { return factor ? factor[output] : 1.0f; }
    const float *w, *factor;
};

/// Neighbouring places in one block.
struct PlaceRun { int first, count; };

/// Weights of a run of blocks whose outputs all read the same channels.
struct PointwiseRun {
    int first_block;
    PointwiseSize size;
    std::vector<PlaceRun> in;  ///< where the input channels stand, in the order of the weights
    Packing w;                 ///< tile by tile: next_pointwise_tile
};
/// Cuts a pointwise convolution (w [cout][cin/groups]) into runs, in order, one call of blocked_pointwise each. One group is one run. `out` keeps groups apart.
std::vector<PointwiseRun> pack_pointwise(OutputWeights w, int cin, int cout, int groups, const ChannelOrder& in, const ChannelOrder& out, const BlockedTable& table);

/// Weights of a run of blocks that read neighbouring input blocks. If it is shared, some weights are 0 because an output's group does not see the channel; 0 times infinity is NaN.
struct ConvRun {
    int first_block, blocks, first_in_block, channels;
    bool is_shared;
    Packing w;
};
/// The same for a dense K x K convolution (w [cout][cin/groups][taps]): one call of blocked_conv each, on `channels` lanes from block first_in_block on.
std::vector<ConvRun> pack_conv(OutputWeights w, int cin, int cout, int taps, int groups, const ChannelOrder& in, const ChannelOrder& out, const BlockedTable& table);

/// Winograd's weights G g G^T of a 3x3 convolution (w [cout][cin][3][3]), as 16 pointwise convolutions have them: [tile of blocks][16][step of the depth][block][lane].
struct WinogradWeights {
    PointwiseSize size;
    std::vector<PlaceRun> in;
    Packing w;
};
WinogradWeights pack_winograd(OutputWeights w, int cin, const ChannelOrder& in, const ChannelOrder& out, const BlockedTable& table);

/// What a pair of register tiles of outputs is multiplied by in Strassen's way: seven matrices of half as many outputs and half of the inputs, in the order in which they are
/// used; and the quarter that none of them is, for pixels of which no sums can be made.
enum class StrassenMatrix { a11, a12, s2, s3, s1, s4, minus_a22, a21 };
constexpr int kStrassenMatrices = 8;
struct StrassenTile {
    int first_block, blocks;      ///< blocks of each half; the second half follows the first
    PointwiseSize size;           ///< of a product
    std::size_t weights, floats;  ///< where they begin, and how many a matrix has
};
/// w [cout][cin] as the matrix A = (a11 a12; a21 a22), tile by tile, in the order of StrassenMatrix: S1 = a21 + a22, S2 = S1 - a11, S3 = a11 - a21, S4 = a12 - S2.
/// Both orders without gaps, of an even number of blocks.
struct StrassenWeights {
    std::vector<StrassenTile> tiles;
    std::vector<PlaceRun> depth;  ///< of a product, from the first place of its half on
    Packing w;
};
StrassenWeights pack_strassen(OutputWeights w, const ChannelOrder& in, const ChannelOrder& out, const BlockedTable& table);

/// w [channels][taps] -> [blocks][taps][B], 0 where no channel stands.
Packing pack_depthwise(OutputWeights w, int taps, const ChannelOrder& order, int lanes);
/// One value a channel, 0 where none stands: biases, gates.
Tensor pack_channels(const float* values, const ChannelOrder& order);

/// The weights of all runs, one behind the other.
template <class Run>
Packing joined_weights(const std::vector<Run>& runs) {
    Packing all;
    for (const Run& run : runs) all.count += run.w.count;
    all.write = [runs](float* to) {
        for (const Run& run : runs) run.w.write(to), to += run.w.count;
    };
    return all;
}

}  // namespace convbook::kernels
