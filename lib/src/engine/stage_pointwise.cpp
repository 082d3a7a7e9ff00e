// The stage of a pointwise convolution: reads its input channels wherever they lie, in runs for groups, and can take a gate into its weights.
// Leaves out the kernel (kernels/generic/blocked_pointwise.inl).
#include <array>

#include "engine/stage.h"

namespace convbook::engine {
namespace {

/// One tile of blocks of one run: what a single call of the kernel makes.
struct Tile {
    int run, first_block;
    kernels::PointwiseSize size;
    kernels::PointwiseTile shape;
    std::size_t weights;  // where they begin
};

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
    int cost_of(int tile) const override { return tiles_[static_cast<std::size_t>(tile)].shape.blocks; }
    bool is_rowwise() const override { return gate_ < 0; }
    bool shares_rows() const override { return true; }
    bool reads_rings() const override { return true; }
    bool mixes_channels_only() const override { return true; }
    std::size_t scratch_floats() const override { return static_cast<std::size_t>(most_floats_); }
    std::span<const float> weights_of(int t) const override {
        const Tile& tile = tiles_[static_cast<std::size_t>(t)];
        return weights_.subspan(tile.weights, static_cast<std::size_t>(tile.shape.floats));
    }
    Work bind(const Binding& binding) const override {
        return [this, memory = std::make_shared<Memory>(memory_of(binding)), scratch = binding.scratch()](const Part& part) {
            find_strips(*memory, part.rows);
            for (int t = part.tiles.first; t < part.tiles.last; ++t) run_tile(*memory, t, t + 1 < part.tiles.last ? weights_of(t + 1) : part.next, scratch);
        };
    }

private:
    /// Pixels that lie one behind the other in every map, and where they begin.
    struct Strip {
        std::ptrdiff_t in_shift, out_shift;
        int pixels;
    };
    /// Pointers of one thread. What the kernel is told of a tile stands ready, all but its pixels: streams ask for a few rows at a time.
    struct Memory {
        Rows in, out, addend, gate;
        std::vector<std::vector<kernels::ChannelRun>> channels;  // of each run
        std::vector<kernels::BlockedPointwise> jobs;             // of each tile
        std::vector<Strip> strips;                               // of the part being made
    };

    Memory memory_of(const Binding& binding) const {
        Memory memory{binding.rows(in_), binding.rows(out_), {}, {}, {}, {}, {}};
        if (addend_ >= 0) memory.addend = binding.rows(others_[static_cast<std::size_t>(addend_)]);
        if (gate_ >= 0) memory.gate = binding.rows(others_[static_cast<std::size_t>(gate_)]);
        for (const std::vector<kernels::PlaceRun>& places : inputs_) {
            std::vector<kernels::ChannelRun>& channels = memory.channels.emplace_back();
            for (const kernels::PlaceRun& run : places)
                channels.push_back({memory.in.blocks[static_cast<std::size_t>(run.first / table_.lanes)] + run.first % table_.lanes, run.count});
        }
        for (int t = 0; t < tiles(); ++t) memory.jobs.push_back(job_of(memory, t));
        return memory;
    }
    kernels::BlockedPointwise job_of(const Memory& memory, int t) const {
        const Tile& tile = tiles_[static_cast<std::size_t>(t)];
        const std::vector<kernels::ChannelRun>& channels = memory.channels[static_cast<std::size_t>(tile.run)];
        const std::span<const float> later = share_of_later(t);
        return {tile.size, channels.data(), static_cast<int>(channels.size()), 0, weights_of(t).data(), bias_.is_empty() ? nullptr : bias_.data() + tile.first_block * table_.lanes,
                addend_ < 0 ? nullptr : memory.addend.blocks.data() + tile.first_block, memory.out.blocks.data() + tile.first_block, 0, 0, epilogue_, {},
                {later.data(), later.data() + later.size()}};
    }

    void find_strips(Memory& memory, Range rows) const {
        memory.strips.clear();
        memory.out.for_each_stretch(rows, [&](Range in_out) {
            memory.in.for_each_stretch(in_out, [&](Range both) { memory.strips.push_back({memory.in.shift(both.first), memory.out.shift(both.first), both.count() * out_.shape.w}); });
        });
    }

