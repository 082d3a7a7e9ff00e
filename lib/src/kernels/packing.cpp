// The order of packed weights: [tile of blocks][depth][block of the tile][lane], so that a register tile reads them front to back; in tiles that take several steps of
// the depth at once [steps together][part][output][step].
// Leaves out who keeps them.
#include "kernels/packing.h"

#include <algorithm>
#include <set>

namespace convbook::kernels {
namespace {

/// Input channels of one group, one after the other both in memory and in the rows of weights. No group (-1): places without a channel.
struct Stretch { int group, first; std::size_t count; };

/// What a block's outputs sum over: the same channels for each tap of a window, one tap behind the other.
struct Depth {
    std::vector<Stretch> channels;
    std::size_t channel_count = 0, taps = 1;
    /// The next channel; c < 0: a place without one.
    void add(int c, int inputs_a_group) {
        const Stretch one = c < 0 ? Stretch{-1, 0, 1} : Stretch{c / inputs_a_group, c % inputs_a_group, 1};
        const bool continues = !channels.empty() && channels.back().group == one.group && (c < 0 || channels.back().first + static_cast<int>(channels.back().count) == one.first);
        if (continues) ++channels.back().count;
        else channels.push_back(one);
        ++channel_count;
    }
};

/// Weights of some output channels: [output][input of its group][tap].
struct WeightRows { OutputWeights weights; std::size_t row; int outputs_a_group; };

constexpr std::size_t kPackedSteps = 72;  // at a time, all taps together: what they are written to and read from fits the first-level cache

/// Where a tile's weights lie, in floats: step k of the depth at of_step[k], of that the output in place i at of_place[i].
struct TileOrder { std::vector<std::size_t> of_step, of_place; };

/// [step][place].
TileOrder order_of_steps(std::size_t steps, std::size_t width) {
    TileOrder order;
    for (std::size_t k = 0; k < steps; ++k) order.of_step.push_back(k * width);
    for (std::size_t place = 0; place < width; ++place) order.of_place.push_back(place);
    return order;
}

/// [steps together][part][output][step]; each run of neighbours begins anew.
TileOrder order_of_parts(const std::vector<PlaceRun>& in, std::size_t steps, std::size_t parts, std::size_t lanes) {
    TileOrder order;
    std::size_t together = 0;
    for (const PlaceRun& run : in) {
        const auto count = static_cast<std::size_t>(run.count);
        for (std::size_t k = 0; k < count; ++k) order.of_step.push_back((together + k / steps) * parts * lanes + k % steps);
        together += (count + steps - 1) / steps;
    }
    const std::size_t outputs = lanes / steps;
    for (std::size_t place = 0; place < parts * outputs; ++place) order.of_place.push_back(place / outputs * lanes + place % outputs * steps);
    return order;
}

/// One tile, the channels out[0], out[1], ..., tap by tap. Zeros stay where the output's group does not see the input.
void pack_tile(const WeightRows& rows, const Depth& depth, const int* out, const TileOrder& order, float* to) {
    const std::size_t taps = depth.taps, part = std::max<std::size_t>(1, kPackedSteps / taps), width = order.of_place.size(), plane = depth.channel_count * width;
    const std::size_t* of_step = order.of_step.data();
    for (const Stretch& stretch : depth.channels) {
        for (std::size_t begin = 0; begin < stretch.count; begin += part) {
            const std::size_t count = std::min(part, stretch.count - begin), first = static_cast<std::size_t>(stretch.first) + begin;
            for (std::size_t place = 0; place < width; ++place) {
                if (out[place] < 0 || out[place] / rows.outputs_a_group != stretch.group) continue;
                const float factor = rows.weights.factor_of(out[place]);
                const float* from = rows.weights.w + static_cast<std::size_t>(out[place]) * rows.row + first * taps;
                float* const place_at = to + order.of_place[place];
                for (std::size_t tap = 0; tap < taps; ++tap)
                for (std::size_t k = 0; k < count; ++k) place_at[tap * plane + of_step[begin + k]] = from[k * taps + tap] * factor;
            }
        }
        of_step += stretch.count;
    }
}

/// The channels in places first .. last-1 of all blocks' outputs.
std::vector<int> channels_of(const ChannelOrder& out, int first_block, int blocks, int lanes) {
    const auto begin = out.begin() + static_cast<std::ptrdiff_t>(first_block) * lanes;
    return {begin, begin + static_cast<std::ptrdiff_t>(blocks) * lanes};
}

Packing pack_tiles(int first_block, int blocks, const WeightRows& rows, Depth depth, const ChannelOrder& out, const BlockedTable& table) {
    const auto lanes = static_cast<std::size_t>(table.lanes);
    const std::size_t steps = depth.channel_count * depth.taps;
    return {static_cast<std::size_t>(blocks) * lanes * steps, [=, most = table.tile_blocks, depth = std::move(depth), own = channels_of(out, first_block, blocks, table.lanes)](float* to) {
                for (int block = 0, tile = 0; block < blocks; block += tile) {
                    tile = tile_of(blocks - block, most);
                    const std::size_t width = static_cast<std::size_t>(tile) * lanes;
                    pack_tile(rows, depth, own.data() + static_cast<std::size_t>(block) * lanes, order_of_steps(depth.channel_count, width), to);
                    to += steps * width;
                }
            }};
}

std::vector<PlaceRun> neighbours(const std::vector<int>& places, int lanes) {
    std::vector<PlaceRun> runs;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const bool continues = i > 0 && places[i] == places[i - 1] + 1 && places[i] % lanes != 0;
        if (continues) ++runs.back().count;
        else runs.push_back({places[i], 1});
    }
    return runs;
}

/// So many times `steps` steps in the depth, or 0 where so many of them would not be there that single steps cost less.
int times_that_pay(const std::vector<PlaceRun>& in, int channels, int steps) {
    int times = 0;
    for (const PlaceRun& run : in) times += (run.count + steps - 1) / steps;
    return 5 * steps * times <= 6 * channels ? times : 0;
}

/// Weights of run.size, without run.w.
Packing pack_pointwise_tiles(const PointwiseRun& run, const WeightRows& rows, Depth depth, const ChannelOrder& out, const Tiling& tiling) {
    std::size_t floats = 0;
    for (int block = 0; block < run.size.blocks;) {
        const PointwiseTile tile = next_pointwise_tile(run.size, block, tiling);
        floats += static_cast<std::size_t>(tile.floats);
        block += tile.blocks;
    }
    return {floats, [=, size = run.size, in = run.in, depth = std::move(depth), own = channels_of(out, run.first_block, run.size.blocks, tiling.lanes)](float* to) {
                const auto lanes = static_cast<std::size_t>(tiling.lanes);
                for (int block = 0; block < size.blocks;) {
                    const PointwiseTile tile = next_pointwise_tile(size, block, tiling);
                    const TileOrder order = order_of_parts(in, static_cast<std::size_t>(tile.steps), static_cast<std::size_t>(tile.parts), lanes);
                    pack_tile(rows, depth, own.data() + static_cast<std::size_t>(block) * lanes, order, to);
                    to += tile.floats;
                    block += tile.blocks;
                }
            }};
}

/// G g G^T of one filter: to[(4 * i + j) * stride].
void transform_filter(const float* g, float factor, float* to, std::size_t stride) {
    float rows[4][3];
    for (int j = 0; j < 3; ++j) {
        const float a = g[j] * factor, b = g[3 + j] * factor, c = g[6 + j] * factor;
        rows[0][j] = a, rows[1][j] = 0.5f * (a + b + c), rows[2][j] = 0.5f * (a - b + c), rows[3][j] = c;
    }
    for (std::size_t i = 0; i < 4; ++i) {
        const auto [a, b, c] = rows[i];
        float* const row = to + 4 * i * stride;
        row[0] = a, row[stride] = 0.5f * (a + b + c), row[2 * stride] = 0.5f * (a - b + c), row[3 * stride] = c;
    }
}

/// [16][channel][place]; each channel's outputs are transformed side by side, then go to their 16 places.
void pack_winograd_tile(OutputWeights w, int cin, const std::vector<int>& channels, const std::vector<int>& out, float* to) {
    const std::size_t width = out.size(), plane = channels.size() * width;
    std::vector<float> transformed(16 * width);
    for (std::size_t k = 0; k < channels.size(); ++k) {
        for (std::size_t place = 0; place < width; ++place) {
            if (out[place] < 0) continue;
            const float* filter = w.w + (static_cast<std::ptrdiff_t>(out[place]) * cin + channels[k]) * 9;
            transform_filter(filter, w.factor_of(out[place]), transformed.data() + place, width);
        }
        for (std::size_t i = 0; i < 16; ++i) std::copy_n(transformed.data() + i * width, width, to + i * plane + k * width);
    }
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

/// Do channels of several groups stand in places first .. last?
bool reads_other_groups(const ChannelOrder& in, int first, int last, int inputs_a_group) {
    std::set<int> groups;
    for (int place = first; place <= last; ++place) groups.insert(in[static_cast<std::size_t>(place)] / inputs_a_group);
    return groups.size() > 1;
}

int idle_lanes_at_end(const ChannelOrder& out, int end) {
    int idle = 0;
    while (idle < end && out[static_cast<std::size_t>(end - 1 - idle)] < 0) ++idle;
    return idle;
}

}  // namespace

Tensor Packing::tensor() const {
    Tensor packed({1, 1, 1, static_cast<int>(count)});
    write(packed.data());
    return packed;
}

ChannelOrder dense_order(int channels, int lanes) {
    ChannelOrder order(static_cast<std::size_t>((channels + lanes - 1) / lanes * lanes), -1);
    for (int c = 0; c < channels; ++c) order[static_cast<std::size_t>(c)] = c;
    return order;
}

bool keeps_groups_apart(const ChannelOrder& order, int channels_a_group, int lanes) {
    const std::vector<GroupRun> runs = find_runs(channels_a_group, order, lanes);
    return std::all_of(runs.begin(), runs.end(), [](const GroupRun& run) { return run.groups.size() <= 1; });
}

ChannelOrder output_order(int cout, int groups, int lanes) {
    const int outputs = cout / groups;
    ChannelOrder dense = dense_order(cout, lanes), apart;
    for (int g = 0; g < groups; ++g) {
        for (const int o : dense_order(outputs, lanes)) apart.push_back(o < 0 ? -1 : g * outputs + o);
    }
    return keeps_groups_apart(dense, outputs, lanes) ? dense : apart;
}

std::vector<PointwiseRun> pack_pointwise(OutputWeights w, int cin, int cout, int groups, const ChannelOrder& in, const ChannelOrder& out, const BlockedTable& table) {
    const int inputs = cin / groups, outputs = cout / groups;
    std::vector<PointwiseRun> runs;
    for (const GroupRun& run : find_runs(outputs, out, table.lanes)) {
        std::vector<int> places;
        for (int place = 0; place < static_cast<int>(in.size()); ++place) {
            const int c = in[static_cast<std::size_t>(place)];
            if (c >= 0 && run.groups.contains(c / inputs)) places.push_back(place);
        }
        Depth depth;
        for (const int place : places) depth.add(in[static_cast<std::size_t>(place)], inputs);
        const int idle = std::min(idle_lanes_at_end(out, (run.first_block + run.blocks) * table.lanes), table.lanes), channels = static_cast<int>(places.size());
        std::vector<PlaceRun> neighbouring = neighbours(places, table.lanes);
        const PointwiseSize size{run.blocks, channels, idle, times_that_pay(neighbouring, channels, 2), times_that_pay(neighbouring, channels, 4)};
        PointwiseRun& packed = runs.emplace_back(PointwiseRun{run.first_block, size, std::move(neighbouring), {}});
        packed.w = pack_pointwise_tiles(packed, {w, static_cast<std::size_t>(inputs), outputs}, std::move(depth), out, table.tiling());
    }
    return runs;
}

std::vector<ConvRun> pack_conv(OutputWeights w, int cin, int cout, int taps, int groups, const ChannelOrder& in, const ChannelOrder& out, const BlockedTable& table) {
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
        Depth depth{{}, 0, static_cast<std::size_t>(taps)};
        for (int place = first; place <= last; ++place) depth.add(in[static_cast<std::size_t>(place)], inputs);
        Packing packed = pack_tiles(run.first_block, run.blocks, {w, static_cast<std::size_t>(inputs * taps), outputs}, std::move(depth), out, table);
        runs.push_back({run.first_block, run.blocks, first / table.lanes, channels, groups > 1 && (run.groups.size() > 1 || reads_other_groups(in, first, last, inputs)), std::move(packed)});
    }
    return runs;
}

