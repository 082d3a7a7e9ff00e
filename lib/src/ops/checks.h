// The rules that many operations share, each said once: what counts as an image, a bias, a per-channel vector.
// Leaves out the rules of single operations, which stand in their own files.
#pragma once
#include "convbook/ops.h"
#include "kernels/kernels.h"

namespace convbook::ops {

/// in must be N x C x H x W or C x H x W.
void require_image(const char* operation, const Shape& in, const char* what = "in");
void require_image(const char* operation, TensorView in, const char* what = "in");
/// Every value of both numbers at least `least`.
void require_at_least(const char* operation, const char* name, Pair value, int least);
/// Absent, or one value for each of `channels`.
void require_per_channel(const char* operation, const char* name, TensorView values, int channels);

/// grad must have the shape that the operation returned.
void require_gradient(const char* operation, TensorView grad, const Shape& out);
void require_tensor(const char* operation, const char* name, TensorView tensor);

/// The same rank as `like`, other numbers.
Shape like(const Shape& like, int n, int c, int h, int w);

/// What a convolution's kernel needs to know, after resolve_padding; zeros stand outside.
kernels::ConvDims conv_dims(const Shape& in, const Shape& w, const Shape& out, const ConvParams& params, const Padding& sides);
/// Input and padding of a convolution whose border is written out first unless it is zeros.
struct PaddedInput {
    Tensor written;  ///< empty for zeros
    Padding sides;   ///< what is left for the kernel to pad with zeros
    TensorView view(TensorView in) const { return written.data() ? TensorView(written) : in; }
};
PaddedInput pad_for_conv(TensorView in, const Shape& w, const ConvParams& params);
/// The gradients of a convolution by the kernels of one kind (conv2d, depthwise): border folded back or written out, validation, dispatch.
using GradientKernel = kernels::Conv2dGradientKernel kernels::KernelTable::*;
Tensor conv_input_gradient(const char* operation, GradientKernel kernel, const Shape& in, TensorView w, TensorView grad, const ConvParams& params);
Tensor conv_weight_gradient(const char* operation, GradientKernel kernel, TensorView in, const Shape& w, TensorView grad, const ConvParams& params);
/// Checks shared by all convolutions; `operation` stands at the head of the message.
Shape checked_conv_shape(const char* operation, const Shape& in, const Shape& w, const ConvParams& params);

/// Rank 2 rows x columns of a weight matrix given as [O,I] or [O,I,1,1].
Shape matrix_shape(const char* operation, const char* name, const Shape& w);

}  // namespace convbook::ops
