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

class LinearStage : public Stage {
public:
    LinearStage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table)
        : Stage(layer, std::move(in), std::move(out)), table_(table), epilogue_(epilogue_of(layer.activation)), outputs_(out_.shape.c), inputs_(values_read(in_)) {
        packing_ = {static_cast<std::size_t>(outputs_) * static_cast<std::size_t>(inputs_), [this, w = output_weights(layer)](float* to) { write_columns(w, to); }};
        if (!layer.bias.is_absent()) bias_ = Tensor(layer.bias);
    }
    const char* kind() const override { return "linear"; }
    int tiles() const override { return (outputs_ + kOutputsATile - 1) / kOutputsATile; }
    bool is_rowwise() const override { return false; }
    std::span<const float> weights_of(int tile) const override { return weights_.subspan(static_cast<std::size_t>(tile * kOutputsATile) * static_cast<std::size_t>(inputs_)); }
    bool is_bound_by_weights() const override { return true; }
    Range rows_read(Range) const override { return {0, in_.shape.h}; }
    Work bind(const Binding& binding) const override {
        return [this, in = binding.rows(in_), out = binding.rows(out_)](const Part& part) {
            const Range tiles = part.tiles;
            const int first = tiles.first * kOutputsATile, count = std::min(tiles.last * kOutputsATile, outputs_) - first;
            table_.linear_row({in.at(0, 0), weights_.data() + static_cast<std::ptrdiff_t>(first) * inputs_, bias_.is_empty() ? nullptr : bias_.data() + first, out.at(0, 0) + first, inputs_, count, epilogue_});
            // The lanes beyond the last output
            if (tiles.last == this->tiles()) std::fill(out.at(0, 0) + outputs_, out.at(0, 0) + out_.order.size(), 0.0f);
        };
    }

private:
    /// The matrix's columns in the order in which the blocks hold them; where no channel stands, zeros stay. w [outputs][channels * pixels].
    void write_columns(const kernels::OutputWeights& weights, float* to) const {
        const int pixels = in_.pixels(), columns = in_.shape.c * pixels, lanes = table_.lanes;
        for (int o = 0; o < outputs_; ++o, to += inputs_) {
            const float* w = weights.w + static_cast<std::ptrdiff_t>(o) * columns;
            const float factor = weights.factor_of(o);
            for (int place = 0; place < inputs_ / pixels; ++place) {
                const int c = in_.order[static_cast<std::size_t>(place)];
                for (int p = 0; p < pixels && c >= 0; ++p)
                    to[(place / lanes * pixels + p) * lanes + place % lanes] = w[c * pixels + p] * factor;
            }
        }
    }

    const BlockedTable& table_;
    kernels::Epilogue epilogue_;
    int outputs_, inputs_;
    Tensor bias_;
};

}  // namespace

StagePtr linear_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table) { return std::make_unique<LinearStage>(layer, std::move(in), std::move(out), table); }

}  // namespace convbook::engine
