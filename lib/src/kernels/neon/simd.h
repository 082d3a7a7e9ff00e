// The vocabulary of the kernels in NEON (AArch64): 4 floats a register, 32 registers, fused multiply-add, no masks: partial loads go lane by lane.
// The same words, in the same order, stand in avx512/, avx2/ and sse42/; lay two of them side by side.
#pragma once
#include <arm_neon.h>

#include <cstddef>

#include "generic/words.inl"

namespace convbook::kernels {
namespace {

using Vec = float32x4_t;
constexpr int kLanes = 4;
constexpr int kTileRows = 8, kTileVectors = 3;  // 24 sums + 3 pixel vectors + 1 weight of 32 registers
constexpr int kDepthwiseRows = 7;               // 7 sums + 9 weights + 3 pixel vectors of 32; map heights are multiples of 7: 112, 56, 28, 14, 7
constexpr Splices kSplices = Splices::at_row_ends;  // as in sse42: there are no masks to load with
constexpr int kPanelPaysAbove = 32;             // output channels: below, copying the pixels costs more than it saves
// Blocked layout: sums are blocks x pixels, beside them one weight for each block and one pixel
constexpr int kRegisters = 32;
constexpr int kTileBlocks = 4;                  // 4 x 6 = 24 sums + 4 weights + 2 of 32
constexpr int kPixelsOf1Block = 14, kPixelsOf2Blocks = 14, kPixelsOf3Blocks = 8, kPixelsOf4Blocks = 6;
constexpr Pairing kPairing = Pairing::never;  // 4 lanes waste little
constexpr int kPixelsOfParts[2 * kTileBlocks + 1] = {};
constexpr bool kPairsReload = false;       // weights stay in registers
constexpr int kDepthPart = 0;            // the whole depth
constexpr int kDepthSteps = 1;            // of the depth at each turn of the innermost loop
constexpr int kConvPart = 512;            // steps of the depth of a K x K convolution for which all pixels are made before the next: its weights stay near
constexpr int kFetchedLines = 4;          // cache lines asked for, at most, while 4 steps of the depth are multiplied
constexpr int kDepthwiseTileRows = 2, kDepthwiseColumns3 = 7, kDepthwiseColumns5 = 7;  // 2 x 7 sums + 9 or 11 pixels + 1 weight of 32
constexpr bool kDepthwiseReloads = false;

/// A choice of lanes, made once and used for many loads and stores; here its two ends.
struct LaneSet { int first, last; };
/// Lanes first..last-1; 0 <= first, last <= kLanes, none if first >= last.
inline LaneSet lanes(int first, int last) { return {first, last}; }

inline Vec zero() { return vdupq_n_f32(0.0f); }
inline Vec broadcast(float value) { return vdupq_n_f32(value); }
inline Vec load(const float* p) { return vld1q_f32(p); }
inline void store(float* p, Vec v) { vst1q_f32(p, v); }
/// p[lane] in the lanes of `set`, 0 in the others, whose memory is not touched.
inline Vec load_part(const float* p, LaneSet set) {
    if (set.first == 0 && set.last == 4) return load(p);
    Vec v = zero();
    if (set.first <= 0 && set.last > 0) v = vld1q_lane_f32(p, v, 0);
    if (set.first <= 1 && set.last > 1) v = vld1q_lane_f32(p + 1, v, 1);
    if (set.first <= 2 && set.last > 2) v = vld1q_lane_f32(p + 2, v, 2);
    if (set.first <= 3 && set.last > 3) v = vld1q_lane_f32(p + 3, v, 3);
    return v;
}
/// Writes the lanes of `set`, which begins at lane 0; the memory of the others is not touched.
inline void store_part(float* p, Vec v, LaneSet set) {
    if (set.last == 4) return store(p, v);
    if (set.last >= 2) vst1_f32(p, vget_low_f32(v));
    if (set.last == 3) vst1q_lane_f32(p + 2, v, 2);
    if (set.last == 1) vst1q_lane_f32(p, v, 0);
}
inline Vec add(Vec a, Vec b) { return vaddq_f32(a, b); }
inline Vec sub(Vec a, Vec b) { return vsubq_f32(a, b); }
inline Vec mul(Vec a, Vec b) { return vmulq_f32(a, b); }
/// The larger of v and low; NaN stays NaN.
inline Vec at_least(Vec v, Vec low) { return vmaxq_f32(low, v); }
/// The smaller of v and high; NaN stays NaN.
inline Vec at_most(Vec v, Vec high) { return vminq_f32(high, v); }
/// The larger of both; NaN on either side wins. In a chain of these, a is what was found so far: it waits least.
inline Vec larger(Vec a, Vec b) { return vmaxq_f32(a, b); }
/// (sse42/ needs it)
inline void compute_here(Vec&) {}
/// Holds v in a register: where it is used several times, the compiler may otherwise load it again for each, as an operand of the arithmetic.
inline void hold(Vec& v) { __asm__("" : "+w"(v)); }
/// a * b + c, rounded once.
inline Vec fma(Vec a, Vec b, Vec c) { return vfmaq_f32(c, a, b); }
/// Elements 0, 2, 4, ... of a followed by b.
inline Vec evens(Vec a, Vec b) { return vuzp1q_f32(a, b); }
/// Elements 1, 3, 5, ... of a followed by b.
inline Vec odds(Vec a, Vec b) { return vuzp2q_f32(a, b); }
/// a[0], b[0], a[1], b[1]: the low half of both.
inline Vec zip_low(Vec a, Vec b) { return vzip1q_f32(a, b); }
/// The same of the high half.
inline Vec zip_high(Vec a, Vec b) { return vzip2q_f32(a, b); }
/// kLanes neighbours out of a followed by b, from lane Skip on: a window that slides over two vectors.
template <int Skip>
inline Vec splice(Vec a, Vec b) { return vextq_f32(a, b, Skip); }
/// p[0], p[1], p[0], p[1]
inline Vec broadcast_pair(const float* p) { return vcombine_f32(vld1_f32(p), vld1_f32(p)); }
/// p[0] .. p[3], again and again; from p[count] on zeros, whose memory is not touched.
inline Vec broadcast_quad(const float* p, int count) { return load_part(p, lanes(0, count)); }
/// The sum of all lanes.
inline float sum_lanes(Vec v) { return vaddvq_f32(v); }

/// How this thread treats special numbers (the control register FPCR): denormal operands and results are 0 (bit 24).
constexpr unsigned kIgnoreDenormals = 1u << 24;
inline unsigned float_mode() {
    unsigned long mode;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
    return static_cast<unsigned>(mode);
}
inline void set_float_mode(unsigned mode) { __asm__ volatile("msr fpcr, %0" : : "r"(static_cast<unsigned long>(mode))); }
/// A breath inside a waiting loop.
inline void relax() { __asm__ volatile("yield"); }

}  // namespace
}  // namespace convbook::kernels
