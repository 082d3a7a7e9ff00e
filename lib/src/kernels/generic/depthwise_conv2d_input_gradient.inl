// Gradient of depthwise convolution with respect to its input: each gradient is spread over the window it came from. Fast for 3x3 and 5x5 at stride 1 and 2
// with one filter a channel; other shapes stamp vector by vector.
//
// The ladder
//   1 naive          each output's gradient, times K x K weights, is added to K x K places: a load and a store around every multiply-add.
//   2 this: stamps   kLanes neighbouring gradients at once, still read and written K x K times (any shape).
//   3 this: gather   turned round, each place of the input sums the gradients of the outputs that saw it. At stride 1 that is a depthwise convolution of `grad`
//                    with the filter turned by 180 degrees and padding K-1-p: the forward kernel as it is (depthwise_conv2d.inl).
//   4 this: phases   at stride 2 the even and the odd columns of the input see different weights (of 3: one sees w1, the other w0 and w2), and each is a dense
//                    row of sums over neighbouring gradients; at the end the two are zipped into one row. No multiplication by zeros that a stride would insert.
// What bounds it: stride 1 as the forward pass; stride 2 writing the input, which is four times as large as what is read.
#pragma once
#include "generic/conv2d_gradient.inl"
#include "generic/depthwise_conv2d.inl"

