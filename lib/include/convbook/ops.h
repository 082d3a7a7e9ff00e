// Every operation of the book as a function: formula, shapes, cost, errors, paper. Forward only; gradients stand in grad.h.
// Common to all: in [N,C,H,W] or [C,H,W] (the result has the same rank); an absent bias is TensorView{}; everything is float32;
// a shape the formula has no meaning for throws convbook::Error. H', W' follow output_size().
#pragma once
#include <span>
#include <vector>

#include "convbook/tensor.h"

namespace convbook {

// ---- Where the window may stand ----------------------------------------------------------------------------------------------

/// What stands outside the image: 0, or a copy of values inside (torch.nn.Conv2d padding_mode).
enum class PaddingMode { zeros, reflect, replicate, circular };

/// How many rows and columns are added on each side.
struct Padding {
    enum class Rule { sides, same, valid, tf_same };
    Rule rule = Rule::sides;
    int top = 0, bottom = 0, left = 0, right = 0;

    constexpr Padding() = default;
    constexpr Padding(int all) : top(all), bottom(all), left(all), right(all) {}                  // NOLINT(google-explicit-constructor)
    constexpr Padding(Pair p) : top(p.h), bottom(p.h), left(p.w), right(p.w) {}                   // NOLINT(google-explicit-constructor)
    /// H' = H at stride 1: d(K-1) in all, the odd one after (PyTorch); any other stride is refused.
    static constexpr Padding same() { Padding p; p.rule = Rule::same; return p; }
    static constexpr Padding valid() { return {}; }
    /// H' = ceil(H/s): total max((H'-1)s + d(K-1)+1 - H, 0), the odd one after (TensorFlow).
    static constexpr Padding tf_same() { Padding p; p.rule = Rule::tf_same; return p; }
    friend constexpr bool operator==(const Padding&, const Padding&) = default;
};

struct ConvParams {
    Pair stride = 1;
    Padding padding{};
    Pair dilation = 1;
    int groups = 1;
    PaddingMode mode = PaddingMode::zeros;
};

/// K_eff = d(K-1)+1: the rows a dilated kernel spans.
int effective_kernel(int k, int dilation);
/// H' = floor((H + before + after - d(K-1) - 1)/s) + 1 (the brackets round down: last rows may never be read). Throws if the window does not fit.
int output_size(int size, int k, int stride, int pad_before, int pad_after, int dilation);
/// Resolves 'same', 'valid' and tf_same into four numbers for this input, kernel and stride.
Padding resolve_padding(const Padding& padding, Pair in, Pair kernel, Pair stride, Pair dilation);
/// Writes the border out: [N,C,H,W] -> [N,C,H+top+bottom,W+left+right] (torch.nn.functional.pad). reflect needs p < H, circular p <= H.
Tensor pad2d(TensorView in, const Padding& sides, PaddingMode mode, float value = 0.0f);

// ---- Convolutions ------------------------------------------------------------------------------------------------------------

/// Cross-correlation, the "convolution" of all frameworks (the kernel is not flipped).
///   out[n,o,y,x] = b[o] + sum_c,i,j in[n, g(o)C/G + c, y*s+i*d-p, x*s+j*d-p] * w[o,c,i,j],   g(o) = floor(o / (Cout/G))
/// in [N,C,H,W]   w [Cout, C/G, Kh, Kw]   bias [Cout] or absent   out [N,Cout,H',W']
/// Cost: N*Cout*H'*W'*(C/G)*Kh*Kw multiply-adds (padding counted). Throws if w.c != C/G, G does not divide C and Cout, or the window exceeds the padded image.
/// Dumoulin and Visin 2016, arXiv:1603.07285, section 2
Tensor conv2d(TensorView in, TensorView w, TensorView bias = {}, const ConvParams& params = {});
/// The shape conv2d returns; throws as conv2d does.
Shape conv_output_shape(const Shape& in, const Shape& w, const ConvParams& params);

/// Filters every channel on its own; channels never mix. m = w.n / C filters per channel (depth multiplier).
///   out[n,o,y,x] = b[o] + sum_ij in[n, floor(o/m), y*s+i*d-p, x*s+j*d-p] * w[o,0,i,j]
/// in [N,C,H,W]   w [mC,1,Kh,Kw]   out [N,mC,H',W'].   params.groups is ignored (it is C).
/// Cost: N*mC*H'*W'*Kh*Kw multiply-adds.   Howard et al. 2017, MobileNets, section 3.1, arXiv:1704.04861
Tensor depthwise_conv2d(TensorView in, TensorView w, TensorView bias = {}, const ConvParams& params = {});

/// One matrix applied to the channel vector of every pixel; pixels never mix.
///   out[n,o,y,x] = b[o] + sum_c w[o,c] * in[n,c,y,x]
/// in [N,C,H,W]   w [Cout,C,1,1]   out [N,Cout,H,W]. Cost: N*Cout*C*H*W multiply-adds.   Lin et al. 2013, Network in Network, arXiv:1312.4400
Tensor pointwise_conv2d(TensorView in, TensorView w, TensorView bias = {});

/// depthwise_conv2d, then pointwise_conv2d: looks around each pixel first, mixes channels second.
/// in [N,C,H,W]   dw [mC,1,Kh,Kw]   pw [Cout,mC,1,1]. Cost per position: mC*Kh*Kw + mC*Cout multiply-adds, 1/Cout + 1/K^2 of conv2d at m = 1.
Tensor depthwise_separable_conv2d(TensorView in, TensorView dw, TensorView dw_bias, TensorView pw, TensorView pw_bias, const ConvParams& params = {});

/// Depthwise convolution whose kernel is the whole image: one number a channel. w = 1/(HW) makes it global_avg_pool.
/// in [N,C,H,W]   w [C,1,H,W]   out [N,C,1,1]. Chen et al. 2018, MobileFaceNets, section 3.1, arXiv:1804.07573
Tensor global_depthwise_conv2d(TensorView in, TensorView w, TensorView bias = {});

struct ConvTransposeParams {
    Pair stride = 1;
    Pair padding = 0;
    Pair output_padding = 0;  ///< rows added below and columns at the right of the result; must be < max(stride, dilation)
    Pair dilation = 1;
    int groups = 1;
};
/// Stamps w, scaled by each input value, into the output: the gradient of conv2d with respect to its input.
///   out[n, g*Cout/G + o, y*s+i*d-p, x*s+j*d-p] += in[n,c,y,x] * w[c,o,i,j]   for every input channel c of group g
/// in [N,C,H,W]   w [C, Cout/G, Kh, Kw]   bias [Cout]   H' = (H-1)s - 2p + d(K-1) + output_padding + 1
/// Cost: N*C*H*W*(Cout/G)*Kh*Kw multiply-adds.   Dumoulin and Visin 2016, section 4
Tensor conv_transpose2d(TensorView in, TensorView w, TensorView bias = {}, const ConvTransposeParams& params = {});
/// The shape conv_transpose2d returns; throws as conv_transpose2d does.
Shape conv_transpose_output_shape(const Shape& in, const Shape& w, const ConvTransposeParams& params);

/// PyTorch's default initialisation of a convolution or linear layer: weight and bias from U(-sqrt(k), sqrt(k)), k = 1 / (w.c*w.h*w.w) = groups/(C*Kh*Kw).
float default_init_bound(const Shape& w);

// ---- Channels ----------------------------------------------------------------------------------------------------------------

/// Deals the channels of G groups out like cards: reshape (G, C/G), transpose, flatten.   out[n, i*G + g] = in[n, g*(C/G) + i]
/// No parameters, no multiply-adds, but N*C*H*W values moved. G must divide C. Zhang et al. 2018, ShuffleNet, section 3.1, arXiv:1707.01083
Tensor channel_shuffle(TensorView in, int groups);
/// The same by its index: element o is the channel of `in` that lands in channel o of the output.
std::vector<int> channel_shuffle_index(int channels, int groups);
/// Channels of all inputs one after the other; N, H, W must agree.
Tensor concat(std::span<const TensorView> inputs);
/// Channels first..first+count-1.
Tensor slice_channels(TensorView in, int first, int count);

/// Element by element; shapes must agree (the shortcut of a residual block).
Tensor add(TensorView a, TensorView b);
/// out = in * gate[n,c,0,0]: one factor a channel (gate [N,C,1,1]).
Tensor scale_channels(TensorView in, TensorView gate);

struct SqueezeExciteWeights { TensorView reduce, reduce_bias, expand, expand_bias; };  ///< [mid,C], [mid], [C,mid], [C]; biases may be absent
enum class Gate { sigmoid, hardsigmoid };
/// in * gate(expand(relu(reduce(mean_hw(in))))). Parameters: 2*C*mid (+ mid + C).   Hu et al. 2018, arXiv:1709.01507, section 3
Tensor squeeze_excite(TensorView in, const SqueezeExciteWeights& w, Gate gate = Gate::sigmoid);

// ---- Normalisation, dropout --------------------------------------------------------------------------------------------------

struct BatchNormParams { float eps = 1e-5f; float momentum = 0.1f; };
/// Eval: out = (in - mean[c]) / sqrt(var[c] + eps) * weight[c] + bias[c]; weight and bias may be absent (1 and 0).  All [C].
Tensor batch_norm(TensorView in, TensorView mean, TensorView var, TensorView weight = {}, TensorView bias = {}, const BatchNormParams& params = {});
struct BatchNormResult { Tensor out, running_mean, running_var, batch_mean, batch_var; };  ///< batch_var: biased, as it normalised
/// Train: mean and (biased) variance of this batch normalise; running = (1-m)*running + m*batch, with the unbiased variance.
/// Ioffe and Szegedy 2015, arXiv:1502.03167. Needs more than one value a channel.
BatchNormResult batch_norm_train(TensorView in, TensorView running_mean, TensorView running_var, TensorView weight = {}, TensorView bias = {}, const BatchNormParams& params = {});
/// Identity in eval; in training zeroes each value with probability p and scales the rest by 1/(1-p).
Tensor dropout(TensorView in, float p, bool training, Random& random);

// ---- Activations (one value in, one out; any shape) ----------------------------------------------------------------------------

enum class Activation { identity, relu, relu6, leaky_relu, sigmoid, tanh, hardsigmoid, hardswish, silu };
/// "relu6": the name in tables and files.
const char* to_string(Activation activation);
/// The activation chosen by name; leaky_relu with its default slope. Cost: no multiply-adds; one value read and written each.
Tensor activate(TensorView in, Activation activation);
Tensor relu(TensorView in);                              ///< max(0, x)
Tensor relu6(TensorView in);                             ///< min(max(0, x), 6)
Tensor leaky_relu(TensorView in, float slope = 0.01f);   ///< x > 0 ? x : slope*x
Tensor sigmoid(TensorView in);                           ///< 1 / (1 + e^-x)
Tensor tanh(TensorView in);                              ///< (e^x - e^-x) / (e^x + e^-x)
Tensor hardsigmoid(TensorView in);                       ///< relu6(x + 3) / 6
Tensor hardswish(TensorView in);                         ///< x * hardsigmoid(x). Howard et al. 2019, arXiv:1905.02244
Tensor silu(TensorView in);                              ///< x * sigmoid(x)

enum class Axis { n, c, h, w };
/// The axis that PyTorch's dim means for a tensor of this rank (negative counts from the end).
Axis axis_of(const Shape& shape, int dim);
Tensor softmax(TensorView in, Axis axis = Axis::w);      ///< e^(x-max) / sum e^(x-max) along the axis
Tensor log_softmax(TensorView in, Axis axis = Axis::w);  ///< x - max - log sum e^(x-max) along the axis

enum class Reduction { mean, sum };
/// -sum_k q_k log_softmax(x)_k, q = (1-e) one-hot + e/K.  logits [N,K] (rank 2), target: N class numbers in 0..K-1.
float cross_entropy(TensorView logits, std::span<const int> target, Reduction reduction = Reduction::mean, float label_smoothing = 0.0f);

// ---- Pooling, linear ---------------------------------------------------------------------------------------------------------

struct PoolParams {
    Pair kernel = 2;
    Pair stride = 2;
    Padding padding{};           ///< at most half the kernel (PyTorch); tf_same allowed
    Pair dilation = 1;           ///< max pooling only
    bool ceil_mode = false;      ///< round H' up; a window must still start inside the image or its left padding
    bool count_include_pad = true;
    int divisor_override = 0;    ///< 0: divide by the window's own count
};
/// The shape max_pool2d and avg_pool2d return: H' as of output_size, rounded up with ceil_mode. Throws if the window exceeds the padded image.
Shape pool_output_shape(const Shape& in, const PoolParams& params);
/// The largest value of each window (what stands outside the image never wins).   in [N,C,H,W]   out [N,C,H',W']
Tensor max_pool2d(TensorView in, const PoolParams& params);
/// The mean of each window: its sum / (divisor_override, or the cells that count).   in [N,C,H,W]   out [N,C,H',W']
Tensor avg_pool2d(TensorView in, const PoolParams& params);
/// Bin i covers rows floor(i*H/H') .. ceil((i+1)*H/H')-1.
Tensor adaptive_avg_pool2d(TensorView in, Pair output);
Tensor global_avg_pool(TensorView in);                   ///< [N,C,H,W] -> [N,C,1,1]

/// out[n,o] = b[o] + sum_i w[o,i] * in[n,i].  in [N,I] (rank 2) or anything of I values a row, w [O,I], out [N,O] of rank 2.
Tensor linear(TensorView in, TensorView w, TensorView bias = {});

}  // namespace convbook
