// What the agreement tests run each kernel on: the shapes, and one call of the kernel with arrays of the right sizes.
// One sweep_<name>() per line of kernels.inc: without it the tests do not compile, so a kernel cannot exist untested.
#pragma once
#include <ostream>
#include <vector>

#include "kernels/kernels.h"

namespace convbook::test {

using kernels::ConvDims;
using kernels::PointwiseDims;

std::vector<ConvDims> shapes_conv2d();
std::vector<ConvDims> shapes_depthwise_conv2d();
std::vector<PointwiseDims> shapes_pointwise_conv2d();

/// How many floats a call takes (a bias of 0: the kernel knows none), and how many products make one value of the result.
struct Sizes { std::size_t first, second, bias, out; int terms; };
/// Of the forward pass: first is the input, second the weights.
Sizes sizes_of(const ConvDims& d);

/// What a kernel is run on. A gradient whose weights hold infinities is outside the claims: a fast kernel may multiply them by the zeros beside the image.
template <class Dims>
struct Sweep {
    std::vector<Dims> shapes;
    Sizes (*sizes)(const Dims& d);
    bool is_second_finite = false;
};
Sweep<ConvDims> sweep_conv2d();
Sweep<ConvDims> sweep_conv2d_input_gradient();
Sweep<ConvDims> sweep_conv2d_weight_gradient();
Sweep<ConvDims> sweep_depthwise_conv2d();
Sweep<ConvDims> sweep_depthwise_conv2d_input_gradient();
Sweep<ConvDims> sweep_depthwise_conv2d_weight_gradient();
Sweep<PointwiseDims> sweep_pointwise_conv2d();
Sweep<PointwiseDims> sweep_pointwise_conv2d_input_gradient();
Sweep<PointwiseDims> sweep_pointwise_conv2d_weight_gradient();

/// "[1,32,7,7] * [64,32,3,3] s1 p1 d1 g1", for the message of a failure.
std::string describe(const ConvDims& d);
std::string describe(const PointwiseDims& d);

}  // namespace convbook::test
