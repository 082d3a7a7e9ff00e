// softmax, log_softmax, cross_entropy: which axis `dim` means, validation, reduction. No loops over values.
#include "convbook/grad.h"

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

namespace {

/// What both gradients have in common: they begin at the operation's result.
Tensor gradient_along(const char* operation, void (*rule)(TensorView, TensorView, Tensor&, Axis), TensorView out, TensorView grad, Axis axis) {
    ops::require_tensor(operation, "out", out);
    ops::require_gradient(operation, grad, out.shape);
    Tensor gin(out.shape);
    rule(out, grad, gin, axis);
    return gin;
}

/// Rejects targets that name no class.
void require_targets(TensorView logits, std::span<const int> target, float label_smoothing) {
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
}

}  // namespace

Tensor softmax_gradient(TensorView out, TensorView grad, Axis axis) {
    return gradient_along("softmax_gradient", kernels::reference::softmax_gradient, out, grad, axis);
}

Tensor log_softmax_gradient(TensorView out, TensorView grad, Axis axis) {
    return gradient_along("log_softmax_gradient", kernels::reference::log_softmax_gradient, out, grad, axis);
}

float cross_entropy(TensorView logits, std::span<const int> target, Reduction reduction, float label_smoothing) {
    require_targets(logits, target, label_smoothing);
    const Shape& s = logits.shape;
    const Tensor log_probabilities = log_softmax(logits, Axis::w);
    float sum = 0.0f;
    for (int row = 0; row < s.h; ++row) sum += kernels::reference::cross_entropy_row(log_probabilities, row, target[static_cast<std::size_t>(row)], label_smoothing);
    return reduction == Reduction::mean ? sum / static_cast<float>(s.h) : sum;
}

Tensor cross_entropy_gradient(TensorView logits, std::span<const int> target, Reduction reduction, float label_smoothing) {
    require_targets(logits, target, label_smoothing);
    const Tensor probabilities = softmax(logits, Axis::w);
    Tensor gin(logits.shape);
    for (int row = 0; row < logits.shape.h; ++row)
        kernels::reference::cross_entropy_row_gradient(probabilities, row, target[static_cast<std::size_t>(row)], label_smoothing, gin);
    const float share = reduction == Reduction::mean ? 1.0f / static_cast<float>(logits.shape.h) : 1.0f;
    for (float& value : gin.values()) value *= share;
    return gin;
}

}  // namespace convbook
