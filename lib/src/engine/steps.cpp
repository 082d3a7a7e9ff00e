// Where to stream and how to share. Leaves out correctness, which no choice here changes.
#include "engine/steps.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace convbook::engine {
namespace {

constexpr double kUneven = 0.02;  // of a thread's share: less than what a shared tile costs, whose weights both threads read
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

Range range_of(int count, int thread, int threads) { return {static_cast<int>(std::int64_t{count} * thread / threads), static_cast<int>(std::int64_t{count} * (thread + 1) / threads)}; }

/// Pieces of a stage, tile after tile: rows of a tile, where threads can share them, else whole tiles.
int pieces_a_tile(const Stage& stage) { return stage.shares_rows() ? stage.out().shape.h : 1; }

int cost_of(const Stage& stage, int tiles) {
    int sum = 0;
    for (int t = 0; t < tiles; ++t) sum += stage.cost_of(t);
    return sum;
}

/// The piece with which this thread begins, so that all have about the same cost.
int first_piece(const Stage& stage, int thread, int threads) {
    const int pieces = pieces_a_tile(stage);
    double before = static_cast<double>(cost_of(stage, stage.tiles())) * pieces * thread / threads;
    int tile = 0;
    for (; tile < stage.tiles() && before >= stage.cost_of(tile) * pieces; ++tile) before -= stage.cost_of(tile) * pieces;
    return tile == stage.tiles() ? tile * pieces : tile * pieces + static_cast<int>(std::lround(before / stage.cost_of(tile)));
}

/// The longest share as a multiple of the mean, if rows or pieces are dealt out.
double unevenness_of_rows(const Stage& stage, int threads) {
    const int rows = stage.out().shape.h;
    return static_cast<double>((rows + threads - 1) / threads) * threads / rows;
}
double unevenness_of_pieces(const Stage& stage, int threads) {
    const int pieces = pieces_a_tile(stage);
    const auto cost_before = [&](int piece) { return piece % pieces == 0 ? cost_of(stage, piece / pieces) * pieces : cost_of(stage, piece / pieces) * pieces + piece % pieces * stage.cost_of(piece / pieces); };
    int longest = 0;
    for (int thread = 0; thread < threads; ++thread) longest = std::max(longest, cost_before(first_piece(stage, thread + 1, threads)) - cost_before(first_piece(stage, thread, threads)));
    return static_cast<double>(longest) * threads / (static_cast<double>(cost_of(stage, stage.tiles())) * pieces);
}

/// These pieces as rows of tiles.
Share deal_tiles(int height, int pieces_a_tile, Range pieces) {
    Share share;
    for (int at = pieces.first; at < pieces.last;) {
        const int tile = at / pieces_a_tile, begin = at % pieces_a_tile, whole = (pieces.last - at) / pieces_a_tile;
        if (begin == 0 && whole > 0) {
            share.push_back({{0, height}, {tile, tile + whole}});
            at += whole * pieces_a_tile;
        } else {
            const int end = std::min(pieces.last - tile * pieces_a_tile, pieces_a_tile);
            share.push_back({{begin, end}, {tile, tile + 1}});
            at = tile * pieces_a_tile + end;
        }
    }
    return share;
}

/// What a thread has made lies in its own cache. So a stage that keeps blocks goes the way of the one before it; of the others, rows keep a large image where it is, and
/// tiles divide the weights. The other way where it divides better.
bool goes_by_rows(const Stage& stage, int threads, const std::vector<bool>& is_by_rows) {
    if (!stage.shares_rows()) return false;
    const BlockedValue& in = stage.in();
    const bool has_more_image = static_cast<std::size_t>(in.pixels()) * static_cast<std::size_t>(in.shape.c) >= stage.weight_count();
    const bool prefers_rows = stage.keeps_blocks() && !in.blocks.empty() ? is_by_rows[static_cast<std::size_t>(in.blocks[0].buffer)] : has_more_image;
    return prefers_rows && unevenness_of_rows(stage, threads) <= unevenness_of_pieces(stage, threads) + kUneven;
}

}  // namespace

std::vector<Step> form_steps(const BlockedProgram& program, const BlockedTable& table, bool streams, std::size_t cache_bytes) { return StepFormer(program, table, cache_bytes).run(streams); }

std::vector<Share> deal_out(const BlockedProgram& program, const std::vector<Step>& steps, int thread, int threads) {
    std::vector<Share> shares;
    std::vector<bool> is_by_rows(program.buffers.size(), true);  // how what lies in each buffer was dealt out
    for (const Step& step : steps) {
        const Stage& last = *program.stages[static_cast<std::size_t>(step.stages.back())];
        const bool by_rows = step.is_stream() || goes_by_rows(last, threads, is_by_rows);
        is_by_rows[static_cast<std::size_t>(last.out().blocks[0].buffer)] = by_rows;
        const int height = last.out().shape.h;
        if (by_rows) shares.push_back({{range_of(height, thread, threads), {0, last.tiles()}}});
        else shares.push_back(deal_tiles(height, pieces_a_tile(last), {first_piece(last, thread, threads), first_piece(last, thread + 1, threads)}));
    }
    return shares;
}

}  // namespace convbook::engine
