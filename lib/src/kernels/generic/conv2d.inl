// Convolution in general (groups, any kernel, stride, dilation, padding) as the product of gemm.inl: out[cout, pixels] = w[cout, K] * patches[K, pixels],
// K = cin/groups * kh * kw. Leaves out transforms that multiply less (Winograd) and unfolding ahead of time.
//
// The ladder
//   1 naive         seven loops around one multiply-add.
//   2 im2col        writes all patches out, kh*kw times the image, then one matrix product: fast arithmetic, but the unfolded image leaves every cache.
//   3 this: panels  only kPanelWidth output pixels are unfolded at a time, straight into the panel that the register tile reads; it never leaves the
//                   first-level cache, and all output channels pass over it. Panels run on from image to image (joined_product.inl).
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
CONVBOOK_INLINE void unfold_run(const float* row, int x, int stride, int width, float* panel, int count) {
    for (int p = 0; p < count; p += kLanes) store(panel + p, load_tap(row, x + p * stride, stride, width));
}

/// Of one row of the panel: what the tap (i, j) of one channel's plane sees at the output pixels of a piece.
CONVBOOK_INLINE void unfold_tap(const float* plane, int i, int j, const ConvDims& d, const PanelPiece& piece, float* panel) {
    for (int y = piece.y, x = piece.x, count = piece.count; count > 0; ++y, x = 0) {
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

/// Rows k..k+depth-1 of the patch matrix (row = channel, then i, then j), for the pixels of a panel. Divides once, then counts on.
template <int Width>
inline void unfold(Images<const float> in, const ConvDims& d, int k, int depth, const PanelPieces<Width>& pieces, float* panel, ptrdiff_t panel_stride) {
    const int taps = d.kh * d.kw;
    ptrdiff_t plane = static_cast<ptrdiff_t>(k / taps) * d.h * d.w;
    int i = k % taps / d.kw, j = k % d.kw;
    for (int row = 0; row < depth; ++row, panel += panel_stride) {
        for (const PanelPiece& piece : pieces) unfold_tap(in.at(piece.image) + plane, i, j, d, piece, panel + piece.column);
        if (++j == d.kw) j = 0, ++i;
        if (i == d.kh) i = 0, plane += static_cast<ptrdiff_t>(d.h) * d.w;
    }
}

inline bool is_pointwise(const ConvDims& d) {
    return d.kh == 1 && d.kw == 1 && d.stride_h == 1 && d.stride_w == 1 && d.oh == d.h && d.ow == d.w && d.pad_top == 0 && d.pad_left == 0;
}

/// One group.
void conv2d_group(Images<const float> in, const float* w, const float* bias, Images<float> out, const ConvDims& d) {
    const int cin = d.cin / d.groups, cout = d.cout / d.groups, depth = cin * d.kh * d.kw;
    if (is_pointwise(d)) return pointwise_images(in, w, bias, out, {d.n, cin, cout, d.oh * d.ow});
    joined_product({d.n, depth, cout, {d.oh, d.ow}}, {w, depth, 1}, bias, out,
                   [&](const PanelPieces<kPanelWidth>& pieces, int k, int rows, float* panel) { unfold(in, d, k, rows, pieces, panel, kPanelWidth); });
}

void conv2d(const float* in, const float* w, const float* bias, float* out, const ConvDims& d) {
    const int cin = d.cin / d.groups, cout = d.cout / d.groups;
    const ptrdiff_t in_planes = static_cast<ptrdiff_t>(cin) * d.h * d.w, out_planes = static_cast<ptrdiff_t>(cout) * d.oh * d.ow;
    const ptrdiff_t weights = static_cast<ptrdiff_t>(cout) * cin * d.kh * d.kw;
    for (int g = 0; g < d.groups; ++g)
        conv2d_group({in + g * in_planes, d.groups * in_planes}, w + g * weights, bias ? bias + g * cout : nullptr, {out + g * out_planes, d.groups * out_planes}, d);
}

}  // namespace
}  // namespace convbook::kernels
