// A program on blocked values: its stages in order, and the buffers that they read and write. Leaves out where buffers lie (arena.h).
#pragma once
#include "engine/stage.h"

namespace convbook::engine {

/// Memory of `blocks` blocks of h x w pixels.
struct Buffer {
    int blocks = 0, h = 0, w = 0;
    std::size_t floats(int lanes) const { return static_cast<std::size_t>(blocks) * static_cast<std::size_t>(h) * static_cast<std::size_t>(w) * static_cast<std::size_t>(lanes); }
};

struct BlockedProgram {
    std::vector<StagePtr> stages;
    std::vector<Buffer> buffers;
    BlockedValue result;
};

/// With `indexes_channels`, shuffles, slices and concatenations are views; else each is a copy. With `uses_winograd`, 3x3 convolutions at stride 1 multiply less;
/// with `uses_strassen`, wide pointwise ones do.
struct BlockOptions { bool indexes_channels = true, uses_winograd = true, uses_strassen = true; std::size_t cache_bytes = 0; };
/// Gives every value its places and every layer its stage.
BlockedProgram block_channels(const Program& program, const BlockedTable& table, const BlockOptions& options);

}  // namespace convbook::engine
