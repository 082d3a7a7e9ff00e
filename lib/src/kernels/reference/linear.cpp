// Linear layer as its formula: every output is a weighted sum of all inputs of its row.
// Leaves out how an image becomes a row (ops/linear.cpp).
#include "kernels/reference/reference.h"

namespace convbook::kernels::reference {

//   out[n,o] = b[o] + sum_i w[o,i] * in[n,i]
// in [N,I]   w [O,I]   out [N,O]
void linear(TensorView in, TensorView w, TensorView bias, Tensor& out) {
    const int rows = in.shape.h, inputs = in.shape.w, outputs = w.shape.h;
    for (int n = 0; n < rows; ++n)
    for (int o = 0; o < outputs; ++o) {
        float sum = bias.is_absent() ? 0.0f : bias.data[o];
        for (int i = 0; i < inputs; ++i)
            sum += w(0, 0, o, i) * in(0, 0, n, i);
        out(0, 0, n, o) = sum;
    }
}

}  // namespace convbook::kernels::reference
