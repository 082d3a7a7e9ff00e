// One register tile of a matrix product: Rows output channels x Vectors*kLanes pixels, all its sums held in registers while the depth runs by.
// Included by every backend; the tile's size comes from that backend's simd.h. Leaves out where the pixels come from (pointwise_conv2d.inl, conv2d.inl).
//
// The ladder
//   1 naive        for o, for p, for c: two loads and a store for every multiply-add; the load ports are the limit, at a third of the peak or less.
//   2 lanes        kLanes neighbouring pixels at once: a weight is broadcast to all lanes, a vector of pixels is loaded. Still one load a multiply-add.
//   3 this: tile   Rows x Vectors sums stay in registers. A step of the depth loads Rows weights and Vectors pixel vectors, and does Rows*Vectors
//                  multiply-adds with them: 8 x 3 loads 11 and does 24, so two load ports easily keep two multiply-add pipes busy.
// Why this size: a multiply-add takes 4 cycles and two start per cycle, so at least 8 sums must be in flight; the register file sets the upper end
//                (8 x 3 sums + 3 pixel vectors + 1 weight of AVX-512's 32). What bounds it: the multiply-add pipes.
#pragma once

namespace convbook::kernels {
namespace {

constexpr int kPanelWidth = kTileVectors * kLanes;  // pixels of a full tile
constexpr int kPanelDepth = 192;                    // at 48 pixels 36 KiB: a panel and the weights it meets stay in a 48 KiB first-level cache

/// A matrix of weights where it lies: w[r,k] = at[r*row + k*depth]. depth = 1 reads rows as they are, row = 1 reads them transposed (gradients).
struct GemmWeights {
    const float* at;
    ptrdiff_t row, depth;
    GemmWeights from_row(int r) const { return {at + r * row, row, depth}; }
};

/// What a tile starts from: the bias (or 0) in the first slice of the depth, what an earlier slice left in `out` after that.
struct TileStart { const float* bias; bool is_first; };

/// out[r, 0..pixels) = start + sum_k w[r,k] * x[k, 0..pixels). Reads whole vectors of x; writes only `pixels` columns.
template <int Rows, int Vectors>
CONVBOOK_INLINE void gemm_tile(GemmWeights w, const float* x, ptrdiff_t x_stride, int depth,
                      float* out, ptrdiff_t out_stride, int pixels, TileStart start) {
    const LaneSet last = lanes(0, pixels - (Vectors - 1) * kLanes);  // columns of the last vector
    Vec sum[Rows][Vectors];
    #pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
        #pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) {
            if (start.is_first) sum[r][v] = start.bias ? broadcast(start.bias[r]) : zero();
            else sum[r][v] = v + 1 < Vectors ? load(out + r * out_stride + v * kLanes) : load_part(out + r * out_stride + v * kLanes, last);
        }
    }
    const float* weights = w.at;
    for (int k = 0; k < depth; ++k, x += x_stride, weights += w.depth) {
        Vec pixel[Vectors];
        #pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) pixel[v] = load(x + v * kLanes);
        #pragma GCC unroll 16
        for (int r = 0; r < Rows; ++r) {
            const Vec weight = broadcast(weights[r * w.row]);
            #pragma GCC unroll 8
            for (int v = 0; v < Vectors; ++v) sum[r][v] = fma(weight, pixel[v], sum[r][v]);
        }
    }
    #pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
        #pragma GCC unroll 8
        for (int v = 0; v + 1 < Vectors; ++v) store(out + r * out_stride + v * kLanes, sum[r][v]);
        store_part(out + r * out_stride + (Vectors - 1) * kLanes, sum[r][Vectors - 1], last);
    }
}

/// All output channels of one panel of pixels: full tiles first, then halved ones for what is left.
template <int Rows, int Vectors>
inline void gemm_rows(int cout, GemmWeights w, const float* x, ptrdiff_t x_stride, int depth,
                      float* out, ptrdiff_t out_stride, int pixels, TileStart start) {
    int o = 0;
    for (; o + Rows <= cout; o += Rows) {
        gemm_tile<Rows, Vectors>(w.from_row(o), x, x_stride, depth, out + o * out_stride, out_stride, pixels,
                                 {start.bias ? start.bias + o : nullptr, start.is_first});
    }
    if constexpr (Rows > 1) {
        if (o < cout) {
            gemm_rows<Rows / 2, Vectors>(cout - o, w.from_row(o), x, x_stride, depth, out + o * out_stride, out_stride, pixels,
                                         {start.bias ? start.bias + o : nullptr, start.is_first});
        }
    }
}

/// Picks the narrowest tile that holds `pixels` columns, so that a tail of 16 pixels does not pay for 48.
template <int Vectors = kTileVectors>
inline void gemm_panel(int cout, GemmWeights w, const float* x, ptrdiff_t x_stride, int depth,
                       float* out, ptrdiff_t out_stride, int pixels, TileStart start) {
    if constexpr (Vectors > 1) {
        if (pixels <= (Vectors - 1) * kLanes) {
            return gemm_panel<Vectors - 1>(cout, w, x, x_stride, depth, out, out_stride, pixels, start);
        }
    }
    gemm_rows<kTileRows, Vectors>(cout, w, x, x_stride, depth, out, out_stride, pixels, start);
}

}  // namespace
}  // namespace convbook::kernels
