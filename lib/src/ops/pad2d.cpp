// pad2d: shape rule, validation, dispatch. Leaves out where a border cell's value comes from (kernels/reference/pad2d.cpp).
#include "convbook/grad.h"

#include <algorithm>

#include "kernels/reference/reference.h"
#include "ops/checks.h"

namespace convbook {
namespace {

const char* name_of(PaddingMode mode) {
    switch (mode) {
        case PaddingMode::zeros: return "zeros";
        case PaddingMode::reflect: return "reflect";
        case PaddingMode::replicate: return "replicate";
        case PaddingMode::circular: return "circular";
    }
    return "unknown";
}

/// How far outside the image this mode still finds a cell to copy, for one direction.
void require_source(PaddingMode mode, int size, int pad, const char* direction) {
    if (pad == 0) return;
    const auto require = [&](bool holds, const char* rule) {
        CONVBOOK_REQUIRE(holds, "pad2d: ", name_of(mode), " ", rule, "; ", direction, "=", size, ", padding=", pad,
                         ". Pad less, or use another padding mode.");
    };
    if (mode == PaddingMode::reflect) require(pad < size, "mirrors at the edge cell, so the padding is less than the image");
    if (mode == PaddingMode::circular) require(pad <= size, "wraps around once, so the padding is at most the image");
    if (mode == PaddingMode::replicate) require(size > 0, "copies the edge cell, so the image is not empty");
}

/// Four numbers, after rejecting borders with nothing to copy.
Padding checked_sides(const Shape& in, const Padding& sides, PaddingMode mode) {
    CONVBOOK_REQUIRE(sides.rule == Padding::Rule::sides || sides.rule == Padding::Rule::valid,
                     "pad2d: the padding is four numbers; got a rule that depends on the kernel. Resolve it first with resolve_padding.");
    const Padding p = resolve_padding(sides, {in.h, in.w}, 1, 1, 1);
    require_source(mode, in.h, std::max(p.top, p.bottom), "H");
    require_source(mode, in.w, std::max(p.left, p.right), "W");
    return p;
}

/// A 1x1 window has as many positions as there are padded cells.
Shape padded_shape(const Shape& in, const Padding& p) {
    const auto padded = [](int size, int before, int after) {
        return std::max({size, before, after}) == 0 ? 0 : output_size(size, 1, 1, before, after, 1);
    };
    return ops::like(in, in.n, in.c, padded(in.h, p.top, p.bottom), padded(in.w, p.left, p.right));
}

}  // namespace

Tensor pad2d(TensorView in, const Padding& sides, PaddingMode mode, float value) {
    ops::require_image("pad2d", in);
    const Padding p = checked_sides(in.shape, sides, mode);
    Tensor out(padded_shape(in.shape, p));
    kernels::reference::pad2d(in, out, p, mode, value);
    return out;
}

Tensor pad2d_gradient(const Shape& in, const Padding& sides, PaddingMode mode, TensorView grad) {
    ops::require_image("pad2d_gradient", in);
    const Padding p = checked_sides(in, sides, mode);
    ops::require_gradient("pad2d_gradient", grad, padded_shape(in, p));
    Tensor gin(in);
    kernels::reference::pad2d_gradient(grad, gin, p, mode);
    return gin;
}

}  // namespace convbook
