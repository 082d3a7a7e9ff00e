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
