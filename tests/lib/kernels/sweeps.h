// What the agreement tests run each kernel on: the shapes, and one call of the kernel with arrays of the right sizes.
// One shapes_<name>() per line of kernels.inc: without it the tests do not compile, so a kernel cannot exist untested.
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

/// How many floats a call takes, and how many products make one output.
struct Sizes { std::size_t in, w, bias, out; int terms; };
Sizes sizes_of(const ConvDims& d);
Sizes sizes_of(const PointwiseDims& d);

/// "[1,32,7,7] * [64,32,3,3] s1 p1 d1 g1", for the message of a failure.
std::string describe(const ConvDims& d);
std::string describe(const PointwiseDims& d);

}  // namespace convbook::test
