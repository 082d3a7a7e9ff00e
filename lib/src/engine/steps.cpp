// Where to stream. Leaves out correctness, which no choice here changes.
#include "engine/steps.h"

#include <algorithm>

namespace convbook::engine {
namespace {

constexpr int kLeastPixels = 96;  // of a strip: fewer would leave register tiles unfilled, read the weights too often, and call each kernel for too little

class StepFormer {
public:
    StepFormer(const BlockedProgram& program, const BlockedTable& table, std::size_t cache_bytes) : program_(program), table_(table), cache_bytes_(cache_bytes) {}

    std::vector<Step> run(bool streams) {
        std::vector<Step> steps;
        for (int i = 0; i < static_cast<int>(program_.stages.size()); ++i) {
            if (streams && !steps.empty() && can_continue(steps.back(), i)) steps.back().stages.push_back(i);
            else steps.push_back({{i}, 0, {}});
        }
        for (Step& step : steps)
            if (step.is_stream()) choose_strip(step);
        return steps;
    }

private:
    const Stage& stage(int index) const { return *program_.stages[static_cast<std::size_t>(index)]; }
    std::size_t bytes_of(const BlockedValue& value) const { return static_cast<std::size_t>(value.pixels()) * value.order.size() * sizeof(float); }

    /// Stages other than `reader` that read the buffer, or the result lies in it.
    bool has_other_readers(int buffer, int reader) const {
        const auto reads = [&](const BlockedValue& value) { return std::any_of(value.blocks.begin(), value.blocks.end(), [&](const BlockRef& block) { return block.buffer == buffer; }); };
        for (int i = 0; i < static_cast<int>(program_.stages.size()); ++i) {
            const std::vector<BlockedValue>& others = stage(i).others();
            if (i != reader && reads(stage(i).in())) return true;
            if (std::any_of(others.begin(), others.end(), reads)) return true;
        }
        return reads(program_.result);
    }

    bool can_continue(const Step& step, int next) const {
        const Stage &before = stage(step.stages.back()), &after = stage(next);
        const bool is_fed = !before.out().blocks.empty() && after.in().blocks == before.out().blocks;
        if (before.mixes_channels_only() && after.mixes_channels_only()) return false;  // project, then expand: the narrow value between them is worth keeping whole
        if (!is_fed || !before.is_rowwise() || !after.is_rowwise() || !before.others().empty() || !after.reads_rings()) return false;
        if (has_other_readers(before.out().blocks[0].buffer, next)) return false;
        return pays(step, next);
    }

    /// The value between them would push other things out of the cache; the rings, and the weights, which are read once a strip, would not.
    bool pays(const Step& step, int next) const {
        Step longer = step;
        longer.stages.push_back(next);
        choose_strip(longer);
        std::size_t weights = 0, rings = 0;
        for (std::size_t k = 0; k < longer.stages.size(); ++k) {
            const Stage& part = stage(longer.stages[k]);
            weights += part.weight_count() * sizeof(float);
            if (k + 1 < longer.stages.size()) rings += bytes_of(part.out()) / static_cast<std::size_t>(part.out().shape.h) * static_cast<std::size_t>(longer.held[k]);
        }
        return bytes_of(stage(next).in()) > cache_bytes_ / 3 && weights < cache_bytes_ / 2 && rings < cache_bytes_ * 2 / 3;
    }

    /// Few rows, so that rings stay small; many enough to fill the register tiles.
    void choose_strip(Step& step) const {
        const Shape out = stage(step.stages.back()).out().shape;
        const int rows = (kLeastPixels + out.w - 1) / out.w, tile = table_.tile_rows;
        step.strip = std::clamp((rows + tile - 1) / tile * tile, 1, out.h);
        step.held.assign(step.stages.size() - 1, 0);
        int made = step.strip;
        for (std::size_t k = step.stages.size() - 1; k > 0; --k) made = step.held[k - 1] = rows_needed(stage(step.stages[k]), made);
    }

    /// Most rows of its input that so many rows of a stage depend on.
    static int rows_needed(const Stage& reader, int rows) {
        int most = 1;
        for (int y = 0; y + rows <= reader.out().shape.h; ++y) most = std::max(most, reader.rows_read({y, y + rows}).count());
        return std::min(most, reader.in().shape.h);
    }

    const BlockedProgram& program_;
    const BlockedTable& table_;
    std::size_t cache_bytes_;
};

}  // namespace

std::vector<Step> form_steps(const BlockedProgram& program, const BlockedTable& table, bool streams, std::size_t cache_bytes) { return StepFormer(program, table, cache_bytes).run(streams); }

}  // namespace convbook::engine
