// Pointwise (1x1) convolution on plain NCHW: the matrix product out[cout, pixels] = w[cout, cin] * in[cin, pixels], with register tiles from gemm.inl.
// Weights are used where they lie. Leaves out packing them ahead of time: that is worth it for a network that runs often, and belongs to its plan.
//
// The ladder
//   1 tile           gemm.inl alone, reading `in` where it lies. Its rows are `pixels` apart: kilobytes, so every step of the depth touches another page,
//                    and unless pixels is a multiple of kLanes most vectors straddle two cache lines.
//   2 this: panel    kPanelWidth columns of `in` are copied once into a dense panel, [depth, kPanelWidth], that stays in the first-level cache while all
//                    output channels pass over it. The copy costs 2 vector moves where each output channel costs 1 multiply-add: it pays from a few tiles on.
//   3 this: slices   the depth is cut into slices of kPanelDepth, so that the panel fits that cache for any cin; later slices add to `out`.
//   4 this: columns  49 = 3*16 + 1 pixels: a tile for the last pixel would run 1 lane of 16. For a few pixels the lanes run along the depth instead,
//                    where weights are dense: out[o,p] = sum of the lanes of sum_k w[o, k..] * x[k.., p].
//   5 this: joined   several images of a few pixels each are one row of pixels (joined_product.inl).
// What bounds it: the multiply-add pipes; for one pixel (a classifier) reading the weights.
#pragma once
#include "generic/joined_product.inl"

namespace convbook::kernels {
namespace {

constexpr int kColumnDepth = 1024;          // 8 columns of 4 KiB: adding up lanes costs about 8 multiply-adds, so slices are long
constexpr int kMostColumns = kLanes / 2;    // with more pixels left over, a tile is better

/// Rows x Columns dot products; x holds one column of pixels after the other, kColumnDepth apart and 0 beyond `depth`.
template <int Rows, int Columns>
inline void column_tile(const float* w, ptrdiff_t w_stride, const float* x, int depth, float* out, ptrdiff_t out_stride, TileStart start) {
    Vec sum[Rows][Columns];
    #pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
        #pragma GCC unroll 8
        for (int c = 0; c < Columns; ++c) sum[r][c] = zero();
    }
    const LaneSet last = lanes(0, depth % kLanes);
    for (int k = 0; k < depth; k += kLanes) {
        #pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r) {
            const Vec weight = k + kLanes <= depth ? load(w + r * w_stride + k) : load_part(w + r * w_stride + k, last);
            #pragma GCC unroll 8
            for (int c = 0; c < Columns; ++c) sum[r][c] = fma(weight, load(x + c * kColumnDepth + k), sum[r][c]);
        }
    }
    #pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
        #pragma GCC unroll 8
        for (int c = 0; c < Columns; ++c) {
            float& result = out[r * out_stride + c];
            const float before = !start.is_first ? result : start.bias ? start.bias[r] : 0.0f;
            result = before + sum_lanes(sum[r][c]);
        }
    }
}

template <int Columns>
inline void column_rows(int cout, const float* w, ptrdiff_t w_stride, const float* x, int depth, float* out, ptrdiff_t out_stride, TileStart start) {
    int o = 0;
    for (; o + 4 <= cout; o += 4) {
        column_tile<4, Columns>(w + o * w_stride, w_stride, x, depth, out + o * out_stride, out_stride, {start.bias ? start.bias + o : nullptr, start.is_first});
    }
    for (; o < cout; ++o) {
        column_tile<1, Columns>(w + o * w_stride, w_stride, x, depth, out + o * out_stride, out_stride, {start.bias ? start.bias + o : nullptr, start.is_first});
    }
}

