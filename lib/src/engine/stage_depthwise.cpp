// The stage of a depthwise convolution, and of a batch norm that nothing could absorb: a filter a channel, block by block.
// Leaves out the kernel (kernels/generic/blocked_depthwise.inl).
#include "engine/stage.h"

namespace convbook::engine {
namespace {

class DepthwiseStage : public Stage {
public:
    DepthwiseStage(const Layer& layer, const Window& window, BlockedValue in, BlockedValue out, const BlockedTable& table)
        : Stage(layer, std::move(in), std::move(out)), table_(table), window_(window), epilogue_(epilogue_of(layer.activation)) {
        packing_ = kernels::pack_depthwise(output_weights(layer), window.kh * window.kw, out_.order, table.lanes);
        if (!layer.bias.is_absent()) bias_ = kernels::pack_channels(layer.bias.data, out_.order);
    }

    const char* kind() const override { return "depthwise"; }
    int tiles() const override { return out_.block_count(); }
    bool keeps_blocks() const override { return in_.block_count() == out_.block_count(); }
    bool reads_rings() const override { return true; }
    Range rows_read(Range rows) const override { return window_.rows_read(rows); }

    Work bind(const Binding& binding) const override {
        return [this, in = binding.rows(in_), out = binding.rows(out_), zeros = binding.zeros(), shifts = std::vector<std::ptrdiff_t>(), pointers = std::vector<const float*>()](const Part& part) mutable {
            out.for_each_stretch(part.rows, [&](Range rows) {
                find_rows(in, rows, shifts);
                pointers.assign(shifts.size(), zeros);
                for (int block = part.tiles.first; block < part.tiles.last; ++block) run_block(in, out, shifts, pointers, block, rows);
            });
        };
    }

private:
    static constexpr std::ptrdiff_t kOutside = -1;

    /// Where the rows of input below these rows of output begin, the same in every block; kOutside above and below the image.
    void find_rows(const Rows& in, Range rows, std::vector<std::ptrdiff_t>& shifts) const {
        const Window& w = window_;
        const int first = rows.first * w.stride_h - w.pad_top, count = (rows.count() - 1) * w.stride_h + (w.kh - 1) * w.dilation_h + 1;
        shifts.resize(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) shifts[static_cast<std::size_t>(i)] = first + i >= 0 && first + i < w.height ? in.shift(first + i) : kOutside;
    }

    /// `pointers` hold zeros for the rows outside the image.
    void run_block(const Rows& in, const Rows& out, std::span<const std::ptrdiff_t> shifts, std::span<const float*> pointers, int block, Range rows) const {
        const Window& w = window_;
        const float* const image = in.blocks[static_cast<std::size_t>(block % in_.block_count())];
        for (std::size_t i = 0; i < shifts.size(); ++i)
            if (shifts[i] != kOutside) pointers[i] = image + shifts[i];
        table_.blocked_depthwise({pointers.data(), w.kh, w.kw, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w, w.pad_left, in_.shape.w,
                                  weights_.data() + static_cast<std::ptrdiff_t>(block) * w.kh * w.kw * table_.lanes, bias_.is_empty() ? nullptr : bias_.data() + block * table_.lanes,
                                  out.at(block, rows.first), out.floats, rows.count(), out_.shape.w, epilogue_});
    }

    const BlockedTable& table_;
    Window window_;
    kernels::Epilogue epilogue_;
    Tensor bias_;
};

}  // namespace

StagePtr depthwise_stage(const Layer& layer, const Window& window, BlockedValue in, BlockedValue out, const BlockedTable& table) {
    return std::make_unique<DepthwiseStage>(layer, window, std::move(in), std::move(out), table);
}

}  // namespace convbook::engine
