// ResNeXt-50 (32x4d) by the paper's table 1, right: the 3x3 convolution of each bottleneck is twice as wide and in 32 groups, of 4 channels in conv2_x.
// Leaves out the blocks (residual.cpp). Xie et al. 2017, arXiv:1611.05431
#include "nets/residual.h"

namespace convbook {

Graph resnext50_32x4d(const NetOptions& options) { return residual_network("resnext50_32x4d", {.repeats = {3, 4, 6, 3}, .groups = 32, .width_factor = 2}, options); }

}  // namespace convbook
