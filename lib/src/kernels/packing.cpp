// The order of packed weights: [tile of blocks][depth][block of the tile][lane], so that a register tile reads them front to back.
// Leaves out who keeps them.
#include "kernels/packing.h"

#include <algorithm>
#include <set>

namespace convbook::kernels {
namespace {

/// One step of the depth: where its weight stands in the row of each output channel of this group.
struct DepthStep { int group; std::ptrdiff_t at; };

/// Weights of some output channels: [output][row], in groups of so many outputs.
struct WeightRows {
    const float* w;
    std::ptrdiff_t row;
    int outputs_a_group;
    /// 0 for a place without a channel (o = -1), and where the group does not see the step's channel.
    float at(int o, const DepthStep& step) const { return o >= 0 && step.group == o / outputs_a_group ? w[o * row + step.at] : 0.0f; }
};

constexpr std::size_t kPackedSteps = 64;  // at a time: what they are written to fits the first-level cache, whichever place comes first

Tensor pack_tiles(int first_block, int blocks, const WeightRows& rows, const std::vector<DepthStep>& depth, const ChannelOrder& out, const BlockedTable& table) {
    Tensor packed({1, 1, 1, blocks * static_cast<int>(depth.size()) * table.lanes});
    float* to = packed.data();
    for (int block = 0, tile = 0; block < blocks; block += tile) {
        tile = tile_of(blocks - block, table.tile_blocks);
        const auto width = static_cast<std::size_t>(tile * table.lanes), begin = static_cast<std::size_t>((first_block + block) * table.lanes);
        for (std::size_t first = 0; first < depth.size(); first += kPackedSteps) {
            const std::size_t end = std::min(first + kPackedSteps, depth.size());
            for (std::size_t place = 0; place < width; ++place)
            for (std::size_t k = first; k < end; ++k) to[k * width + place] = rows.at(out[begin + place], depth[k]);
        }
        to += depth.size() * width;
    }
    return packed;
}

/// Blocks of output channels, one after the other, that belong to the same groups.
struct GroupRun { int first_block, blocks; std::set<int> groups; };

std::vector<GroupRun> find_runs(int outputs_a_group, const ChannelOrder& out, int lanes) {
    std::vector<GroupRun> runs;
    for (int block = 0; block * lanes < static_cast<int>(out.size()); ++block) {
        std::set<int> groups;
        for (int lane = 0; lane < lanes; ++lane) {
            const int o = out[static_cast<std::size_t>(block * lanes + lane)];
            if (o >= 0) groups.insert(o / outputs_a_group);
        }
        if (!runs.empty() && runs.back().groups == groups) ++runs.back().blocks;
        else runs.push_back({block, 1, std::move(groups)});
    }
    return runs;
}

int idle_lanes_at_end(const ChannelOrder& out, int end) {
    int idle = 0;
    while (idle < end && out[static_cast<std::size_t>(end - 1 - idle)] < 0) ++idle;
    return idle;
}

/// Multiply-adds of whole vectors for one pixel, and ten for every block that the next layer has to read.
double vectors_multiplied(int inputs_a_group, int outputs_a_group, const ChannelOrder& out, const BlockedTable& table) {
    double sum = 0;
    for (const GroupRun& run : find_runs(outputs_a_group, out, table.lanes)) {
        const bool has_half = table.halves_pay && run.blocks > 1 && 2 * idle_lanes_at_end(out, (run.first_block + run.blocks) * table.lanes) >= table.lanes;
        sum += (run.blocks - (has_half ? 0.5 : 0.0)) * inputs_a_group * static_cast<double>(run.groups.size()) + 10.0 * run.blocks;
    }
    return sum;
}

}  // namespace

ChannelOrder dense_order(int channels, int lanes) {
    ChannelOrder order(static_cast<std::size_t>((channels + lanes - 1) / lanes * lanes), -1);
    for (int c = 0; c < channels; ++c) order[static_cast<std::size_t>(c)] = c;
    return order;
}

ChannelOrder output_order(int cin, int cout, int groups, const BlockedTable& table) {
    const int outputs = cout / groups;
    ChannelOrder dense = dense_order(cout, table.lanes), apart;
    for (int g = 0; g < groups; ++g) {
        for (const int o : dense_order(outputs, table.lanes)) apart.push_back(o < 0 ? -1 : g * outputs + o);
    }
    return vectors_multiplied(cin / groups, outputs, apart, table) < vectors_multiplied(cin / groups, outputs, dense, table) ? apart : dense;
}

std::vector<PointwiseRun> pack_pointwise(const float* w, int cin, int cout, int groups, const ChannelOrder& in, const ChannelOrder& out, const BlockedTable& table) {
    const int inputs = cin / groups, outputs = cout / groups;
    std::vector<PointwiseRun> runs;
    for (const GroupRun& run : find_runs(outputs, out, table.lanes)) {
        std::vector<int> places;
        for (int place = 0; place < static_cast<int>(in.size()); ++place) {
            const int c = in[static_cast<std::size_t>(place)];
            if (c >= 0 && run.groups.contains(c / inputs)) places.push_back(place);
        }
        std::vector<DepthStep> depth;
        for (const int place : places) {
            const int c = in[static_cast<std::size_t>(place)];
            depth.push_back({c / inputs, c % inputs});
        }
        Tensor packed = pack_tiles(run.first_block, run.blocks, {w, inputs, outputs}, depth, out, table);
        const int idle = std::min(idle_lanes_at_end(out, (run.first_block + run.blocks) * table.lanes), table.lanes);
        runs.push_back({run.first_block, run.blocks, std::move(places), std::move(packed), idle});
    }
    return runs;
}

std::vector<ConvRun> pack_conv(const float* w, int cin, int cout, int taps, int groups, const ChannelOrder& in, const ChannelOrder& out, const BlockedTable& table) {
    const int inputs = cin / groups, outputs = cout / groups;
    std::vector<ConvRun> runs;
    for (const GroupRun& run : find_runs(outputs, out, table.lanes)) {
        // The stretch of places, from the beginning of a block, that holds every channel of these groups
        int first = static_cast<int>(in.size()), last = -1;
        for (int place = 0; place < static_cast<int>(in.size()); ++place) {
            const int c = in[static_cast<std::size_t>(place)];
            if (c >= 0 && run.groups.contains(c / inputs)) first = std::min(first, place), last = place;
        }
        first = first / table.lanes * table.lanes;
        const int channels = last + 1 - first;
        std::vector<DepthStep> depth;
        for (int tap = 0; tap < taps; ++tap) {
            for (int place = first; place <= last; ++place) {
                const int c = in[static_cast<std::size_t>(place)];
                if (c < 0) depth.push_back({-1, 0});
                else depth.push_back({c / inputs, static_cast<std::ptrdiff_t>(c % inputs) * taps + tap});
            }
        }
        Tensor packed = pack_tiles(run.first_block, run.blocks, {w, static_cast<std::ptrdiff_t>(inputs) * taps, outputs}, depth, out, table);
        runs.push_back({run.first_block, run.blocks, first / table.lanes, channels, std::move(packed)});
    }
    return runs;
}

Tensor pack_depthwise(const float* w, int taps, const ChannelOrder& order, int lanes) {
    Tensor packed({1, 1, 1, static_cast<int>(order.size()) * taps});
    for (std::size_t place = 0; place < order.size(); ++place) {
        const std::size_t block = place / static_cast<std::size_t>(lanes), lane = place % static_cast<std::size_t>(lanes);
        for (int t = 0; t < taps && order[place] >= 0; ++t)
            packed.data()[(block * static_cast<std::size_t>(taps) + static_cast<std::size_t>(t)) * static_cast<std::size_t>(lanes) + lane] = w[static_cast<std::ptrdiff_t>(order[place]) * taps + t];
    }
    return packed;
}

Tensor pack_channels(const float* values, const ChannelOrder& order) {
    Tensor packed({1, 1, 1, static_cast<int>(order.size())});
    for (std::size_t place = 0; place < order.size(); ++place)
        if (order[place] >= 0) packed.data()[place] = values[order[place]];
    return packed;
}

}  // namespace convbook::kernels
