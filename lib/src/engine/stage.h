// One step of a blocked program: it makes rows of a value from rows of another. A stage knows weights and places; bind() adds memory and gives the work itself.
// Leaves out the order of stages (blocked_program.h), memory (arena.h) and who runs which rows (plan.cpp).
#pragma once
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/places.h"
#include "engine/program.h"

namespace convbook::engine {

using kernels::BlockedTable;

/// first .. last-1.
struct Range {
    int first = 0, last = 0;
    int count() const { return last - first; }
};

/// Where the blocks of a value lie: row y of block b begins at blocks[b] + (y % held) * floats. A ring holds fewer rows than the image has.
struct Rows {
    std::vector<float*> blocks;
    int held = 0, floats = 0;
    float* at(int block, int y) const { return blocks[static_cast<std::size_t>(block)] + shift(y); }
    std::ptrdiff_t shift(int y) const { return static_cast<std::ptrdiff_t>(y % held) * floats; }
    /// Calls use(rows) for stretches of rows that lie one behind the other in memory.
    template <class Use>
    void for_each_stretch(Range rows, const Use& use) const {
        for (int y = rows.first; y < rows.last;) {
            const int end = std::min(rows.last, y + held - y % held);
            use(Range{y, end});
            y = end;
        }
    }
};

/// The memory that one thread sees.
class Binding {
public:
    virtual ~Binding() = default;
    virtual Rows rows(const BlockedValue& value) const = 0;
    virtual const float* const* image() const = 0;  ///< points to the planes of the image that is being run
    virtual const float* zeros() const = 0;         ///< at least one row of every value
    virtual float* scratch() const = 0;             ///< scratch_floats() of any stage, for as long as one call of its work takes
};

/// Rows of the output, for these tiles of its channels; and the weights that the thread reads after it, to be fetched meanwhile.
struct Part {
    Range rows, tiles;
    std::span<const float> next = {};
};
/// Makes a part.
using Work = std::function<void(const Part&)>;

class Stage {
public:
    Stage(const Layer& layer, BlockedValue in, BlockedValue out) : name_(layer.name), nodes_(layer.nodes), in_(std::move(in)), out_(std::move(out)) {}
    virtual ~Stage() = default;
    const std::string& name() const { return name_; }
    virtual const char* kind() const = 0;             ///< for people: "pointwise"
    const std::vector<int>& nodes() const { return nodes_; }
    const BlockedValue& in() const { return in_; }    ///< no blocks: it reads the image
    const BlockedValue& out() const { return out_; }
    /// Gates, addends, second inputs.
    const std::vector<BlockedValue>& others() const { return others_; }
    /// Parts of its channels that can be made apart.
    virtual int tiles() const = 0;
    /// What a tile costs beside others: its blocks of output channels.
    virtual int cost_of(int tile) const { (void)tile; return 1; }
    /// Can it make some rows before all of its input is there?
    virtual bool is_rowwise() const { return true; }
    /// Can threads share its rows, once all of its input is there?
    virtual bool shares_rows() const { return is_rowwise(); }
    /// Does a block of its output depend on one block of its input, that of the same number?
    virtual bool keeps_blocks() const { return false; }
    virtual bool mixes_channels_only() const { return false; }  ///< a pointwise convolution
    /// Can it read its input from a ring of rows?
    virtual bool reads_rings() const { return false; }
    /// Rows of the input that these rows depend on.
    virtual Range rows_read(Range rows) const { return rows; }
    virtual std::size_t scratch_floats() const { return 0; }    ///< memory it needs while it works
    virtual bool is_bound_by_weights() const { return false; }  ///< reads each weight once: a linear layer
    /// Floats of its packed weights; 0 for stages without.
    std::size_t weight_count() const { return packing_.count; }
    /// Writes them, in the order in which they are read, to zeros where a plan keeps all weights in one stretch.
    void write_weights(float* to);
    /// Empty before they are written.
    std::span<const float> weights() const { return weights_; }
    /// What is read first for this tile.
    virtual std::span<const float> weights_of(int tile) const { (void)tile; return weights_; }
    /// Weights of a stage far behind this one, worth fetching long before.
    void set_later(std::span<const float> later) { later_ = later; }
    virtual Work bind(const Binding& binding) const = 0;

protected:
    kernels::Packing packing_;  ///< set by the stages that have weights; reads the layer's
    std::span<const float> weights_, later_;