WinogradWeights pack_winograd(OutputWeights w, int cin, const ChannelOrder& in, const ChannelOrder& out, const BlockedTable& table) {
    std::vector<int> places, channels;
    for (int place = 0; place < static_cast<int>(in.size()); ++place) {
        if (in[static_cast<std::size_t>(place)] < 0) continue;
        places.push_back(place);
        channels.push_back(in[static_cast<std::size_t>(place)]);
    }
    const int blocks = static_cast<int>(out.size()) / table.lanes;
    Packing packed{16 * places.size() * out.size(), [=, most = table.tile_blocks, lanes = table.lanes](float* to) {
                       for (int block = 0, tile = 0; block < blocks; block += tile) {
                           tile = tile_of(blocks - block, most);
                           pack_winograd_tile(w, cin, channels, channels_of(out, block, tile, lanes), to);
                           to += 16 * channels.size() * static_cast<std::size_t>(tile * lanes);
                       }
                   }};
    return {{blocks, static_cast<int>(places.size())}, neighbours(places, table.lanes), std::move(packed)};
}

Packing pack_depthwise(OutputWeights w, int taps, const ChannelOrder& order, int lanes) {
    return {order.size() * static_cast<std::size_t>(taps), [=](float* to) {
                for (std::size_t place = 0; place < order.size(); ++place) {
                    const std::size_t block = place / static_cast<std::size_t>(lanes), lane = place % static_cast<std::size_t>(lanes);
                    for (int t = 0; t < taps && order[place] >= 0; ++t)
                        to[(block * static_cast<std::size_t>(taps) + static_cast<std::size_t>(t)) * static_cast<std::size_t>(lanes) + lane] =
                            w.w[static_cast<std::ptrdiff_t>(order[place]) * taps + t] * w.factor_of(order[place]);
                }
            }};
}

Tensor pack_channels(const float* values, const ChannelOrder& order) {
    Tensor packed({1, 1, 1, static_cast<int>(order.size())});
    for (std::size_t place = 0; place < order.size(); ++place)
        if (order[place] >= 0) packed.data()[place] = values[order[place]];
    return packed;
}

}  // namespace convbook::kernels
