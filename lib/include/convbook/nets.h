// One builder per paper table. Tensor names are torchvision's where torchvision has the network.
#pragma once
#include <string>
#include <vector>

#include "convbook/graph.h"

namespace convbook {

/// What may differ between two files of "the same" network; read from the file's `conventions`.
struct NetConventions {
    bool has_batch_norm = true;  ///< false: folded into the convolution before it, which then has a bias
    float bn_eps = 0;            ///< 0: the network's own, 1e-5 (MobileNet v3: 1e-3)
    bool pads_as_tensorflow = false;
    bool is_megvii_shuffle = false;  ///< ShuffleNet v1 as its authors released it: other names, and the inverse shuffle after the depthwise convolution
};
/// ShuffleNet v1's narrow channels: a quarter of the unit's output; or, as some blogs write it, of what a shrinking unit adds to its input (127 M, not 137 M).
enum class Bottleneck { paper, blog };
struct NetOptions {
    int classes = 1000;          ///< 0: the features only, neither pooled nor classified
    int resolution = 224;
    NetConventions conventions = {};
    bool expands_at_t1 = false;  ///< MobileNet v2: keep the useless expansion of the first block (313.6 M instead of 300.8 M multiply-adds)
    bool strides_first = false;  ///< ResNets: a bottleneck's stride in its first 1x1 convolution, as the paper has it, instead of its 3x3 (torchvision)
    int groups = 3;              ///< ShuffleNet v1: of its pointwise convolutions; 1, 2, 3, 4 or 8
    Bottleneck bottleneck = Bottleneck::paper;
    int width = 16;              ///< se_resnet: channels of its first layer
    int reduction = 0;           ///< squeeze-and-excitation: C / reduction numbers in the middle; 0: the network's own (se_resnet50: 16, se_resnet: 4)
    bool has_se_bias = true;     ///< SE-ResNets: both linear layers of the squeeze-and-excitation have biases
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

/// Howard et al. 2019, arXiv:1905.02244, tables 1 and 2. alpha > 0 scales every channel count.
Graph mobilenet_v3_large(double alpha = 1.0, const NetOptions& options = {});
Graph mobilenet_v3_small(double alpha = 1.0, const NetOptions& options = {});

/// Zhang et al. 2018, arXiv:1707.01083, table 1, with options.groups and options.bottleneck. Any scale > 0.
Graph shufflenet_v1(double scale = 1.0, const NetOptions& options = {});
/// Ma et al. 2018, arXiv:1807.11164, table 5. scale is 0.5, 1, 1.5 or 2.
Graph shufflenet_v2(double scale = 1.0, const NetOptions& options = {});

/// Iandola et al. 2016, arXiv:1602.07360, table 1; 1_1 is its authors' later release with 2.4 times fewer multiply-adds.
Graph squeezenet1_0(const NetOptions& options = {});
Graph squeezenet1_1(const NetOptions& options = {});

/// He et al. 2016, arXiv:1512.03385, table 1, with the stride of a bottleneck in its 3x3 convolution as torchvision has it, unless options.strides_first.
Graph resnet18(const NetOptions& options = {});
Graph resnet50(const NetOptions& options = {});
/// Xie et al. 2017, arXiv:1611.05431, table 1: 32 groups of 4 channels.
Graph resnext50_32x4d(const NetOptions& options = {});
/// Hu et al. 2018, arXiv:1709.01507, table 1, second column.
Graph se_resnet50(const NetOptions& options = {});
/// Three basic blocks with squeeze-and-excitation for small images; options.width and options.reduction.
Graph se_resnet(const NetOptions& options = {});

/// Krizhevsky 2014, arXiv:1404.5997 (torchvision's); grouped: Krizhevsky et al. 2012, section 3.5, split over two GPUs, without its response normalisation.
Graph alexnet(const NetOptions& options = {});
Graph alexnet_grouped(const NetOptions& options = {});
/// Simonyan and Zisserman 2015, arXiv:1409.1556, table 1, column D.
Graph vgg16(const NetOptions& options = {});

/// Appends convolution, batch norm (if separate), activation under torchvision's names prefix.0, prefix.1, prefix.2. Returns the last node.
struct ConvBlockParams { int cout = 0; int k = 3; int stride = 1; int groups = 1; Activation activation = Activation::relu6; };
int append_conv_block(Graph& graph, int input, const std::string& prefix, const ConvBlockParams& params, const NetOptions& options = {});

/// The networks that exist, by name, for the command line and the app.
struct NetInfo {
    std::string name, title, paper;
    std::string scale_name;             ///< what the paper calls its factor on the channels, "alpha" or "scale"; empty: there is none
    std::vector<std::string> settings;  ///< which NetOptions it reads beyond classes and resolution: "groups", "bottleneck", "width", "reduction", "se_bias", "t1_expansion", "stride_first"
};
const std::vector<NetInfo>& list_nets();
/// The one of that name, or nullptr.
const NetInfo* find_net(const std::string& name);
/// torchvision writes the scale into some names: "shufflenet_v2_x0_5" is {"shufflenet_v2", 0.5}. Other names keep their scale.
struct NetName { std::string name; double scale = 1; };
NetName parse_net_name(const std::string& name, double scale = 1);
/// Builds by name with `scale` as alpha or scale. Throws convbook::Error naming the known ones.
Graph build_net(const std::string& name, double scale, const NetOptions& options = {});

/// A network with what is not its default, as one word: "mobilenet_v2:alpha=0.5:resolution=192"; `?` and `&` may stand for the colons.
struct NetSpec {
    std::string name;
    double scale = 1;
    NetOptions options;
};
/// Keys: alpha or scale as the network has it, resolution, classes, groups, bottleneck, width, reduction. Throws convbook::Error for what the network does not read.
NetSpec parse_net_spec(const std::string& text);
std::string to_string(const NetSpec& spec);  ///< what parse_net_spec reads; other options are left out
Graph build_net(const NetSpec& spec);

}  // namespace convbook
