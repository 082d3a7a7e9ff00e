// The frame of ResNet's table 1, which ResNeXt and SE-ResNet share: what differs between them is in ResidualParams.
// Leaves out the papers' own choices (resnet.cpp, resnext.cpp, senet.cpp).
#pragma once
#include <array>

#include "nets/blocks.h"

namespace convbook {

struct ResidualParams {
    std::array<int, 4> repeats = {};  ///< blocks of conv2_x to conv5_x
    bool has_bottleneck = true;       ///< 1x1, 3x3, 1x1 with four times the channels at the end; otherwise two 3x3
    int groups = 1;                   ///< of the 3x3 convolution in a bottleneck
    int width_factor = 1;             ///< channels inside a bottleneck: 64, 128, 256, 512 times this
    int reduction = 0;                ///< squeeze-and-excitation before the addition; 0: none
};
Graph residual_network(const std::string& name, const ResidualParams& params, const NetOptions& options);

}  // namespace convbook
