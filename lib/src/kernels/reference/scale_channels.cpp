// The gate of squeeze-and-excitation as its formula: one factor a channel.
// Leaves out how the factors come about (ops/squeeze_excite.cpp).
#include "kernels/reference/reference.h"

namespace convbook::kernels::reference {

//   out[n,c,y,x] = in[n,c,y,x] * gate[n,c,0,0]
void scale_channels(TensorView in, TensorView gate, Tensor& out) {
    for (int n = 0; n < in.shape.n; ++n)
    for (int c = 0; c < in.shape.c; ++c)
    for (int y = 0; y < in.shape.h; ++y)
    for (int x = 0; x < in.shape.w; ++x)
        out(n, c, y, x) = in(n, c, y, x) * gate(n, c, 0, 0);
}

//   gin[n,c,y,x] = grad[n,c,y,x] * gate[n,c,0,0],   ggate[n,c,0,0] = sum_y,x grad[n,c,y,x] * in[n,c,y,x]
void scale_channels_gradient(TensorView in, TensorView gate, TensorView grad, Tensor& gin, Tensor& ggate) {
    for (int n = 0; n < in.shape.n; ++n)
    for (int c = 0; c < in.shape.c; ++c) {
        float sum = 0.0f;
        for (int y = 0; y < in.shape.h; ++y)
        for (int x = 0; x < in.shape.w; ++x) {
            gin(n, c, y, x) = grad(n, c, y, x) * gate(n, c, 0, 0);
            sum += grad(n, c, y, x) * in(n, c, y, x);
        }
        ggate(n, c, 0, 0) = sum;
    }
}

}  // namespace convbook::kernels::reference
