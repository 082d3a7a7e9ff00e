// Where the channels of a value lie: in which blocks of which buffers, in which order. Shuffling, slicing and concatenating channels are changes of this
// list, so that they move no data. Leaves out memory (arena.h).
#pragma once
#include <span>
#include <vector>

#include "convbook/tensor.h"
#include "kernels/packing.h"

namespace convbook::engine {

using kernels::ChannelOrder;

/// One block of channels of one buffer.
struct BlockRef {
    int buffer = 0, block = 0;
    friend bool operator==(const BlockRef&, const BlockRef&) = default;
};

/// A value of h x w pixels in blocks of `lanes` channels: order[b*lanes + l] is the channel in lane l of blocks[b], -1 if none.
struct BlockedValue {
    Shape shape;
    std::vector<BlockRef> blocks;
    ChannelOrder order;
    int block_count() const { return static_cast<int>(blocks.size()); }
    int pixels() const { return shape.h * shape.w; }
};

/// Blocks 0, 1, 2, ... of one buffer, channels in this order.
BlockedValue whole_buffer(int buffer, Shape shape, ChannelOrder order, int lanes);
/// Is every block the next one of the same buffer?
bool is_one_stretch(const BlockedValue& value);
/// Do lanes of no channel stand before a channel? What they hold is no number to count on, not even times 0.
bool has_gaps(const ChannelOrder& order);
/// Channel c stands in place c.
bool is_dense(const BlockedValue& value);

// Views: the same memory under other channel numbers.
BlockedValue shuffled(const BlockedValue& value, int groups);                                ///< as channel_shuffle
BlockedValue sliced(const BlockedValue& value, int first, int count, int lanes);             ///< as slice_channels
BlockedValue concatenated(std::span<const BlockedValue* const> values);                      ///< as concat

}  // namespace convbook::engine
