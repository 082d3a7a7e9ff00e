// The stage of a dense K x K convolution, grouped or not, from blocks or from the planes of the image. Leaves out the kernel (kernels/generic/blocked_conv.inl).
#include "engine/stage.h"

namespace convbook::engine {
namespace {

/// One tile of blocks of one run: what a single call of the kernel makes.
struct Tile { int first_block, blocks, first_in_block, channels; std::size_t weights; };

class ConvStage : public Stage {
public:
    ConvStage(const Layer& layer, const Window& window, BlockedValue in, BlockedValue out, const BlockedValue* addend, const BlockedTable& table)
        : Stage(layer, std::move(in), std::move(out)), table_(table), window_(window), epilogue_(epilogue_of(layer.activation)), is_planar_(in_.blocks.empty()) {
        if (addend) others_.push_back(*addend);
        const ChannelOrder planes = kernels::dense_order(in_.shape.c, 1);
        if (!layer.bias.is_absent()) bias_ = kernels::pack_channels(layer.bias.data, out_.order);
        const int taps = window.kh * window.kw;
        const std::vector<kernels::ConvRun> runs = kernels::pack_conv(output_weights(layer), in_.shape.c, out_.shape.c, taps, std::get<Conv2dNode>(layer.operation).params.groups, is_planar_ ? planes : in_.order, out_.order, table);
        std::size_t count = 0;
        for (const kernels::ConvRun& run : runs) {
            for (int block = 0, blocks = 0; block < run.blocks; block += blocks) {
                blocks = kernels::tile_of(run.blocks - block, table.tile_blocks);
                tiles_.push_back({run.first_block + block, blocks, run.first_in_block, run.channels, count + static_cast<std::size_t>(block * table.lanes) * static_cast<std::size_t>(run.channels * taps)});
            }
            count += run.w.count;
        }
        packing_ = kernels::joined_weights(runs);
    }

    const char* kind() const override { return "convolution"; }
    int tiles() const override { return static_cast<int>(tiles_.size()); }
    int cost_of(int tile) const override { return tiles_[static_cast<std::size_t>(tile)].blocks; }
    std::span<const float> weights_of(int tile) const override { return weights_.subspan(tiles_[static_cast<std::size_t>(tile)].weights); }
    Range rows_read(Range rows) const override { return window_.rows_read(rows); }
    Work bind(const Binding& binding) const override {
        return [this, in = is_planar_ ? Rows{} : binding.rows(in_), out = binding.rows(out_), addend = others_.empty() ? Rows{} : binding.rows(others_[0]), image = binding.image()](const Part& part) {
            for (int t = part.tiles.first; t < part.tiles.last; ++t) {
                const Tile& tile = tiles_[static_cast<std::size_t>(t)];
                const float* from = is_planar_ ? *image : in.blocks[static_cast<std::size_t>(tile.first_in_block)];
                out.for_each_stretch(part.rows, [&](Range stretch) { run_tile(tile, from, out, addend, stretch); });
            }
        };
    }

private:
    void run_tile(const Tile& tile, const float* in, const Rows& out, const Rows& addend, Range rows) const {
        const Window& w = window_;
        table_.blocked_conv({in, is_planar_, tile.channels, w.height, in_.shape.w, w.kh, w.kw, w.stride_h, w.stride_w, w.pad_top, w.pad_left, w.dilation_h, w.dilation_w, weights_.data() + tile.weights,
                             bias_.is_empty() ? nullptr : bias_.data() + tile.first_block * table_.lanes, others_.empty() ? nullptr : addend.blocks.data() + tile.first_block,
                             out.blocks.data() + tile.first_block, out.shift(rows.first), tile.blocks, out_.shape.w, rows.first, rows.count(), epilogue_});
    }

    const BlockedTable& table_;
    Window window_;
    kernels::Epilogue epilogue_;
    bool is_planar_;
    Tensor bias_;
    std::vector<Tile> tiles_;
};

}  // namespace

StagePtr conv_stage(const Layer& layer, const Window& window, BlockedValue in, BlockedValue out, const BlockedValue* addend, const BlockedTable& table) {
    return std::make_unique<ConvStage>(layer, window, std::move(in), std::move(out), addend, table);
}

}  // namespace convbook::engine
