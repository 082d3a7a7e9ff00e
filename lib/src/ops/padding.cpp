// Where the window may stand: effective kernel, output size, and what 'same', 'valid' and TensorFlow's 'same' mean in rows and columns.
// Leaves out writing the border (pad2d.cpp).
#include <algorithm>
#include <cstdint>
#include <limits>

#include "ops/checks.h"

namespace convbook {
namespace {

std::int64_t window_rows(int k, int dilation) { return static_cast<std::int64_t>(dilation) * (k - 1) + 1; }

int checked_int(std::int64_t size, const char* what) {
    CONVBOOK_REQUIRE(size <= std::numeric_limits<int>::max(), what, ": a side is at most 2147483647 long; got ", size,
                     ". Use smaller kernel, dilation or padding.");
    return static_cast<int>(size);
}

/// What TensorFlow adds to one direction so that the windows cover ceil(size / stride) positions.
int tf_same_total(int size, int k, int stride, int dilation) {
    const std::int64_t windows = (static_cast<std::int64_t>(size) + stride - 1) / stride;
    return checked_int(std::max<std::int64_t>((windows - 1) * stride + window_rows(k, dilation) - size, 0), "padding tf_same");
}

/// `total` rows shared out, the odd one after the image.
Padding split(int rows, int columns) {
    Padding sides;
    sides.top = rows / 2, sides.bottom = rows - rows / 2;
    sides.left = columns / 2, sides.right = columns - columns / 2;
    return sides;
}

}  // namespace

int effective_kernel(int k, int dilation) {
    CONVBOOK_REQUIRE(k >= 1 && dilation >= 1, "effective_kernel: kernel and dilation are at least 1; k=", k, ", d=", dilation, ". Use 1 or more.");
    return checked_int(window_rows(k, dilation), "effective_kernel");
}

int output_size(int size, int k, int stride, int pad_before, int pad_after, int dilation) {
    CONVBOOK_REQUIRE(size >= 0 && k >= 1 && stride >= 1 && dilation >= 1 && pad_before >= 0 && pad_after >= 0,
                     "output_size: kernel, stride and dilation are at least 1, size and padding at least 0; size=", size, ", k=", k, ", s=", stride,
                     ", p=(", pad_before, ",", pad_after, "), d=", dilation, ". Correct the one below its limit.");
    const std::int64_t padded = std::int64_t{size} + pad_before + pad_after, window = window_rows(k, dilation);
    checked_int(padded, "output_size");
    CONVBOOK_REQUIRE(window <= padded, "output_size: the window stays inside the padded image; d(k-1)+1 = ", window, " > ", size, "+", pad_before,
                     "+", pad_after, " = ", padded, ". Add padding, or use a smaller kernel or dilation.");
    return static_cast<int>((padded - window) / stride) + 1;
}

Padding resolve_padding(const Padding& padding, Pair in, Pair kernel, Pair stride, Pair dilation) {
    ops::require_at_least("padding", "kernel", kernel, 1);
    ops::require_at_least("padding", "stride", stride, 1);
    ops::require_at_least("padding", "dilation", dilation, 1);
    switch (padding.rule) {
        case Padding::Rule::valid: return {};
        case Padding::Rule::same:
            CONVBOOK_REQUIRE(stride == Pair(1), "padding 'same': H' = H needs stride 1; stride=", stride,
                             ". Give the padding as numbers, or use tf_same (H' = ceil(H/s)).");
            return split(effective_kernel(kernel.h, dilation.h) - 1, effective_kernel(kernel.w, dilation.w) - 1);
        case Padding::Rule::tf_same:
            return split(tf_same_total(in.h, kernel.h, stride.h, dilation.h), tf_same_total(in.w, kernel.w, stride.w, dilation.w));
        case Padding::Rule::sides: break;
    }
    CONVBOOK_REQUIRE(std::min({padding.top, padding.bottom, padding.left, padding.right}) >= 0, "padding: no side is negative; top=", padding.top,
                     ", bottom=", padding.bottom, ", left=", padding.left, ", right=", padding.right,
                     ". Use 0 or more; to drop rows, crop the image.");
    return padding;
}

}  // namespace convbook
