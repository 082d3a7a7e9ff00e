// ResNet-18 and ResNet-50 by the paper's table 1. Leaves out the blocks (residual.cpp). He et al. 2016, arXiv:1512.03385
#include "nets/residual.h"

namespace convbook {

Graph resnet18(const NetOptions& options) { return residual_network("resnet18", {.repeats = {2, 2, 2, 2}, .has_bottleneck = false}, options); }

Graph resnet50(const NetOptions& options) { return residual_network("resnet50", {.repeats = {3, 4, 6, 3}}, options); }

}  // namespace convbook
