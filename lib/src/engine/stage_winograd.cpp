// The stage of a dense 3x3 convolution at stride 1 in Winograd's way: transform windows, 16 pointwise convolutions, transform back; some rows at a time, so that
// what lies between stays in the second-level cache. Where an input is infinite or NaN, a window's sums would carry it to outputs that do not depend on it: such rows take the
// products of the definition. Leaves out the transforms (kernels/generic/blocked_winograd.inl).
#include "engine/stage.h"

namespace convbook::engine {
namespace {

constexpr int kProducts = 16;             // of a tile of 2x2 outputs
constexpr std::size_t kCacheShare = 2;    // one part in so many holds windows and products
constexpr int kLeastTiles = 36;           // of the image: below, reading 16 weights for 9 costs more than fewer products save

int tiles_across(int pixels) { return (pixels + 1) / 2; }

class WinogradStage : public Stage {
public:
    WinogradStage(const Layer& layer, const Window& window, BlockedValue in, BlockedValue out, const BlockedValue* addend, const BlockedTable& table, std::size_t cache_bytes)
        : Stage(layer, std::move(in), std::move(out)), table_(table), window_(window), epilogue_(epilogue_of(layer.activation)), plain_(conv_stage(layer, window, in_, out_, addend, table)) {
        if (addend) others_.push_back(*addend);
        if (!layer.bias.is_absent()) bias_ = kernels::pack_channels(layer.bias.data, out_.order);
        kernels::WinogradWeights packed = kernels::pack_winograd(output_weights(layer), in_.shape.c, in_.order, out_.order, table);
        channels_ = packed.size.channels;
        depth_ = std::move(packed.in);
        packing_ = {packed.w.count + plain_->weight_count(), [this, own = std::move(packed.w)](float* to) {
            own.write(to);
            plain_->write_weights(to + own.count);
        }};
        for (int block = 0; block < out_.block_count(); block += blocks_.back()) {
            first_blocks_.push_back(block);
            blocks_.push_back(kernels::tile_of(out_.block_count() - block, table.tile_blocks));
        }
        // Rows of tiles whose windows and products fit
        const std::size_t row_bytes = static_cast<std::size_t>(kProducts * tiles_across(out_.shape.w) * table.lanes * (in_.block_count() + table.tile_blocks)) * sizeof(float);
        strip_ = std::clamp(static_cast<int>(cache_bytes / kCacheShare / row_bytes), 1, tiles_across(out_.shape.h));
    }

    const char* kind() const override { return "winograd"; }
    int tiles() const override { return static_cast<int>(blocks_.size()); }
    int cost_of(int tile) const override { return blocks_[static_cast<std::size_t>(tile)]; }
    bool is_rowwise() const override { return false; }  // a few rows at a time would read the weights too often
    bool shares_rows() const override { return true; }
    Range rows_read(Range rows) const override { return window_.rows_read(rows); }
    std::span<const float> weights_of(int tile) const override { return weights_.subspan(weights_before(tile)); }
    std::size_t scratch_floats() const override { return static_cast<std::size_t>(product_stride() * (in_.block_count() + table_.tile_blocks)); }

    Work bind(const Binding& binding) const override {
        Memory memory{binding.rows(in_), binding.rows(out_), others_.empty() ? Rows{} : binding.rows(others_[0]), binding.zeros(), binding.scratch(), plain_->bind(binding), {}, {}, {}};
        for (const kernels::PlaceRun& run : depth_) memory.depth.push_back({memory.scratch + static_cast<std::ptrdiff_t>(run.first / table_.lanes) * product_stride() + run.first % table_.lanes, run.count});
        for (int b = 0; b < table_.tile_blocks; ++b) memory.products.push_back(memory.scratch + static_cast<std::ptrdiff_t>(in_.block_count() + b) * product_stride());
        return [this, memory = std::move(memory)](const Part& part) mutable {
            // Strips as even as they can be, of the same tiles whoever makes them: a share that begins with an odd row leaves the upper half of its first tiles out
            const Range tiles{part.rows.first / 2, tiles_across(part.rows.last)};
            const int strips = (tiles.count() + strip_ - 1) / strip_;
            for (int i = 0; i < strips; ++i) run_strip(memory, {tiles.first + tiles.count() * i / strips, tiles.first + tiles.count() * (i + 1) / strips}, part, i + 1 == strips);
        };
    }

private:
    /// Pointers of one thread. The scratch holds windows, then products: [block][16][tile][lane].
    struct Memory {
        Rows in, out, addend;
        const float* zeros;
        float* scratch;
        Work plain;
        std::vector<kernels::ChannelRun> depth;  // of the first product
        std::vector<float*> products;            // where each block of a register tile puts its own
        std::vector<const float*> pointers;
    };

