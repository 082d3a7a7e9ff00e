// Gradients of pointwise convolution: with respect to the input gin[cin, pixels] = w^T * grad[cout, pixels], the forward product with transposed weights
// (gemm.inl); with respect to the weights gw[cout, cin] = grad * in^T, with the input on its side (weight_product.inl). Leaves out those two products.
//
// The ladder of the input gradient
//   1 transpose       write w^T out, call the forward kernel: right, but the weights of a wide layer are megabytes to write and read back at every step.
//   2 this: strides   the tile reads w down its columns: 8 rows of w^T are 8 neighbours in memory, so each step of the depth reads one cache line of weights
//                     instead of one float from each of 8 lines.
//   3 this: columns   the pixels that a row of vectors leaves over (1 of 49) are a product with the roles exchanged: lanes run along the input channels.
// What bounds it: the multiply-add pipes. Weights are read across the pages of w, so for very wide layers the address translation shows.
#pragma once
#include "generic/pointwise_conv2d.inl"
#include "generic/weight_product.inl"

namespace convbook::kernels {
namespace {

/// gin of the last `count` <= kMostColumns pixels of an image: gin^T[p, c] = sum_o grad^T[p, o] * w[o, c].
void pointwise_gradient_columns(const float* grad, const float* w, float* gin, const PointwiseDims& d, int count) {
    alignas(64) float panel[kPanelDepth * kPanelWidth], result[kMostColumns * kPanelWidth];
    for (int c = 0; c < d.cin; c += kPanelWidth) {
        const int width = d.cin - c < kPanelWidth ? d.cin - c : kPanelWidth;
        for (int k = 0; k < d.cout; k += kPanelDepth) {
            const int depth = d.cout - k < kPanelDepth ? d.cout - k : kPanelDepth;
            const float* x = w + static_cast<ptrdiff_t>(k) * d.cin + c;
            const bool is_copied = width < kPanelWidth;  // whole vectors would reach beyond the weights
            if (is_copied) pack_pixels(x, d.cin, depth, width, panel);
            gemm_panel(count, {grad + static_cast<ptrdiff_t>(k) * d.pixels, 1, d.pixels}, is_copied ? panel : x, is_copied ? kPanelWidth : d.cin, depth, result, kPanelWidth, width,
                       {nullptr, k == 0});
        }
        for (int i = 0; i < width; ++i) {
            for (int p = 0; p < count; ++p) gin[static_cast<ptrdiff_t>(c + i) * d.pixels + p] = result[p * kPanelWidth + i];
        }
    }
}

/// One image.
void pointwise_gradient_image(const float* grad, const float* w, float* gin, const PointwiseDims& d) {
    alignas(64) float panel[kPanelDepth * kPanelWidth];
    const int rest = d.pixels % kLanes, columns = rest <= kMostColumns ? rest : 0, pixels = d.pixels - columns;
    for (int p = 0; p < pixels; p += kPanelWidth) {
        const int width = pixels - p < kPanelWidth ? pixels - p : kPanelWidth;
        for (int k = 0; k < d.cout; k += kPanelDepth) {
            const int depth = d.cout - k < kPanelDepth ? d.cout - k : kPanelDepth;
            pack_pixels(grad + static_cast<ptrdiff_t>(k) * d.pixels + p, d.pixels, depth, width, panel);
            gemm_panel(d.cin, {w + static_cast<ptrdiff_t>(k) * d.cin, 1, d.cin}, panel, kPanelWidth, depth, gin + p, d.pixels, width, {nullptr, k == 0});
        }
    }
    if (columns > 0) pointwise_gradient_columns(grad + pixels, w, gin + pixels, d, columns);
}

/// Several images, one by one or joined.
void pointwise_gradient_images(Images<const float> grad, const float* w, Images<float> gin, const PointwiseDims& d) {
    if (joining_pays(d.n, d.pixels)) return joined_planes_product({d.n, d.cout, d.cin, {1, d.pixels}}, {w, 1, d.cin}, nullptr, grad, gin);
    for (int n = 0; n < d.n; ++n) pointwise_gradient_image(grad.at(n), w, gin.at(n), d);
}

void pointwise_conv2d_input_gradient(const float* grad, const float* w, float* gin, const PointwiseDims& d) {
    pointwise_gradient_images({grad, static_cast<ptrdiff_t>(d.cout) * d.pixels}, w, {gin, static_cast<ptrdiff_t>(d.cin) * d.pixels}, d);
}

void pointwise_conv2d_weight_gradient(const float* in, const float* grad, float* gw, const PointwiseDims& d) {
    const Images<const float> images{in, static_cast<ptrdiff_t>(d.cin) * d.pixels};
    weight_product({d.n, d.cout, d.cin, {1, d.pixels}}, {grad, static_cast<ptrdiff_t>(d.cout) * d.pixels}, gw,
                   [&](const PanelPieces<kPanelDepth>& pieces, int k, int count, float* rows) { copy_planes(images, d.pixels, pieces, k, count, rows); });
}

}  // namespace
}  // namespace convbook::kernels
