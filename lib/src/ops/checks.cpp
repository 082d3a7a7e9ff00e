// The rules that many operations share. Leaves out the rules of single operations.
#include "ops/checks.h"

namespace convbook::ops {

void require_image(const char* operation, const Shape& in, const char* what) {
    CONVBOOK_REQUIRE(in.rank == 3 || in.rank == 4, operation, ": ", what, " is N x C x H x W or C x H x W; ", what, "=", in,
                     ". Reshape it, for example to [1,1,H,W] for one plane.");
    in.count();  // throws for negative sizes and for more than memory can address
    CONVBOOK_REQUIRE(in.c >= 1, operation, ": ", what, " has at least one channel; ", what, "=", in, ". Give it channels.");
}

void require_image(const char* operation, TensorView in, const char* what) {
    CONVBOOK_REQUIRE(!in.is_absent(), operation, ": ", what, " is a tensor; got none. Pass the input.");
    require_image(operation, in.shape, what);
}

void require_at_least(const char* operation, const char* name, Pair value, int least) {
    CONVBOOK_REQUIRE(value.h >= least && value.w >= least, operation, ": ", name, " is at least ", least, "; ", name, "=", value, ". Use ", least,
                     " or more.");
}

void require_per_channel(const char* operation, const char* name, TensorView values, int channels) {
    if (values.is_absent()) return;
    CONVBOOK_REQUIRE(values.count() == static_cast<std::size_t>(channels), operation, ": one ", name, " per channel; ", channels, " channels, ", name,
                     "=", values.shape, ". Give ", channels, " values or leave it out.");
}

void require_gradient(const char* operation, TensorView grad, const Shape& out) {
    CONVBOOK_REQUIRE(!grad.is_absent() && grad.shape == out, operation, ": grad has the shape of the operation's result, ", out, "; grad=", grad.shape,
                     ". Pass the loss's gradient with respect to that result.");
}

void require_tensor(const char* operation, const char* name, TensorView tensor) {
    CONVBOOK_REQUIRE(!tensor.is_absent(), operation, ": ", name, " is a tensor; got none. Pass it.");
}

Shape like(const Shape& like, int n, int c, int h, int w) {
    Shape shape(n, c, h, w);
    shape.rank = like.rank;
    return shape;
}

Shape matrix_shape(const char* operation, const char* name, const Shape& w) {
    const bool is_kernel = w.rank == 4 && w.h == 1 && w.w == 1;
    CONVBOOK_REQUIRE(w.rank == 2 || is_kernel, operation, ": ", name, " is a matrix [O,I] or [O,I,1,1]; ", name, "=", w, ". Reshape it.");
    return is_kernel ? Shape::of({w.n, w.c}) : w;
}

}  // namespace convbook::ops
