// One register tile of a matrix product whose depth runs along the lanes: out[a,b] += sum_p A[a,p] * B[b,p], both rows dense in p. That is what weight gradients
// are made of: every output channel's gradient against every input channel, summed over all pixels of all images.
//
// The ladder
//   1 naive          a scalar sum waits 4 cycles for each of its additions: a hundredth of the peak.
//   2 lanes          kLanes pixels at once, their lanes added up at the end. Two loads for one multiply-add, and still one sum that waits for itself.
//   3 this: tile     Rows x Columns sums stay in registers: 4 x 4 load 8 vectors for 16 multiply-adds, and nothing waits for longer than the pipes are busy.
//   4 this: tree     the lanes of kLanes sums are added in one tree of log2(kLanes) levels, whose result is one vector: 3 instructions a sum instead of 9.
//   5 this: slices   kSlicePixels pixels of kDotBlock rows of A stay in the first-level cache while the rows of B pass by, each read once for all of them.
// Why this size: 16 sums cover 4 cycles of latency on two pipes twice over; 4 x 4 + 8 loaded vectors leave 8 of 32 registers. With 16 registers 2 x 4 must do.
// What bounds it: the multiply-add pipes on large maps; on 7x7 (49 pixels: 4 vectors, one of them nearly empty) the trees, unless there are several images.
#pragma once
#include "generic/partial.inl"

namespace convbook::kernels {
namespace {

constexpr int kDotRows = kRegisters >= 32 ? 4 : 2, kDotColumns = 4;
constexpr int kDotBlock = 12;       // rows of A: 12 x 2 KiB, and 4 rows of B, fit a first-level cache of 32 KiB
constexpr int kSlicePixels = 512;   // long enough that the trees cost a tenth

/// The pixels of one slice: so many images, so many pixels of each; the floats from one image to the next.
struct DotSlice { int images, pixels; ptrdiff_t a_image, b_image; };

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

/// out[i] = the sum of all lanes of v[i]; writes whole vectors.
template <int Count>
CONVBOOK_INLINE void store_lane_sums(const Vec (&v)[Count], float* out) {
    constexpr int kGroup = Count < kLanes ? Count : kLanes;
    #pragma GCC unroll 8
    for (int first = 0; first < Count; first += kLanes) {
        Vec group[kGroup];
        #pragma GCC unroll 16
        for (int i = 0; i < kGroup; ++i) group[i] = v[first + i < Count ? first + i : Count - 1];
        store(out + first, add_lanes(group));
    }
}

/// Adds the products of kLanes pixels, or of those in `set`.
template <int Rows, int Columns>
CONVBOOK_INLINE void dot_step(Vec (&sum)[Rows * Columns], const float* a, ptrdiff_t a_row, const float* b, ptrdiff_t b_row) {
    Vec pixel[Columns];
    #pragma GCC unroll 8
    for (int c = 0; c < Columns; ++c) pixel[c] = load(b + c * b_row);
    #pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
        const Vec value = load(a + r * a_row);
        #pragma GCC unroll 8
        for (int c = 0; c < Columns; ++c) sum[r * Columns + c] = fma(value, pixel[c], sum[r * Columns + c]);
    }
}

template <int Rows, int Columns>
CONVBOOK_INLINE void dot_step_part(Vec (&sum)[Rows * Columns], const float* a, ptrdiff_t a_row, const float* b, ptrdiff_t b_row, LaneSet set) {
    Vec pixel[Columns];
    #pragma GCC unroll 8
    for (int c = 0; c < Columns; ++c) pixel[c] = load_part(b + c * b_row, set);
    #pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
        const Vec value = load_part(a + r * a_row, set);
        #pragma GCC unroll 8
        for (int c = 0; c < Columns; ++c) sum[r * Columns + c] = fma(value, pixel[c], sum[r * Columns + c]);
    }
}

/// Adds Rows x Columns dot products to out[r, c].
template <int Rows, int Columns>
inline void dot_tile(const float* a, ptrdiff_t a_row, const float* b, ptrdiff_t b_row, const DotSlice& slice, float* out, ptrdiff_t out_row) {
    constexpr int kSums = Rows * Columns;
    Vec sum[kSums];
    #pragma GCC unroll 16
    for (int i = 0; i < kSums; ++i) sum[i] = zero();
    const int rest = slice.pixels % kLanes, whole = slice.pixels - rest;
    const LaneSet last = lanes(0, rest);
    for (int image = 0; image < slice.images; ++image, a += slice.a_image, b += slice.b_image) {
        for (int p = 0; p < whole; p += kLanes) dot_step<Rows, Columns>(sum, a + p, a_row, b + p, b_row);
        if (rest > 0) dot_step_part<Rows, Columns>(sum, a + whole, a_row, b + whole, b_row, last);
    }
    alignas(64) float result[kSums + kLanes];
    store_lane_sums(sum, result);
    for (int r = 0; r < Rows; ++r) {
        for (int c = 0; c < Columns; ++c) out[r * out_row + c] += result[r * Columns + c];
    }
}

/// All rows of A against Columns rows of B: full tiles first, then halved ones for what is left.
template <int Rows, int Columns>
inline void dot_rows(const float* a, ptrdiff_t a_row, int a_count, const float* b, ptrdiff_t b_row, const DotSlice& slice, float* out, ptrdiff_t out_row) {
    int r = 0;
    for (; r + Rows <= a_count; r += Rows) dot_tile<Rows, Columns>(a + r * a_row, a_row, b, b_row, slice, out + r * out_row, out_row);
    if constexpr (Rows > 1) {
        if (r < a_count) dot_rows<Rows / 2, Columns>(a + r * a_row, a_row, a_count - r, b, b_row, slice, out + r * out_row, out_row);
    }
}

template <int Columns>
inline void dot_columns(const float* a, ptrdiff_t a_row, int a_count, const float* b, ptrdiff_t b_row, int b_count, const DotSlice& slice, float* out, ptrdiff_t out_row) {
    int c = 0;
    for (; c + Columns <= b_count; c += Columns) dot_rows<kDotRows, Columns>(a, a_row, a_count, b + c * b_row, b_row, slice, out + c, out_row);
    if constexpr (Columns > 1) {
        if (c < b_count) dot_columns<Columns / 2>(a, a_row, a_count, b + c * b_row, b_row, b_count - c, slice, out + c, out_row);
    }
}

/// out[r, c] += sum over the slice's pixels of A[r, p] * B[c, p], for all rows of both.
inline void dot_products(const float* a, ptrdiff_t a_row, int a_count, const float* b, ptrdiff_t b_row, int b_count, const DotSlice& slice, float* out, ptrdiff_t out_row) {
    for (int r = 0; r < a_count; r += kDotBlock) {
        const int count = a_count - r < kDotBlock ? a_count - r : kDotBlock;
        dot_columns<kDotColumns>(a + r * a_row, a_row, count, b, b_row, b_count, slice, out + r * out_row, out_row);
    }
}

/// How an image's pixels are cut: large images into pieces, small ones several to a slice.
inline int pixels_of_slice(int pixels) { return pixels < kSlicePixels ? pixels : kSlicePixels; }
inline int images_of_slice(int pixels) { return pixels < kSlicePixels ? kSlicePixels / pixels : 1; }

inline void fill_zero(float* out, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; ++i) out[i] = 0.0f;
}

}  // namespace
}  // namespace convbook::kernels
