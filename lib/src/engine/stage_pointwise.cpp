// The stage of a pointwise convolution: reads its input channels wherever they lie, in runs for groups, and can take a gate into its weights.
// Leaves out the kernel (kernels/generic/blocked_pointwise.inl).
#include "engine/stage.h"

namespace convbook::engine {
namespace {

/// One tile of blocks of one run: what a single call of the kernel makes.
struct Tile { int run, first_block, blocks, idle_lanes; std::size_t weights, weight_count; };

class PointwiseStage : public Stage {
public:
    PointwiseStage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedValue* addend, const BlockedValue* gate, const BlockedTable& table)
        : Stage(layer, std::move(in), std::move(out)), table_(table), epilogue_(epilogue_of(layer.activation)), addend_(addend ? 0 : -1), gate_(gate ? static_cast<int>(addend != nullptr) : -1) {
        if (addend) others_.push_back(*addend);
        if (gate) others_.push_back(*gate);
        if (!layer.bias.is_absent()) bias_ = kernels::pack_channels(layer.bias.data, out_.order);
        const std::vector<kernels::PointwiseRun> runs = kernels::pack_pointwise(output_weights(layer), in_.shape.c, out_.shape.c, std::get<Conv2dNode>(layer.operation).params.groups, in_.order, out_.order, table);
        for (const kernels::PointwiseRun& run : runs) add_tiles(run);
        packing_ = kernels::joined_weights(runs);
        if (gate) find_gates();
    }

    const char* kind() const override { return "pointwise"; }
    int tiles() const override { return static_cast<int>(tiles_.size()); }
    int cost_of(int tile) const override { return tiles_[static_cast<std::size_t>(tile)].blocks; }
    bool is_rowwise() const override { return gate_ < 0; }
    bool shares_rows() const override { return true; }
    bool reads_rings() const override { return true; }
    bool mixes_channels_only() const override { return true; }
    std::span<const float> weights_of(int t) const override {
        const Tile& tile = tiles_[static_cast<std::size_t>(t)];
        return weights_.subspan(tile.weights, tile.weight_count);
    }
    Work bind(const Binding& binding) const override {
        return [this, memory = memory_of(binding), gated = Tensor(), width = out_.shape.w](const Part& part) mutable {
            for (int t = part.tiles.first; t < part.tiles.last; ++t) {
                const Tile& tile = tiles_[static_cast<std::size_t>(t)];
                const float* w = gate_ < 0 ? weights_of(t).data() : gated_weights(tile, weights_of(t).data(), memory.gate, gated);
                const Ahead ahead{t + 1 < part.tiles.last ? weights_of(t + 1) : part.next, share_of_later(t)};
                memory.out.for_each_stretch(part.rows, [&](Range in_out) { memory.in.for_each_stretch(in_out, [&](Range both) { run_tile(memory, tile, w, ahead, both, width); }); });
            }
        };
    }

private:
    /// Pointers of one thread.
    struct Memory {
        Rows in, out, addend, gate;
        std::vector<std::vector<kernels::ChannelRun>> channels;  // of each run
    };

    Memory memory_of(const Binding& binding) const {
        Memory memory{binding.rows(in_), binding.rows(out_), {}, {}, {}};
        if (addend_ >= 0) memory.addend = binding.rows(others_[static_cast<std::size_t>(addend_)]);
        if (gate_ >= 0) memory.gate = binding.rows(others_[static_cast<std::size_t>(gate_)]);
        for (const std::vector<int>& places : inputs_) {
            std::vector<kernels::ChannelRun>& channels = memory.channels.emplace_back();
            for (std::size_t i = 0; i < places.size(); ++i) {
                const int block = places[i] / table_.lanes, lane = places[i] % table_.lanes;
                const bool continues = i > 0 && places[i] == places[i - 1] + 1 && lane != 0;
                if (continues) ++channels.back().count;
                else channels.push_back({memory.in.blocks[static_cast<std::size_t>(block)] + lane, 1});
            }
        }
        return memory;
    }

