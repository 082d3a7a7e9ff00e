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

/// Where tap (i, j) of the output at (y, x) looks in the input.
struct Taps {
    const ConvDims& d;
    int row(int y, int i) const { return y * d.stride_h + i * d.dilation_h - d.pad_top; }
    int column(int x, int j) const { return x * d.stride_w + j * d.dilation_w - d.pad_left; }
    bool is_inside(int y, int x, int i, int j) const { return row(y, i) >= 0 && row(y, i) < d.h && column(x, j) >= 0 && column(x, j) < d.w; }
};

// In KernelTable (kernels.inc): faster versions exist.
void conv2d(const float* in, const float* w, const float* bias, float* out, const ConvDims& d);
void depthwise_conv2d(const float* in, const float* w, const float* bias, float* out, const ConvDims& d);
void pointwise_conv2d(const float* in, const float* w, const float* bias, float* out, const PointwiseDims& d);
void conv2d_input_gradient(const float* grad, const float* w, float* gin, const ConvDims& d);
void conv2d_weight_gradient(const float* in, const float* grad, float* gw, const ConvDims& d);
void depthwise_conv2d_input_gradient(const float* grad, const float* w, float* gin, const ConvDims& d);
void depthwise_conv2d_weight_gradient(const float* in, const float* grad, float* gw, const ConvDims& d);
void pointwise_conv2d_input_gradient(const float* grad, const float* w, float* gin, const PointwiseDims& d);
void pointwise_conv2d_weight_gradient(const float* in, const float* grad, float* gw, const PointwiseDims& d);

// Only here.
void conv_transpose2d(const float* in, const float* w, const float* bias, float* out, const ConvDims& d);
void pad2d(TensorView in, Tensor& out, const Padding& sides, PaddingMode mode, float value);
void pad2d_gradient(TensorView grad, Tensor& gin, const Padding& sides, PaddingMode mode);  // gin is 0 before
void linear(TensorView in, TensorView w, TensorView bias, Tensor& out);  // in [rows, I] and w [O, I] of rank 2
void channel_shuffle(TensorView in, Tensor& out, int groups);
void scale_channels(TensorView in, TensorView gate, Tensor& out);
void scale_channels_gradient(TensorView in, TensorView gate, TensorView grad, Tensor& gin, Tensor& ggate);

struct PoolDims { Pair kernel, stride, dilation; int pad_top, pad_left, pad_bottom, pad_right; bool count_include_pad; int divisor_override; };
void max_pool2d(TensorView in, Tensor& out, const PoolDims& d);
void avg_pool2d(TensorView in, Tensor& out, const PoolDims& d);
void adaptive_avg_pool2d(TensorView in, Tensor& out);
// gin is 0 before
void max_pool2d_gradient(TensorView in, TensorView grad, Tensor& gin, const PoolDims& d);
void avg_pool2d_gradient(TensorView grad, Tensor& gin, const PoolDims& d);
void adaptive_avg_pool2d_gradient(TensorView grad, Tensor& gin);

// Batch norm, channel by channel: all that is done to one is done while its pixels are near
struct ChannelStatistics { float mean, var; };  // var is divided by the number of values (biased)
ChannelStatistics channel_statistics(TensorView in, int c);
void batch_norm(TensorView in, int c, ChannelStatistics of, float weight, float bias, float eps, Tensor& out);
struct BatchNormSums { float grad_normal, grad; };  // the gradients of weight and bias
BatchNormSums batch_norm_sums(TensorView in, int c, ChannelStatistics of, TensorView grad, float eps);
void batch_norm_input_gradient(int c, float var, float weight, TensorView grad, float eps, Tensor& gin);
void batch_norm_train_input_gradient(TensorView in, int c, ChannelStatistics batch, float weight, TensorView grad, BatchNormSums sums, float eps, Tensor& gin);

void softmax(TensorView in, Tensor& out, Axis axis);
void log_softmax(TensorView in, Tensor& out, Axis axis);
void softmax_gradient(TensorView out, TensorView grad, Tensor& gin, Axis axis);
void log_softmax_gradient(TensorView out, TensorView grad, Tensor& gin, Axis axis);
float cross_entropy_row(TensorView log_probabilities, int row, int target, float label_smoothing);
void cross_entropy_row_gradient(TensorView probabilities, int row, int target, float label_smoothing, Tensor& gin);

}  // namespace convbook::kernels::reference
