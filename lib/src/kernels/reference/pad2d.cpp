// Padding written out: where each cell of the border takes its value from, one small function per mode.
// Leaves out the check that the source cell exists (ops/pad2d.cpp).
#include <algorithm>
#include <cstdlib>

#include "kernels/reference/reference.h"

namespace convbook::kernels::reference {
namespace {

/// The row (or column) inside 0..size-1 that position `i` outside copies.
int source_index(int i, int size, PaddingMode mode) {
    switch (mode) {
        case PaddingMode::reflect:   return i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;  // the mirror stands on the edge cell
        case PaddingMode::replicate: return std::clamp(i, 0, size - 1);
        case PaddingMode::circular:  return (i + size) % size;
        case PaddingMode::zeros:     break;
    }
    return i;
}

}  // namespace

//   out[n,c,y,x] = in[n,c, source(y - top), source(x - left)], or `value` outside the image
// in [N,C,H,W]   out [N,C,top+H+bottom,left+W+right]
void pad2d(TensorView in, Tensor& out, const Padding& sides, PaddingMode mode, float value) {
    const Shape &from = in.shape, &to = out.shape();
    const auto is_inside = [&](int y, int x) { return y >= 0 && y < from.h && x >= 0 && x < from.w; };

    for (int n = 0; n < to.n; ++n)
    for (int c = 0; c < to.c; ++c)
    for (int y = 0; y < to.h; ++y)
    for (int x = 0; x < to.w; ++x) {
        const int source_y = source_index(y - sides.top, from.h, mode), source_x = source_index(x - sides.left, from.w, mode);
        out(n, c, y, x) = is_inside(source_y, source_x) ? in(n, c, source_y, source_x) : value;
    }
}

//   gin[n,c, source(y - top), source(x - left)] += grad[n,c,y,x]
// grad [N,C,top+H+bottom,left+W+right]   gin [N,C,H,W]
void pad2d_gradient(TensorView grad, Tensor& gin, const Padding& sides, PaddingMode mode) {
    const Shape &from = grad.shape, &to = gin.shape();
    const auto is_inside = [&](int y, int x) { return y >= 0 && y < to.h && x >= 0 && x < to.w; };

    for (int n = 0; n < from.n; ++n)
    for (int c = 0; c < from.c; ++c)
    for (int y = 0; y < from.h; ++y)
    for (int x = 0; x < from.w; ++x) {
        const int source_y = source_index(y - sides.top, to.h, mode), source_x = source_index(x - sides.left, to.w, mode);
        if (is_inside(source_y, source_x)) gin(n, c, source_y, source_x) += grad(n, c, y, x);
    }
}

}  // namespace convbook::kernels::reference