    std::string name_;
    std::vector<int> nodes_;
    BlockedValue in_, out_;
    std::vector<BlockedValue> others_;
};
using StagePtr = std::unique_ptr<Stage>;

/// Pads, strides and dilations of a window, for one input size.
struct Window {
    int kh = 1, kw = 1, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1, pad_top = 0, pad_left = 0, height = 1;
    /// Rows inside the image that output rows depend on.
    Range rows_read(Range rows) const;
};
Window window_of(const ConvParams& params, const Shape& in, const Shape& weight);

/// What its weights are to those that pack them.
inline kernels::OutputWeights output_weights(const Layer& layer) { return {layer.weight.data, layer.factor.is_absent() ? nullptr : layer.factor.data}; }
kernels::Epilogue epilogue_of(Activation activation);
/// Is every value of these pixels of a block finite? Reads them once; so large that their sum overflows counts as infinite.
bool is_finite(const BlockedTable& table, const float* block, int pixels);
/// The same for some rows of some blocks.
bool is_finite(const BlockedTable& table, const Rows& value, Range blocks, Range rows);
/// planes[c][p] = channel c of pixel p.
void to_planes(const BlockedValue& value, const Rows& rows, int lanes, float* planes);

// One function for each kind; all take what the layer's weights and places are, none checks shapes: the graph has.
StagePtr pointwise_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedValue* addend, const BlockedValue* gate, const BlockedTable& table);
/// A filter a channel; out.blocks are `multiplier` times in.blocks, one multiple behind the other. A batch norm is one with a 1x1 window.
StagePtr depthwise_stage(const Layer& layer, const Window& window, BlockedValue in, BlockedValue out, const BlockedTable& table);
/// in: one stretch of blocks, or no blocks for the image.
StagePtr conv_stage(const Layer& layer, const Window& window, BlockedValue in, BlockedValue out, const BlockedValue* addend, const BlockedTable& table);
/// The same for a 3x3 convolution at stride 1 by Winograd's F(2x2, 3x3); `cache_bytes` of the second-level cache.
StagePtr winograd_stage(const Layer& layer, const Window& window, BlockedValue in, BlockedValue out, const BlockedValue* addend, const BlockedTable& table, std::size_t cache_bytes);
/// Whether it can, and takes less time than conv_stage.
bool winograd_pays(const Window& window, int groups, const Shape& out);
/// A pointwise convolution in one group, in Strassen's way; in and out in whole blocks, an even number of them.
StagePtr strassen_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table, std::size_t cache_bytes);
/// Whether it can, and takes less time than pointwise_stage.
bool strassen_pays(const BlockedValue& in, const BlockedValue& out);
StagePtr pool_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table);
/// out = activation(in * gate + other); in, other and out in the same order, gate too.
StagePtr map_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedValue* gate, const BlockedValue* other, const BlockedTable& table);
StagePtr mean_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table);
/// in: one stretch of blocks.
StagePtr linear_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table);
/// The same channels in other places.
StagePtr copy_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table);
/// The image's planes as blocks.
StagePtr image_stage(const Layer& layer, BlockedValue out, const BlockedTable& table);
/// Whatever the kernels do not know, through ops.h on planar copies. inputs without blocks are the image.
StagePtr planar_stage(const Layer& layer, std::vector<BlockedValue> inputs, const BlockedValue* gate, const BlockedValue* addend, BlockedValue out, const BlockedTable& table);

}  // namespace convbook::engine
