// One stretch of memory for all values of a plan: two values share a place if they are never alive together. Leaves out what lies there.
#pragma once
#include <cstddef>
#include <vector>

namespace convbook::engine {

/// `bytes` are needed in steps first .. last, both included.
struct Lifetime { std::size_t bytes = 0; int first = 0, last = 0; };

struct Arena {
    std::vector<std::size_t> offsets;  ///< of each lifetime, multiples of a cache line
    std::size_t bytes = 0;             ///< of the whole stretch
    std::size_t least_bytes = 0;       ///< largest sum of lifetimes at one step: no plan can do with less
};
/// The largest first, each at the lowest place that is free in all of its steps (Pisarchyk and Lee 2020, arXiv:2001.03288, "greedy by size"); where that takes
/// more than the least, other orders are tried.
Arena plan_arena(const std::vector<Lifetime>& lifetimes);

}  // namespace convbook::engine
