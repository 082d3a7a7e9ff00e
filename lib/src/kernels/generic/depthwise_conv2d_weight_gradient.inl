// Gradient of depthwise convolution with respect to its weights: K x K sums over all pixels of all images, each of a gradient times what one tap saw.
// Fast for 3x3 and 5x5 at stride 1 and 2; other shapes run vectorised, tap by tap.
//
// The ladder
//   1 naive          K*K passes over both images, two loads for each multiply-add, and one sum that waits 4 cycles for itself.
//   2 lanes          kLanes neighbouring outputs at once (any shape): still two loads a multiply-add.
//   3 this: rows     the tile of the forward pass with its roles exchanged. There the weights wait in registers and sums of outputs are made; here the gradients
//                    of a few output rows wait, and the K x K sums are made. An input row is loaded once, at its K horizontal shifts, for all rows that see it.
//   4 this: planes   the sums stay in registers across and down the plane, through all images; their lanes are added once, in a tree (lane_sums.inl). (Strip by
//                    strip, the plane would be read once for every strip: half the speed where it is larger than the first-level cache.)
// Why this height: K*K sums + K shifts + the gradients must fit the registers: 9 + 3 + 7 of 32. For 5 x 5 they do not, so the filter's rows are taken a few at a time
//          (3, then 2: 15 + 5 + 7); with 16 registers 3 x 3 leaves room for the gradients of 2 rows, and of 5 x 5 one filter row is taken at a time.
// What bounds it: as the forward pass, the loads and shifts around the multiply-adds; on 7x7 the idle lanes and the trees, unless there are several images.
#pragma once
#include "generic/depthwise_conv2d.inl"
#include "generic/lane_sums.inl"

