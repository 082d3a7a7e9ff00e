// Convolution in general (groups, any kernel, stride, dilation, padding) as the product of gemm.inl: out[cout, pixels] = w[cout, K] * patches[K, pixels],
// K = cin/groups * kh * kw. Leaves out transforms that multiply less (Winograd) and unfolding ahead of time.
//
// The ladder
//   1 naive         seven loops around one multiply-add.
//   2 im2col        writes all patches out, kh*kw times the image, then one matrix product: fast arithmetic, but the unfolded image leaves every cache.
//   3 this: panels  only kPanelWidth output pixels are unfolded at a time, straight into the panel that the register tile reads; it never leaves the
//                   first-level cache, and all output channels pass over it.
// The panel's rows are pieces of image rows: at stride 1 copied a vector at a time, at stride 2 the even columns of two vectors. A block of output pixels runs
// on over row ends, so that 7x7 maps fill the lanes too. Columns and rows outside the image are written as 0.
// What bounds it: the multiply-add pipes when there are many output channels; for the first layer of a network (K = 27, 32 channels) unfolding
// takes as long again.
#pragma once
#include "generic/partial.inl"
#include "generic/pointwise_conv2d.inl"

namespace convbook::kernels {
namespace {

/// `count` outputs of one output row, from column x on, of one tap: writes whole vectors, up to kLanes - 1 floats too many.
inline void unfold_run(const float* row, int x, int stride, int width, float* panel, int count) {
    for (int p = 0; p < count; p += kLanes) store(panel + p, load_tap(row, x + p * stride, stride, width));
}

/// A place in the output: where a block of pixels begins.
struct Pixel { int y, x; };

/// One row of the panel: what the tap (i, j) of one channel's plane sees at `count` output pixels from `begin` on, counted along the rows.
inline void unfold_tap(const float* plane, int i, int j, const ConvDims& d, Pixel begin, int count, float* panel) {
    for (int y = begin.y, x = begin.x; count > 0; ++y, x = 0) {
        const int run = d.ow - x < count ? d.ow - x : count;
        const int iy = y * d.stride_h - d.pad_top + i * d.dilation_h;
        if (iy < 0 || iy >= d.h) {
            for (int p = 0; p < run; p += kLanes) store(panel + p, zero());
        } else {
            unfold_run(plane + static_cast<ptrdiff_t>(iy) * d.w, x * d.stride_w - d.pad_left + j * d.dilation_w, d.stride_w, d.w, panel, run);
        }
        panel += run;
        count -= run;
    }
}

/// Rows k..k+depth-1 of the patch matrix (row = channel, then i, then j), for `count` output pixels. Divides once, then counts on.
inline void unfold(const float* in, const ConvDims& d, int k, int depth, Pixel begin, int count, float* panel, ptrdiff_t panel_stride) {
    const int taps = d.kh * d.kw;
    const float* plane = in + static_cast<ptrdiff_t>(k / taps) * d.h * d.w;
    int i = k % taps / d.kw, j = k % d.kw;
    for (int row = 0; row < depth; ++row, panel += panel_stride) {
        unfold_tap(plane, i, j, d, begin, count, panel);
        if (++j == d.kw) j = 0, ++i;
        if (i == d.kh) i = 0, plane += static_cast<ptrdiff_t>(d.h) * d.w;
    }
}

/// One group of one image: `in` holds its cin/groups planes, `out` its cout/groups planes.
void conv2d_group(const float* in, const float* w, const float* bias, float* out, const ConvDims& d) {
    alignas(64) float panel[kPanelDepth * kPanelWidth + kLanes];
    const int cout = d.cout / d.groups, depth = d.cin / d.groups * d.kh * d.kw, pixels = d.oh * d.ow;
    for (int p = 0; p < pixels; p += kPanelWidth) {
        const int width = pixels - p < kPanelWidth ? pixels - p : kPanelWidth;
        for (int k = 0; k < depth; k += kPanelDepth) {
            const int slice = depth - k < kPanelDepth ? depth - k : kPanelDepth;
            unfold(in, d, k, slice, {p / d.ow, p % d.ow}, width, panel, kPanelWidth);
            gemm_panel(cout, {w + k, depth, 1}, panel, kPanelWidth, slice, out + p, pixels, width, {bias, k == 0});
        }
    }
}

inline bool is_pointwise(const ConvDims& d) {
    return d.kh == 1 && d.kw == 1 && d.stride_h == 1 && d.stride_w == 1 && d.oh == d.h && d.ow == d.w && d.pad_top == 0 && d.pad_left == 0;
}

void conv2d(const float* in, const float* w, const float* bias, float* out, const ConvDims& d) {
    const int cin = d.cin / d.groups, cout = d.cout / d.groups;
    const ptrdiff_t in_planes = static_cast<ptrdiff_t>(cin) * d.h * d.w, out_planes = static_cast<ptrdiff_t>(cout) * d.oh * d.ow;
    const ptrdiff_t weights = static_cast<ptrdiff_t>(cout) * cin * d.kh * d.kw;
    for (ptrdiff_t block = 0; block < static_cast<ptrdiff_t>(d.n) * d.groups; ++block) {
        const ptrdiff_t group = block % d.groups;
        const float* group_bias = bias ? bias + group * cout : nullptr;
        if (is_pointwise(d)) pointwise_image(in + block * in_planes, w + group * weights, group_bias, out + block * out_planes, {1, cin, cout, d.h * d.w});
        else conv2d_group(in + block * in_planes, w + group * weights, group_bias, out + block * out_planes, d);
    }
}

}  // namespace
}  // namespace convbook::kernels
