// What the blocked kernels share: the last step before a sum is stored, and the address of a channel. Leaves out all loops.
#pragma once

namespace convbook::kernels {
namespace {

alignas(64) constexpr float kZeroPixel[kLanes] = {};  // what stands beside the image

inline Vec clamped(Vec v, float low, float high) { return at_most(at_least(v, broadcast(low)), broadcast(high)); }

inline Vec finished(Vec v, const Epilogue& e) {
    switch (e.finish) {
        case Finish::none: return v;
        case Finish::clamp: return clamped(v, e.low, e.high);
        case Finish::hard_sigmoid: return mul(clamped(add(v, broadcast(3.0f)), 0.0f, 6.0f), broadcast(1.0f / 6.0f));
        case Finish::hard_swish: return mul(v, mul(clamped(add(v, broadcast(3.0f)), 0.0f, 6.0f), broadcast(1.0f / 6.0f)));
    }
    return v;
}

}  // namespace
}  // namespace convbook::kernels
