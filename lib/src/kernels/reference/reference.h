// The definitions: every operation as plain loops that read as its formula. They are the oracle for the fast kernels and what the book quotes.
// They check nothing (ops/ has done it) and hurry nowhere; arguments have the shapes that ops.h names.
#pragma once
#include "convbook/ops.h"
#include "kernels/kernels.h"

namespace convbook::kernels::reference {

/// Reads a tensor that is 0 everywhere outside its image: zero padding, in one place.
struct ZeroPadded {
    TensorView in;
    float operator()(int n, int c, int y, int x) const {
        const bool is_inside = y >= 0 && y < in.shape.h && x >= 0 && x < in.shape.w;
        return is_inside ? in(n, c, y, x) : 0.0f;
    }
};
/// Writes a tensor by the same indices.
struct Writer {
    float* data;
    Shape shape;
    float& operator()(int n, int c, int y, int x) const { return data[shape.offset(n, c, y, x)]; }
};

// In KernelTable (kernels.inc): faster versions exist.
void conv2d(const float* in, const float* w, const float* bias, float* out, const ConvDims& d);
void depthwise_conv2d(const float* in, const float* w, const float* bias, float* out, const ConvDims& d);
void pointwise_conv2d(const float* in, const float* w, const float* bias, float* out, const PointwiseDims& d);

// Only here.
void conv_transpose2d(const float* in, const float* w, const float* bias, float* out, const ConvDims& d);
void pad2d(TensorView in, Tensor& out, const Padding& sides, PaddingMode mode, float value);
void linear(TensorView in, TensorView w, TensorView bias, Tensor& out);  // in [rows, I] and w [O, I] of rank 2
void channel_shuffle(TensorView in, Tensor& out, int groups);
void scale_channels(TensorView in, TensorView gate, Tensor& out);

struct PoolDims { Pair kernel, stride, dilation; int pad_top, pad_left, pad_bottom, pad_right; bool count_include_pad; int divisor_override; };
void max_pool2d(TensorView in, Tensor& out, const PoolDims& d);
void avg_pool2d(TensorView in, Tensor& out, const PoolDims& d);
void adaptive_avg_pool2d(TensorView in, Tensor& out);

struct ChannelStatistics { Tensor mean, var; };  // [C]; var is divided by the number of values (biased)
ChannelStatistics channel_statistics(TensorView in);
void batch_norm(TensorView in, TensorView mean, TensorView var, TensorView weight, TensorView bias, float eps, Tensor& out);

void softmax(TensorView in, Tensor& out, Axis axis);
void log_softmax(TensorView in, Tensor& out, Axis axis);
float cross_entropy_row(TensorView log_probabilities, int row, int target, float label_smoothing);

}  // namespace convbook::kernels::reference
