// How output channels are cut into register tiles of a pointwise convolution: no channel is left out, and few lanes are idle.
// Leaves out what the tiles compute (blocked.cpp).
#include <doctest/doctest.h>

#include "kernels/blocked.h"

namespace convbook::test {
namespace {

using kernels::Pairing;
using kernels::PointwiseTile;

constexpr int kLanes = 16, kDepth = 48;
constexpr kernels::Tiling kNarrow{kLanes, 4, Pairing::narrow};

/// Of a layer whose depth is in whole fours.
kernels::PointwiseSize size_of(int outputs) {
    const int blocks = (outputs + kLanes - 1) / kLanes;
    return {blocks, kDepth, blocks * kLanes - outputs, kDepth / 2, kDepth / 4};
}
PointwiseTile last_tile(int outputs) {
    const kernels::PointwiseSize size = size_of(outputs);
    PointwiseTile tile{};
    for (int block = 0; block < size.blocks; block += tile.blocks) tile = next_pointwise_tile(size, block, kNarrow);
    return tile;
}

}  // namespace

TEST_CASE("register tiles: 24 outputs are three half blocks, 20 five quarters, 58 three blocks and three quarters") {
    CHECK(last_tile(24).steps == 2);
    CHECK(last_tile(24).parts == 3);
    CHECK(last_tile(20).steps == 4);
    CHECK(last_tile(20).parts == 5);
    CHECK(last_tile(58).steps == 4);
    CHECK(last_tile(58).parts == 3);
}

TEST_CASE("register tiles: with narrow ones no quarter of a block is idle, and weights are as many as their tiles say") {
    for (int outputs = 1; outputs <= 300; ++outputs) {
        const kernels::PointwiseSize size = size_of(outputs);
        int block = 0, places = 0;
        while (block < size.blocks) {
            const PointwiseTile tile = next_pointwise_tile(size, block, kNarrow);
            CAPTURE(outputs);
            REQUIRE(tile.blocks >= 1);
            CHECK(tile.blocks <= kNarrow.most_blocks);
            CHECK(tile.floats == kDepth / tile.steps * tile.parts * kLanes);
            places += tile.parts * kLanes / tile.steps, block += tile.blocks;
        }
        CHECK(block == size.blocks);
        CHECK(places >= outputs);
        CHECK(places - outputs < kLanes / 4);
    }
}

}  // namespace convbook::test
