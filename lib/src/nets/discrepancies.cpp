// The list of known discrepancies. An explanation holds no number: both are counted when somebody asks.
#include "convbook/discrepancies.h"

#include <algorithm>

#include "nets/blocks.h"

namespace convbook {
namespace {

constexpr const char* kLayer = "squeeze_excite";
constexpr auto kParams = Quantity::params;
constexpr auto kOperations = Quantity::operations;

std::vector<Discrepancy> about_parameters() {
    return {
        {"running-statistics", "mobilenet_v2", kParams, {"buffers"},
         {"Why does Keras print more parameters in total?", "为什么 Keras 的参数总数更大？"},
         {"Its total includes the running mean and variance of every batch norm. Nobody trains them: Keras lists them as non-trainable, PyTorch calls them buffers and leaves them out.",
          "它的总数包含每个批归一化的滑动均值与方差。它们不参与训练：Keras 列为不可训练参数，PyTorch 称为缓冲区而不计入。"},
         "keras.applications, Model.summary()"},
        {"no-batch-norm", "mobilenet_v2", kParams, {"no_batch_norm"},
         {"Why does the authors' table print fewer parameters?", "为什么作者的表格里参数更少？"},
         {"It leaves out the scale and shift of every batch norm: at inference they disappear into the convolution before them.", "表中不计批归一化的缩放与平移：推理时它们并入前面的卷积。"},
         "tensorflow/models, research/slim/nets/mobilenet"},
        {"folded", "mobilenet_v2", kParams, {"folded"},
         {"Why does an exported file hold fewer parameters?", "为什么导出的文件里参数更少？"},
         {"Exporters fold each batch norm into its convolution. Scale and shift go, one bias a channel comes.", "导出工具把批归一化并入卷积：缩放与平移没有了，每个通道多一个偏置。"},
         "TensorFlow Lite and ONNX exporters"},
        {"features-only", "mobilenet_v2", kParams, {"features_only"},
         {"Why does my backbone have far fewer parameters?", "为什么我的骨干网络参数少了这么多？"},
         {"Without its classifier: transfer learning replaces it, and loading with include_top=False drops it.", "没有算分类器：迁移学习会换掉它，用 include_top=False 加载也会去掉它。"},
         "keras.applications, include_top=False"},
        {"background-class", "mobilenet_v1", kParams, {"background_class"},
         {"Why is TensorFlow's classifier a little larger?", "为什么 TensorFlow 的分类器略大？"},
         {"Slim's checkpoints know one class more than ImageNet has, background, and its weights and bias count too.", "Slim 的检查点比 ImageNet 多一个背景类，它的权重与偏置也要算上。"},
         "fsx950223/MobilenetV3#2"},
        {"no-bias", "alexnet", kParams, {"no_bias"},
         {"Why do weights alone give less than the total?", "为什么只数权重会比总数少？"},
         {"Textbook formulas such as C_out · C_in · K² leave out the bias, one number for each output.", "教科书公式 C_out · C_in · K² 不含偏置，而每个输出各有一个。"},
         "lutzroeder/netron#204"},
        {"se-bias", "se_resnet50", kParams, {"no_se_bias"},
         {"Why does the paper's formula for squeeze-and-excitation give less?", "为什么论文里压缩与激励的公式给出的更少？"},
         {"Two layers of C · C/r weights each leave out the biases that most implementations keep.", "公式只算两层各 C · C/r 个权重，多数实现还保留偏置。"},
         "Hu et al. 2018, arXiv:1709.01507, section 3"},
        {"by-call", kLayer, kParams, {"by_call"},
         {"Why does my summary tool print twice as much for a layer?", "为什么汇总工具给某一层算了两倍？"},
         {"A tool that hooks into calls counts a layer at every use. Parameters belong to tensors: a layer used twice has them once.", "靠调用钩子统计的工具，每用一次算一次。参数属于张量：同一层用两次，参数仍只有一份。"},
         "sksq96/pytorch-summary#37, #201; TylerYep/torchinfo#322, #377"},
        {"two-towers", "alexnet", kParams, {"two_towers"},
         {"Why has the AlexNet of 2012 fewer parameters?", "为什么 2012 年的 AlexNet 参数更少？"},
         {"It was split over two GPUs, so three of its convolutions have two groups. Libraries build the one-column network of 2014, which is also narrower at the start.",
          "它分在两块 GPU 上，三个卷积因此分为两组。各库实现的是 2014 年的单列版本，起始处也更窄。"},
         "Krizhevsky et al. 2012, section 3.5; Krizhevsky 2014, arXiv:1404.5997"},
    };
}

std::vector<Discrepancy> about_operations() {
    return {
        {"t1-expansion", "mobilenet_v2", kOperations, {"t1_expansion"},
         {"Why do I count more than the paper?", "为什么我数出来比论文多？"},
         {"Table 2 begins with an expansion by t = 1, a 1×1 convolution that widens nothing. The authors' code leaves it out; whoever builds the table literally keeps it.",
          "表 2 的首个模块扩张倍数为 t = 1，这个 1×1 卷积没有增加通道。作者的代码省略了它；照表搭建则会保留。"},
         "tensorflow/models#4516; tonylins/pytorch-mobilenet-v2#2; shicai/MobileNet-Caffe#69"},
        {"mac-or-flop", "mobilenet_v2", kOperations, {"flops"},
         {"Why is my number twice the paper's?", "为什么我的数是论文的两倍？"},
         {"A multiply-add is one multiplication and one addition. Most papers here call the pair one operation, whatever they name it; profilers of hardware count two.",
          "一次乘加包含一次乘法和一次加法。这里的多数论文无论叫什么都把它算作一次；硬件性能工具算作两次。"},
         "Lyken17/pytorch-OpCounter#15, #184; facebookresearch/fvcore#69; open-mmlab/mmcv#785"},
        {"blog-bottleneck", "shufflenet_v1", kOperations, {"blog_bottleneck"},
         {"Why is my ShuffleNet too cheap?", "为什么我的 ShuffleNet 算出来偏少？"},
         {"The narrow channels are a quarter of the unit's output. Some texts take a quarter of what the first unit adds to its input, which is less.",
          "瓶颈通道是单元输出的四分之一。有些文章取的是首个单元新增通道的四分之一，偏小。"},
         "ZiyueHuang/MXShuffleNet#3, #5"},
        {"stride-first", "resnet50", kOperations, {"stride_first"},
         {"Why does the paper print 3.8 billion for ResNet-50?", "为什么论文给 ResNet-50 印的是 38 亿？"},
         {"The paper shrinks the image in a bottleneck's first 1×1 convolution; torchvision does it one layer later, in the 3×3, and pays for it.",
          "论文在瓶颈模块的第一个 1×1 卷积处缩小图像；torchvision 推迟到 3×3 卷积，因此更贵。"},
         "He et al. 2016, table 1; Hu et al. 2018, table 2"},
        {"convolutions-only", "vgg16", kOperations, {"no_linear"},
         {"Why do some tables print fewer operations?", "为什么有些表格的运算次数更少？"},
         {"They count convolutions only. A linear layer may hold most of the parameters, as in VGG-16, but it does little of the work.", "它们只算卷积。全连接层可能占了大部分参数（如 VGG-16），运算却不多。"},
         "Howard et al. 2017, table 8"},
        {"flops-at-227", "squeezenet1_0", kOperations, {"flops", "input_227"},
         {"Why do MobileNet's authors print twice as much for SqueezeNet?", "为什么 MobileNet 的作者给 SqueezeNet 印了两倍？"},
         {"Their column says multiply-adds, but the figure is SqueezeNet's own: operations, two for each multiply-add, on images of 227 pixels.",
          "那一列写的是乘加，数字却来自 SqueezeNet 自己：每次乘加算两次运算，图像边长 227。"},
         "Howard et al. 2017, table 9"},
        {"batch-norm-operations", "mobilenet_v2", kOperations, {"norms"},
         {"Why does my profiler find a few million more?", "为什么性能工具多数出几百万次？"},
         {"It counts batch norms as layers of their own, one multiply-add for each value. Folded into the convolution they cost nothing.", "它把批归一化当作独立的层，每个值一次乘加。并入卷积后则不花代价。"},
         "Lyken17/pytorch-OpCounter#66"},
        {"everything", "shufflenet_v2", kOperations, {"norms", "activations", "pooling", "joins"},
         {"Why does a profiler that counts every layer find more?", "为什么逐层统计的工具数得更多？"},
         {"Papers count convolutions and linear layers. Activations, pools, shortcuts and batch norms are cheap to compute, though not to move through memory.",
          "论文只算卷积和全连接层。激活、池化、捷径与批归一化算起来便宜，搬运数据却不便宜。"},
         "Ma et al. 2018, arXiv:1807.11164, section 2"},
        {"squeeze-excite-left-out", "mobilenet_v3_large", kOperations, {"no_squeeze_excite"},
         {"Do the gates of squeeze-and-excitation cost much?", "压缩与激励的门控贵吗？"},
         {"They work on one number a channel, so leaving their layers out changes the total little, although they hold many parameters.", "每个通道只处理一个数，所以不计它们总数变化很小，尽管它们的参数不少。"},
         "Howard et al. 2019, arXiv:1905.02244, section 5.3"},
        {"in-place", "mobilenet_v2", Quantity::peak_bytes, {"in_place"},
         {"Why does my runtime need less memory?", "为什么我的推理引擎占用内存更少？"},
         {"It lets batch norms and activations overwrite their input. Then the widest moment holds one copy of the expanded tensor instead of two.", "它让批归一化和激活就地覆盖输入，最宽的时刻只存一份扩张后的张量，而不是两份。"},
         "Sandler et al. 2018, arXiv:1801.04381, section 5.1"},
    };
}

}  // namespace

const std::vector<Discrepancy>& list_discrepancies() {
    static const std::vector<Discrepancy> all = [] {
        std::vector<Discrepancy> list = about_parameters();
        for (Discrepancy& one : about_operations()) list.push_back(std::move(one));
        return list;
    }();
    return all;
}

TwoCounts counts_of(const Discrepancy& discrepancy, const NetSpec& net) {
    const CountedNet usual{.net = net};
    return {count(usual, discrepancy.quantity), count(switched(usual, discrepancy.switches), discrepancy.quantity)};
}

TwoCounts counts_of(const Discrepancy& discrepancy) {
    if (discrepancy.net != kLayer) return counts_of(discrepancy, parse_net_spec(discrepancy.net));
    const Graph graph = repeated_squeeze_excite();
    CountingConvention other;
    for (const std::string& name : discrepancy.switches) other = counting_convention(name, other);
    return {count_of(count_cost(graph), discrepancy.quantity), count_of(count_cost(graph, other), discrepancy.quantity)};
}

std::vector<const Discrepancy*> discrepancies_of(const NetSpec& net) {
    std::vector<const Discrepancy*> found;
    const NetInfo* info = find_net(net.name);
    for (const Discrepancy& one : list_discrepancies()) {
        const bool fits = info && std::ranges::all_of(one.switches, [&](const std::string& name) { return find_count_switch(name).fits(*info); });
        // Some questions are one paper's: they make no sense elsewhere
        const bool is_of_one_paper = one.name == "flops-at-227" || one.name == "stride-first";
        if (one.net == kLayer || !fits || (is_of_one_paper && parse_net_spec(one.net).name != net.name)) continue;
        const TwoCounts counts = counts_of(one, net);
        if (counts.usual != counts.other) found.push_back(&one);
    }
    return found;
}

std::vector<const Discrepancy*> layer_discrepancies() {
    std::vector<const Discrepancy*> found;
    for (const Discrepancy& one : list_discrepancies())
        if (one.net == kLayer) found.push_back(&one);
    return found;
}

Graph repeated_squeeze_excite() {
    Graph graph(kLayer, Shape(1, 512, 7, 7));
    const int first = append_squeeze_excite(graph, 0, "se", {.mid = 32, .has_bias = false});
    append_squeeze_excite(graph, first, "se", {.mid = 32, .has_bias = false});
    return graph;
}

}  // namespace convbook
