// Carries planar arrays to a blocked kernel and back: blocks them, fences the memory of every array, builds the job, and returns planar outputs.
// Leaves out what the results are compared with (blocked.cpp).
#pragma once
#include <vector>

#include "kernels/blocked.h"
#include "kernels/kernels.h"
#include "lib/kernels/guarded.h"

namespace convbook::test {

using Floats = std::vector<float>;

/// One convolution on planar arrays; `residual` may be empty.
struct PlanarConv {
    kernels::ConvDims d;  // of one image
    Floats in, w, bias, residual;
    kernels::Epilogue epilogue;
};

Floats to_blocked(const Floats& planar, int channels, int pixels, int lanes);
Floats to_planar(const Floats& blocked, int channels, int pixels, int lanes);

// Each runs one kernel of the table on the whole image and returns planar outputs.
Floats run_pointwise(const kernels::BlockedTable& table, const PlanarConv& conv, Guarded::Side side);
Floats run_depthwise(const kernels::BlockedTable& table, const PlanarConv& conv, Guarded::Side side);
Floats run_conv(const kernels::BlockedTable& table, const PlanarConv& conv, bool is_planar, Guarded::Side side);
Floats run_winograd(const kernels::BlockedTable& table, const PlanarConv& conv, Guarded::Side side);  // 3x3 at stride 1: both transforms and the products between
Floats run_pool(const kernels::BlockedTable& table, const PlanarConv& pool, bool is_max, Guarded::Side side);  // w is not read

}  // namespace convbook::test
