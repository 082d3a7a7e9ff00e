// linear: how an image becomes rows, validation, dispatch. No loops over values.
#include "convbook/grad.h"

#include "kernels/reference/reference.h"
#include "ops/checks.h"

namespace convbook {
namespace {

/// Number of rows of `inputs` values: the last dimension, or everything after N, is one row. -1 if neither fits.
std::int64_t row_count(const Shape& in, int inputs) {
    if (in.w == inputs) return std::int64_t{in.n} * in.c * in.h;
    const bool is_flat_row = std::int64_t{in.c} * in.h * in.w == inputs;
    return is_flat_row ? in.n : -1;
}

struct LinearShapes { Shape in, w, out; };  // all of rank 2

/// Rejects rows of another length than the weights'.
LinearShapes checked_shapes(const char* operation, const Shape& in, const Shape& w) {
    const Shape matrix = ops::matrix_shape(operation, "w", w);
    const std::int64_t rows = row_count(in, matrix.w);
    CONVBOOK_REQUIRE(rows >= 0, operation, ": each row of the input has as many values as w has columns; in=", in, ", w=", matrix, ". Make w [", matrix.h, ",",
                     in.rank > 2 ? in.c * in.h * in.w : in.w, "], or reshape the input.");
    const int count = static_cast<int>(rows);
    return {Shape::of({count, matrix.w}), matrix, Shape::of({count, matrix.h})};
}

}  // namespace

Tensor linear(TensorView in, TensorView w, TensorView bias) {
    CONVBOOK_REQUIRE(!in.is_absent() && !w.is_absent(), "linear: in and w are tensors; one is missing. Pass both.");
    const LinearShapes shapes = checked_shapes("linear", in.shape, w.shape);
    ops::require_per_channel("linear", "bias", bias, shapes.w.h);
    Tensor out(shapes.out);
    kernels::reference::linear({in.data, shapes.in}, {w.data, shapes.w}, bias, out);
    return out;
}

// Both gradients are products of matrices that pointwise convolution has already: rows of `grad` stand for its weights, values of a row for its pixels.

Tensor linear_input_gradient(const Shape& in, TensorView w, TensorView grad) {
    constexpr const char* kName = "linear_input_gradient";
    ops::require_tensor(kName, "w", w);
    const LinearShapes shapes = checked_shapes(kName, in, w.shape);
    ops::require_gradient(kName, grad, shapes.out);
    Tensor gin(in);
    kernels::active_kernels().pointwise_conv2d(w.data, grad.data, nullptr, gin.data(), {.n = 1, .cin = shapes.w.h, .cout = shapes.in.h, .pixels = shapes.w.w});
    return gin;
}

Tensor linear_weight_gradient(TensorView in, const Shape& w, TensorView grad) {
    constexpr const char* kName = "linear_weight_gradient";
    ops::require_tensor(kName, "in", in);
    const LinearShapes shapes = checked_shapes(kName, in.shape, w);
    ops::require_gradient(kName, grad, shapes.out);
    Tensor gw(w);
    kernels::active_kernels().pointwise_conv2d_input_gradient(in.data, grad.data, gw.data(), {.n = 1, .cin = shapes.w.h, .cout = shapes.in.h, .pixels = shapes.w.w});
    return gw;
}

}  // namespace convbook
