// The order of packed weights: [tile of blocks][depth][block of the tile][lane], so that a register tile reads them front to back.
// Leaves out who keeps them.
#include "kernels/packing.h"

#include <algorithm>
#include <vector>

namespace convbook::kernels {
namespace {

int blocks_of(int channels, int lanes) { return (channels + lanes - 1) / lanes; }

Tensor to_tensor(const std::vector<float>& values) { return Tensor({1, 1, 1, static_cast<int>(values.size())}, values); }

/// Calls value(o, k) for each output channel o of `blocks` blocks and each step k of the depth, in the order of the tiles.
template <class Value>
Tensor pack_tiles(int blocks, int depth, const BlockedTable& table, const Value& value) {
    std::vector<float> packed;
    packed.reserve(static_cast<std::size_t>(blocks) * static_cast<std::size_t>(depth * table.lanes));
    for (int tile = 0; tile < blocks; tile += table.tile_blocks) {
        const int end = std::min(tile + table.tile_blocks, blocks);
        for (int k = 0; k < depth; ++k)
        for (int o = tile * table.lanes; o < end * table.lanes; ++o) packed.push_back(value(o, k));
    }
    return to_tensor(packed);
}

}  // namespace

std::vector<PointwiseRun> pack_pointwise(const float* w, int cin, int cout, int groups, const BlockedTable& table) {
    const int inputs = cin / groups, outputs = cout / groups, blocks = blocks_of(cout, table.lanes);
    const auto first_group = [&](int block) { return block * table.lanes / outputs; };
    const auto last_group = [&](int block) { return std::min((block + 1) * table.lanes, cout) - 1; };
    std::vector<PointwiseRun> runs;
    for (int block = 0; block < blocks; ++block) {
        // Extend the run while the groups stay the same
        const int first = first_group(block), last = last_group(block) / outputs;
        int end = block + 1;
        while (end < blocks && first_group(end) == first && last_group(end) / outputs == last) ++end;
        // Pack it, with zeros where an output does not see an input
        const int first_channel = first * inputs, channels = (last + 1 - first) * inputs, first_output = block * table.lanes;
        runs.push_back({block, end - block, first_channel, channels, pack_tiles(end - block, channels, table, [&](int lane, int k) {
            const int o = first_output + lane, c = first_channel + k;
            return o < cout && c / inputs == o / outputs ? w[static_cast<std::size_t>(o) * static_cast<std::size_t>(inputs) + static_cast<std::size_t>(c % inputs)] : 0.0f;
        }), std::max(end * table.lanes - cout, 0)});
        block = end - 1;
    }
    return runs;
}

Tensor pack_depthwise(const float* w, int channels, int taps, int lanes) {
    std::vector<float> packed;
    for (int block = 0; block < blocks_of(channels, lanes); ++block)
    for (int t = 0; t < taps; ++t)
    for (int c = block * lanes; c < (block + 1) * lanes; ++c) packed.push_back(c < channels ? w[static_cast<std::size_t>(c) * static_cast<std::size_t>(taps) + static_cast<std::size_t>(t)] : 0.0f);
    return to_tensor(packed);
}

Tensor pack_conv(const float* w, int cin, int cout, int taps, const BlockedTable& table) {
    return pack_tiles(blocks_of(cout, table.lanes), taps * cin, table, [&](int o, int k) {
        const std::size_t tap = static_cast<std::size_t>(k / cin), c = static_cast<std::size_t>(k % cin), depth = static_cast<std::size_t>(cin);
        return o < cout ? w[(static_cast<std::size_t>(o) * depth + c) * static_cast<std::size_t>(taps) + tap] : 0.0f;
    });
}

Tensor pack_channels(const float* values, int channels, int lanes) {
    std::vector<float> packed(values, values + channels);
    packed.resize(static_cast<std::size_t>(blocks_of(channels, lanes) * lanes));
    return to_tensor(packed);
}

}  // namespace convbook::kernels