namespace convbook::kernels {
namespace {

/// The sizes of the convolution that gathers at stride 1: from the gradients to the input.
inline ConvDims turned(const ConvDims& d) {
    ConvDims t = d;
    t.h = d.oh, t.w = d.ow, t.oh = d.h, t.ow = d.w;
    t.pad_top = d.kh - 1 - d.pad_top, t.pad_left = d.kw - 1 - d.pad_left;
    return t;
}

/// 2*kLanes columns of the input from column x (even) on: which gradients they read, the same for every row and channel.
template <int K, int Odd>  // Odd: whether the padding before is
struct PhaseStrip {
    static constexpr int kLoads = (K + 1) / 2;
    static constexpr int shift(int j) { return (Odd == 1 && j % 2 == 0 ? 1 : 0) - j / 2; }  // where tap j finds its gradient, beside column x/2 + p/2
    static constexpr int kLowest = Odd - (K - 1) / 2;
    int x, left;                // first column; where load 0 begins in a row of gradients
    LaneSet lanes_read[kLoads];
    bool is_inside;
    LaneSet low_written, high_written;
};

template <int K, int Odd>
inline PhaseStrip<K, Odd> make_phase_strip(int x, const ConvDims& d) {
    PhaseStrip<K, Odd> strip;
    strip.x = x, strip.left = x / 2 + d.pad_left / 2 + strip.kLowest;
    for (int t = 0; t < strip.kLoads; ++t) strip.lanes_read[t] = lanes_inside(strip.left + t, d.ow);
    strip.is_inside = strip.left >= 0 && strip.left + strip.kLoads - 1 + kLanes <= d.ow;
    strip.low_written = lanes(0, clamp_lane(d.w - x)), strip.high_written = lanes(0, clamp_lane(d.w - x - kLanes));
    return strip;
}

/// Adds one row of gradients, seen through row `w` of the filter, to the even and the odd columns.
template <int K, int Odd>
CONVBOOK_INLINE void add_phases(Vec (&sum)[2], const float* row, const float* w, const PhaseStrip<K, Odd>& strip) {
    using Strip = PhaseStrip<K, Odd>;
    Vec read[Strip::kLoads];
    #pragma GCC unroll 8
    for (int t = 0; t < Strip::kLoads; ++t) read[t] = strip.is_inside ? load(row + strip.left + t) : load_part(row + strip.left + t, strip.lanes_read[t]);
    #pragma GCC unroll 8
    for (int j = 0; j < K; ++j) sum[(j + Odd) % 2] = fma(read[Strip::shift(j) - Strip::kLowest], broadcast(w[j]), sum[(j + Odd) % 2]);
}

/// Stride 2, one channel: row by row of the input, strip by strip.
template <int K, int Odd>
void depthwise_phases_plane(const float* grad, const float* w, float* gin, const PhaseStrip<K, Odd>* strips, int count, const ConvDims& d) {
    for (int y = 0; y < d.h; ++y) {
        for (int s = 0; s < count; ++s) {
            Vec sum[2] = {zero(), zero()};
            for (int i = (y + d.pad_top) % 2; i < K; i += 2) {
                const int row = (y + d.pad_top - i) / 2;
                if (y + d.pad_top >= i && row < d.oh) add_phases<K, Odd>(sum, grad + static_cast<ptrdiff_t>(row) * d.ow, w + i * K, strips[s]);
            }
            float* out = gin + static_cast<ptrdiff_t>(y) * d.w + strips[s].x;
            store_part(out, zip_low(sum[0], sum[1]), strips[s].low_written);
            if (strips[s].x + kLanes < d.w) store_part(out + kLanes, zip_high(sum[0], sum[1]), strips[s].high_written);
        }
    }
}

template <int K, int Odd>
void depthwise_phases(const float* grad, const float* w, float* gin, const ConvDims& d) {
    constexpr int kGroup = 16;
    PhaseStrip<K, Odd> strips[kGroup];
    for (int begin = 0; begin < d.w; begin += kGroup * 2 * kLanes) {
        int count = 0;
        for (int x = begin; x < d.w && count < kGroup; x += 2 * kLanes) strips[count++] = make_phase_strip<K, Odd>(x, d);
        for (ptrdiff_t plane = 0; plane < static_cast<ptrdiff_t>(d.n) * d.cin; ++plane) {
            depthwise_phases_plane<K, Odd>(grad + plane * d.oh * d.ow, w + plane % d.cin * K * K, gin + plane * d.h * d.w, strips, count, d);
        }
    }
}

constexpr int kStampPixels = 512;  // of a row at a time

/// One row of gradients times one weight, added to a row of the input.
inline void stamp_run(const float* grad, float weight, int count, float* row, int x, int stride, int width) {
    alignas(64) float scaled[kStampPixels];
    for (int first = 0; first < count; first += kStampPixels) {
        const int part = count - first < kStampPixels ? count - first : kStampPixels;
        for (int p = 0; p < part; p += kLanes) store(scaled + p, mul(load_part(grad + first + p, lanes(0, clamp_lane(part - p))), broadcast(weight)));
        fold_run(scaled, part, row, x + first * stride, stride, width);
    }
}

/// Any kernel, stride, dilation and multiplier (rung 2 of the ladder).
void depthwise_stamps(const float* grad, const float* w, float* gin, const ConvDims& d) {
    fill_zero(gin, static_cast<ptrdiff_t>(d.n) * d.cin * d.h * d.w);
    const int filters = d.cout / d.cin;
    for (ptrdiff_t plane = 0; plane < static_cast<ptrdiff_t>(d.n) * d.cout; ++plane) {
        const float* filter = w + plane % d.cout * d.kh * d.kw;
        float* image = gin + plane / filters * d.h * d.w;
        for (int y = 0; y < d.oh; ++y) {
            const float* row = grad + (plane * d.oh + y) * d.ow;
            for (int i = 0; i < d.kh; ++i) {
                const int iy = y * d.stride_h - d.pad_top + i * d.dilation_h;
                if (iy < 0 || iy >= d.h) continue;
                for (int j = 0; j < d.kw; ++j) stamp_run(row, filter[i * d.kw + j], d.ow, image + static_cast<ptrdiff_t>(iy) * d.w, j * d.dilation_w - d.pad_left, d.stride_w, d.w);
            }
        }
    }
}

void depthwise_conv2d_input_gradient(const float* grad, const float* w, float* gin, const ConvDims& d) {
    const bool is_square = d.kh == d.kw && d.stride_h == d.stride_w && d.dilation_h == 1 && d.dilation_w == 1 && d.cout == d.cin;
    const bool is_odd = d.pad_left % 2 == 1;
    if (is_square && d.kh == 3 && d.stride_h == 1) return depthwise_square<3, 1, true>(grad, w, nullptr, gin, turned(d));
    if (is_square && d.kh == 5 && d.stride_h == 1) return depthwise_square<5, 1, true>(grad, w, nullptr, gin, turned(d));
    if (is_square && d.kh == 3 && d.stride_h == 2) return is_odd ? depthwise_phases<3, 1>(grad, w, gin, d) : depthwise_phases<3, 0>(grad, w, gin, d);
    if (is_square && d.kh == 5 && d.stride_h == 2) return is_odd ? depthwise_phases<5, 1>(grad, w, gin, d) : depthwise_phases<5, 0>(grad, w, gin, d);
    depthwise_stamps(grad, w, gin, d);
}

}  // namespace
}  // namespace convbook::kernels
