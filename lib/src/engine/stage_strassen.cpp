// The stage of a wide pointwise convolution in Strassen's way: a product of matrices in halves takes seven products, not eight, and sums. It needs no kernel of its own:
// products are pointwise convolutions, which add what was made before as a shortcut, and sums are maps.
//
// C = A B, where A = weights (outputs x inputs), B = the image (inputs x pixels), each cut once in both directions: outputs into neighbouring register tiles, inputs and
// pixels in the middle. Winograd's form of 1971, whose 4 sums of A are packed ahead of time; Strassen 1969, doi:10.1007/BF02165411.
//      T1 = b12 - b11    T2 = b22 - T1    T3 = b22 - b12    T4 = T2 - b21
//      P1 = a11 b11      U2 = P1 + S2 T2  U3 = U2 + S3 T3   P5 = S1 T1
//      c11 = P1 + a12 b21     c12 = (U2 + P5) + S4 b22     c21 = U3 - a22 T4     c22 = U3 + P5
// What bounds it: an eighth of the multiply-adds is saved, for sums of 4 quarters of B and 7 of C, and 7 quarters of weights are read, not 4. So it pays where inputs, outputs and
// pixels are many. Rounding: sums of inputs are multiplied, so errors are some times those of pointwise_stage, but small integers stay exact.
// Where an input is infinite or NaN, sums would carry it to outputs that do not depend on it: such a strip of pixels takes the eight products.
#include <array>

#include "engine/stage.h"

namespace convbook::engine {
namespace {

constexpr std::size_t kCacheShare = 3;  // one part in so many holds sums of the image and what is made of them
constexpr int kLeastChannels = 256;     // on both sides: below, the sums cost what the products save
constexpr int kLeastPixels = 128;       // below, reading 7 quarters of the weights for 4 does

constexpr int kSums = 4, kWaiting = 3;  // T1 .. T4; products that wait to be added

class StrassenStage : public Stage {
public:
    StrassenStage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table, std::size_t cache_bytes)
        : Stage(layer, std::move(in), std::move(out)), table_(table), epilogue_(epilogue_of(layer.activation)), minus_one_(static_cast<std::size_t>(table.lanes), -1.0f) {
        if (!layer.bias.is_absent()) bias_ = kernels::pack_channels(layer.bias.data, out_.order);
        kernels::StrassenWeights packed = kernels::pack_strassen(output_weights(layer), in_.order, out_.order, table);
        tiles_ = std::move(packed.tiles);
        depth_ = std::move(packed.depth);
        packing_ = std::move(packed.w);
        // Pixels whose sums fit
        const std::size_t half_pixel_bytes = static_cast<std::size_t>((kSums * half_depth() + kWaiting * table.tile_blocks) * table.lanes) * sizeof(float);
        strip_ = std::clamp(static_cast<int>(2 * (cache_bytes / kCacheShare / half_pixel_bytes)), 2, out_.pixels());
    }

    const char* kind() const override { return "strassen"; }
    int tiles() const override { return static_cast<int>(tiles_.size()); }
    int cost_of(int tile) const override { return tiles_[static_cast<std::size_t>(tile)].blocks; }
    bool is_rowwise() const override { return false; }  // a few rows at a time would read the weights too often
    std::span<const float> weights_of(int tile) const override { return matrix(tile, kernels::StrassenMatrix::a11); }
    std::size_t scratch_floats() const override { return static_cast<std::size_t>(block_floats() * (kSums * half_depth() + kWaiting * table_.tile_blocks)); }

    Work bind(const Binding& binding) const override {
        return [this, memory = memory_of(binding)](const Part& part) mutable {
            const int strips = (out_.pixels() + strip_ - 1) / strip_;
            for (int i = 0; i < strips; ++i) run_strip(memory, {out_.pixels() * i / strips, out_.pixels() * (i + 1) / strips}, part, i + 1 == strips);
        };
    }

private:
    using Channels = std::vector<kernels::ChannelRun>;
    using Blocks = std::vector<float*>;
    /// Pointers of one thread. The scratch holds T1 .. T4 of every block of half the depth, then what waits, block by block of a register tile.
    struct Memory {
        Blocks in, out;
        std::array<Blocks, kSums> sums;
        std::array<Blocks, kWaiting> waiting;
        std::array<Channels, 2> image;                  // channels of the upper and the lower half, from pixel 0 on
        std::array<Channels, kSums> summed;
        Blocks c11 = {}, c12 = {}, c21 = {}, c22 = {};  // of the tile being made
    };
    Memory memory_of(const Binding& binding) const {
        Memory memory{binding.rows(in_).blocks, binding.rows(out_).blocks, {}, {}, {}, {}};
        float* free = binding.scratch();
        const auto take = [&](Blocks& blocks, int count) {
            for (int b = 0; b < count; ++b, free += block_floats()) blocks.push_back(free);
        };
        for (Blocks& blocks : memory.sums) take(blocks, half_depth());
        for (Blocks& blocks : memory.waiting) take(blocks, table_.tile_blocks);
        for (std::size_t half = 0; half < 2; ++half) memory.image[half] = channels_of(memory.in.data() + half * static_cast<std::size_t>(half_depth()));
        for (std::size_t i = 0; i < kSums; ++i) memory.summed[i] = channels_of(memory.sums[i].data());
        return memory;
    }
    Channels channels_of(float* const* blocks) const {
        Channels channels;
        for (const kernels::PlaceRun& run : depth_) channels.push_back({blocks[run.first / table_.lanes] + run.first % table_.lanes, run.count});
        return channels;
    }

