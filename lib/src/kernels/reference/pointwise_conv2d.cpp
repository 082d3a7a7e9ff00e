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

}  // namespace convbook::kernels::reference
