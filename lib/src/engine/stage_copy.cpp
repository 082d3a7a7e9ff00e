// The stages that only move values: channels to other places, the image into blocks, and whatever the blocked kernels do not know, through planar copies.
// Leaves out views, which move nothing (places.h).
#include "engine/planar.h"
#include "engine/stage.h"

namespace convbook::engine {
namespace {

/// For every place of `to`, the place of `from` that holds the same channel; -1 where none stands.
std::vector<int> sources_of(const ChannelOrder& from, const ChannelOrder& to, int channels) {
    std::vector<int> place_of(static_cast<std::size_t>(channels), -1), sources;
    for (std::size_t place = 0; place < from.size(); ++place)
        if (from[place] >= 0) place_of[static_cast<std::size_t>(from[place])] = static_cast<int>(place);
    for (const int channel : to) sources.push_back(channel < 0 ? -1 : place_of[static_cast<std::size_t>(channel)]);
    return sources;
}

class CopyStage : public Stage {
public:
    CopyStage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table) : Stage(layer, std::move(in), std::move(out)), lanes_(table.lanes), sources_(sources_of(in_.order, out_.order, in_.shape.c)) {}
    const char* kind() const override { return "copy"; }
    int tiles() const override { return out_.block_count(); }
    bool is_rowwise() const override { return false; }
    Work bind(const Binding& binding) const override {
        return [this, in = binding.rows(in_), out = binding.rows(out_)](const Part& part) {
            for (int place = part.tiles.first * lanes_; place < part.tiles.last * lanes_; ++place) {
                const int source = sources_[static_cast<std::size_t>(place)];
                float* to = out.at(place / lanes_, 0) + place % lanes_;
                const float* from = source < 0 ? nullptr : in.at(source / lanes_, 0) + source % lanes_;
                for (int p = 0; p < in_.pixels(); ++p) to[p * lanes_] = from ? from[p * lanes_] : 0.0f;
            }
        };
    }

private:
    int lanes_;
    std::vector<int> sources_;
};

void from_planes(const float* planes, const BlockedValue& value, const Rows& rows, int lanes, Range tiles) {
    for (int place = tiles.first * lanes; place < tiles.last * lanes; ++place) {
        const int channel = value.order[static_cast<std::size_t>(place)];
        const float* from = planes + static_cast<std::ptrdiff_t>(channel) * value.pixels();
        float* to = rows.at(place / lanes, 0) + place % lanes;
        for (int p = 0; p < value.pixels(); ++p) to[p * lanes] = channel < 0 ? 0.0f : from[p];
    }
}

class ImageStage : public Stage {
public:
    ImageStage(const Layer& layer, BlockedValue out, const BlockedTable& table) : Stage(layer, {out.shape, {}, {}}, out), lanes_(table.lanes) {}
    const char* kind() const override { return "image"; }
    int tiles() const override { return out_.block_count(); }
    bool is_rowwise() const override { return false; }
    Work bind(const Binding& binding) const override {
        return [this, image = binding.image(), out = binding.rows(out_)](const Part& part) { from_planes(*image, out_, out, lanes_, part.tiles); };
    }

private:
    int lanes_;
};

class PlanarStage : public Stage {
public:
    PlanarStage(const Layer& layer, std::vector<BlockedValue> inputs, const BlockedValue* gate, const BlockedValue* addend, BlockedValue out, const BlockedTable& table)
        : Stage(layer, inputs.front(), std::move(out)), lanes_(table.lanes), input_count_(static_cast<int>(inputs.size())), gate_(-1), addend_(-1), layer_(layer) {
        others_.assign(inputs.begin() + 1, inputs.end());
        if (gate) gate_ = static_cast<int>(others_.size()), others_.push_back(*gate);
        if (addend) addend_ = static_cast<int>(others_.size()), others_.push_back(*addend);
    }
    const char* kind() const override { return "planar"; }
    int tiles() const override { return 1; }
    bool is_rowwise() const override { return false; }
    Range rows_read(Range) const override { return {0, in_.shape.h}; }
    Work bind(const Binding& binding) const override {
        std::vector<Rows> rows = {in_.blocks.empty() ? Rows{} : binding.rows(in_)};
        for (const BlockedValue& other : others_) rows.push_back(other.blocks.empty() ? Rows{} : binding.rows(other));
        return [this, rows = std::move(rows), out = binding.rows(out_), image = binding.image()](const Part& part) {
            if (part.tiles.count() == 0) return;
            std::vector<Tensor> planar;
            for (std::size_t i = 0; i < rows.size(); ++i) planar.push_back(planes_of(i == 0 ? in_ : others_[i - 1], rows[i], *image));
            std::vector<TensorView> views(planar.begin(), planar.end());
            const auto other = [&](int index) { return index < 0 ? TensorView{} : views[static_cast<std::size_t>(index + 1)]; };
            const Tensor result = layer_.run({views.data(), static_cast<std::size_t>(input_count_)}, other(gate_), other(addend_));
            from_planes(result.data(), out_, out, lanes_, {0, out_.block_count()});
        };
    }

private:
    Tensor planes_of(const BlockedValue& value, const Rows& rows, const float* image) const {
        if (value.blocks.empty()) return Tensor(TensorView{image, value.shape});
        Tensor planes(value.shape);
        to_planes(value, rows, lanes_, planes.data());
        return planes;
    }

    int lanes_, input_count_, gate_, addend_;  // of the last two: indices into others_, or -1
    PlanarLayer layer_;
};

}  // namespace

void to_planes(const BlockedValue& value, const Rows& rows, int lanes, float* planes) {
    for (int place = 0; place < static_cast<int>(value.order.size()); ++place) {
        const int channel = value.order[static_cast<std::size_t>(place)];
        if (channel < 0) continue;
        const float* from = rows.at(place / lanes, 0) + place % lanes;
        float* to = planes + static_cast<std::ptrdiff_t>(channel) * value.pixels();
        for (int p = 0; p < value.pixels(); ++p) to[p] = from[p * lanes];
    }
}

StagePtr copy_stage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table) { return std::make_unique<CopyStage>(layer, std::move(in), std::move(out), table); }
StagePtr image_stage(const Layer& layer, BlockedValue out, const BlockedTable& table) { return std::make_unique<ImageStage>(layer, std::move(out), table); }
StagePtr planar_stage(const Layer& layer, std::vector<BlockedValue> inputs, const BlockedValue* gate, const BlockedValue* addend, BlockedValue out, const BlockedTable& table) {
    return std::make_unique<PlanarStage>(layer, std::move(inputs), gate, addend, std::move(out), table);
}

}  // namespace convbook::engine
