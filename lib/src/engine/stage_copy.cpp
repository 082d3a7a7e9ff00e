// The stages that only move values: channels to other places, the image into blocks, and whatever the blocked kernels do not know, through planar copies.
// Leaves out views, which move nothing (places.h).
#include <cstring>

#include "engine/planar.h"
#include "engine/stage.h"

namespace convbook::engine {
namespace {

/// Neighbouring lanes of one block, and the first place of those that go there; -1: none does, they become 0.
struct LaneRun { int to, from, count; };

/// What fills the places of `to`, block by block.
std::vector<std::vector<LaneRun>> lane_runs(const ChannelOrder& from, const ChannelOrder& to, int channels, int lanes) {
    std::vector<int> place_of(static_cast<std::size_t>(channels), -1);
    for (std::size_t place = 0; place < from.size(); ++place)
        if (from[place] >= 0) place_of[static_cast<std::size_t>(from[place])] = static_cast<int>(place);
    std::vector<std::vector<LaneRun>> blocks(to.size() / static_cast<std::size_t>(lanes));
    for (int place = 0; place < static_cast<int>(to.size()); ++place) {
        std::vector<LaneRun>& runs = blocks[static_cast<std::size_t>(place / lanes)];
        const int channel = to[static_cast<std::size_t>(place)], source = channel < 0 ? -1 : place_of[static_cast<std::size_t>(channel)];
        const bool continues = !runs.empty() && (source < 0 ? runs.back().from < 0 : runs.back().from >= 0 && source == runs.back().from + runs.back().count && source % lanes != 0);
        if (continues) ++runs.back().count;
        else runs.push_back({place % lanes, source, 1});
    }
    return blocks;
}

/// A strip of pixels in one block: from pixel to pixel `step` floats in the source, `lanes` where they go.
struct Strip { int pixels, step, lanes; };

/// The same `Count` lanes of every pixel: one move of a register each.
template <int Count>
void copy_lanes(const float* from, float* to, const Strip& strip) {
    for (int p = 0; p < strip.pixels; ++p, from += strip.step, to += strip.lanes) std::memcpy(to, from, Count * sizeof(float));
}

/// In pieces of 16, 8, 4, 2 and 1.
template <int Most = 16>
void copy_run(const float* from, float* to, int count, const Strip& strip) {
    for (; count >= Most; count -= Most, from += Most, to += Most) copy_lanes<Most>(from, to, strip);
    if constexpr (Most > 1) copy_run<Most / 2>(from, to, count, strip);
}

class CopyStage : public Stage {
public:
    CopyStage(const Layer& layer, BlockedValue in, BlockedValue out, const BlockedTable& table)
        : Stage(layer, std::move(in), std::move(out)), lanes_(table.lanes), runs_(lane_runs(in_.order, out_.order, in_.shape.c, table.lanes)) {}
    const char* kind() const override { return "copy"; }
    int tiles() const override { return out_.block_count(); }
    bool is_rowwise() const override { return false; }
    Work bind(const Binding& binding) const override {
        return [this, in = binding.rows(in_), out = binding.rows(out_)](const Part& part) {
            constexpr float kZeros[16] = {};
            for (int block = part.tiles.first; block < part.tiles.last; ++block)
            for (const LaneRun& run : runs_[static_cast<std::size_t>(block)]) {
                const bool is_copy = run.from >= 0;
                copy_run(is_copy ? in.at(run.from / lanes_, 0) + run.from % lanes_ : kZeros, out.at(block, 0) + run.to, run.count, {in_.pixels(), is_copy ? lanes_ : 0, lanes_});
            }
        };
    }

private:
    int lanes_;
    std::vector<std::vector<LaneRun>> runs_;  // by block
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
