// The stages that multiply little or nothing: pooling windows, the mean of a map, gates and additions that nothing could absorb.
// Leaves out the kernels (kernels/generic/blocked_passes.inl).
#include "convbook/ops.h"
#include "engine/stage.h"

namespace convbook::engine {
namespace {

/// 1 / (cells that count) of each window, by the definition: the mean of an image of ones over the sum of it.
Tensor window_scales(const Shape& in, PoolParams params) {
    const Tensor ones(Shape(1, 1, in.h, in.w), 1.0f);
    Tensor scales = avg_pool2d(ones, params);
    params.divisor_override = 1;
    const Tensor cells = avg_pool2d(ones, params);
    for (std::size_t i = 0; i < scales.count(); ++i) scales.data()[i] = cells.data()[i] > 0.0f ? scales.data()[i] / cells.data()[i] : 0.0f;
    return scales;
}

class PoolStage : public Stage {
public:
    PoolStage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table)
        : Stage(layer, std::move(in), std::move(out)), table_(table), epilogue_(epilogue_of(layer.activation)), is_max_(std::holds_alternative<MaxPoolNode>(layer.operation)) {
        const PoolParams& params = is_max_ ? std::get<MaxPoolNode>(layer.operation).params : std::get<AvgPoolNode>(layer.operation).params;
        const Padding pad = resolve_padding(params.padding, {in_.shape.h, in_.shape.w}, params.kernel, params.stride, 1);
        window_ = {params.kernel.h, params.kernel.w, params.stride.h, params.stride.w, 1, 1, pad.top, pad.left, in_.shape.h};
        if (!is_max_) scales_ = window_scales(in_.shape, params);
    }

    const char* kind() const override { return "pool"; }
    int tiles() const override { return out_.block_count(); }
    bool keeps_blocks() const override { return true; }
    bool reads_rings() const override { return true; }
    Range rows_read(Range rows) const override { return window_.rows_read(rows); }
    std::size_t scratch_floats() const override { return static_cast<std::size_t>(in_.shape.w * table_.lanes); }

    Work bind(const Binding& binding) const override {
        return [this, in = binding.rows(in_), out = binding.rows(out_), columns = binding.scratch(), pointers = std::vector<const float*>()](const Part& part) mutable {
            for (int block = part.tiles.first; block < part.tiles.last; ++block)
                out.for_each_stretch(part.rows, [&](Range stretch) { run_block(in, out, columns, pointers, block, stretch); });
        };
    }

private:
    void run_block(const Rows& in, const Rows& out, float* columns, std::vector<const float*>& pointers, int block, Range rows) const {
        const Window& w = window_;
        const int first = rows.first * w.stride_h - w.pad_top, count = (rows.count() - 1) * w.stride_h + w.kh;
        pointers.resize(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) {
            const int y = first + i;
            pointers[static_cast<std::size_t>(i)] = y >= 0 && y < w.height ? in.at(block, y) : nullptr;
        }
        table_.blocked_pool({pointers.data(), is_max_, w.kh, w.kw, w.stride_h, w.stride_w, w.pad_left, in_.shape.w, is_max_ ? nullptr : scales_.data() + rows.first * out_.shape.w, columns, out.at(block, rows.first),
                             out.floats, rows.count(), out_.shape.w, epilogue_});
    }

    const BlockedTable& table_;
    kernels::Epilogue epilogue_;
    bool is_max_;
    Window window_;
    Tensor scales_;
};

class MeanStage : public Stage {
public:
    MeanStage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table) : Stage(layer, std::move(in), std::move(out)), table_(table) {}
    const char* kind() const override { return "mean"; }
    int tiles() const override { return out_.block_count(); }
    bool keeps_blocks() const override { return true; }
    bool is_rowwise() const override { return false; }
    Range rows_read(Range) const override { return {0, in_.shape.h}; }
    Work bind(const Binding& binding) const override {
        return [this, in = binding.rows(in_), out = binding.rows(out_)](const Part& part) {
            for (int block = part.tiles.first; block < part.tiles.last; ++block) table_.blocked_mean({in.at(block, 0), out.at(block, 0), 1, in_.pixels()});
        };
    }

private:
    const BlockedTable& table_;
};

class MapStage : public Stage {
public:
    MapStage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedValue* gate, const BlockedValue* other, const BlockedTable& table)
        : Stage(layer, std::move(in), std::move(out)), table_(table), epilogue_(epilogue_of(layer.activation)), has_gate_(gate != nullptr), has_other_(other != nullptr) {
        if (gate) others_.push_back(*gate);
        if (other) others_.push_back(*other);
    }
    const char* kind() const override { return "map"; }
    int tiles() const override { return out_.block_count(); }
    bool keeps_blocks() const override { return true; }
    bool is_rowwise() const override { return others_.empty(); }
    bool shares_rows() const override { return true; }
    Work bind(const Binding& binding) const override {
        return [this, in = binding.rows(in_), out = binding.rows(out_), gate = has_gate_ ? binding.rows(others_.front()) : Rows{}, other = has_other_ ? binding.rows(others_.back()) : Rows{}](const Part& part) {
            for (int block = part.tiles.first; block < part.tiles.last; ++block)
            out.for_each_stretch(part.rows, [&](Range some) { in.for_each_stretch(some, [&](Range stretch) {
                table_.blocked_map({in.at(block, stretch.first), has_other_ ? other.at(block, stretch.first) : nullptr, has_gate_ ? gate.at(block, 0) : nullptr, out.at(block, stretch.first), 1,
                                    stretch.count() * out_.shape.w, epilogue_});
            }); });
        };
    }

private:
    const BlockedTable& table_;
    kernels::Epilogue epilogue_;
    bool has_gate_, has_other_;
};

}  // namespace

StagePtr pool_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table) { return std::make_unique<PoolStage>(layer, std::move(in), std::move(out), table); }
StagePtr mean_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table) { return std::make_unique<MeanStage>(layer, std::move(in), std::move(out), table); }
StagePtr map_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedValue* gate, const BlockedValue* other, const BlockedTable& table) {
    return std::make_unique<MapStage>(layer, std::move(in), std::move(out), gate, other, table);
}

}  // namespace convbook::engine
