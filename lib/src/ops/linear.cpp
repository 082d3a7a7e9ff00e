// linear: how an image becomes rows, validation, dispatch. No loops over values.
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

}  // namespace

Tensor linear(TensorView in, TensorView w, TensorView bias) {
    // Reject rows of another length than the weights'
    CONVBOOK_REQUIRE(!in.is_absent() && !w.is_absent(), "linear: in and w are tensors; one is missing. Pass both.");
    const Shape matrix = ops::matrix_shape("linear", "w", w.shape);
    const std::int64_t rows = row_count(in.shape, matrix.w);
    CONVBOOK_REQUIRE(rows >= 0, "linear: each row of the input has as many values as w has columns; in=", in.shape, ", w=", matrix, ". Make w [",
                     matrix.h, ",", in.shape.rank > 2 ? in.shape.c * in.shape.h * in.shape.w : in.shape.w, "], or reshape the input.");
    ops::require_per_channel("linear", "bias", bias, matrix.h);
    // Multiply
    Tensor out(Shape::of({static_cast<int>(rows), matrix.h}));
    kernels::reference::linear({in.data, Shape::of({static_cast<int>(rows), matrix.w})}, {w.data, matrix}, bias, out);
    return out;
}

}  // namespace convbook
