// Depthwise convolution on plain NCHW: every channel is a small image of its own, filtered with its own K x K weights.
// Fast for 3x3 and 5x5 at stride 1 and 2 in any size, padding and multiplier; other shapes run vectorised but without reuse between rows.
//
// The ladder
//   1 naive          9 loads of pixels and 9 of weights for 9 multiply-adds, and a test at every border.
//   2 lanes          kLanes neighbouring outputs at once; the 9 weights wait in registers. 9 vector loads for 9 multiply-adds, and because a row
//                    does not start on a cache line (x-1, x, x+1), most of them straddle two lines and cost two loads each: 9 cycles for 4.5 cycles of arithmetic.
//   3 this: rows     a tile is kDepthwiseRows output rows high. Each input row is loaded once, at its 3 horizontal shifts, and feeds the 3 output rows that see it:
//                    3 (R+2) loads for 9 R multiply-adds, 27 for 63 at R = 7.
//   4 this: splices  where a vector is as long as a cache line, load the middle shift only and splice the other two from it and the one pixel beside it: on
//                    AVX-512 maps of 28 columns went from 92 to 121 GFLOP/s. Each instruction set says in simd.h whether this pays for it.
// Borders: rows outside the image are skipped (unless the filter holds an infinity: it makes NaN of the 0 that stands outside); columns outside are spliced
//          in as zeros, or are lanes of a partial load. So nothing is copied and no padded image exists. The last strip of columns moves left to end with
//          the row (it computes a few outputs twice) rather than run half empty.
// Stride 2: two vectors hold the even and the odd columns of 2*kLanes pixels, which are the taps 0 and 1; tap 2 is the even columns two pixels on.
// Why this height: R sums + 9 weights + the loaded vectors must fit the registers; R sums also hide the 4-cycle latency of one multiply-add.
// What bounds it: at stride 1 the instructions around the multiply-adds (22 a row for 9 of them), at 7x7 also the 9 idle lanes of 16; reading the input at
//          stride 2 on large maps. Blocking channels by the vector width (NCHWc) would end both, but is another layout: it belongs to a network's plan.
#pragma once
#include "generic/partial.inl"

