// One register tile of a matrix product whose depth runs along the lanes: out[a,b] += sum_p A[a,p] * B[b,p], both rows dense in p. That is what weight gradients
// are made of: every output channel's gradient against every input channel, summed over all pixels of all images.
//
// The ladder
//   1 naive          a scalar sum waits 4 cycles for each of its additions: a hundredth of the peak.
//   2 lanes          kLanes pixels at once, their lanes added up at the end. Two loads for one multiply-add, and still one sum that waits for itself.
//   3 this: tile     Rows x Columns sums stay in registers: 6 x 4 load 10 vectors for 24 multiply-adds.
//   4 this: tree     the lanes of kLanes sums are added in one tree of log2(kLanes) levels, whose result is one vector: 3 instructions a sum instead of 9.
//   5 this: packing  small images do not fill whole vectors (49 = 3*16 + 1). Their rows are copied, image after image without a gap, where that saves enough: 4 images
//                    of 7x7 are 13 vectors instead of 16 (a fifth faster), 2 images of 14x14 are 25 instead of 26 (a tenth slower: left where they lie).
//   6 this: slices   kSlicePixels pixels of some rows of A stay in the first-level cache while the rows of B pass by, each read once for all of them.
// Why this size: 24 sums + 4 pixel vectors + 1 value of 32 registers; with 16 registers 2 x 4 sums, enough for 4 cycles of latency on two pipes.
// What bounds it: the multiply-add pipes on large maps; on 7x7 copying and the trees, less with every further image.
#pragma once
#include "generic/partial.inl"

namespace convbook::kernels {
namespace {

constexpr int kDotRows = kRegisters >= 32 ? 6 : 2, kDotColumns = 4;
constexpr int kDotBlock = 6144;     // floats of A: 12 rows of 512, and 4 rows of B, fit a first-level cache of 32 KiB
constexpr int kPackingPays = 8;     // rows are copied where that saves more than one of 8 vectors
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

/// Adds the products of kLanes pixels, which `read` loads.
template <int Rows, int Columns, class Read>
CONVBOOK_INLINE void dot_step(Vec (&sum)[Rows * Columns], const float* a, ptrdiff_t a_row, const float* b, ptrdiff_t b_row, const Read& read) {
    Vec pixel[Columns];
    #pragma GCC unroll 8
    for (int c = 0; c < Columns; ++c) hold(pixel[c] = read(b + c * b_row));
    #pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
        Vec value = read(a + r * a_row);
        hold(value);
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
        for (int p = 0; p < whole; p += kLanes) dot_step<Rows, Columns>(sum, a + p, a_row, b + p, b_row, load);
        if (rest > 0) dot_step<Rows, Columns>(sum, a + whole, a_row, b + whole, b_row, [last](const float* p) { return load_part(p, last); });
    }
    alignas(64) float result[kSums + kLanes];
    store_lane_sums(sum, result);
    const LaneSet columns = lanes(0, Columns);
    #pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r, out += out_row) store_part(out, add(load_part(out, columns), load_part(result + r * Columns, columns)), columns);
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

/// Rows of one slice made dense: image after image without a gap, then zeros up to whole vectors; `length` floats a row. Writes up to kLanes floats too many.
inline void pack_rows(const float* from, ptrdiff_t row, ptrdiff_t image, const DotSlice& slice, int rows, int length, float* to) {
    const LaneSet last = lanes(0, slice.pixels % kLanes);
    for (int r = 0; r < rows; ++r, from += row, to += length) {
        float* end = to;
        for (int i = 0; i < slice.images; ++i, end += slice.pixels) {
            const float* pixels = from + i * image;
            int p = 0;
            for (; p + kLanes <= slice.pixels; p += kLanes) store(end + p, load(pixels + p));
            if (p < slice.pixels) store(end + p, load_part(pixels + p, last));
        }
        store(end, zero());
    }
}

/// Some rows of A, packed or not, against all rows of B.
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
    alignas(64) float a_packed[kDotBlock + kLanes], b_packed[kDotColumns * (kSlicePixels + kLanes) + kLanes];
    const int length = (slice.images * slice.pixels + kLanes - 1) / kLanes * kLanes, rows = kDotBlock / length / kDotRows * kDotRows;
    const int vectors = slice.images * ((slice.pixels + kLanes - 1) / kLanes), saved = vectors - length / kLanes;
    const bool is_packed = saved * kPackingPays > vectors;
    for (int r = 0; r < a_count; r += rows) {
        const int count = a_count - r < rows ? a_count - r : rows;
        if (!is_packed) {
            dot_columns<kDotColumns>(a + r * a_row, a_row, count, b, b_row, b_count, slice, out + r * out_row, out_row);
            continue;
        }
        pack_rows(a + r * a_row, a_row, slice.a_image, slice, count, length, a_packed);
        for (int c = 0; c < b_count; c += kDotColumns) {
            const int columns = b_count - c < kDotColumns ? b_count - c : kDotColumns;
            pack_rows(b + c * b_row, b_row, slice.b_image, slice, columns, length, b_packed);
            dot_columns<kDotColumns>(a_packed, length, count, b_packed, length, columns, {1, length, 0, 0}, out + r * out_row + c, out_row);
        }
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
