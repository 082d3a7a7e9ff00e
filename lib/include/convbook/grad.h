// The gradient of every operation that training needs, in the order of ops.h: how a loss L changes with what an operation read, from how it changes with what
// it wrote. Each rule is the chain rule over the operation's formula; where a formula is a sum of products, a factor's gradient is the other factor times `grad`.
// Common to all: `grad` is dL/dout; a result has the shape of what it is the gradient of; shapes are refused as the operation refuses them. Leaves out backward through a whole Graph (train.h) and `add`, whose inputs both receive `grad`.
#pragma once
#include "convbook/ops.h"

namespace convbook {

/// Every cell of the border hands its gradient to the cell it copied: gin[source(y - top), source(x - left)] += grad[y,x]. `in`: the shape that was padded.
Tensor pad2d_gradient(const Shape& in, const Padding& sides, PaddingMode mode, TensorView grad);
// ---- Convolutions: each gradient costs as many multiply-adds as the forward pass --------------------------------------------------
/// gin[n, g(o)C/G + c, y*s+i*d-p, x*s+j*d-p] += grad[n,o,y,x] * w[o,c,i,j]: the transposed convolution.   grad [N,Cout,H',W'], gin [N,C,H,W]
/// Dumoulin and Visin 2016, arXiv:1603.07285, section 4
Tensor conv2d_input_gradient(const Shape& in, TensorView w, TensorView grad, const ConvParams& params = {});
/// gw[o,c,i,j] = sum_n,y,x grad[n,o,y,x] * in[n, g(o)C/G + c, y*s+i*d-p, x*s+j*d-p]: each tap against what it saw.   gw [Cout, C/G, Kh, Kw]
Tensor conv2d_weight_gradient(TensorView in, const Shape& w, TensorView grad, const ConvParams& params = {});
Tensor depthwise_conv2d_input_gradient(const Shape& in, TensorView w, TensorView grad, const ConvParams& params = {});   ///< the same with groups = C
Tensor depthwise_conv2d_weight_gradient(TensorView in, const Shape& w, TensorView grad, const ConvParams& params = {});  ///< the same with groups = C
Tensor pointwise_conv2d_input_gradient(const Shape& in, TensorView w, TensorView grad);   ///< gin[n,c,p] = sum_o w[o,c] * grad[n,o,p]
Tensor pointwise_conv2d_weight_gradient(TensorView in, const Shape& w, TensorView grad);  ///< gw[o,c] = sum_n,p grad[n,o,p] * in[n,c,p]
/// conv2d of `grad`: the gradient of stamping is looking through the stamp.   w [C, Cout/G, Kh, Kw]
Tensor conv_transpose2d_input_gradient(const Shape& in, TensorView w, TensorView grad, const ConvTransposeParams& params = {});
Tensor conv_transpose2d_weight_gradient(TensorView in, const Shape& w, TensorView grad, const ConvTransposeParams& params = {});  ///< what each value met under the stamp
/// gb[o] = sum_n,y,x grad[n,o,y,x]; of a linear layer (rank 2) gb[o] = sum_n grad[n,o].   [Cout]
Tensor bias_gradient(TensorView grad);
// ---- Channels ----------------------------------------------------------------------------------------------------------------
Tensor channel_shuffle_gradient(TensorView grad, int groups);  ///< shuffled back: channel_shuffle with C/G groups
/// Each input receives its own channels.
std::vector<Tensor> concat_gradient(std::span<const Shape> inputs, TensorView grad);
Tensor slice_channels_gradient(const Shape& in, int first, TensorView grad);  ///< 0 in the channels that were left out
struct ScaleChannelsGradients { Tensor in, gate; };
/// gin = grad * gate[n,c],  ggate[n,c] = sum_y,x grad * in.
ScaleChannelsGradients scale_channels_gradient(TensorView in, TensorView gate, TensorView grad);
struct SqueezeExciteGradients { Tensor in, reduce, reduce_bias, expand, expand_bias; };
/// The chain rule through mean, two layers and gate; biases that are absent have no gradient.   Hu et al. 2018, arXiv:1709.01507, section 3
SqueezeExciteGradients squeeze_excite_gradient(TensorView in, const SqueezeExciteWeights& w, TensorView grad, Gate gate = Gate::sigmoid);
// ---- Normalisation -----------------------------------------------------------------------------------------------------------
struct BatchNormGradients { Tensor in, weight, bias; };  ///< weight and bias [C] whether the layer has them or not
/// With x^ = (in - mean) / sqrt(var + eps), all [C]:  gw = sum grad * x^,  gb = sum grad,  gin = grad * w / sqrt(var + eps).
BatchNormGradients batch_norm_gradient(TensorView in, TensorView mean, TensorView var, TensorView weight, TensorView grad, const BatchNormParams& params = {});
/// Mean and variance are the batch's own (BatchNormResult) and move with every value (m = N*H*W):  gin = w / sqrt(var + eps) * (grad - gb/m - x^ * gw/m).
/// Ioffe and Szegedy 2015, arXiv:1502.03167, section 3
BatchNormGradients batch_norm_train_gradient(TensorView in, TensorView mean, TensorView var, TensorView weight, TensorView grad, const BatchNormParams& params = {});
// ---- Activations: grad * f'(in); at a corner the slope is PyTorch's -----------------------------------------------------------
Tensor activation_gradient(TensorView in, Activation activation, TensorView grad);         ///< leaky_relu with its default slope
Tensor leaky_relu_gradient(TensorView in, TensorView grad, float slope = 0.01f);           ///< in > 0 ? grad : slope*grad
Tensor softmax_gradient(TensorView out, TensorView grad, Axis axis = Axis::w);             ///< out * (grad - sum grad * out); `out` is what softmax returned
Tensor log_softmax_gradient(TensorView out, TensorView grad, Axis axis = Axis::w);         ///< grad - e^out * sum grad; `out` is what log_softmax returned
/// softmax(logits) - q, over N for the mean; q = (1-e) one-hot + e/K.   [N,K]
Tensor cross_entropy_gradient(TensorView logits, std::span<const int> target, Reduction reduction = Reduction::mean, float label_smoothing = 0.0f);
// ---- Pooling, linear ---------------------------------------------------------------------------------------------------------
Tensor max_pool2d_gradient(TensorView in, TensorView grad, const PoolParams& params);     ///< all to the cell that won; of equal ones the first
Tensor avg_pool2d_gradient(const Shape& in, TensorView grad, const PoolParams& params);   ///< grad / divisor to each cell of the window
Tensor adaptive_avg_pool2d_gradient(const Shape& in, TensorView grad);                    ///< grad / cells to each cell of the bin
Tensor linear_input_gradient(const Shape& in, TensorView w, TensorView grad);             ///< gin[n,i] = sum_o grad[n,o] * w[o,i]
Tensor linear_weight_gradient(TensorView in, const Shape& w, TensorView grad);            ///< gw[o,i] = sum_n grad[n,o] * in[n,i]

}  // namespace convbook
