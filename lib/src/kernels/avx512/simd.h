// The vocabulary of the kernels in AVX-512: 16 floats a register, 32 registers, masks that make a partial load or store cost no more than a whole one.
// The same words, in the same order, stand in avx2/, sse42/ and neon/; lay two of them side by side.
#pragma once
#include <immintrin.h>

#include <cstddef>

#include "generic/words.inl"

namespace convbook::kernels {
namespace {

using Vec = __m512;
constexpr int kLanes = 16;
constexpr int kTileRows = 8, kTileVectors = 3;  // 24 sums + 3 pixel vectors + 1 weight of 32 registers
constexpr int kDepthwiseRows = 7;               // 7 sums + 9 weights + 3 pixel vectors of 32; map heights are multiples of 7: 112, 56, 28, 14, 7
constexpr Splices kSplices = Splices::always;  // a vector is a whole cache line, so two of three shifted loads straddle lines; splicing is faster everywhere
constexpr int kPanelPaysAbove = 32;              // output channels: below, copying the pixels costs more than it saves
// Blocked layout: sums are blocks x pixels, beside them one weight for each block and one pixel
constexpr int kRegisters = 32;
constexpr int kTileBlocks = 4;                  // 4 x 6 = 24 sums + 4 weights + 2 of 32
constexpr int kPixelsOf1Block = 14, kPixelsOf2Blocks = 14, kPixelsOf3Blocks = 8, kPixelsOf4Blocks = 6;
constexpr Pairing kPairing = Pairing::narrow;  // a broadcast is part of the multiply-add: worth it for idle lanes, and where a load serves one multiply-add only
constexpr int kPixelsOfParts[] = {0, 14, 14, 8, 0, 5, 0, 3, 0};  // of a tile of 1, 2, ... half or quarter blocks; 2 x 14 = 28 sums + 2 weights + 1 pair of 32
constexpr bool kPairsReload = false;       // weights stay in registers
constexpr int kDepthPart = 0;            // the whole depth: 24 multiply-adds a step leave time for weights from the second-level cache
constexpr int kDepthSteps = 2;             // of the depth at each turn of the innermost loop: one alone loses 9 % where the weights come from the second-level cache
constexpr int kConvPart = 512;            // steps of the depth of a K x K convolution for which all pixels are made before the next: its weights stay near
constexpr int kFetchedLines = 24;         // cache lines asked for, at most, while 16 steps of the depth are multiplied
constexpr int kDepthwiseTileRows = 2, kDepthwiseColumns3 = 7, kDepthwiseColumns5 = 7;  // 2 x 7 sums + 9 or 11 pixels + 1 weight of 32
constexpr bool kDepthwiseReloads = false;

/// A choice of lanes, made once and used for many loads and stores; here a mask register.
using LaneSet = __mmask16;
/// Lanes first..last-1; 0 <= first, last <= kLanes, none if first >= last.
inline LaneSet lanes(int first, int last) { return static_cast<__mmask16>((0xFFFFu << first) & ((1u << last) - 1u)); }

inline Vec zero() { return _mm512_setzero_ps(); }
inline Vec broadcast(float value) { return _mm512_set1_ps(value); }
inline Vec load(const float* p) { return _mm512_loadu_ps(p); }
inline void store(float* p, Vec v) { _mm512_storeu_ps(p, v); }
/// p[lane] in the lanes of `set`, 0 in the others, whose memory is not touched.
inline Vec load_part(const float* p, LaneSet set) { return _mm512_maskz_loadu_ps(set, p); }
/// Writes the lanes of `set`, which begins at lane 0; the memory of the others is not touched.
inline void store_part(float* p, Vec v, LaneSet set) { _mm512_mask_storeu_ps(p, set, v); }
inline Vec add(Vec a, Vec b) { return _mm512_add_ps(a, b); }
inline Vec sub(Vec a, Vec b) { return _mm512_sub_ps(a, b); }
inline Vec mul(Vec a, Vec b) { return _mm512_mul_ps(a, b); }
/// The larger of v and low; NaN stays NaN.
inline Vec at_least(Vec v, Vec low) { return _mm512_maskz_max_ps(0xFFFF, low, v); }
/// The smaller of v and high; NaN stays NaN.
inline Vec at_most(Vec v, Vec high) { return _mm512_maskz_min_ps(0xFFFF, high, v); }
/// The larger of both; NaN on either side wins. In a chain of these, a is what was found so far: it waits least.
inline Vec larger(Vec a, Vec b) { return _mm512_mask_mov_ps(_mm512_maskz_max_ps(0xFFFF, b, a), _mm512_cmp_ps_mask(b, b, _CMP_UNORD_Q), b); }
/// (sse42/ needs it)
inline void compute_here(Vec&) {}
/// Holds v in a register: where it is used several times, the compiler may otherwise load it again for each, as an operand of the arithmetic.
inline void hold(Vec& v) { __asm__("" : "+v"(v)); }
/// a * b + c, rounded once.
inline Vec fma(Vec a, Vec b, Vec c) { return _mm512_fmadd_ps(a, b, c); }
/// Elements 0, 2, 4, ... of a followed by b.
inline Vec evens(Vec a, Vec b) {
    return _mm512_permutex2var_ps(a, _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0), b);
}
/// Elements 1, 3, 5, ... of a followed by b.
inline Vec odds(Vec a, Vec b) {
    return _mm512_permutex2var_ps(a, _mm512_set_epi32(31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1), b);
}
/// a[0], b[0], a[1], b[1], ... of the low half of both.
inline Vec zip_low(Vec a, Vec b) {
    return _mm512_permutex2var_ps(a, _mm512_set_epi32(23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0), b);
}
/// The same of the high half.
inline Vec zip_high(Vec a, Vec b) {
    return _mm512_permutex2var_ps(a, _mm512_set_epi32(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8), b);
}
/// kLanes neighbours out of a followed by b, from lane Skip on: a window that slides over two vectors.
template <int Skip>
inline Vec splice(Vec a, Vec b) {
    return _mm512_castsi512_ps(_mm512_maskz_alignr_epi32(0xFFFF, _mm512_castps_si512(b), _mm512_castps_si512(a), Skip));
}
/// p[0], p[1], p[0], p[1], ...
inline Vec broadcast_pair(const float* p) { return _mm512_castpd_ps(_mm512_set1_pd(both_bits(p))); }
/// p[0] .. p[3], again and again; from p[count] on zeros, whose memory is not touched.
inline Vec broadcast_quad(const float* p, int count) {
    return _mm512_maskz_broadcast_f32x4(0xFFFF, _mm_maskz_loadu_ps(static_cast<__mmask8>((1u << count) - 1u), p));
}
/// The sum of all lanes.
inline float sum_lanes(Vec v) {
    const __m256 half = _mm256_add_ps(_mm512_maskz_extractf32x8_ps(0xFF, v, 0), _mm512_maskz_extractf32x8_ps(0xFF, v, 1));
    const __m128 quarter = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
    const __m128 pair = _mm_add_ps(quarter, _mm_movehl_ps(quarter, quarter));
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
