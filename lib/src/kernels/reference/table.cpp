// The reference backend's table: one line per kernel of kernels.inc, complete by definition.
// Leaves out the choice between backends (dispatch.cpp).
#include "kernels/reference/reference.h"

namespace convbook::kernels {

const KernelTable& reference_kernels() {
    static constexpr KernelTable table{
#define CONVBOOK_KERNEL(name, type) .name = reference::name,
#include "kernels/kernels.inc"
#undef CONVBOOK_KERNEL
    };
    return table;
}

}  // namespace convbook::kernels
