// Where to stream and how to share. Leaves out correctness, which no choice here changes.
#include "engine/steps.h"

#include <algorithm>

namespace convbook::engine {
namespace {

constexpr int kLeastPixels = 48;  // of a strip: fewer would leave register tiles unfilled and read the weights too often

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
        if (!is_fed || !before.is_rowwise() || !after.is_rowwise() || !before.others().empty() || !after.reads_rings()) return false;
        if (has_other_readers(before.out().blocks[0].buffer, next)) return false;
        return pays(step, before, after);
    }

    /// The value between them would push other things out of the cache, and the weights of both, read once a strip, would not.
    bool pays(const Step& step, const Stage&, const Stage& after) const {
        std::size_t weights = after.weight_bytes();
        for (const int i : step.stages) weights += stage(i).weight_bytes();
        return bytes_of(after.in()) > cache_bytes_ / 3 && weights < cache_bytes_ / 2;
    }

    /// Few rows, so that rings stay small; many enough to fill the register tiles.
    void choose_strip(Step& step) const {
        const Stage& last = stage(step.stages.back());
        step.strip = std::clamp((kLeastPixels + last.out().shape.w - 1) / last.out().shape.w, 1, last.out().shape.h);
        step.held.assign(step.stages.size() - 1, 0);
        int rows = step.strip;
        for (std::size_t k = step.stages.size() - 1; k > 0; --k) {
            // Somewhere in the middle of the image, where padding hides nothing
            const Stage& reader = stage(step.stages[k]);
            int most = 0;
            for (int y = 0; y + rows <= reader.out().shape.h; ++y) most = std::max(most, reader.rows_read({y, y + rows}).count());
            rows = step.held[k - 1] = std::min(std::max(most, 1), reader.in().shape.h);
        }
    }

    const BlockedProgram& program_;
    const BlockedTable& table_;
    std::size_t cache_bytes_;
};

Range part_of(int count, int thread, int threads, int multiple) {
    const int units = (count + multiple - 1) / multiple;
    return {std::min(units * thread / threads * multiple, count), std::min(units * (thread + 1) / threads * multiple, count)};
}

}  // namespace

std::vector<Step> form_steps(const BlockedProgram& program, const BlockedTable& table, bool streams, std::size_t cache_bytes) { return StepFormer(program, table, cache_bytes).run(streams); }

Share share_of(const BlockedProgram& program, const Step& step, int thread, int threads) {
    const Stage& last = *program.stages[static_cast<std::size_t>(step.stages.back())];
    const int height = last.out().shape.h, tiles = last.tiles();
    const Range all_rows{0, height}, all_tiles{0, tiles};
    if (step.is_stream()) return {part_of(height, thread, threads, step.strip), all_tiles};
    // Whichever of rows and tiles can be dealt out more evenly; rows, if both can, when the image is what there is more of
    const auto unevenness = [&](int count) { return static_cast<double>((count + threads - 1) / threads) * threads / count; };
    const double by_rows = last.is_rowwise() ? unevenness(height) : 1e9, by_tiles = unevenness(tiles);
    const bool has_more_image = static_cast<std::size_t>(last.in().pixels()) * last.in().order.size() * sizeof(float) >= last.weight_bytes();
    if (by_rows < by_tiles || (by_rows == by_tiles && has_more_image)) return {part_of(height, thread, threads, 1), all_tiles};
    return {all_rows, part_of(tiles, thread, threads, 1)};
}

}  // namespace convbook::engine
