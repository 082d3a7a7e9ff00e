// Who makes what: by rows of the image or by tiles of its channels. Leaves out correctness, which no choice here changes.
#include "engine/shares.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace convbook::engine {
namespace {

constexpr double kUneven = 0.02;  // of a thread's share: less than what a shared tile costs, whose weights both threads read

Range range_of(int count, int thread, int threads) { return {static_cast<int>(std::int64_t{count} * thread / threads), static_cast<int>(std::int64_t{count} * (thread + 1) / threads)}; }

/// Pieces of a stage, tile after tile: rows of a tile, where threads can share them, else whole tiles.
int pieces_a_tile(const Stage& stage) { return stage.shares_rows() ? stage.out().shape.h : 1; }

int cost_of_all(const Stage& stage) {
    int sum = 0;
    for (int t = 0; t < stage.tiles(); ++t) sum += stage.cost_of(t);
    return sum;
}

/// The piece with which this thread begins, so that all have about the same cost.
int first_piece(const Stage& stage, int thread, int threads) {
    const int pieces = pieces_a_tile(stage);
    double before = static_cast<double>(cost_of_all(stage)) * pieces * thread / threads;
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
    int longest = 0;
    for (int thread = 0; thread < threads; ++thread) {
        const int end = first_piece(stage, thread + 1, threads);
        int cost = 0;
        for (int piece = first_piece(stage, thread, threads); piece < end; ++piece) cost += stage.cost_of(piece / pieces);
        longest = std::max(longest, cost);
    }
    return static_cast<double>(longest) * threads / (static_cast<double>(cost_of_all(stage)) * pieces);
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

std::size_t floats_of(const BlockedValue& value) { return static_cast<std::size_t>(value.pixels()) * static_cast<std::size_t>(value.shape.c); }
std::size_t buffer_of(const BlockedValue& value) { return static_cast<std::size_t>(value.blocks[0].buffer); }

/// By buffer: is each block of it summed up by one thread, at once or after stages that keep blocks? The mean before a squeeze-and-excitation does so.
std::vector<bool> find_summed(const BlockedProgram& program) {
    std::vector<bool> is_summed(program.buffers.size());
    for (std::size_t i = program.stages.size(); i-- > 0;) {
        const Stage& stage = *program.stages[i];
        if (stage.in().blocks.empty() || !stage.keeps_blocks()) continue;
        if (!stage.shares_rows() || is_summed[buffer_of(stage.out())]) is_summed[buffer_of(stage.in())] = true;
    }
    return is_summed;
}

/// What is known of the buffers: how their values were dealt out, and which are summed up.
struct Deal {
    std::vector<bool> is_by_rows, is_summed;
};

/// What a thread has made lies in its own cache. So a stage that keeps blocks goes the way of the one before it; of the others, rows leave the input where it is, and the
/// output for the next stage, unless that wants whole blocks; tiles divide the weights. The other way where it divides better.
bool goes_by_rows(const Stage& stage, int threads, const Deal& deal) {
    if (!stage.shares_rows()) return false;
    const BlockedValue &in = stage.in(), &out = stage.out();
    const std::size_t stays = floats_of(in) + (deal.is_summed[buffer_of(out)] ? 0 : floats_of(out));
    const bool prefers_rows = stage.keeps_blocks() && !in.blocks.empty() ? deal.is_by_rows[buffer_of(in)] : stays >= stage.weight_count();
    return prefers_rows && unevenness_of_rows(stage, threads) <= unevenness_of_pieces(stage, threads) + kUneven;
}

}  // namespace

std::vector<Share> deal_out(const BlockedProgram& program, const std::vector<Step>& steps, int thread, int threads) {
    std::vector<Share> shares;
    Deal deal{std::vector<bool>(program.buffers.size(), true), find_summed(program)};
    for (const Step& step : steps) {
        const Stage& last = *program.stages[static_cast<std::size_t>(step.stages.back())];
        const bool by_rows = step.is_stream() || goes_by_rows(last, threads, deal);
        deal.is_by_rows[buffer_of(last.out())] = by_rows;
        const int height = last.out().shape.h;
        if (by_rows) shares.push_back({{range_of(height, thread, threads), {0, last.tiles()}}});
        else shares.push_back(deal_tiles(height, pieces_a_tile(last), {first_piece(last, thread, threads), first_piece(last, thread + 1, threads)}));
    }
    return shares;
}

}  // namespace convbook::engine
