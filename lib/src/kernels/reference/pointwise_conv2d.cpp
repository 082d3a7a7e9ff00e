// Pointwise convolution as its formula: one matrix times the channel vector of every pixel, so the sum over the window is gone.
// The definition that every faster kernel must equal; leaves out all speed.
#include "kernels/reference/reference.h"

namespace convbook::kernels::reference {

//   out[n,o,pixel] = b[o] + sum_c w[o,c] * in[n,c,pixel]
// in [N,C,HW]   w [Cout,C]   out [N,Cout,HW]
void pointwise_conv2d(const float* in, const float* w, const float* bias, float* out, const PointwiseDims& d) {
    const TensorView input{in, {1, d.n, d.cin, d.pixels}};
    const TensorView weight{w, {1, 1, d.cout, d.cin}};
    const Writer output{out, {1, d.n, d.cout, d.pixels}};

    for (int n = 0; n < d.n; ++n)
    for (int o = 0; o < d.cout; ++o)
    for (int pixel = 0; pixel < d.pixels; ++pixel) {
        float sum = bias ? bias[o] : 0.0f;
        for (int c = 0; c < d.cin; ++c)
            sum += weight(0, 0, o, c) * input(0, n, c, pixel);
        output(0, n, o, pixel) = sum;
    }
}

//   gin[n,c,pixel] = sum_o w[o,c] * grad[n,o,pixel]
// grad [N,Cout,HW]   w [Cout,C]   gin [N,C,HW]
void pointwise_conv2d_input_gradient(const float* grad, const float* w, float* gin, const PointwiseDims& d) {
    const TensorView gradient{grad, {1, d.n, d.cout, d.pixels}}, weight{w, {1, 1, d.cout, d.cin}};
    const Writer input{gin, {1, d.n, d.cin, d.pixels}};

    for (int n = 0; n < d.n; ++n)
    for (int c = 0; c < d.cin; ++c)
    for (int pixel = 0; pixel < d.pixels; ++pixel) {
        float sum = 0.0f;
        for (int o = 0; o < d.cout; ++o)
            sum += weight(0, 0, o, c) * gradient(0, n, o, pixel);
        input(0, n, c, pixel) = sum;
    }
}

//   gw[o,c] = sum_n,pixel grad[n,o,pixel] * in[n,c,pixel]
// in [N,C,HW]   grad [N,Cout,HW]   gw [Cout,C]
void pointwise_conv2d_weight_gradient(const float* in, const float* grad, float* gw, const PointwiseDims& d) {
    const TensorView input{in, {1, d.n, d.cin, d.pixels}}, gradient{grad, {1, d.n, d.cout, d.pixels}};
    const Writer weight{gw, {1, 1, d.cout, d.cin}};

    for (int o = 0; o < d.cout; ++o)
    for (int c = 0; c < d.cin; ++c) {
        float sum = 0.0f;
        for (int n = 0; n < d.n; ++n)
        for (int pixel = 0; pixel < d.pixels; ++pixel)
            sum += gradient(0, n, o, pixel) * input(0, n, c, pixel);
        weight(0, 0, o, c) = sum;
    }
}

}  // namespace convbook::kernels::reference