    /// Some pixels in two halves of the same size; of an odd number the middle one is in both.
    struct Halves {
        int first, second, pixels;
    };

    int half_depth() const { return in_.block_count() / 2; }
    std::ptrdiff_t block_floats() const { return static_cast<std::ptrdiff_t>((strip_ + 1) / 2) * table_.lanes; }
    std::ptrdiff_t shift(int pixel) const { return static_cast<std::ptrdiff_t>(pixel) * table_.lanes; }

    void run_strip(Memory& memory, Range strip, const Part& part, bool is_last) const {
        const int half = (strip.count() + 1) / 2;
        const Halves halves{strip.first, strip.last - half, half};
        bool are_finite = true;
        for (int block = 0; block < half_depth(); ++block) {
            add_up(memory, halves, block);
            are_finite = are_finite && is_finite(table_, memory.sums[3][static_cast<std::size_t>(block)], half);  // T4 is a sum of all four quarters
        }
        if (!are_finite) negate_lower(memory, halves);
        for (int t = part.tiles.first; t < part.tiles.last; ++t) {
            const std::span<const float> next = t + 1 < part.tiles.last ? weights_of(t + 1) : is_last ? part.next : weights_of(part.tiles.first);
            aim_at(memory, halves, tiles_[static_cast<std::size_t>(t)]);
            are_finite ? make_tile(memory, halves, t, next) : make_tile_without_sums(memory, halves, t);
        }
    }

    /// to = b - a.
    void subtract(const float* a, const float* b, float* to, int pixels) const { table_.blocked_map({a, b, minus_one_.data(), to, 1, pixels, {}}); }
    void add_up(const Memory& memory, const Halves& halves, int block) const {
        const auto upper = static_cast<std::size_t>(block), lower = static_cast<std::size_t>(half_depth() + block);
        const float *b11 = memory.in[upper] + shift(halves.first), *b12 = memory.in[upper] + shift(halves.second);
        const float *b21 = memory.in[lower] + shift(halves.first), *b22 = memory.in[lower] + shift(halves.second);
        float *t1 = memory.sums[0][upper], *t2 = memory.sums[1][upper], *t3 = memory.sums[2][upper], *t4 = memory.sums[3][upper];
        subtract(b11, b12, t1, halves.pixels);
        subtract(t1, b22, t2, halves.pixels);
        subtract(b12, b22, t3, halves.pixels);
        subtract(b21, t2, t4, halves.pixels);
    }

    /// T3 = -b22, T4 = -b21: of the weights a22 only -a22 are there.
    void negate_lower(const Memory& memory, const Halves& halves) const {
        for (int block = 0; block < half_depth(); ++block) {
            const float* const lower = memory.in[static_cast<std::size_t>(half_depth() + block)];
            table_.blocked_map({lower + shift(halves.second), nullptr, minus_one_.data(), memory.sums[2][static_cast<std::size_t>(block)], 1, halves.pixels, {}});
            table_.blocked_map({lower + shift(halves.first), nullptr, minus_one_.data(), memory.sums[3][static_cast<std::size_t>(block)], 1, halves.pixels, {}});
        }
    }

    /// Where the tile's quarters of the output begin.
    void aim_at(Memory& memory, const Halves& halves, const kernels::StrassenTile& tile) const {
        const auto quarter = [&](Blocks& blocks, int first_block, int pixel) {
            blocks.clear();
            for (int b = first_block; b < first_block + tile.blocks; ++b) blocks.push_back(memory.out[static_cast<std::size_t>(b)] + shift(pixel));
        };
        quarter(memory.c11, tile.first_block, halves.first);
        quarter(memory.c12, tile.first_block, halves.second);
        quarter(memory.c21, tile.first_block + tile.blocks, halves.first);
        quarter(memory.c22, tile.first_block + tile.blocks, halves.second);
    }

