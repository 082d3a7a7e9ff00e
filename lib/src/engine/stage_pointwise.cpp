// The stage of a pointwise convolution: reads its input channels wherever they lie, in runs for groups, and can take a gate into its weights.
// Leaves out the kernel (kernels/generic/blocked_pointwise.inl).
#include "engine/stage.h"

namespace convbook::engine {
namespace {

/// One tile of blocks of one run: what a single call of the kernel makes.
struct Tile { int run, first_block, blocks; std::ptrdiff_t weights; };

class PointwiseStage : public Stage {
public:
    PointwiseStage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedValue* addend, const BlockedValue* gate, const BlockedTable& table)
        : Stage(layer, std::move(in), std::move(out)), table_(table), epilogue_(epilogue_of(layer.activation)), addend_(addend ? 0 : -1), gate_(gate ? static_cast<int>(addend != nullptr) : -1) {
        if (addend) others_.push_back(*addend);
        if (gate) others_.push_back(*gate);
        runs_ = kernels::pack_pointwise(layer.weight.data, in_.shape.c, out_.shape.c, std::get<Conv2dNode>(layer.operation).params.groups, in_.order, out_.order, table);
        if (!layer.bias.is_absent()) bias_ = kernels::pack_channels(layer.bias.data, out_.order);
        for (int r = 0; r < static_cast<int>(runs_.size()); ++r) {
            const kernels::PointwiseRun& run = runs_[static_cast<std::size_t>(r)];
            for (int block = 0, tile = 0; block < run.blocks; block += tile)
                tiles_.push_back({r, run.first_block + block, tile = kernels::tile_of(run.blocks - block, table.tile_blocks), static_cast<std::ptrdiff_t>(block) * table.lanes * static_cast<std::ptrdiff_t>(run.in.size())});
        }
        if (gate) find_gates();
    }

    const char* kind() const override { return "pointwise"; }
    int tiles() const override { return static_cast<int>(tiles_.size()); }
    bool is_rowwise() const override { return gate_ < 0; }
    bool reads_rings() const override { return true; }
    bool mixes_channels_only() const override { return true; }
    std::size_t weight_bytes() const override {
        std::size_t count = 0;
        for (const kernels::PointwiseRun& run : runs_) count += run.w.count();
        return count * sizeof(float);
    }

    std::span<const float> first_weights() const override { return weights_of(tiles_.front()); }

    Work bind(const Binding& binding) const override {
        return [this, memory = memory_of(binding), gated = Tensor(), width = out_.shape.w](Range rows, Range tiles) mutable {
            for (int t = tiles.first; t < tiles.last; ++t) {
                const Tile& tile = tiles_[static_cast<std::size_t>(t)];
                const float* w = gate_ < 0 ? weights_of(tile).data() : gated_weights(tile, weights_of(tile).data(), memory.gate, gated);
                const std::span<const float> next = t + 1 < tiles.last ? weights_of(tiles_[static_cast<std::size_t>(t + 1)]) : upcoming_;
                memory.out.for_each_stretch(rows, [&](Range in_out) { memory.in.for_each_stretch(in_out, [&](Range both) { run_tile(memory, tile, w, next, both, width); }); });
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
        for (const kernels::PointwiseRun& run : runs_) {
            std::vector<kernels::ChannelRun>& channels = memory.channels.emplace_back();
            for (std::size_t i = 0; i < run.in.size(); ++i) {
                const int block = run.in[i] / table_.lanes, lane = run.in[i] % table_.lanes;
                const bool continues = i > 0 && run.in[i] == run.in[i - 1] + 1 && lane != 0;
                if (continues) ++channels.back().count;
                else channels.push_back({memory.in.blocks[static_cast<std::size_t>(block)] + lane, 1});
            }
        }
        return memory;
    }

    std::span<const float> weights_of(const Tile& tile) const {
        const kernels::PointwiseRun& run = runs_[static_cast<std::size_t>(tile.run)];
        return {run.w.data() + tile.weights, static_cast<std::size_t>(tile.blocks * table_.lanes) * run.in.size()};
    }

    void run_tile(const Memory& memory, const Tile& tile, const float* w, std::span<const float> next, Range rows, int width) const {
        const kernels::PointwiseRun& run = runs_[static_cast<std::size_t>(tile.run)];
        const std::vector<kernels::ChannelRun>& channels = memory.channels[static_cast<std::size_t>(tile.run)];
        const bool is_last = tile.first_block + tile.blocks == run.first_block + run.blocks;
        table_.blocked_pointwise({channels.data(), static_cast<int>(channels.size()), static_cast<int>(run.in.size()), memory.in.shift(rows.first), w,
                                  bias_.is_empty() ? nullptr : bias_.data() + tile.first_block * table_.lanes, addend_ < 0 ? nullptr : memory.addend.blocks.data() + tile.first_block,
                                  memory.out.blocks.data() + tile.first_block, memory.out.shift(rows.first), tile.blocks, rows.count() * width, epilogue_, is_last ? run.idle_lanes : 0,
                                  next.data(), next.data() + next.size()});
    }

    /// Where each step of a run's depth finds its gate.
    void find_gates() {
        const ChannelOrder& order = others_[static_cast<std::size_t>(gate_)].order;
        std::vector<int> place_of(static_cast<std::size_t>(in_.shape.c));
        for (std::size_t place = 0; place < order.size(); ++place)
            if (order[place] >= 0) place_of[static_cast<std::size_t>(order[place])] = static_cast<int>(place);
        for (const int place : runs_.front().in) gate_places_.push_back(place_of[static_cast<std::size_t>(in_.order[static_cast<std::size_t>(place)])]);
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
    std::vector<kernels::PointwiseRun> runs_;
    Tensor bias_;
    std::vector<Tile> tiles_;
    std::vector<int> gate_places_;
};

}  // namespace

StagePtr pointwise_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedValue* addend, const BlockedValue* gate, const BlockedTable& table) {
    return std::make_unique<PointwiseStage>(layer, std::move(in), std::move(out), addend, gate, table);
}

}  // namespace convbook::engine
