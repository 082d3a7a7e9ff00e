// Views of blocked values. Leaves out copies.
#include "engine/places.h"

#include <algorithm>

#include "convbook/ops.h"

namespace convbook::engine {

BlockedValue whole_buffer(int buffer, Shape shape, ChannelOrder order, int lanes) {
    BlockedValue value{shape, {}, std::move(order)};
    for (int block = 0; block < static_cast<int>(value.order.size()) / lanes; ++block) value.blocks.push_back({buffer, block});
    return value;
}

bool is_one_stretch(const BlockedValue& value) {
    for (std::size_t i = 1; i < value.blocks.size(); ++i) {
        if (!(value.blocks[i] == BlockRef{value.blocks[0].buffer, value.blocks[0].block + static_cast<int>(i)})) return false;
    }
    return true;
}

bool has_gaps(const ChannelOrder& order) { return std::any_of(std::find(order.begin(), order.end(), -1), order.end(), [](int channel) { return channel >= 0; }); }

bool is_dense(const BlockedValue& value) {
    for (std::size_t place = 0; place < value.order.size(); ++place) {
        const int expected = static_cast<int>(place) < value.shape.c ? static_cast<int>(place) : -1;
        if (value.order[place] != expected) return false;
    }
    return true;
}

BlockedValue shuffled(const BlockedValue& value, int groups) {
    BlockedValue view = value;
    const std::vector<int> lands_in = channel_shuffle_index(value.shape.c, groups);  // element o: the channel that lands in o
    std::vector<int> new_number(lands_in.size());
    for (std::size_t o = 0; o < lands_in.size(); ++o) new_number[static_cast<std::size_t>(lands_in[o])] = static_cast<int>(o);
    for (int& channel : view.order) channel = channel < 0 ? -1 : new_number[static_cast<std::size_t>(channel)];
    return view;
}

BlockedValue sliced(const BlockedValue& value, int first, int count, int lanes) {
    BlockedValue view{value.shape, {}, {}};
    view.shape.c = count;
    for (int block = 0; block < value.block_count(); ++block) {
        const auto begin = value.order.begin() + block * lanes, end = begin + lanes;
        const auto is_kept = [&](int channel) { return channel >= first && channel < first + count; };
        if (std::none_of(begin, end, is_kept)) continue;
        view.blocks.push_back(value.blocks[static_cast<std::size_t>(block)]);
        std::transform(begin, end, std::back_inserter(view.order), [&](int channel) { return is_kept(channel) ? channel - first : -1; });
    }
    return view;
}

BlockedValue concatenated(std::span<const BlockedValue* const> values) {
    BlockedValue view{values.front()->shape, {}, {}};
    int first = 0;
    for (const BlockedValue* value : values) {
        view.blocks.insert(view.blocks.end(), value->blocks.begin(), value->blocks.end());
        std::transform(value->order.begin(), value->order.end(), std::back_inserter(view.order), [&](int channel) { return channel < 0 ? -1 : channel + first; });
        first += value->shape.c;
    }
    view.shape.c = first;
    return view;
}

}  // namespace convbook::engine