    /// Floats of the scratch from one of the 16 to the next, and from one block to the next.
    std::ptrdiff_t tile_floats() const { return static_cast<std::ptrdiff_t>(strip_) * tiles_across(out_.shape.w) * table_.lanes; }
    std::ptrdiff_t product_stride() const { return tile_floats() * kProducts; }
    std::size_t floats_a_block() const { return static_cast<std::size_t>(channels_ * table_.lanes); }
    std::size_t weights_before(int tile) const { return static_cast<std::size_t>(first_blocks_[static_cast<std::size_t>(tile)]) * floats_a_block() * kProducts; }

    /// Some rows of tiles.
    void run_strip(Memory& memory, Range strip, const Part& part, bool is_last) const {
        const Range rows{std::max(part.rows.first, 2 * strip.first), std::min(part.rows.last, 2 * strip.last)};
        if (!is_finite(table_, memory.in, {0, in_.block_count()}, window_.rows_read({2 * strip.first, 2 * strip.last}))) return memory.plain({rows, part.tiles});
        for (int block = 0; block < in_.block_count(); ++block) transform_windows(memory, block, strip);
        for (int t = part.tiles.first; t < part.tiles.last; ++t) {
            multiply(memory, t, strip, t + 1 < part.tiles.last ? weights_of(t + 1) : is_last ? part.next : weights_of(part.tiles.first));
            for (int b = 0; b < blocks_[static_cast<std::size_t>(t)]; ++b) transform_back(memory, b, first_blocks_[static_cast<std::size_t>(t)] + b, strip, rows);
        }
    }

    void transform_windows(Memory& memory, int block, Range strip) const {
        const int rows = 2 * strip.count() + 2;
        memory.pointers.resize(static_cast<std::size_t>(rows));
        for (int i = 0; i < rows; ++i) {
            const int y = 2 * strip.first - window_.pad_top + i;
            memory.pointers[static_cast<std::size_t>(i)] = y >= 0 && y < window_.height ? memory.in.at(block, y) : memory.zeros;
        }
        table_.winograd_input({memory.pointers.data(), window_.pad_left, in_.shape.w, memory.scratch + block * product_stride(), tile_floats(), strip.count(), tiles_across(out_.shape.w)});
    }

    void multiply(const Memory& memory, int t, Range strip, std::span<const float> next) const {
        const int blocks = blocks_[static_cast<std::size_t>(t)], pixels = strip.count() * tiles_across(out_.shape.w);
        const std::size_t floats = floats_a_block() * static_cast<std::size_t>(blocks);
        for (int i = 0; i < kProducts; ++i) {
            const float* const w = weights_.data() + weights_before(t) + static_cast<std::size_t>(i) * floats;
            const kernels::Stretch ahead = i + 1 < kProducts ? kernels::Stretch{w + floats, w + 2 * floats} : kernels::Stretch{next.data(), next.data() + std::min(next.size(), floats)};
            table_.blocked_pointwise({{blocks, channels_}, memory.depth.data(), static_cast<int>(memory.depth.size()), i * tile_floats(), w, nullptr, nullptr, memory.products.data(), i * tile_floats(), pixels, {}, ahead, {}});
        }
    }

    void transform_back(const Memory& memory, int b, int block, Range strip, Range rows) const {
        const int first = 2 * strip.first;
        table_.winograd_output({memory.products[static_cast<std::size_t>(b)], tile_floats(), bias_.is_empty() ? nullptr : bias_.data() + block * table_.lanes,
                                others_.empty() ? nullptr : memory.addend.at(block, first), memory.out.at(block, first), memory.out.floats,
                                rows.first - first, rows.last - first, out_.shape.w, epilogue_});
    }

    const BlockedTable& table_;
    Window window_;
    kernels::Epilogue epilogue_;
    StagePtr plain_;                         // the same layer by its definition
    int channels_ = 0, strip_ = 1;           // of the input; rows of tiles at a time
    std::vector<kernels::PlaceRun> depth_;   // where the input channels stand
    std::vector<int> first_blocks_, blocks_;  // of each register tile
    Tensor bias_;
};

}  // namespace

bool winograd_pays(const Window& window, int groups, const Shape& out) {
    const bool is_three_by_three = window.kh == 3 && window.kw == 3 && window.stride_h == 1 && window.stride_w == 1 && window.dilation_h == 1 && window.dilation_w == 1;
    return is_three_by_three && groups == 1 && tiles_across(out.h) * tiles_across(out.w) >= kLeastTiles;
}

StagePtr winograd_stage(const Layer& layer, const Window& window, BlockedValue in, BlockedValue out, const BlockedValue* addend, const BlockedTable& table, std::size_t cache_bytes) {
    return std::make_unique<WinogradStage>(layer, window, std::move(in), std::move(out), addend, table, cache_bytes);
}

}  // namespace convbook::engine
