// What laws are written with: inner products, scaled tensors, bounds on rounding. Small integers keep float32 sums exact, so most laws hold exactly.
#pragma once
#include <algorithm>
#include <cmath>
#include <numeric>

#include "convbook/ops.h"

namespace convbook {

/// sum_i a[i] * b[i], in double.
inline double dot(TensorView a, TensorView b) {
    return std::transform_reduce(a.values().begin(), a.values().end(), b.values().begin(), 0.0, std::plus<>(),
                                 [](double p, double q) { return p * q; });
}
inline Tensor scaled(Tensor t, float factor) {
    for (float& value : t.values()) value *= factor;
    return t;
}
inline Tensor absolute(Tensor t) {
    for (float& value : t.values()) value = std::abs(value);
    return t;
}
inline float largest(const Tensor& t) { return t.is_empty() ? 0.0f : *std::max_element(t.values().begin(), t.values().end()); }
/// What two orders of a float32 sum of `terms` products may differ by; `magnitude` is the same sum on absolute values.
inline float rounding_bound(int terms, float magnitude) { return 2.0f * static_cast<float>(terms) * 0x1p-24f * magnitude; }

/// [C,H,W] of the same values as image n.
inline Tensor image_of(const Tensor& batch, int n) {
    const Shape& s = batch.shape();
    const std::size_t size = s.offset(1, 0, 0, 0);
    return Tensor(Shape::of({s.c, s.h, s.w}), batch.values().subspan(static_cast<std::size_t>(n) * size, size));
}

}  // namespace convbook
