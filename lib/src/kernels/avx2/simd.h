// The vocabulary of the kernels in AVX2 with FMA: 8 floats a register, 16 registers, partial loads and stores through a mask held in a register.
// The same words, in the same order, stand in avx512/, sse42/ and neon/; lay two of them side by side.
#pragma once
#include <immintrin.h>

#include <cstddef>

#include "generic/words.inl"

namespace convbook::kernels {
namespace {

using Vec = __m256;
constexpr int kLanes = 8;
constexpr int kTileRows = 4, kTileVectors = 3;  // 12 sums + 3 pixel vectors + 1 weight: all 16 registers
constexpr int kDepthwiseRows = 4;               // 4 sums + 9 weights + 3 pixel vectors: all 16 registers
constexpr Splices kSplices = Splices::never;  // a splice takes two instructions here, and a masked load is free
constexpr int kPanelPaysAbove = 32;             // output channels: below, copying the pixels costs more than it saves
// Blocked layout: sums are blocks x pixels, beside them one weight for each block and one pixel
constexpr int kRegisters = 16;
constexpr int kTileBlocks = 3;                  // 3 x 4 = 12 sums + 3 weights + 1 pixel: all 16 registers
constexpr int kPixelsOf1Block = 12, kPixelsOf2Blocks = 6, kPixelsOf3Blocks = 4, kPixelsOf4Blocks = 1;
constexpr Pairing kPairing = Pairing::never;  // 8 lanes waste little
constexpr int kPixelsOfParts[2 * kTileBlocks + 1] = {};
constexpr bool kPairsReload = false;       // weights stay in registers
constexpr int kDepthPart = 96;            // steps: 96 bytes of weights a step come faster than they are used from the first-level cache only, and so many steps of them, and of the pixels, fit in it
constexpr int kDepthSteps = 1;            // of the depth at each turn of the innermost loop
constexpr int kConvPart = 512;            // steps of the depth of a K x K convolution for which all pixels are made before the next: its weights stay near
constexpr int kFetchedLines = 4;          // cache lines asked for, at most, while 8 steps of the depth are multiplied
constexpr int kDepthwiseTileRows = 3, kDepthwiseColumns3 = 4, kDepthwiseColumns5 = 4;  // 3 x 4 sums + 3 weights + 1 pixel: all 16
constexpr bool kDepthwiseReloads = true;

/// A choice of lanes, made once and used for many loads and stores; here the sign bit of each lane.
using LaneSet = __m256i;
/// Lanes first..last-1; 0 <= first, last <= kLanes, none if first >= last.
inline LaneSet lanes(int first, int last) {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i below_last = _mm256_cmpgt_epi32(_mm256_set1_epi32(last), lane), below_first = _mm256_cmpgt_epi32(_mm256_set1_epi32(first), lane);
    return _mm256_andnot_si256(below_first, below_last);
}

inline Vec zero() { return _mm256_setzero_ps(); }
inline Vec broadcast(float value) { return _mm256_set1_ps(value); }
inline Vec load(const float* p) { return _mm256_loadu_ps(p); }
inline void store(float* p, Vec v) { _mm256_storeu_ps(p, v); }
/// p[lane] in the lanes of `set`, 0 in the others, whose memory is not touched.
inline Vec load_part(const float* p, LaneSet set) { return _mm256_maskload_ps(p, set); }
/// Writes the lanes of `set`, which begins at lane 0; the memory of the others is not touched.
inline void store_part(float* p, Vec v, LaneSet set) { _mm256_maskstore_ps(p, set, v); }
inline Vec add(Vec a, Vec b) { return _mm256_add_ps(a, b); }
inline Vec sub(Vec a, Vec b) { return _mm256_sub_ps(a, b); }
inline Vec mul(Vec a, Vec b) { return _mm256_mul_ps(a, b); }
/// The larger of v and low; NaN stays NaN.
inline Vec at_least(Vec v, Vec low) { return _mm256_max_ps(low, v); }
/// The smaller of v and high; NaN stays NaN.
inline Vec at_most(Vec v, Vec high) { return _mm256_min_ps(high, v); }
/// The larger of both; NaN on either side wins. In a chain of these, a is what was found so far: it waits least.
inline Vec larger(Vec a, Vec b) { return _mm256_blendv_ps(_mm256_max_ps(b, a), b, _mm256_cmp_ps(b, b, _CMP_UNORD_Q)); }
/// (sse42/ needs it)
inline void compute_here(Vec&) {}
/// Holds v in a register: where it is used several times, the compiler may otherwise load it again for each, as an operand of the arithmetic.
inline void hold(Vec& v) { __asm__("" : "+x"(v)); }
/// a * b + c, rounded once.
inline Vec fma(Vec a, Vec b, Vec c) { return _mm256_fmadd_ps(a, b, c); }
/// Puts the quarters 0, 2, 1, 3 of a shuffle of halves into order.
inline Vec in_order(Vec v) { return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(v), _MM_SHUFFLE(3, 1, 2, 0))); }
/// Elements 0, 2, 4, ... of a followed by b.
inline Vec evens(Vec a, Vec b) { return in_order(_mm256_shuffle_ps(a, b, _MM_SHUFFLE(2, 0, 2, 0))); }
/// Elements 1, 3, 5, ... of a followed by b.
inline Vec odds(Vec a, Vec b) { return in_order(_mm256_shuffle_ps(a, b, _MM_SHUFFLE(3, 1, 3, 1))); }
/// a[0], b[0], a[1], b[1], ... of the low half of both.
inline Vec zip_low(Vec a, Vec b) { return _mm256_permute2f128_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b), 0x20); }
/// The same of the high half.
inline Vec zip_high(Vec a, Vec b) { return _mm256_permute2f128_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b), 0x31); }
/// kLanes neighbours out of a followed by b, from lane Skip on: a window that slides over two vectors.
template <int Skip>
inline Vec splice(Vec a, Vec b) {
    const __m256i low = _mm256_castps_si256(a), high = _mm256_castps_si256(b), middle = _mm256_permute2x128_si256(low, high, 0x21);
    if constexpr (Skip < 4) return _mm256_castsi256_ps(_mm256_alignr_epi8(middle, low, Skip * 4));
    else return _mm256_castsi256_ps(_mm256_alignr_epi8(high, middle, Skip * 4 - 16));
}
/// p[0], p[1], p[0], p[1], ...
inline Vec broadcast_pair(const float* p) { return _mm256_castsi256_ps(_mm256_broadcastq_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)))); }
/// p[0] .. p[3], again and again; from p[count] on zeros, whose memory is not touched.
inline Vec broadcast_quad(const float* p, int count) {
    const __m128 some = _mm_maskload_ps(p, _mm_cmpgt_epi32(_mm_set1_epi32(count), _mm_set_epi32(3, 2, 1, 0)));
    return _mm256_set_m128(some, some);
}
/// The sum of all lanes.
inline float sum_lanes(Vec v) {
    const __m128 half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    const __m128 pair = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(pair, _mm_shuffle_ps(pair, pair, 1)));
}

/// How this thread treats special numbers (the control register MXCSR): denormal results become 0 (bit 15), denormal operands count as 0 (bit 6).
constexpr unsigned kIgnoreDenormals = 0x8040;
inline unsigned float_mode() { return _mm_getcsr(); }
inline void set_float_mode(unsigned mode) { _mm_setcsr(mode); }
/// A breath inside a waiting loop.
inline void relax() { _mm_pause(); }

}  // namespace
}  // namespace convbook::kernels
