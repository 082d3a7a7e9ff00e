// Greedy placement by size. Leaves out lifetimes of no bytes, which lie at 0.
#include "engine/arena.h"

#include <algorithm>
#include <numeric>

namespace convbook::engine {
namespace {

constexpr std::size_t kAlignment = 64;  // a cache line, and the widest vector

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

}  // namespace

Arena plan_arena(const std::vector<Lifetime>& lifetimes) {
    Arena arena{std::vector<std::size_t>(lifetimes.size()), 0, largest_sum(lifetimes)};
    std::vector<std::size_t> by_size(lifetimes.size()), placed;
    std::iota(by_size.begin(), by_size.end(), std::size_t{0});
    std::stable_sort(by_size.begin(), by_size.end(), [&](std::size_t a, std::size_t b) { return lifetimes[a].bytes > lifetimes[b].bytes; });
    for (const std::size_t i : by_size) {
        if (lifetimes[i].bytes == 0) continue;
        // Step over whatever is alive at the same time, from the lowest place up
        std::sort(placed.begin(), placed.end(), [&](std::size_t a, std::size_t b) { return arena.offsets[a] < arena.offsets[b]; });
        std::size_t offset = 0;
        for (const std::size_t other : placed) {
            if (!meet(lifetimes[i], lifetimes[other])) continue;
            if (offset + aligned(lifetimes[i].bytes) <= arena.offsets[other]) break;
            offset = std::max(offset, arena.offsets[other] + aligned(lifetimes[other].bytes));
        }
        arena.offsets[i] = offset;
        arena.bytes = std::max(arena.bytes, offset + aligned(lifetimes[i].bytes));
        placed.push_back(i);
    }
    return arena;
}

}  // namespace convbook::engine
