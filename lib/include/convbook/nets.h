// One builder per paper table. Tensor names are torchvision's where torchvision has the network.
#pragma once
#include <string>
#include <vector>

#include "convbook/graph.h"

namespace convbook {

/// What may differ between two files of "the same" network; read from the file's `conventions`.
struct NetConventions {
    bool has_batch_norm = true;  ///< false: folded into the convolution before it, which then has a bias
    float bn_eps = 1e-5f;
    bool pads_as_tensorflow = false;
};
struct NetOptions {
    int classes = 1000;          ///< 0: the features only, neither pooled nor classified
    int resolution = 224;
    NetConventions conventions = {};
    bool expands_at_t1 = false;  ///< MobileNet v2: keep the useless expansion of the first block (313.6 M instead of 300.8 M multiply-adds)
};

/// channels rounded to a multiple of `divisor`, never below it, never more than 10 % below `value` (the MobileNet code's rule).
int make_divisible(double value, int divisor = 8);

/// One row of MobileNet v1's table 1: a depthwise separable layer.
struct SeparableRow { int c, s; };
const std::vector<SeparableRow>& mobilenet_v1_table();
/// Howard et al. 2017, arXiv:1704.04861, table 1. alpha > 0 scales every channel count, rounded down; rho is options.resolution / 224.
Graph mobilenet_v1(double alpha = 1.0, const NetOptions& options = {});
struct SeparableParams { int cout = 0; int stride = 1; int k = 3; };
/// Appends the depthwise and the pointwise half, each with batch norm and ReLU6, under prefix.0 and prefix.1. Returns the last node.
int append_separable(Graph& graph, int input, const std::string& prefix, const SeparableParams& params, const NetOptions& options = {});

/// One row of MobileNet v2's table 2.
struct InvertedResidualRow { int t, c, n, s; };
const std::vector<InvertedResidualRow>& mobilenet_v2_table();
/// Sandler et al. 2018, arXiv:1801.04381, table 2. alpha > 0 scales every channel count (the last 1280 only upwards).
Graph mobilenet_v2(double alpha = 1.0, const NetOptions& options = {});

struct InvertedResidualParams { int cin = 24, cout = 24, stride = 1, t = 6, k = 3; };
/// Appends expand (absent at t = 1), depthwise, project and, if stride 1 and cin = cout, the shortcut. Returns the last node.
int append_inverted_residual(Graph& graph, int input, const std::string& prefix, const InvertedResidualParams& params, const NetOptions& options = {});
/// Whether the block of these params has a shortcut.
constexpr bool has_shortcut(const InvertedResidualParams& p) { return p.stride == 1 && p.cin == p.cout; }

/// Appends convolution, batch norm (if separate), activation under torchvision's names prefix.0, prefix.1, prefix.2. Returns the last node.
struct ConvBlockParams { int cout = 0; int k = 3; int stride = 1; int groups = 1; Activation activation = Activation::relu6; };
int append_conv_block(Graph& graph, int input, const std::string& prefix, const ConvBlockParams& params, const NetOptions& options = {});

/// The networks that exist, by name, for the command line and the app.
struct NetInfo { std::string name, title, paper, scale_name; };  ///< scale_name: what the paper calls its factor on the channels, "alpha" or "scale"
const std::vector<NetInfo>& list_nets();
/// Builds by name with `scale` as alpha. Throws convbook::Error naming the known ones.
Graph build_net(const std::string& name, double scale, const NetOptions& options = {});

}  // namespace convbook
