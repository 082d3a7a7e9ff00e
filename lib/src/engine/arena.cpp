// Greedy placement by size, then other orders while they help. Leaves out lifetimes of no bytes, which lie at 0.
#include "engine/arena.h"

#include <algorithm>

namespace convbook::engine {
namespace {

constexpr std::size_t kAlignment = 64;  // a cache line, and the widest vector
constexpr int kOtherOrders = 32;        // tried where the first one does not reach the least; of the book's networks none needs more than a few

std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }
bool meet(const Lifetime& a, const Lifetime& b) { return a.first <= b.last && b.first <= a.last; }

std::size_t largest_sum(const std::vector<Lifetime>& lifetimes) {
    std::size_t most = 0;
    for (const Lifetime& at : lifetimes) {
        std::size_t sum = 0;
        for (const Lifetime& other : lifetimes)
            if (other.first <= at.first && at.first <= other.last) sum += aligned(other.bytes);
        most = std::max(most, sum);
    }
    return most;
}

/// Where each lifetime lies if they are placed in this order, each at the lowest place that is free in all of its steps.
Arena place(const std::vector<Lifetime>& lifetimes, const std::vector<std::size_t>& order) {
    Arena arena{std::vector<std::size_t>(lifetimes.size()), 0, 0};
    std::vector<std::size_t> placed;  // from the lowest place up
    for (const std::size_t i : order) {
        std::size_t offset = 0;
        for (const std::size_t other : placed) {
            if (!meet(lifetimes[i], lifetimes[other])) continue;
            if (offset + aligned(lifetimes[i].bytes) <= arena.offsets[other]) break;
            offset = std::max(offset, arena.offsets[other] + aligned(lifetimes[other].bytes));
        }
        arena.offsets[i] = offset;
        arena.bytes = std::max(arena.bytes, offset + aligned(lifetimes[i].bytes));
        placed.insert(std::upper_bound(placed.begin(), placed.end(), offset, [&](std::size_t at, std::size_t other) { return at < arena.offsets[other]; }), i);
    }
    return arena;
}

/// The lifetimes that take memory, the largest first.
std::vector<std::size_t> order_by_size(const std::vector<Lifetime>& lifetimes) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < lifetimes.size(); ++i)
        if (lifetimes[i].bytes > 0) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lifetimes[a].bytes > lifetimes[b].bytes; });
    return order;
}

}  // namespace

Arena plan_arena(const std::vector<Lifetime>& lifetimes) {
    const std::size_t least = largest_sum(lifetimes);
    std::vector<std::size_t> order = order_by_size(lifetimes);
    Arena best = place(lifetimes, order), last = best;
    // What ended highest chooses its place first the next time
    for (int i = 0; i < kOtherOrders && best.bytes > least; ++i) {
        const auto highest = std::find_if(order.begin(), order.end(), [&](std::size_t at) { return last.offsets[at] + aligned(lifetimes[at].bytes) == last.bytes; });
        std::rotate(order.begin(), highest, highest + 1);
        last = place(lifetimes, order);
        if (last.bytes < best.bytes) best = last;
    }
    best.least_bytes = least;
    return best;
}

}  // namespace convbook::engine