    /// What one product reads and makes; `pixel` is where the image's own channels begin.
    struct Product {
        const Channels& channels;
        int pixel;
        const Blocks *addend, &to;
        const float* bias;
        kernels::Epilogue epilogue;
    };
    /// `ahead` is fetched meanwhile.
    void multiply(int t, kernels::StrassenMatrix which, const Product& made, int pixels, std::span<const float> ahead) const {
        const kernels::StrassenTile& tile = tiles_[static_cast<std::size_t>(t)];
        table_.blocked_pointwise({tile.size, made.channels.data(), static_cast<int>(made.channels.size()), shift(made.pixel), matrix(t, which).data(), made.bias,
                                  made.addend ? made.addend->data() : nullptr, made.to.data(), 0, pixels, made.epilogue, {ahead.data(), ahead.data() + ahead.size()}, {}});
    }

    void make_tile(Memory& memory, const Halves& halves, int t, std::span<const float> next) const {
        using enum kernels::StrassenMatrix;
        const kernels::StrassenTile& tile = tiles_[static_cast<std::size_t>(t)];
        const float *upper = bias_of(tile.first_block), *lower = bias_of(tile.first_block + tile.blocks);
        const auto& [x, y, z] = memory.waiting;
        const auto& [t1, t2, t3, t4] = memory.summed;
        const auto& [above, below] = memory.image;
        const auto product = [&](kernels::StrassenMatrix which, const Product& made) {
            const auto following = static_cast<kernels::StrassenMatrix>(static_cast<int>(which) + 1);
            multiply(t, which, made, halves.pixels, which == minus_a22 ? next.first(std::min(next.size(), tile.floats)) : matrix(t, following));
        };
        product(a11, {above, halves.first, nullptr, x, nullptr, {}});
        product(a12, {below, halves.first, &x, memory.c11, upper, epilogue_});
        product(s2, {t2, 0, &x, y, nullptr, {}});
        product(s3, {t3, 0, &y, z, lower, {}});
        product(s1, {t1, 0, nullptr, x, nullptr, {}});
        for (std::size_t b = 0; b < memory.c22.size(); ++b) {
            table_.blocked_map({y[b], x[b], nullptr, y[b], 1, halves.pixels, {}});
            table_.blocked_map({z[b], x[b], nullptr, memory.c22[b], 1, halves.pixels, epilogue_});
        }
        product(s4, {below, halves.second, &y, memory.c12, upper, epilogue_});
        product(minus_a22, {t4, 0, &z, memory.c21, nullptr, epilogue_});
    }

    /// The eight products of the definition.
    void make_tile_without_sums(Memory& memory, const Halves& halves, int t) const {
        using enum kernels::StrassenMatrix;
        const kernels::StrassenTile& tile = tiles_[static_cast<std::size_t>(t)];
        const float *upper = bias_of(tile.first_block), *lower = bias_of(tile.first_block + tile.blocks);
        const auto& [above, below] = memory.image;
        const Blocks& x = memory.waiting[0];
        const auto product = [&](kernels::StrassenMatrix which, const Product& made) { multiply(t, which, made, halves.pixels, {}); };
        product(a11, {above, halves.first, nullptr, x, upper, {}});
        product(a12, {below, halves.first, &x, memory.c11, nullptr, epilogue_});
        product(a11, {above, halves.second, nullptr, x, upper, {}});
        product(a12, {below, halves.second, &x, memory.c12, nullptr, epilogue_});
        product(a21, {above, halves.first, nullptr, x, lower, {}});
        product(minus_a22, {memory.summed[3], 0, &x, memory.c21, nullptr, epilogue_});
        product(a21, {above, halves.second, nullptr, x, lower, {}});
        product(minus_a22, {memory.summed[2], 0, &x, memory.c22, nullptr, epilogue_});
    }

    std::span<const float> matrix(int t, kernels::StrassenMatrix which) const {
        const kernels::StrassenTile& tile = tiles_[static_cast<std::size_t>(t)];
        return weights_.subspan(tile.weights + static_cast<std::size_t>(which) * tile.floats, tile.floats);
    }
    const float* bias_of(int block) const { return bias_.is_empty() ? nullptr : bias_.data() + block * table_.lanes; }

    const BlockedTable& table_;
    kernels::Epilogue epilogue_;
    std::vector<float> minus_one_;  // a gate for maps: a sum becomes a difference
    std::vector<kernels::StrassenTile> tiles_;
    std::vector<kernels::PlaceRun> depth_;  // where the input channels of a half stand
    int strip_ = 2;                         // pixels at a time
    Tensor bias_;
};

bool has_whole_halves(const BlockedValue& value) {
    return value.block_count() % 2 == 0 && std::find(value.order.begin(), value.order.end(), -1) == value.order.end();
}

}  // namespace

bool strassen_pays(const BlockedValue& in, const BlockedValue& out) {
    return std::min(in.shape.c, out.shape.c) >= kLeastChannels && out.pixels() >= kLeastPixels && has_whole_halves(in) && has_whole_halves(out);
}

StagePtr strassen_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table, std::size_t cache_bytes) {
    return std::make_unique<StrassenStage>(layer, std::move(in), std::move(out), table, cache_bytes);
}

}  // namespace convbook::engine
