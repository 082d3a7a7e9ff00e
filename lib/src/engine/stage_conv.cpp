// The stage of a dense K x K convolution, grouped or not, from blocks or from the planes of the image. Where groups share a block, its weights are 0 where they do not meet, and
// 0 times infinity is NaN: rows that hold an infinity are summed by the definition. Leaves out the kernel (kernels/generic/blocked_conv.inl).
#include "engine/stage.h"

namespace convbook::engine {
namespace {

/// One tile of blocks of one run: what a single call of the kernel makes.
struct Tile {
    int first_block, blocks, first_in_block, channels;
    bool is_shared;  // by groups: ConvRun
    std::size_t weights;
};

class ConvStage : public Stage {
public:
    ConvStage(const Layer& layer, const Window& window, BlockedValue in, BlockedValue out, const BlockedValue* addend, const BlockedTable& table)
        : Stage(layer, std::move(in), std::move(out)), table_(table), window_(window), epilogue_(epilogue_of(layer.activation)), is_planar_(in_.blocks.empty()) {
        if (addend) others_.push_back(*addend);
        const ChannelOrder planes = kernels::dense_order(in_.shape.c, 1);
        if (!layer.bias.is_absent()) bias_ = kernels::pack_channels(layer.bias.data, out_.order);
        const int taps = window.kh * window.kw;
        groups_ = std::get<Conv2dNode>(layer.operation).params.groups;
        const std::vector<kernels::ConvRun> runs = kernels::pack_conv(output_weights(layer), in_.shape.c, out_.shape.c, taps, groups_, is_planar_ ? planes : in_.order, out_.order, table);
        std::size_t count = 0;
        for (const kernels::ConvRun& run : runs) {
            for (int block = 0, blocks = 0; block < run.blocks; block += blocks) {
                blocks = kernels::tile_of(run.blocks - block, table.tile_blocks);
                tiles_.push_back({run.first_block + block, blocks, run.first_in_block, run.channels, run.is_shared, count + static_cast<std::size_t>(block * table.lanes) * static_cast<std::size_t>(run.channels * taps)});
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
                const bool is_plain = !tile.is_shared || is_finite(table_, in, blocks_read(tile), window_.rows_read(part.rows));
                out.for_each_stretch(part.rows, [&](Range stretch) { is_plain ? run_tile(tile, from, out, addend, stretch) : run_by_definition(tile, in, out, addend, stretch); });
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

    Range blocks_read(const Tile& tile) const { return {tile.first_in_block, tile.first_in_block + (tile.channels + table_.lanes - 1) / table_.lanes}; }

    /// One output at a time, from the channels of its own group only. Slow, for rows that hold an infinity or NaN.
    void run_by_definition(const Tile& tile, const Rows& in, const Rows& out, const Rows& addend, Range rows) const {
        for (int b = 0; b < tile.blocks; ++b) {
            const int block = tile.first_block + b, width = out_.shape.w;
            for (int y = rows.first; y < rows.last; ++y)
            for (int at = 0; at < width * table_.lanes; ++at)
                out.at(block, y)[at] = sum_by_definition(tile, in, b, at % table_.lanes, y, at / table_.lanes) + (others_.empty() ? 0.0f : addend.at(block, y)[at]);
            table_.blocked_map({out.at(block, rows.first), nullptr, nullptr, out.at(block, rows.first), 1, rows.count() * width, epilogue_});
        }
    }
    float sum_by_definition(const Tile& tile, const Rows& in, int b, int lane, int y, int x) const {
        const Window& window = window_;
        const int place = (tile.first_block + b) * table_.lanes + lane, output = out_.order[static_cast<std::size_t>(place)], group = output / (out_.shape.c / groups_);
        float sum = output < 0 || bias_.is_empty() ? 0.0f : bias_.data()[place];
        for (int tap = 0; tap < window.kh * window.kw && output >= 0; ++tap) {
            const int row = y * window.stride_h - window.pad_top + tap / window.kw * window.dilation_h, column = x * window.stride_w - window.pad_left + tap % window.kw * window.dilation_w;
            const bool is_inside = row >= 0 && row < in_.shape.h && column >= 0 && column < in_.shape.w;
            const float* const w = weights_.data() + tile.weights + (static_cast<std::ptrdiff_t>(tap) * tile.channels * tile.blocks + b) * table_.lanes + lane;
            for (int k = 0; k < tile.channels; ++k) {
                const int channel = in_.order[static_cast<std::size_t>(tile.first_in_block * table_.lanes + k)];
                if (channel / (in_.shape.c / groups_) != group) continue;
                const float value = is_inside ? in.at(tile.first_in_block + k / table_.lanes, row)[column * table_.lanes + k % table_.lanes] : 0.0f;
                sum += w[static_cast<std::ptrdiff_t>(k) * tile.blocks * table_.lanes] * value;
            }
        }
        return sum;
    }

    const BlockedTable& table_;
    Window window_;
    kernels::Epilogue epilogue_;
    bool is_planar_;
    int groups_ = 1;
    Tensor bias_;
    std::vector<Tile> tiles_;
};

}  // namespace

StagePtr conv_stage(const Layer& layer, const Window& window, BlockedValue in, BlockedValue out, const BlockedValue* addend, const BlockedTable& table) {
    return std::make_unique<ConvStage>(layer, window, std::move(in), std::move(out), addend, table);
}

}  // namespace convbook::engine
