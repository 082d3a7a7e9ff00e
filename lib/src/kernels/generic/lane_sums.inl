// Adding up the lanes of many vectors: one tree for kLanes of them, log2(kLanes) levels whose result is one vector, 3 instructions a sum instead of 9.
// Leaves out what the vectors hold.
#pragma once

namespace convbook::kernels {
namespace {

/// Lane i of the result is the sum of all lanes of v[i]: neighbours are added pairwise, level by level.
template <int Count, int Lanes = kLanes>
CONVBOOK_INLINE Vec add_lanes(const Vec (&v)[Count]) {
    if constexpr (Lanes == 1) {
        return v[0];
    } else {
        Vec pairs[(Count + 1) / 2];
        #pragma GCC unroll 16
        for (int i = 0; i < (Count + 1) / 2; ++i) {
            const Vec a = v[2 * i], b = v[2 * i + 1 < Count ? 2 * i + 1 : 2 * i];
            pairs[i] = add(evens(a, b), odds(a, b));
        }
        return add_lanes<(Count + 1) / 2, Lanes / 2>(pairs);
    }
}

/// out[i] = the sum of all lanes of v[i], from `First` on; writes whole vectors.
template <int Count, int First = 0>
CONVBOOK_INLINE void store_lane_sums(const Vec (&v)[Count], float* out) {
    constexpr int kGroup = Count - First < kLanes ? Count - First : kLanes;
    Vec group[kGroup];
    #pragma GCC unroll 16
    for (int i = 0; i < kGroup; ++i) group[i] = v[First + i];
    store(out + First, add_lanes(group));
    if constexpr (First + kGroup < Count) store_lane_sums<Count, First + kGroup>(v, out);
}

}  // namespace
}  // namespace convbook::kernels
