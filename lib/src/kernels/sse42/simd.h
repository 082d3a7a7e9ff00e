// The vocabulary of the kernels in SSE4.2: 4 floats a register, 16 registers, no fused multiply-add and no masks: partial loads go lane by lane.
// The same words, in the same order, stand in avx512/, avx2/ and neon/; lay two of them side by side.
#pragma once
#include <nmmintrin.h>

#include <cstddef>

#include "generic/words.inl"

namespace convbook::kernels {
namespace {

using Vec = __m128;
constexpr int kLanes = 4;
constexpr int kTileRows = 4, kTileVectors = 2;  // 8 sums + 2 pixel vectors + 1 weight + 2 products of 16: a multiply overwrites a register here
constexpr int kDepthwiseRows = 4;               // 4 sums + 9 weights + the loaded vectors of 16
constexpr Splices kSplices = Splices::at_row_ends;  // inside a row a shifted load is cheaper; at its ends there are no masks to load with
constexpr int kPanelPaysAbove = 32;             // output channels: below, copying the pixels costs more than it saves
// Blocked layout: sums are blocks x pixels, beside them one weight for each block, one pixel, and a product, which overwrites a register here
constexpr int kRegisters = 16;
constexpr int kTileBlocks = 2;                  // 2 x 5 = 10 sums + 2 weights + 1 pixel + 2 products of 16
constexpr int kPixelsOf1Block = 10, kPixelsOf2Blocks = 5, kPixelsOf3Blocks = 1, kPixelsOf4Blocks = 1;
constexpr Pairing kPairing = Pairing::always;  // a broadcast costs a shuffle, a pair none
constexpr int kPixelsOfParts[] = {0, 10, 6, 4, 3};  // of a tile of 1, 2, ... half blocks; 4 x 3 = 12 sums + 1 pair + 1 product of 16
constexpr bool kPairsReload = true;         // each weight once a pixel: its register is the product's anyhow
constexpr int kDepthPart = 0;            // the whole depth: the arithmetic is slow enough for weights from the second-level cache
constexpr int kDepthSteps = 1;            // of the depth at each turn of the innermost loop
constexpr int kConvPart = 512;            // steps of the depth of a K x K convolution for which all pixels are made before the next: its weights stay near
constexpr int kFetchedLines = 1;          // cache lines asked for, at most, while 4 steps of the depth are multiplied
constexpr int kDepthwiseTileRows = 3, kDepthwiseColumns3 = 3, kDepthwiseColumns5 = 3;  // 3 x 3 sums + 3 weights + 1 pixel + 1 product of 16
constexpr bool kDepthwiseReloads = true;

/// A choice of lanes, made once and used for many loads and stores; here its two ends.
struct LaneSet { int first, last; };
/// Lanes first..last-1; 0 <= first, last <= kLanes, none if first >= last.
inline LaneSet lanes(int first, int last) { return {first, last}; }

inline Vec zero() { return _mm_setzero_ps(); }
inline Vec broadcast(float value) { return _mm_set1_ps(value); }
inline Vec load(const float* p) { return _mm_loadu_ps(p); }
inline void store(float* p, Vec v) { _mm_storeu_ps(p, v); }
/// p[lane] in the lanes of `set`, 0 in the others, whose memory is not touched.
inline Vec load_part(const float* p, LaneSet set) {
    // Load the lanes that are there to the bottom of a register
    const float* at = p + set.first;
    __m128 v;
    switch (set.last - set.first) {
        case 4: return load(p);
        case 3: v = _mm_movelh_ps(_mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(at))), _mm_load_ss(at + 2)); break;
        case 2: v = _mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(at))); break;
        case 1: v = _mm_load_ss(at); break;
        default: return zero();
    }
    // Move them up to where they belong
    switch (set.first) {
        case 1: return _mm_castsi128_ps(_mm_slli_si128(_mm_castps_si128(v), 4));
        case 2: return _mm_castsi128_ps(_mm_slli_si128(_mm_castps_si128(v), 8));
        case 3: return _mm_castsi128_ps(_mm_slli_si128(_mm_castps_si128(v), 12));
        default: return v;
    }
}
/// Writes the lanes of `set`, which begins at lane 0; the memory of the others is not touched.
inline void store_part(float* p, Vec v, LaneSet set) {
    if (set.last == 4) return store(p, v);
    if (set.last >= 2) _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_castps_si128(v));
    if (set.last == 3) _mm_store_ss(p + 2, _mm_movehl_ps(v, v));
    if (set.last == 1) _mm_store_ss(p, v);
}
inline Vec add(Vec a, Vec b) { return _mm_add_ps(a, b); }
inline Vec sub(Vec a, Vec b) { return _mm_sub_ps(a, b); }
inline Vec mul(Vec a, Vec b) { return _mm_mul_ps(a, b); }
/// The larger of v and low; NaN stays NaN.
inline Vec at_least(Vec v, Vec low) { return _mm_max_ps(low, v); }
/// The smaller of v and high; NaN stays NaN.
inline Vec at_most(Vec v, Vec high) { return _mm_min_ps(high, v); }
/// The larger of both; NaN on either side wins. In a chain of these, a is what was found so far: it waits least.
inline Vec larger(Vec a, Vec b) { return _mm_blendv_ps(_mm_max_ps(b, a), b, _mm_cmpunord_ps(b, b)); }
/// Keeps the compiler from putting a sum off: with multiply and add apart it would gather products first and run out of registers.
inline void compute_here(Vec& v) { __asm__ volatile("" : "+x"(v)); }
/// Holds v in a register: where it is used several times, the compiler may otherwise load it again for each, as an operand of the arithmetic.
inline void hold(Vec& v) { __asm__("" : "+x"(v)); }
/// a * b + c, rounded twice: this instruction set has no fused multiply-add.
inline Vec fma(Vec a, Vec b, Vec c) { return _mm_add_ps(_mm_mul_ps(a, b), c); }
/// Elements 0, 2, 4, ... of a followed by b.
inline Vec evens(Vec a, Vec b) { return _mm_shuffle_ps(a, b, _MM_SHUFFLE(2, 0, 2, 0)); }
/// Elements 1, 3, 5, ... of a followed by b.
inline Vec odds(Vec a, Vec b) { return _mm_shuffle_ps(a, b, _MM_SHUFFLE(3, 1, 3, 1)); }
/// a[0], b[0], a[1], b[1]: the low half of both.
inline Vec zip_low(Vec a, Vec b) { return _mm_unpacklo_ps(a, b); }
/// The same of the high half.
inline Vec zip_high(Vec a, Vec b) { return _mm_unpackhi_ps(a, b); }
/// kLanes neighbours out of a followed by b, from lane Skip on: a window that slides over two vectors.
template <int Skip>
inline Vec splice(Vec a, Vec b) { return _mm_castsi128_ps(_mm_alignr_epi8(_mm_castps_si128(b), _mm_castps_si128(a), Skip * 4)); }
/// p[0], p[1], p[0], p[1]
inline Vec broadcast_pair(const float* p) {
    return _mm_castpd_ps(_mm_set1_pd(both_bits(p)));
}
/// p[0] .. p[3], again and again; from p[count] on zeros, whose memory is not touched.
inline Vec broadcast_quad(const float* p, int count) { return load_part(p, lanes(0, count)); }
/// The sum of all lanes.
inline float sum_lanes(Vec v) {
    const __m128 pair = _mm_add_ps(v, _mm_movehl_ps(v, v));
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
