// softmax, log_softmax, cross_entropy: which axis `dim` means, validation, reduction. No loops over values.
#include "kernels/reference/reference.h"
#include "ops/checks.h"

namespace convbook {

Axis axis_of(const Shape& shape, int dim) {
    CONVBOOK_REQUIRE(dim >= -shape.rank && dim < shape.rank, "axis_of: dim counts the ", shape.rank,
                     " dimensions from 0, or from the end with -1; shape=", shape, ", dim=", dim, ". Use ", -shape.rank, "..", shape.rank - 1, ".");
    const int from_front = dim < 0 ? dim + shape.rank : dim;
    return static_cast<Axis>(4 - shape.rank + from_front);
}

Tensor softmax(TensorView in, Axis axis) {
    CONVBOOK_REQUIRE(!in.is_absent(), "softmax: in is a tensor; got none. Pass the input.");
    Tensor out(in.shape);
    kernels::reference::softmax(in, out, axis);
    return out;
}

Tensor log_softmax(TensorView in, Axis axis) {
    CONVBOOK_REQUIRE(!in.is_absent(), "log_softmax: in is a tensor; got none. Pass the input.");
    Tensor out(in.shape);
    kernels::reference::log_softmax(in, out, axis);
    return out;
}

float cross_entropy(TensorView logits, std::span<const int> target, Reduction reduction, float label_smoothing) {
    // Reject targets that name no class
    const Shape& s = logits.shape;
    CONVBOOK_REQUIRE(!logits.is_absent() && s.n == 1 && s.c == 1 && s.h >= 1 && s.w >= 1,
                     "cross_entropy: logits are [N,K] with N, K >= 1; logits=", s, ". Flatten the network's output to rank 2.");
    CONVBOOK_REQUIRE(target.size() == static_cast<std::size_t>(s.h), "cross_entropy: one target per row; logits=", s, ", targets=", target.size(),
                     ". Give ", s.h, " class numbers.");
    CONVBOOK_REQUIRE(label_smoothing >= 0.0f && label_smoothing <= 1.0f,
                     "cross_entropy: label_smoothing is a share; label_smoothing=", label_smoothing, ". Use a number from 0 to 1.");
    for (const int k : target)
        CONVBOOK_REQUIRE(k >= 0 && k < s.w, "cross_entropy: a target is a class number 0..", s.w - 1, "; got ", k,
                         ". Check the labels, or give the network more classes.");
    // Add up the rows
    const Tensor log_probabilities = log_softmax(logits, Axis::w);
    float sum = 0.0f;
    for (int row = 0; row < s.h; ++row) sum += kernels::reference::cross_entropy_row(log_probabilities, row, target[static_cast<std::size_t>(row)], label_smoothing);
    return reduction == Reduction::mean ? sum / static_cast<float>(s.h) : sum;
}

}  // namespace convbook