namespace convbook::kernels {
namespace {

constexpr int kGradientRows = kRegisters >= 32 ? 7 : 2;
/// How many of the filter's rows have their sums in registers at once.
constexpr int filter_rows_at_once(int k) { return k == 3 ? 3 : kRegisters >= 32 ? 3 : 1; }

/// A strip whose lanes beyond the last output read nothing: 0 times an infinity that no window sees would be NaN.
template <int K, int Stride>
inline DepthwiseStrip<K, Stride> make_gradient_strip(int x, const ConvDims& d) {
    DepthwiseStrip<K, Stride> strip = make_strip<K, Stride>(x, d);
    const int outputs = d.ow - x;
    if (outputs >= kLanes) return strip;
    strip.reading = Reading::partial;
    for (int t = 0; t < strip.kLoads; ++t) {
        const int begin = strip.left + strip.offset(t), seen = Stride == 1 ? outputs : 2 * outputs - t % 2 * kLanes;  // lanes that some window sees
        strip.lanes_read[t] = lanes_inside(begin, begin + seen < d.w ? begin + seen : d.w);
    }
    return strip;
}

/// Adds input row `Row` of a tile to the sums of filter rows First..First+Count-1, for every output row that sees it; then goes on with the next.
template <int K, int Stride, int Rows, Reading How, int First, int Count, int Row = 0>
CONVBOOK_INLINE void add_gradient_rows(Vec (&sum)[Count * K], RowPointers at, const Vec (&gradient)[Rows], const DepthwiseStrip<K, Stride>& strip, int top, int height) {
    Vec tap[K];
    if (static_cast<unsigned>(top + Row) < static_cast<unsigned>(height)) load_taps<K, Stride, How>(tap, at, strip);
    else for (int j = 0; j < K; ++j) tap[j] = zero();
    #pragma GCC unroll 8
    for (int i = 0; i < Count; ++i) {
        const int r = (Row - i) / Stride;  // the output row that sees this row through filter row First + i
        if (Row < i || (Row - i) % Stride != 0 || r >= Rows) continue;
        #pragma GCC unroll 8
        for (int j = 0; j < K; ++j) sum[i * K + j] = fma(tap[j], gradient[r], sum[i * K + j]);
    }
    at.next();
    if constexpr (Row + 1 < (Rows - 1) * Stride + Count) add_gradient_rows<K, Stride, Rows, How, First, Count, Row + 1>(sum, at, gradient, strip, top, height);
}

/// Output rows y.. of one strip.
template <int K, int Stride, int Rows, Reading How, int First, int Count>
CONVBOOK_INLINE void gradient_tile(Vec (&sum)[Count * K], const float* in, const float* grad, const DepthwiseStrip<K, Stride>& strip, int y, const ConvDims& d) {
    Vec gradient[Rows];
    #pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) gradient[r] = load_part(grad + static_cast<ptrdiff_t>(y + r) * d.ow + strip.x, strip.written);
    const int top = y * Stride - d.pad_top + First;
    const float* row = in + static_cast<ptrdiff_t>(top) * d.w + strip.left;
    add_gradient_rows<K, Stride, Rows, How, First, Count>(sum, row_pointers(row, strip, d.w), gradient, strip, top, d.h);
}

/// One channel of one image, output rows y..: tiles across the strips, then halved tiles for the rows that are left.
template <int K, int Stride, int Rows, int First, int Count>
CONVBOOK_INLINE void gradient_plane(Vec (&sum)[Count * K], const float* in, const float* grad, const DepthwiseStrip<K, Stride>* strips, int count, int y, const ConvDims& d) {
    for (; y + Rows <= d.oh; y += Rows) {
        for (int s = 0; s < count; ++s) {
            switch (strips[s].reading) {
                case Reading::whole: gradient_tile<K, Stride, Rows, Reading::whole, First, Count>(sum, in, grad, strips[s], y, d); break;
                case Reading::spliced:
                    if constexpr (kSplices != Splices::never && Stride == 1) gradient_tile<K, Stride, Rows, Reading::spliced, First, Count>(sum, in, grad, strips[s], y, d);
                    break;
                case Reading::partial: gradient_tile<K, Stride, Rows, Reading::partial, First, Count>(sum, in, grad, strips[s], y, d); break;
            }
        }
    }
    if constexpr (Rows > 1) {
        if (y < d.oh) gradient_plane<K, Stride, Rows / 2, First, Count>(sum, in, grad, strips, count, y, d);
    }
}

/// Filter rows First..First+Count-1 of one channel, over all images: adds to gw.
template <int K, int Stride, int First, int Count>
void gradient_filter_rows(const float* in, const float* grad, float* gw, const DepthwiseStrip<K, Stride>* strips, int count, const ConvDims& d) {
    Vec sum[Count * K];
    #pragma GCC unroll 32
    for (int t = 0; t < Count * K; ++t) sum[t] = zero();
    const ptrdiff_t in_image = static_cast<ptrdiff_t>(d.cin) * d.h * d.w, grad_image = static_cast<ptrdiff_t>(d.cout) * d.oh * d.ow;
    for (int n = 0; n < d.n; ++n) gradient_plane<K, Stride, kGradientRows, First, Count>(sum, in + n * in_image, grad + n * grad_image, strips, count, 0, d);
    alignas(64) float result[Count * K + kLanes];
    store_lane_sums(sum, result);
    for (int t = 0; t < Count * K; ++t) gw[First * K + t] += result[t];
}

/// All filter rows, a few at a time.
template <int K, int Stride, int First = 0>
inline void gradient_filter(const float* in, const float* grad, float* gw, const DepthwiseStrip<K, Stride>* strips, int count, const ConvDims& d) {
    constexpr int kStep = filter_rows_at_once(K), kCount = K - First < kStep ? K - First : kStep;
    gradient_filter_rows<K, Stride, First, kCount>(in, grad, gw, strips, count, d);
    if constexpr (First + kCount < K) gradient_filter<K, Stride, First + kCount>(in, grad, gw, strips, count, d);
}

template <int K, int Stride>
void depthwise_gradient_square(const float* in, const float* grad, float* gw, const ConvDims& d) {
    constexpr int kGroup = 16;
    DepthwiseStrip<K, Stride> strips[kGroup];
    const int filters = d.cout / d.cin;
    for (int begin = 0; begin < d.ow; begin += kGroup * kLanes) {
        int count = 0;
        for (int x = begin; x < d.ow && count < kGroup; x += kLanes) strips[count++] = make_gradient_strip<K, Stride>(x, d);
        for (int o = 0; o < d.cout; ++o) {
            gradient_filter<K, Stride>(in + static_cast<ptrdiff_t>(o / filters) * d.h * d.w, grad + static_cast<ptrdiff_t>(o) * d.oh * d.ow, gw + static_cast<ptrdiff_t>(o) * K * K, strips, count, d);
        }
    }
}

/// The sum of one tap over one plane (rung 2 of the ladder).
inline float depthwise_tap_sum(const float* in, const float* grad, int i, int j, const ConvDims& d) {
    Vec sum = zero();
    for (int y = 0; y < d.oh; ++y) {
        const int iy = y * d.stride_h - d.pad_top + i * d.dilation_h;
        const bool is_row_inside = iy >= 0 && iy < d.h;
        for (int x = 0; x < d.ow; x += kLanes) {
            const int outputs = clamp_lane(d.ow - x), ix = x * d.stride_w - d.pad_left + j * d.dilation_w, end = ix + (outputs - 1) * d.stride_w + 1;
            const Vec tap = is_row_inside ? load_tap(in + static_cast<ptrdiff_t>(iy) * d.w, ix, d.stride_w, end < d.w ? end : d.w) : zero();
            sum = fma(tap, load_part(grad + static_cast<ptrdiff_t>(y) * d.ow + x, lanes(0, outputs)), sum);
        }
    }
    return sum_lanes(sum);
}

void depthwise_gradient_general(const float* in, const float* grad, float* gw, const ConvDims& d) {
    const int filters = d.cout / d.cin;
    for (int n = 0; n < d.n; ++n) {
        for (int o = 0; o < d.cout; ++o) {
            const float* image = in + (static_cast<ptrdiff_t>(n) * d.cin + o / filters) * d.h * d.w;
            const float* gradient = grad + (static_cast<ptrdiff_t>(n) * d.cout + o) * d.oh * d.ow;
            for (int t = 0; t < d.kh * d.kw; ++t) gw[static_cast<ptrdiff_t>(o) * d.kh * d.kw + t] += depthwise_tap_sum(image, gradient, t / d.kw, t % d.kw, d);
        }
    }
}

void depthwise_conv2d_weight_gradient(const float* in, const float* grad, float* gw, const ConvDims& d) {
    fill_zero(gw, static_cast<ptrdiff_t>(d.cout) * d.kh * d.kw);
    const bool is_square = d.kh == d.kw && d.stride_h == d.stride_w && d.dilation_h == 1 && d.dilation_w == 1;
    if (is_square && d.kh == 3 && d.stride_h == 1) return depthwise_gradient_square<3, 1>(in, grad, gw, d);
    if (is_square && d.kh == 3 && d.stride_h == 2) return depthwise_gradient_square<3, 2>(in, grad, gw, d);
    if (is_square && d.kh == 5 && d.stride_h == 1) return depthwise_gradient_square<5, 1>(in, grad, gw, d);
    if (is_square && d.kh == 5 && d.stride_h == 2) return depthwise_gradient_square<5, 2>(in, grad, gw, d);
    depthwise_gradient_general(in, grad, gw, d);
}

}  // namespace
}  // namespace convbook::kernels
