// Channel shuffle as its formula: whole channels move, nothing is computed.
// Leaves out the divisibility rule (ops/channel_shuffle.cpp).
#include <algorithm>

#include "kernels/reference/reference.h"

namespace convbook::kernels::reference {

//   out[n, i*G + g] = in[n, g*(C/G) + i]
void channel_shuffle(TensorView in, Tensor& out, int groups) {
    const int channels = in.shape.c / groups;  // of one group
    const std::size_t pixels = static_cast<std::size_t>(in.shape.h) * in.shape.w;
    for (int n = 0; n < in.shape.n; ++n)
    for (int g = 0; g < groups; ++g)
    for (int i = 0; i < channels; ++i)
        std::copy_n(in.data + in.shape.offset(n, g * channels + i, 0, 0), pixels, &out(n, i * groups + g, 0, 0));
}

}  // namespace convbook::kernels::reference
