// Gradients of convolution in general (groups, any kernel, stride, dilation, padding), each a product of matrices around the unfolding of conv2d.inl:
// gw[cout, K] = grad[cout, pixels] * patches[K, pixels]^T, and gin = fold(w^T[K, cout] * grad[cout, pixels]), K = cin/groups * kh * kw.
//
// The ladder
//   1 naive           the seven loops of the forward pass, three arrays, one multiply-add.
//   2 im2col          all patches written out, one product, and for the input everything folded back: the unfolded image leaves every cache, twice.
//   3 this: weights   kPanelWidth rows of patches of one slice of pixels are unfolded, turned, meet the gradients of all output channels, and are forgotten (weight_product.inl).
//   4 this: input     kProductRows rows of the product are made in the first-level cache and added to the image at once: where the forward pass has gathered, this one
//                     spreads. One addition for every tap and pixel, 1/cout of the multiply-adds; at stride 1 whole vectors of them.
// What bounds it: the multiply-add pipes when there are many output channels. At strides above 1 the additions go one by one; few layers need that: the
// first layer, the usual one with a stride, has no input to give a gradient to.
#pragma once
#include "generic/conv2d.inl"
#include "generic/pointwise_conv2d_gradient.inl"

namespace convbook::kernels {
namespace {

inline void fill_zero(float* out, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; ++i) out[i] = 0.0f;
}

/// Adds `count` values to row[x], row[x + stride], ...; what would land outside 0..width-1 is dropped.
inline void fold_run(const float* values, int count, float* row, int x, int stride, int width) {
    int first = x < 0 ? (-x + stride - 1) / stride : 0;
    const int last = x >= width ? 0 : (width - 1 - x) / stride + 1, end = last < count ? last : count;
    if (stride > 1) {
        for (; first < end; ++first) row[x + first * stride] += values[first];
        return;
    }
    for (; first + kLanes <= end; first += kLanes) store(row + x + first, add(load(row + x + first), load(values + first)));
    if (first < end) {
        const LaneSet rest = lanes(0, end - first);
        store_part(row + x + first, add(load_part(row + x + first, rest), load_part(values + first, rest)), rest);
    }
}

/// Adds what tap (i, j) hands back to one channel's plane, for the output pixels of a piece.
inline void fold_tap(const float* values, float* plane, int i, int j, const ConvDims& d, const PanelPiece& piece) {
    for (int y = piece.y, x = piece.x, count = piece.count; count > 0; ++y, x = 0) {
        const int run = d.ow - x < count ? d.ow - x : count;
        const int iy = y * d.stride_h - d.pad_top + i * d.dilation_h;
        if (iy >= 0 && iy < d.h) fold_run(values, run, plane + static_cast<ptrdiff_t>(iy) * d.w, x * d.stride_w - d.pad_left + j * d.dilation_w, d.stride_w, d.w);
        values += run, count -= run;
    }
}

/// Rows k..k+rows-1 of the product, [rows, kPanelWidth], are added to the images that they belong to.
inline void fold(const float* product, int k, int rows, Images<float> gin, const ConvDims& d, const PanelPieces<kPanelWidth>& pieces) {
    const int taps = d.kh * d.kw;
    for (int row = k; row < k + rows; ++row, product += kPanelWidth) {
        const ptrdiff_t plane = static_cast<ptrdiff_t>(row / taps) * d.h * d.w;
        for (const PanelPiece& piece : pieces) fold_tap(product + piece.column, gin.at(piece.image) + plane, row % taps / d.kw, row % d.kw, d, piece);
    }
}

/// One group; gin is added to.
void conv2d_input_gradient_group(Images<const float> grad, const float* w, Images<float> gin, const ConvDims& d) {
    alignas(64) float panel[kPanelDepth * kPanelWidth + kLanes], product[kProductRows * kPanelWidth];
    const int cout = d.cout / d.groups, rows = d.cin / d.groups * d.kh * d.kw, pixels = d.oh * d.ow, total = d.n * pixels;
    for (int first = 0; first < total; first += kPanelWidth) {
        const PanelPieces<kPanelWidth> pieces(first, total - first < kPanelWidth ? total - first : kPanelWidth, {d.oh, d.ow});
        for (int o = 0; o < cout; o += kPanelDepth) {
            const int depth = cout - o < kPanelDepth ? cout - o : kPanelDepth;
            copy_planes(grad, pixels, pieces, o, depth, panel);
            for (int k = 0; k < rows; k += kProductRows) {
                const int count = rows - k < kProductRows ? rows - k : kProductRows;
                gemm_panel(count, {w + static_cast<ptrdiff_t>(o) * rows + k, 1, rows}, panel, kPanelWidth, depth, product, kPanelWidth, pieces.width, {nullptr, true});
                fold(product, k, count, gin, d, pieces);
            }
        }
    }
}

void conv2d_input_gradient(const float* grad, const float* w, float* gin, const ConvDims& d) {
    const int cin = d.cin / d.groups, cout = d.cout / d.groups, pixels = d.oh * d.ow;
    const ptrdiff_t in_planes = static_cast<ptrdiff_t>(cin) * d.h * d.w, out_planes = static_cast<ptrdiff_t>(cout) * pixels, weights = static_cast<ptrdiff_t>(cout) * cin * d.kh * d.kw;
    if (!is_pointwise(d)) fill_zero(gin, static_cast<ptrdiff_t>(d.n) * d.groups * in_planes);
    for (int g = 0; g < d.groups; ++g) {
        const Images<const float> group_grad{grad + g * out_planes, d.groups * out_planes};
        const Images<float> group_gin{gin + g * in_planes, d.groups * in_planes};
        if (is_pointwise(d)) pointwise_gradient_images(group_grad, w + g * weights, group_gin, {d.n, cin, cout, pixels});
        else conv2d_input_gradient_group(group_grad, w + g * weights, group_gin, d);
    }
}

void conv2d_weight_gradient(const float* in, const float* grad, float* gw, const ConvDims& d) {
    const int cin = d.cin / d.groups, cout = d.cout / d.groups, columns = cin * d.kh * d.kw;
    const ptrdiff_t in_planes = static_cast<ptrdiff_t>(cin) * d.h * d.w, out_planes = static_cast<ptrdiff_t>(cout) * d.oh * d.ow;
    for (int g = 0; g < d.groups; ++g) {
        const Images<const float> group_in{in + g * in_planes, d.groups * in_planes};
        weight_product({d.n, cout, columns, {d.oh, d.ow}}, {grad + g * out_planes, d.groups * out_planes}, gw + static_cast<ptrdiff_t>(g) * cout * columns,
                       [&](const PanelPieces<kPanelDepth>& pieces, int k, int count, float* rows) { unfold(group_in, d, k, count, pieces, rows, kPanelDepth); });
    }
}

}  // namespace
}  // namespace convbook::kernels