/// The last few pixels of an image, `count` <= kMostColumns of them.
void pointwise_columns(const float* in, const float* w, const float* bias, float* out, const PointwiseDims& d, int count) {
    alignas(64) float columns[kMostColumns * kColumnDepth];
    for (int k = 0; k < d.cin; k += kColumnDepth) {
        const int depth = d.cin - k < kColumnDepth ? d.cin - k : kColumnDepth;
        // Turn the columns into rows, zero-filled to whole vectors
        for (int p = 0; p < count; ++p) {
            float* column = columns + p * kColumnDepth;
            for (int c = 0; c < depth; ++c) column[c] = in[static_cast<ptrdiff_t>(k + c) * d.pixels + p];
            for (int c = depth; c % kLanes != 0; ++c) column[c] = 0.0f;
        }
        // Multiply, four columns at a time while there are four
        const TileStart start{bias, k == 0};
        int p = 0;
        for (; p + 4 <= count; p += 4) column_rows<4>(d.cout, w + k, d.cin, columns + p * kColumnDepth, depth, out + p, d.pixels, start);
        for (; p + 2 <= count; p += 2) column_rows<2>(d.cout, w + k, d.cin, columns + p * kColumnDepth, depth, out + p, d.pixels, start);
        for (; p < count; ++p) column_rows<1>(d.cout, w + k, d.cin, columns + p * kColumnDepth, depth, out + p, d.pixels, start);
    }
}

/// How many pixels at the end of an image go through columns: none if a tile does them in fewer operations.
inline int columns_at_end(const PointwiseDims& d) {
    const int count = d.pixels % kLanes;
    const int column_operations = count * (d.cin / kLanes + 8), tile_operations = d.cin;
    return count <= kMostColumns && column_operations < tile_operations ? count : 0;
}

/// panel[k, 0..pixels) = in[k, 0..pixels), zero-filled to whole vectors.
inline void pack_pixels(const float* in, ptrdiff_t in_stride, int depth, int pixels, float* panel) {
    const LaneSet last = lanes(0, pixels % kLanes);
    for (int k = 0; k < depth; ++k, in += in_stride, panel += kPanelWidth) {
        int p = 0;
        for (; p + kLanes <= pixels; p += kLanes) store(panel + p, load(in + p));
        if (p < pixels) store(panel + p, load_part(in + p, last));
    }
}

/// One image.
void pointwise_image(const float* in, const float* w, const float* bias, float* out, const PointwiseDims& d) {
    alignas(64) float panel[kPanelDepth * kPanelWidth];
    const int columns = columns_at_end(d), pixels = d.pixels - columns;
    for (int p = 0; p < pixels; p += kPanelWidth) {
        const int width = pixels - p < kPanelWidth ? pixels - p : kPanelWidth;
        for (int k = 0; k < d.cin; k += kPanelDepth) {
            const int depth = d.cin - k < kPanelDepth ? d.cin - k : kPanelDepth;
            const float* x = in + static_cast<ptrdiff_t>(k) * d.pixels + p;
            const bool is_copied = width < kPanelWidth || d.cout > kPanelPaysAbove;
            if (is_copied) pack_pixels(x, d.pixels, depth, width, panel);
            gemm_panel(d.cout, {w + k, d.cin, 1}, is_copied ? panel : x, is_copied ? kPanelWidth : d.pixels, depth, out + p, d.pixels, width, {bias, k == 0});
        }
    }
    if (columns > 0) pointwise_columns(in + pixels, w, bias, out + pixels, d, columns);
}

/// Several images, one by one or joined.
void pointwise_images(Images<const float> in, const float* w, const float* bias, Images<float> out, const PointwiseDims& d) {
    if (joining_pays(d.n, d.pixels)) return joined_planes_product({d.n, d.cin, d.cout, {1, d.pixels}}, {w, d.cin, 1}, bias, in, out);
    for (int n = 0; n < d.n; ++n) pointwise_image(in.at(n), w, bias, out.at(n), d);
}

void pointwise_conv2d(const float* in, const float* w, const float* bias, float* out, const PointwiseDims& d) {
    pointwise_images({in, static_cast<ptrdiff_t>(d.cin) * d.pixels}, w, bias, {out, static_cast<ptrdiff_t>(d.cout) * d.pixels}, d);
}

}  // namespace
}  // namespace convbook::kernels