    void run_tile(Memory& memory, int t, std::span<const float> next, float* scratch) const {
        kernels::BlockedPointwise& job = memory.jobs[static_cast<std::size_t>(t)];
        if (gate_ >= 0) job.w = gated_weights(tiles_[static_cast<std::size_t>(t)], weights_of(t).data(), memory.gate, scratch);
        job.next = {next.data(), next.data() + next.size()};
        for (const Strip& strip : memory.strips) {
            job.in_shift = strip.in_shift, job.out_shift = strip.out_shift, job.pixels = strip.pixels;
            table_.blocked_pointwise(job);
        }
    }

    void add_tiles(const kernels::PointwiseRun& run) {
        for (int block = 0; block < run.size.blocks;) {
            const kernels::PointwiseTile shape = kernels::next_pointwise_tile(run.size, block, table_.tiling());
            const std::size_t begin = tiles_.empty() ? 0 : tiles_.back().weights + static_cast<std::size_t>(tiles_.back().shape.floats);
            const bool is_last = block + shape.blocks == run.size.blocks;
            tiles_.push_back({static_cast<int>(inputs_.size()), run.first_block + block, {shape.blocks, run.size.channels, is_last ? run.size.idle_lanes : 0, run.size.pairs, run.size.quads}, shape, begin});
            block += shape.blocks;
        }
        inputs_.push_back(run.in);
    }
    std::span<const float> share_of_later(int tile) const {
        const std::size_t first = later_.size() * static_cast<std::size_t>(tile) / tiles_.size(), end = later_.size() * static_cast<std::size_t>(tile + 1) / tiles_.size();
        return later_.subspan(first, end - first);
    }

    /// Where each step of a run's depth finds its gate.
    void find_gates() {
        const ChannelOrder& order = others_[static_cast<std::size_t>(gate_)].order;
        std::vector<int> place_of(static_cast<std::size_t>(in_.shape.c));
        for (std::size_t place = 0; place < order.size(); ++place)
            if (order[place] >= 0) place_of[static_cast<std::size_t>(order[place])] = static_cast<int>(place);
        for (const kernels::PlaceRun& run : inputs_.front())
            for (int place = run.first; place < run.first + run.count; ++place) gate_places_.push_back(place_of[static_cast<std::size_t>(in_.order[static_cast<std::size_t>(place)])]);
        for (const Tile& tile : tiles_) most_floats_ = std::max(most_floats_, tile.shape.floats);
    }

    /// The tile's weights, each step of the depth times its channel's gate.
    const float* gated_weights(const Tile& tile, const float* w, const Rows& gate, float* const gated) const {
        const auto factor = [&](int step) {
            const int place = gate_places_[static_cast<std::size_t>(step)];
            return gate.blocks[static_cast<std::size_t>(place / table_.lanes)][place % table_.lanes];
        };
        float* to = gated;
        const int steps = tile.shape.steps, floats = tile.shape.parts * table_.lanes;
        int step = 0;
        for (const kernels::PlaceRun& run : inputs_.front()) {
            for (int k = 0; k < run.count; k += steps, w += floats) {
                std::array<float, 4> factors{};  // 0 for a step that is not there
                for (int i = 0; i < std::min(steps, run.count - k); ++i) factors[static_cast<std::size_t>(i)] = factor(step + k + i);
                to = steps == 1 ? scaled<1>(w, floats, factors, to) : steps == 2 ? scaled<2>(w, floats, factors, to) : scaled<4>(w, floats, factors, to);
            }
            step += run.count;
        }
        return gated;
    }
    /// `count` weights, which lie step by step; returns what follows them.
    template <int Steps>
    static float* scaled(const float* w, int count, const std::array<float, 4>& factors, float* to) {
        for (int i = 0; i < count; i += Steps, to += Steps)
            for (int step = 0; step < Steps; ++step) to[step] = w[i + step] * factors[static_cast<std::size_t>(step)];
        return to;
    }

    const BlockedTable& table_;
    kernels::Epilogue epilogue_;
    int addend_, gate_;  // index into others_, or -1
    std::vector<std::vector<kernels::PlaceRun>> inputs_;  // of each run: where its channels stand, in the order of the weights
    Tensor bias_;
    std::vector<Tile> tiles_;
    std::vector<int> gate_places_;
    std::ptrdiff_t most_floats_ = 0;  // of a tile's weights, where a gate scales them
};

}  // namespace

StagePtr pointwise_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedValue* addend, const BlockedValue* gate, const BlockedTable& table) {
    return std::make_unique<PointwiseStage>(layer, std::move(in), std::move(out), addend, gate, table);
}

}  // namespace convbook::engine
