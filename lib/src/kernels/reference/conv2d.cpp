// Convolution as its formula: one output value is the sum over a window, its channels and its weights.
// The definition that every faster kernel must equal; leaves out all speed. Ladder: this one, then depthwise_conv2d and pointwise_conv2d.
#include <algorithm>

#include "kernels/reference/reference.h"

namespace convbook::kernels::reference {

//   out[n,o,y,x] = b[o] + sum_c,i,j w[o,c,i,j] * in[n, g(o)C/G + c, y*s + i*d - p, x*s + j*d - p]
// in [N,C,H,W]   w [Cout,C/G,Kh,Kw]   out [N,Cout,H',W']
void conv2d(const float* in, const float* w, const float* bias, float* out, const ConvDims& d) {
    const int channels = d.cin / d.groups, filters = d.cout / d.groups;  // of one group
    const ZeroPadded input{{in, {d.n, d.cin, d.h, d.w}}};
    const TensorView weight{w, {d.cout, channels, d.kh, d.kw}};
    const Writer output{out, {d.n, d.cout, d.oh, d.ow}};
    const auto row = [&](int y, int i) { return y * d.stride_h + i * d.dilation_h - d.pad_top; };
    const auto column = [&](int x, int j) { return x * d.stride_w + j * d.dilation_w - d.pad_left; };

    for (int n = 0; n < d.n; ++n)
    for (int o = 0; o < d.cout; ++o)
    for (int y = 0; y < d.oh; ++y)
    for (int x = 0; x < d.ow; ++x) {
        const int first = o / filters * channels;  // of the channels that this filter's group may see
        float sum = bias ? bias[o] : 0.0f;
        for (int c = 0; c < channels; ++c)
        for (int i = 0; i < d.kh; ++i)
        for (int j = 0; j < d.kw; ++j)
            sum += weight(o, c, i, j) * input(n, first + c, row(y, i), column(x, j));
        output(n, o, y, x) = sum;
    }
}

//   gin[n, g(o)C/G + c, y*s + i*d - p, x*s + j*d - p] += grad[n,o,y,x] * w[o,c,i,j]
// grad [N,Cout,H',W']   w [Cout,C/G,Kh,Kw]   gin [N,C,H,W]
void conv2d_input_gradient(const float* grad, const float* w, float* gin, const ConvDims& d) {
    const int channels = d.cin / d.groups, filters = d.cout / d.groups;  // of one group
    const TensorView gradient{grad, {d.n, d.cout, d.oh, d.ow}}, weight{w, {d.cout, channels, d.kh, d.kw}};
    const Writer input{gin, {d.n, d.cin, d.h, d.w}};
    const Taps taps{d};

    std::fill_n(gin, input.shape.count(), 0.0f);
    for (int n = 0; n < d.n; ++n)
    for (int o = 0; o < d.cout; ++o)
    for (int y = 0; y < d.oh; ++y)
    for (int x = 0; x < d.ow; ++x) {
        const int first = o / filters * channels;
        for (int c = 0; c < channels; ++c)
        for (int i = 0; i < d.kh; ++i)
        for (int j = 0; j < d.kw; ++j)
            if (taps.is_inside(y, x, i, j))
                input(n, first + c, taps.row(y, i), taps.column(x, j)) += gradient(n, o, y, x) * weight(o, c, i, j);
    }
}

//   gw[o,c,i,j] = sum_n,y,x grad[n,o,y,x] * in[n, g(o)C/G + c, y*s + i*d - p, x*s + j*d - p]
// in [N,C,H,W]   grad [N,Cout,H',W']   gw [Cout,C/G,Kh,Kw]
void conv2d_weight_gradient(const float* in, const float* grad, float* gw, const ConvDims& d) {
    const int channels = d.cin / d.groups, filters = d.cout / d.groups;  // of one group
    const ZeroPadded input{{in, {d.n, d.cin, d.h, d.w}}};
    const TensorView gradient{grad, {d.n, d.cout, d.oh, d.ow}};
    const Writer weight{gw, {d.cout, channels, d.kh, d.kw}};
    const Taps taps{d};

    for (int o = 0; o < d.cout; ++o)
    for (int c = 0; c < channels; ++c)
    for (int i = 0; i < d.kh; ++i)
    for (int j = 0; j < d.kw; ++j) {
        const int first = o / filters * channels;
        float sum = 0.0f;
        for (int n = 0; n < d.n; ++n)
        for (int y = 0; y < d.oh; ++y)
        for (int x = 0; x < d.ow; ++x)
            sum += gradient(n, o, y, x) * input(n, first + c, taps.row(y, i), taps.column(x, j));
        weight(o, c, i, j) = sum;
    }
}

}  // namespace convbook::kernels::reference
