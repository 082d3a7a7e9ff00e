// The stage of a linear layer, and of a pointwise convolution on a single pixel: rows of dot products. Leaves out the kernel (linear_row in
// kernels/generic/blocked_passes.inl).
#include "engine/stage.h"

namespace convbook::engine {
namespace {

constexpr int kOutputsATile = 16;  // a cache line of results, so that two threads never write to one

/// Values from the first to the last that a channel stands in: what lies behind it is not read, because 0 times infinity is no 0.
int values_read(const BlockedValue& in) {
    int places = static_cast<int>(in.order.size());
    while (in.pixels() == 1 && in.order[static_cast<std::size_t>(places - 1)] < 0) --places;
    return places * in.pixels();
}

/// The matrix's columns in the order in which the blocks hold them, zeros where no channel stands. w [outputs][channels * pixels].
Tensor columns_in_place(TensorView w, int outputs, int inputs, const BlockedValue& in, int lanes) {
    const int pixels = in.pixels(), columns = in.shape.c * pixels;
    Tensor out(Shape::of({outputs, inputs}));
    for (int o = 0; o < outputs; ++o) {
        float* row = out.data() + static_cast<std::ptrdiff_t>(o) * inputs;
        for (int place = 0; place < inputs / pixels; ++place) {
            const int c = in.order[static_cast<std::size_t>(place)];
            for (int p = 0; p < pixels && c >= 0; ++p)
                row[(place / lanes * pixels + p) * lanes + place % lanes] = w.data[static_cast<std::ptrdiff_t>(o) * columns + c * pixels + p];
        }
    }
    return out;
}

class LinearStage : public Stage {
public:
    LinearStage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table)
        : Stage(layer, std::move(in), std::move(out)), table_(table), epilogue_(epilogue_of(layer.activation)), outputs_(out_.shape.c), inputs_(values_read(in_)) {
        hold_weights(columns_in_place(layer.weight, outputs_, inputs_, in_, table.lanes));
        if (!layer.bias.is_absent()) bias_ = Tensor(layer.bias);
    }
    const char* kind() const override { return "linear"; }
    int tiles() const override { return (outputs_ + kOutputsATile - 1) / kOutputsATile; }
    bool is_rowwise() const override { return false; }
    bool is_bound_by_weights() const override { return true; }
    Range rows_read(Range) const override { return {0, in_.shape.h}; }
    Work bind(const Binding& binding) const override {
        return [this, in = binding.rows(in_), out = binding.rows(out_)](Range, Range tiles) {
            const int first = tiles.first * kOutputsATile, count = std::min(tiles.last * kOutputsATile, outputs_) - first;
            table_.linear_row({in.at(0, 0), weights_.data() + static_cast<std::ptrdiff_t>(first) * inputs_, bias_.is_empty() ? nullptr : bias_.data() + first, out.at(0, 0) + first, inputs_, count, epilogue_});
            // The lanes beyond the last output
            if (tiles.last == this->tiles()) std::fill(out.at(0, 0) + outputs_, out.at(0, 0) + out_.order.size(), 0.0f);
        };
    }

private:
    const BlockedTable& table_;
    kernels::Epilogue epilogue_;
    int outputs_, inputs_;
    Tensor bias_;
};

}  // namespace

StagePtr linear_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table) { return std::make_unique<LinearStage>(layer, std::move(in), std::move(out), table); }

}  // namespace convbook::engine