namespace convbook::kernels {
namespace {

/// One channel: where it is read, which filter, where it is written.
struct DepthwisePlane { const float* in; const float* w; float bias; float* out; bool is_filter_finite; };

/// 0 * w is 0 for every weight: then rows outside the image add nothing and may be skipped.
inline bool is_finite(const float* w, int count) {
    Vec sum = zero();
    for (int t = 0; t < count; t += kLanes) sum = fma(load_part(w + t, lanes(0, clamp_lane(count - t))), zero(), sum);
    return sum_lanes(sum) == 0.0f;
}

/// How the K horizontal shifts of an input row are read.
enum class Reading {
    whole,    ///< K loads (at stride 2: pairs of loads), none of which hangs over the row's ends
    spliced,  ///< stride 1: one load, and the pixels beside it spliced in; beyond an end of the row those are zeros
    partial   ///< K partial loads: anything may hang over
};

constexpr float kNothing[2] = {};  // what stands beside the image

/// A strip of kLanes output columns: what its tiles have in common, worked out once for all rows and channels.
template <int K, int Stride>
struct DepthwiseStrip {
    static constexpr int kLoads = Stride == 1 ? K : 2 * ((K + 1) / 2);                            // vectors read of each input row
    static constexpr int offset(int t) { return Stride == 1 ? t : t / 2 * 2 + t % 2 * kLanes; }  // where load t begins, from `left` on
    int x, left;                   // first output column; the input column of its tap 0, may be negative
    Reading reading;
    LaneSet lanes_read[kLoads];    // the lanes of each load that stand inside the row
    bool has_before, has_behind;   // spliced: are there pixels beside the middle load, or the end of the row?
    LaneSet written;
};

template <int K, int Stride>
inline DepthwiseStrip<K, Stride> make_strip(int x, const ConvDims& d) {
    DepthwiseStrip<K, Stride> strip;
    strip.x = x;
    strip.left = strip.x * Stride - d.pad_left;
    for (int t = 0; t < strip.kLoads; ++t) strip.lanes_read[t] = lanes_inside(strip.left + strip.offset(t), d.w);
    strip.written = lanes(0, clamp_lane(d.ow - x));
    const bool is_inside = strip.left >= 0 && strip.left + strip.offset(strip.kLoads - 1) + kLanes <= d.w;
    // On either side all K/2 pixels must be there, or none
    const int middle = strip.left + K / 2, behind = middle + kLanes;
    strip.has_before = middle >= K / 2;
    strip.has_behind = behind + K / 2 <= d.w;
    const bool can_splice = Stride == 1 && middle >= 0 && middle <= d.w && (strip.has_before || middle == 0) && (strip.has_behind || behind >= d.w);
    const bool is_spliced = can_splice && (kSplices == Splices::always || (kSplices == Splices::at_row_ends && !is_inside));
    strip.reading = is_spliced ? Reading::spliced : is_inside ? Reading::whole : Reading::partial;
    return strip;
}

/// Where a tile reads: tap 0 of an input row, and for spliced reading the K/2 pixels before and behind the middle load.
struct RowPointers {
    const float *row, *before, *behind;
    ptrdiff_t step, before_step, behind_step;  // 0 where the pointer rests on kNothing
    void next() { row += step, before += before_step, behind += behind_step; }
};

template <int K, int Stride>
inline RowPointers row_pointers(const float* row, const DepthwiseStrip<K, Stride>& strip, ptrdiff_t step) {
    return {row, strip.has_before ? row : kNothing, strip.has_behind ? row + K / 2 + kLanes : kNothing, step, strip.has_before ? step : 0, strip.has_behind ? step : 0};
}

/// The K horizontal shifts of one input row that kLanes outputs see.
template <int K, int Stride, Reading How>
CONVBOOK_INLINE void load_taps(Vec (&tap)[K], const RowPointers& at, const DepthwiseStrip<K, Stride>& strip) {
    if constexpr (How == Reading::spliced) {
        const Vec middle = load_part(at.row + K / 2, strip.lanes_read[K / 2]);
        const Vec before = K == 3 ? broadcast(at.before[0]) : broadcast_pair(at.before), behind = K == 3 ? broadcast(at.behind[0]) : broadcast_pair(at.behind);
        tap[K / 2] = middle;
        tap[K / 2 - 1] = splice<kLanes - 1>(before, middle);
        tap[K / 2 + 1] = splice<1>(middle, behind);
        if constexpr (K == 5) tap[0] = splice<kLanes - 2>(before, middle), tap[4] = splice<2>(middle, behind);
    } else {
        Vec read[DepthwiseStrip<K, Stride>::kLoads];  // through the object clang takes it for a variable length
        #pragma GCC unroll 8
        for (int t = 0; t < strip.kLoads; ++t) read[t] = How == Reading::whole ? load(at.row + strip.offset(t)) : load_part(at.row + strip.offset(t), strip.lanes_read[t]);
        #pragma GCC unroll 8
        for (int j = 0; j < K; ++j) {
            if constexpr (Stride == 1) tap[j] = read[j];
            else tap[j] = j % 2 == 0 ? evens(read[j], read[j + 1]) : odds(read[j - 1], read[j]);
        }
    }
}

/// Adds input row `Row` of a tile to the output rows that see it, then goes on with the next: a loop whose counter is known to the compiler, so that `sum`
/// stays in registers. `top` is where the tile's row 0 stands in the image.
template <int K, int Stride, int Rows, Reading How, int Row = 0>
CONVBOOK_INLINE void add_rows(Vec (&sum)[Rows], RowPointers at, const Vec (&weight)[K * K], const DepthwiseStrip<K, Stride>& strip, int top, int height, bool skip) {
    const bool is_row_inside = static_cast<unsigned>(top + Row) < static_cast<unsigned>(height);
    if (is_row_inside || !skip) {
        Vec tap[K];
        if (is_row_inside) load_taps<K, Stride, How>(tap, at, strip);
        else for (int j = 0; j < K; ++j) tap[j] = zero();
        #pragma GCC unroll 8
        for (int j = 0; j < K; ++j) {
            #pragma GCC unroll 8
            for (int i = 0; i < K; ++i) {
                const int r = (Row - i) / Stride;  // the output row that sees this row as row i of its filter
                if (Row >= i && (Row - i) % Stride == 0 && r < Rows) sum[r] = fma(tap[j], weight[i * K + j], sum[r]);
            }
        }
    }
    at.next();
    if constexpr (Row + 1 < (Rows - 1) * Stride + K) add_rows<K, Stride, Rows, How, Row + 1>(sum, at, weight, strip, top, height, skip);
}

/// Rows x kLanes outputs: output rows y.. of one strip.
template <int K, int Stride, int Rows, Reading How>
CONVBOOK_INLINE void depthwise_tile(const DepthwisePlane& plane, const Vec (&weight)[K * K], const DepthwiseStrip<K, Stride>& strip, int y, const ConvDims& d) {
    const int top = y * Stride - d.pad_top;
    Vec sum[Rows];
    #pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) sum[r] = broadcast(plane.bias);
    const float* row = plane.in + static_cast<ptrdiff_t>(top) * d.w + strip.left;
    add_rows<K, Stride, Rows, How>(sum, row_pointers(row, strip, d.w), weight, strip, top, d.h, plane.is_filter_finite);
    float* out = plane.out + static_cast<ptrdiff_t>(y) * d.ow + strip.x;
    #pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r, out += d.ow) store_part(out, sum[r], strip.written);
}

/// Covers output rows y.. of some strips with tiles, then with halved tiles for the rows that are left.
template <int K, int Stride, int Rows>
inline void depthwise_plane(const DepthwisePlane& plane, const Vec (&weight)[K * K], const DepthwiseStrip<K, Stride>* strips, int count, int y, const ConvDims& d) {
    for (; y + Rows <= d.oh; y += Rows) {
        for (int s = 0; s < count; ++s) {
            switch (strips[s].reading) {
                case Reading::whole: depthwise_tile<K, Stride, Rows, Reading::whole>(plane, weight, strips[s], y, d); break;
                case Reading::spliced:
                    if constexpr (kSplices != Splices::never && Stride == 1) depthwise_tile<K, Stride, Rows, Reading::spliced>(plane, weight, strips[s], y, d);
                    break;
                case Reading::partial: depthwise_tile<K, Stride, Rows, Reading::partial>(plane, weight, strips[s], y, d); break;
            }
        }
    }
    if constexpr (Rows > 1) {
        if (y < d.oh) depthwise_plane<K, Stride, Rows / 2>(plane, weight, strips, count, y, d);
    }
}

/// Where channel o of image n is read and written.
inline DepthwisePlane depthwise_channel(const float* in, const float* w, const float* bias, float* out, int n, int o, const ConvDims& d) {
    const ptrdiff_t c = static_cast<ptrdiff_t>(n) * d.cin + o / (d.cout / d.cin), m = static_cast<ptrdiff_t>(n) * d.cout + o;
    return {in + c * d.h * d.w, w + static_cast<ptrdiff_t>(o) * d.kh * d.kw, bias ? bias[o] : 0.0f, out + m * d.oh * d.ow, true};
}

/// The last strip moves left rather than run half empty.
inline int moved_left(int x, const ConvDims& d) { return x + kLanes > d.ow && d.ow >= kLanes ? d.ow - kLanes : x; }

/// K and the stride are known: a group of strips at a time, every channel broadcasts its filter and covers them with tiles.
/// IsFlipped reads the filter from its last weight to its first, as the gradient does.
template <int K, int Stride, bool IsFlipped = false>
void depthwise_square(const float* in, const float* w, const float* bias, float* out, const ConvDims& d) {
    constexpr int kGroup = 16;
    DepthwiseStrip<K, Stride> strips[kGroup];
    for (int begin = 0; begin < d.ow; begin += kGroup * kLanes) {
        int count = 0;
        for (int x = begin; x < d.ow && count < kGroup; x += kLanes) strips[count++] = make_strip<K, Stride>(moved_left(x, d), d);
        for (int n = 0; n < d.n; ++n) {
            for (int o = 0; o < d.cout; ++o) {
                DepthwisePlane plane = depthwise_channel(in, w, bias, out, n, o, d);
                plane.is_filter_finite = is_finite(plane.w, K * K);
                Vec weight[K * K];
                #pragma GCC unroll 32
                for (int t = 0; t < K * K; ++t) weight[t] = broadcast(plane.w[IsFlipped ? K * K - 1 - t : t]);
                depthwise_plane<K, Stride, kDepthwiseRows>(plane, weight, strips, count, 0, d);
            }
        }
    }
}

/// Any kernel, stride and dilation, one channel: one output row at a time, a vector of its columns at a time (rung 2 of the ladder).
inline void depthwise_general_plane(const DepthwisePlane& plane, const ConvDims& d) {
    for (int y = 0; y < d.oh; ++y) {
        for (int x = 0; x < d.ow; x += kLanes) {
            Vec sum = broadcast(plane.bias);
            for (int i = 0; i < d.kh; ++i) {
                const int iy = y * d.stride_h - d.pad_top + i * d.dilation_h;
                const bool is_row_inside = iy >= 0 && iy < d.h;
                for (int j = 0; j < d.kw; ++j) {
                    const int ix = x * d.stride_w - d.pad_left + j * d.dilation_w;
                    const Vec tap = is_row_inside ? load_tap(plane.in + static_cast<ptrdiff_t>(iy) * d.w, ix, d.stride_w, d.w) : zero();
                    sum = fma(tap, broadcast(plane.w[i * d.kw + j]), sum);
                }
            }
            store_part(plane.out + static_cast<ptrdiff_t>(y) * d.ow + x, sum, lanes(0, clamp_lane(d.ow - x)));
        }
    }
}

void depthwise_general(const float* in, const float* w, const float* bias, float* out, const ConvDims& d) {
    for (int n = 0; n < d.n; ++n) {
        for (int o = 0; o < d.cout; ++o) depthwise_general_plane(depthwise_channel(in, w, bias, out, n, o, d), d);
    }
}

void depthwise_conv2d(const float* in, const float* w, const float* bias, float* out, const ConvDims& d) {
    const bool is_square = d.kh == d.kw && d.stride_h == d.stride_w && d.dilation_h == 1 && d.dilation_w == 1;
    if (is_square && d.kh == 3 && d.stride_h == 1) return depthwise_square<3, 1>(in, w, bias, out, d);
    if (is_square && d.kh == 3 && d.stride_h == 2) return depthwise_square<3, 2>(in, w, bias, out, d);
    if (is_square && d.kh == 5 && d.stride_h == 1) return depthwise_square<5, 1>(in, w, bias, out, d);
    if (is_square && d.kh == 5 && d.stride_h == 2) return depthwise_square<5, 2>(in, w, bias, out, d);
    depthwise_general(in, w, bias, out, d);
}

}  // namespace
}  // namespace convbook::kernels
