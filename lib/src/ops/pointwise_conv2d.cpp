// pointwise_conv2d: shape rule, validation, dispatch. No pixel loops.
#include <limits>

#include "ops/checks.h"

namespace convbook {

Tensor pointwise_conv2d(TensorView in, TensorView w, TensorView bias) {
    // Reject shapes the formula has no meaning for
    ops::require_image("pointwise_conv2d", in);
    CONVBOOK_REQUIRE(w.shape.rank == 4 && w.shape.h == 1 && w.shape.w == 1 && !w.is_absent(),
                     "pointwise_conv2d: the kernel is 1 x 1, w = [Cout,C,1,1]; w=", w.shape, ". Use conv2d for a window that looks around.");
    CONVBOOK_REQUIRE(w.shape.c == in.shape.c, "pointwise_conv2d: every filter has one weight per input channel; in=", in.shape, ", w=", w.shape,
                     ". Make w.c ", in.shape.c, "; for 1 x 1 filters in groups use conv2d.");
    ops::require_per_channel("pointwise_conv2d", "bias", bias, w.shape.n);
    const auto pixels = static_cast<std::int64_t>(in.shape.h) * in.shape.w;
    CONVBOOK_REQUIRE(pixels <= std::numeric_limits<int>::max(), "pointwise_conv2d: an image has at most 2147483647 pixels; in=", in.shape,
                     ". Split the image.");
    // Allocate the output
    Tensor out(ops::like(in.shape, in.shape.n, w.shape.n, in.shape.h, in.shape.w));
    // Run the fastest kernel this CPU supports
    kernels::active_kernels().pointwise_conv2d(in.data, w.data, bias.data, out.data(),
                                               {.n = in.shape.n, .cin = in.shape.c, .cout = w.shape.n, .pixels = static_cast<int>(pixels)});
    return out;
}

}  // namespace convbook
