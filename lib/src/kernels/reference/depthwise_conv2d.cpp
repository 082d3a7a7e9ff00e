// Depthwise convolution as its formula: every channel is filtered on its own, so the sum over channels is gone.
// The definition that every faster kernel must equal; leaves out all speed.
#include <algorithm>

#include "kernels/reference/reference.h"

namespace convbook::kernels::reference {

//   out[n,o,y,x] = b[o] + sum_i,j w[o,0,i,j] * in[n, floor(o/m), y*s + i*d - p, x*s + j*d - p]
// in [N,C,H,W]   w [mC,1,Kh,Kw]   out [N,mC,H',W']
void depthwise_conv2d(const float* in, const float* w, const float* bias, float* out, const ConvDims& d) {
    const int filters_per_channel = d.cout / d.cin;
    const ZeroPadded input{{in, {d.n, d.cin, d.h, d.w}}};
    const TensorView weight{w, {d.cout, 1, d.kh, d.kw}};
    const Writer output{out, {d.n, d.cout, d.oh, d.ow}};
    const auto row = [&](int y, int i) { return y * d.stride_h + i * d.dilation_h - d.pad_top; };
    const auto column = [&](int x, int j) { return x * d.stride_w + j * d.dilation_w - d.pad_left; };

    for (int n = 0; n < d.n; ++n)
    for (int o = 0; o < d.cout; ++o)
    for (int y = 0; y < d.oh; ++y)
    for (int x = 0; x < d.ow; ++x) {
        const int c = o / filters_per_channel;  // the one channel that this filter sees
        float sum = bias ? bias[o] : 0.0f;
        for (int i = 0; i < d.kh; ++i)
        for (int j = 0; j < d.kw; ++j)
            sum += weight(o, 0, i, j) * input(n, c, row(y, i), column(x, j));
        output(n, o, y, x) = sum;
    }
}

//   gin[n, floor(o/m), y*s + i*d - p, x*s + j*d - p] += grad[n,o,y,x] * w[o,0,i,j]
// grad [N,mC,H',W']   w [mC,1,Kh,Kw]   gin [N,C,H,W]
void depthwise_conv2d_input_gradient(const float* grad, const float* w, float* gin, const ConvDims& d) {
    const int filters_per_channel = d.cout / d.cin;
    const TensorView gradient{grad, {d.n, d.cout, d.oh, d.ow}}, weight{w, {d.cout, 1, d.kh, d.kw}};
    const Writer input{gin, {d.n, d.cin, d.h, d.w}};
    const Taps taps{d};

    std::fill_n(gin, input.shape.count(), 0.0f);
    for (int n = 0; n < d.n; ++n)
    for (int o = 0; o < d.cout; ++o)
    for (int y = 0; y < d.oh; ++y)
    for (int x = 0; x < d.ow; ++x)
        for (int i = 0; i < d.kh; ++i)
        for (int j = 0; j < d.kw; ++j)
            if (taps.is_inside(y, x, i, j))
                input(n, o / filters_per_channel, taps.row(y, i), taps.column(x, j)) += gradient(n, o, y, x) * weight(o, 0, i, j);
}

//   gw[o,0,i,j] = sum_n,y,x grad[n,o,y,x] * in[n, floor(o/m), y*s + i*d - p, x*s + j*d - p]
// in [N,C,H,W]   grad [N,mC,H',W']   gw [mC,1,Kh,Kw]
void depthwise_conv2d_weight_gradient(const float* in, const float* grad, float* gw, const ConvDims& d) {
    const int filters_per_channel = d.cout / d.cin;
    const ZeroPadded input{{in, {d.n, d.cin, d.h, d.w}}};
    const TensorView gradient{grad, {d.n, d.cout, d.oh, d.ow}};
    const Writer weight{gw, {d.cout, 1, d.kh, d.kw}};
    const Taps taps{d};

    for (int o = 0; o < d.cout; ++o)
    for (int i = 0; i < d.kh; ++i)
    for (int j = 0; j < d.kw; ++j) {
        float sum = 0.0f;
        for (int n = 0; n < d.n; ++n)
        for (int y = 0; y < d.oh; ++y)
        for (int x = 0; x < d.ow; ++x)
            sum += gradient(n, o, y, x) * input(n, o / filters_per_channel, taps.row(y, i), taps.column(x, j));
        weight(o, 0, i, j) = sum;
    }
}

}  // namespace convbook::kernels::reference
