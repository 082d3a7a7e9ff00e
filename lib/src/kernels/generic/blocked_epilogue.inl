// What the blocked kernels share: the last step before a sum is stored, and the address of a channel. Leaves out all loops.
#pragma once

namespace convbook::kernels {
namespace {

alignas(64) constexpr float kZeroPixel[kLanes] = {};  // what stands beside the image

inline Vec clamped(Vec v, float low, float high) { return at_most(at_least(v, broadcast(low)), broadcast(high)); }

template <Finish Kind>
inline Vec finished(Vec v, const Epilogue& e) {
    if constexpr (Kind == Finish::relu) return at_least(v, zero());
    if constexpr (Kind == Finish::clamp) return clamped(v, e.low, e.high);
    if constexpr (Kind == Finish::hard_sigmoid) return mul(clamped(add(v, broadcast(3.0f)), 0.0f, 6.0f), broadcast(1.0f / 6.0f));
    if constexpr (Kind == Finish::hard_swish) return mul(v, mul(clamped(add(v, broadcast(3.0f)), 0.0f, 6.0f), broadcast(1.0f / 6.0f)));
    return v;
}

inline Vec finished(Vec v, const Epilogue& e) {
    switch (e.finish) {
        case Finish::none: return v;
        case Finish::relu: return finished<Finish::relu>(v, e);
        case Finish::clamp: return finished<Finish::clamp>(v, e);
        case Finish::hard_sigmoid: return finished<Finish::hard_sigmoid>(v, e);
        case Finish::hard_swish: return finished<Finish::hard_swish>(v, e);
    }
    return v;
}

/// Finishes and stores Count neighbouring vectors; the kind is asked once for all of them. The epilogue comes by value: what is stored could otherwise change it, and its ends
/// would be loaded again for every vector.
template <Finish Kind, int Count>
CONVBOOK_INLINE void store_as(float* out, Vec (&v)[Count], Epilogue e) {
    #pragma GCC unroll 32
    for (int i = 0; i < Count; ++i) store(out + i * kLanes, finished<Kind>(v[i], e));
}
template <int Count>
CONVBOOK_INLINE void store_finished(float* out, Vec (&v)[Count], const Epilogue& e) {
    switch (e.finish) {
        case Finish::none: return store_as<Finish::none>(out, v, e);
        case Finish::relu: return store_as<Finish::relu>(out, v, e);
        case Finish::clamp: return store_as<Finish::clamp>(out, v, e);
        case Finish::hard_sigmoid: return store_as<Finish::hard_sigmoid>(out, v, e);
        case Finish::hard_swish: return store_as<Finish::hard_swish>(out, v, e);
    }
}

}  // namespace
}  // namespace convbook::kernels
