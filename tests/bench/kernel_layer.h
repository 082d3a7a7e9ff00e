// One layer as the planar kernels take it: what kernels.cpp and gradients.cpp time.
// A name is a layer: dw3_144_56_s1 is depthwise, 3x3, 144 channels of 56x56, stride 1; pw_96_24_56 is pointwise, 96 to 24 channels of 56x56;
// stem_3_32_224 is the first convolution, conv3_64_28 a dense 3x3 from 64 to 64 channels.
#pragma once
#include "kernels/kernels.h"

namespace convbook::bench {

struct KernelLayer {
    enum class Kind { conv2d, depthwise_conv2d, pointwise_conv2d };
    Kind kind;
    const char* name;
    int cin, cout, k, stride, size;

    kernels::ConvDims dims(int images) const {
        const int pad = k / 2, out = (size + 2 * pad - k) / stride + 1;
        return {images, cin, size, size, cout, k, k, out, out, stride, stride, pad, pad, 1, 1, kind == Kind::depthwise_conv2d ? cin : 1};
    }
};

/// Floats of the three arrays, and what the layer costs.
struct KernelCost {
    double in, weights, out, flops;
    explicit KernelCost(const kernels::ConvDims& d)
        : in(static_cast<double>(d.n) * d.cin * d.h * d.w), weights(static_cast<double>(d.cout) * (d.cin / d.groups) * d.kh * d.kw),
          out(static_cast<double>(d.n) * d.cout * d.oh * d.ow), flops(2.0 * weights * d.n * d.oh * d.ow) {}
    double bytes() const { return 4.0 * (in + weights + out); }
};

}  // namespace convbook::bench