    void add_tiles(const kernels::PointwiseRun& run) {
        for (int block = 0, blocks = 0; block < run.blocks; block += blocks) {
            blocks = kernels::tile_of(run.blocks - block, table_.tile_blocks);
            const std::size_t begin = tiles_.empty() ? 0 : tiles_.back().weights + tiles_.back().weight_count;
            const bool is_last = block + blocks == run.blocks;
            tiles_.push_back({static_cast<int>(inputs_.size()), run.first_block + block, blocks, is_last ? run.idle_lanes : 0, begin, static_cast<std::size_t>(blocks * table_.lanes) * run.in.size()});
        }
        inputs_.push_back(run.in);
    }
    /// What is fetched while a tile is made.
    struct Ahead { std::span<const float> next, later; };
    std::span<const float> share_of_later(int tile) const {
        const std::size_t first = later_.size() * static_cast<std::size_t>(tile) / tiles_.size(), end = later_.size() * static_cast<std::size_t>(tile + 1) / tiles_.size();
        return later_.subspan(first, end - first);
    }

    void run_tile(const Memory& memory, const Tile& tile, const float* w, const Ahead& ahead, Range rows, int width) const {
        const auto run = static_cast<std::size_t>(tile.run);
        const std::vector<kernels::ChannelRun>& channels = memory.channels[run];
        const auto stretch = [](std::span<const float> floats) { return kernels::Stretch{floats.data(), floats.data() + floats.size()}; };
        table_.blocked_pointwise({channels.data(), static_cast<int>(channels.size()), static_cast<int>(inputs_[run].size()), memory.in.shift(rows.first), w,
                                  bias_.is_empty() ? nullptr : bias_.data() + tile.first_block * table_.lanes, addend_ < 0 ? nullptr : memory.addend.blocks.data() + tile.first_block,
                                  memory.out.blocks.data() + tile.first_block, memory.out.shift(rows.first), tile.blocks, rows.count() * width, epilogue_, tile.idle_lanes,
                                  stretch(ahead.next), stretch(ahead.later)});
    }

    /// Where each step of a run's depth finds its gate.
    void find_gates() {
        const ChannelOrder& order = others_[static_cast<std::size_t>(gate_)].order;
        std::vector<int> place_of(static_cast<std::size_t>(in_.shape.c));
        for (std::size_t place = 0; place < order.size(); ++place)
            if (order[place] >= 0) place_of[static_cast<std::size_t>(order[place])] = static_cast<int>(place);
        for (const int place : inputs_.front()) gate_places_.push_back(place_of[static_cast<std::size_t>(in_.order[static_cast<std::size_t>(place)])]);
    }

    /// The tile's weights, each step of the depth times its channel's gate.
    const float* gated_weights(const Tile& tile, const float* w, const Rows& gate, Tensor& gated) const {
        const int width = tile.blocks * table_.lanes;
        if (gated.is_empty()) gated = Tensor({1, 1, 1, table_.tile_blocks * table_.lanes * static_cast<int>(gate_places_.size())});
        float* to = gated.data();
        for (const int place : gate_places_) {
            const float factor = gate.blocks[static_cast<std::size_t>(place / table_.lanes)][place % table_.lanes];
            for (int i = 0; i < width; ++i) *to++ = *w++ * factor;
        }
        return gated.data();
    }

    const BlockedTable& table_;
    kernels::Epilogue epilogue_;
    int addend_, gate_;  // index into others_, or -1
    std::vector<std::vector<int>> inputs_;  // of each run: places of its channels, in the order of the weights
    Tensor bias_;
    std::vector<Tile> tiles_;
    std::vector<int> gate_places_;
};

}  // namespace

StagePtr pointwise_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedValue* addend, const BlockedValue* gate, const BlockedTable& table) {
    return std::make_unique<PointwiseStage>(layer, std::move(in), std::move(out), addend, gate, table);
}

}  // namespace convbook::engine
