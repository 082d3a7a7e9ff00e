// Transposed convolution as stamping: every input value leaves the whole kernel, scaled by itself, in the output; overlaps add up.
// Leaves out the two other views (zero insertion, gradient of conv2d), which are laws in the tests.
#include <algorithm>

#include "kernels/reference/reference.h"

namespace convbook::kernels::reference {
namespace {

void fill_with_bias(const Writer& output, const float* bias) {
    for (int n = 0; n < output.shape.n; ++n)
    for (int o = 0; o < output.shape.c; ++o)
        std::fill_n(&output(n, o, 0, 0), output.shape.h * static_cast<std::size_t>(output.shape.w), bias ? bias[o] : 0.0f);
}

}  // namespace

//   out[n, g*Cout/G + o, y*s + i*d - p, x*s + j*d - p] += in[n,c,y,x] * w[c,o,i,j]   for every input channel c of group g
// in [N,C,H,W]   w [C,Cout/G,Kh,Kw]   out [N,Cout,H',W']
void conv_transpose2d(const float* in, const float* w, const float* bias, float* out, const ConvDims& d) {
    const int channels = d.cin / d.groups, filters = d.cout / d.groups;  // of one group
    const TensorView input{in, {d.n, d.cin, d.h, d.w}}, weight{w, {d.cin, filters, d.kh, d.kw}};
    const Writer output{out, {d.n, d.cout, d.oh, d.ow}};
    const auto row = [&](int y, int i) { return y * d.stride_h + i * d.dilation_h - d.pad_top; };
    const auto column = [&](int x, int j) { return x * d.stride_w + j * d.dilation_w - d.pad_left; };
    const auto is_inside = [&](int y, int x) { return y >= 0 && y < d.oh && x >= 0 && x < d.ow; };

    fill_with_bias(output, bias);
    for (int n = 0; n < d.n; ++n)
    for (int c = 0; c < d.cin; ++c)
    for (int y = 0; y < d.h; ++y)
    for (int x = 0; x < d.w; ++x) {
        const int first = c / channels * filters;  // of the output channels that this group may write
        for (int o = 0; o < filters; ++o)
        for (int i = 0; i < d.kh; ++i)
        for (int j = 0; j < d.kw; ++j)
            if (is_inside(row(y, i), column(x, j)))
                output(n, first + o, row(y, i), column(x, j)) += input(n, c, y, x) * weight(c, o, i, j);
    }
}

}  // namespace convbook::kernels::reference
