// Pooling: how many windows there are, validation, dispatch. No pixel loops.
#include "convbook/grad.h"

#include <cstdint>
#include <algorithm>

#include "kernels/reference/reference.h"
#include "ops/checks.h"

namespace convbook {
namespace {

/// Number of windows along one direction; with `ceil_mode` the last one may hang over, but must start inside the image or its padding before.
int window_count(int size, int k, int stride, int before, int after, int dilation, bool ceil_mode) {
    const int whole = output_size(size, k, stride, before, after, dilation);
    const std::int64_t next_start = std::int64_t{whole} * stride, uncovered = std::int64_t{size} + before + after - effective_kernel(k, dilation);
    const bool is_covered = (whole - 1) * std::int64_t{stride} == uncovered;
    return ceil_mode && !is_covered && next_start < std::int64_t{size} + before ? whole + 1 : whole;
}

Padding checked_padding(const char* operation, const Shape& in, const PoolParams& p) {
    ops::require_image(operation, in);
    ops::require_at_least(operation, "kernel", p.kernel, 1);
    ops::require_at_least(operation, "stride", p.stride, 1);
    ops::require_at_least(operation, "dilation", p.dilation, 1);
    const Padding sides = resolve_padding(p.padding, {in.h, in.w}, p.kernel, p.stride, p.dilation);
    const bool is_given = p.padding.rule == Padding::Rule::sides;
    const int rows = std::max(sides.top, sides.bottom), columns = std::max(sides.left, sides.right);
    CONVBOOK_REQUIRE(!is_given || (rows <= p.kernel.h / 2 && columns <= p.kernel.w / 2), operation,
                     ": padding is at most half the kernel, or a window could see no pixel; padding=", Pair(rows, columns), ", kernel=", p.kernel,
                     ". Use at most ", Pair(p.kernel.h / 2, p.kernel.w / 2), ".");
    return sides;
}

Shape checked_pool_shape(const char* operation, const Shape& in, const PoolParams& p) {
    const Padding sides = checked_padding(operation, in, p);
    return ops::like(in, in.n, in.c, window_count(in.h, p.kernel.h, p.stride.h, sides.top, sides.bottom, p.dilation.h, p.ceil_mode),
                     window_count(in.w, p.kernel.w, p.stride.w, sides.left, sides.right, p.dilation.w, p.ceil_mode));
}

kernels::reference::PoolDims pool_dims(const char* operation, const Shape& in, const PoolParams& p) {
    const Padding sides = checked_padding(operation, in, p);
    return {p.kernel, p.stride, p.dilation, sides.top, sides.left, sides.bottom, sides.right, p.count_include_pad, p.divisor_override};
}

}  // namespace

Shape pool_output_shape(const Shape& in, const PoolParams& params) { return checked_pool_shape("pool2d", in, params); }

Tensor max_pool2d(TensorView in, const PoolParams& params) {
    ops::require_image("max_pool2d", in);
    Tensor out(checked_pool_shape("max_pool2d", in.shape, params));
    kernels::reference::max_pool2d(in, out, pool_dims("max_pool2d", in.shape, params));
    return out;
}

Tensor avg_pool2d(TensorView in, const PoolParams& params) {
    ops::require_image("avg_pool2d", in);
    CONVBOOK_REQUIRE(params.dilation == Pair(1), "avg_pool2d: the window has no gaps; dilation=", params.dilation,
                     ". Use dilation 1, or max_pool2d.");
    Tensor out(checked_pool_shape("avg_pool2d", in.shape, params));
    kernels::reference::avg_pool2d(in, out, pool_dims("avg_pool2d", in.shape, params));
    return out;
}

Tensor adaptive_avg_pool2d(TensorView in, Pair output) {
    ops::require_image("adaptive_avg_pool2d", in);
    ops::require_at_least("adaptive_avg_pool2d", "output", output, 1);
    CONVBOOK_REQUIRE(in.shape.h >= 1 && in.shape.w >= 1, "adaptive_avg_pool2d: there are pixels to average; in=", in.shape,
                     ". Give it at least one row and column.");
    Tensor out(ops::like(in.shape, in.shape.n, in.shape.c, output.h, output.w));
    kernels::reference::adaptive_avg_pool2d(in, out);
    return out;
}

Tensor global_avg_pool(TensorView in) {
    ops::require_image("global_avg_pool", in);
    CONVBOOK_REQUIRE(in.shape.h >= 1 && in.shape.w >= 1, "global_avg_pool: there are pixels to average; in=", in.shape,
                     ". Give it at least one row and column.");
    return adaptive_avg_pool2d(in, 1);
}

Tensor max_pool2d_gradient(TensorView in, TensorView grad, const PoolParams& params) {
    constexpr const char* kName = "max_pool2d_gradient";
    ops::require_image(kName, in);
    ops::require_gradient(kName, grad, checked_pool_shape(kName, in.shape, params));
    Tensor gin(in.shape);
    kernels::reference::max_pool2d_gradient(in, grad, gin, pool_dims(kName, in.shape, params));
    return gin;
}

Tensor avg_pool2d_gradient(const Shape& in, TensorView grad, const PoolParams& params) {
    constexpr const char* kName = "avg_pool2d_gradient";
    ops::require_gradient(kName, grad, checked_pool_shape(kName, in, params));
    Tensor gin(in);
    kernels::reference::avg_pool2d_gradient(grad, gin, pool_dims(kName, in, params));
    return gin;
}

Tensor adaptive_avg_pool2d_gradient(const Shape& in, TensorView grad) {
    constexpr const char* kName = "adaptive_avg_pool2d_gradient";
    ops::require_image(kName, in);
    ops::require_image(kName, grad, "grad");
    CONVBOOK_REQUIRE(grad.shape.n == in.n && grad.shape.c == in.c && in.h >= 1 && in.w >= 1 && grad.shape.h >= 1 && grad.shape.w >= 1, kName,
                     ": grad has the input's images and channels, and a bin or more; in=", in, ", grad=", grad.shape, ". Pass the gradient of what adaptive_avg_pool2d returned.");
    Tensor gin(in);
    kernels::reference::adaptive_avg_pool2d_gradient(grad, gin);
    return gin;
}

}  // namespace convbook
