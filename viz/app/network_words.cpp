// A network's blocks and operations in words, both languages. Leaves out numbers that are drawn elsewhere.
#include <fmt/format.h>

#include "kit/interact.h"
#include "kit/theme.h"
#include "network_view.h"

namespace convbook::app {

using namespace kit;

namespace {

std::string window_words(Pair k) { return k.h == k.w ? fmt::format("{0} × {0}", k.h) : fmt::format("{} × {}", k.h, k.w); }

std::string convolution_words(const Graph& graph, const Node& node) {
    const auto& conv = std::get<Conv2dNode>(node.operation);
    const Shape& weight = graph.parameter(conv.weight).shape;
    const std::string window = window_words({weight.h, weight.w}), kind = kind_of(graph, node);
    if (kind == "depthwise") return window + " dw";
    return conv.params.groups > 1 ? fmt::format("{} g{}", window, conv.params.groups) : window;
}

std::string plain_block_words(const NetworkModel& model, const BlockView& block) {
    const Node& node = model.graph().node(model.layers()[static_cast<std::size_t>(block.layers.front())].node);
    const auto* conv = std::get_if<Conv2dNode>(&node.operation);
    if (conv == nullptr) return tr({"linear layer", "线性层"});
    const Shape& weight = model.graph().parameter(conv->weight).shape;
    std::string words = fmt::format("{} {}", window_words({weight.h, weight.w}), tr({"convolution", "卷积"}));
    if (conv->params.groups > 1) words += fmt::format(" · g = {}", conv->params.groups);
    if (block.stride > 1) words += fmt::format(" · {} {}", tr({"stride", "步幅"}), block.stride);
    for (const int n : block.nodes)
        if (std::holds_alternative<MaxPoolNode>(model.graph().node(n).operation)) words += tr({" · max pool", " · 最大池化"});
    return words;
}

std::string classifier_words(const BlockView& block) {
    const std::size_t layers = block.layers.size();
    if (layers == 1) return tr({"pooling and one layer", "池化与一个层"});
    return fmt::format("{} {}", tr({"pooling and linear layers:", "池化与线性层："}), layers);
}

std::string form_words(const NetworkModel& model, const BlockView& block) {
    switch (block.form) {
        case BlockForm::plain: return plain_block_words(model, block);
        case BlockForm::classifier: return classifier_words(block);
        case BlockForm::separable: return tr({"depthwise separable", "深度可分离"});
        case BlockForm::inverted_residual: return tr({"inverted residual", "倒残差"}) + fmt::format(" · t = {}", block.t);
        case BlockForm::residual: return tr({"residual block", "残差块"});
        case BlockForm::shuffle_unit: return tr({"shuffle unit", "混洗单元"});
        case BlockForm::fire: return tr({"Fire module", "Fire 模块"});
    }
    return {};
}

}  // namespace

std::string block_name(const BlockView& block, bool is_short) {
    if (block.title == "stem") return tr(is_short ? Text{"stem", "起始层"} : Text{"Stem", "起始层"});
    if (block.title == "head") return tr(is_short ? Text{"head", "末端层"} : Text{"Head", "末端层"});
    if (block.title == "classifier") return tr(is_short ? Text{"classes", "分类"} : Text{"Classifier", "分类器"});
    if (is_short) return block.title;
    return fmt::format("{} {}", tr(block.form == BlockForm::plain ? Text{"Layer", "层"} : Text{"Block", "模块"}), block.title);
}

std::string block_words(const NetworkModel& model, const BlockView& block) {
    std::string words = form_words(model, block);
    if (block.form != BlockForm::plain && block.form != BlockForm::classifier && block.form != BlockForm::fire) {
        words += fmt::format(" · {} {}", tr({"stride", "步幅"}), block.stride);
        if (block.has_gate) words += tr({" · squeeze and excitation", " · 压缩与激励"});
        if (block.has_shortcut) words += tr({" · shortcut", " · 有捷径"});
        else if (block.form == BlockForm::residual) words += tr({" · shortcut through a 1 × 1 convolution", " · 捷径经 1 × 1 卷积"});
    }
    return fmt::format("{} · {} {} · {} {}", words, format_count(block.params), tr({"parameters", "个参数"}), format_millions(static_cast<double>(block.macs), 1), tr({"multiply-adds", "次乘加"}));
}

std::string operation_words(const Graph& graph, int index) {
    const Node& node = graph.node(index);
    const Operation& operation = node.operation;
    if (std::holds_alternative<Conv2dNode>(operation)) return convolution_words(graph, node);
    if (std::holds_alternative<LinearNode>(operation)) return tr({"linear", "线性"});
    if (const auto* pool = std::get_if<MaxPoolNode>(&operation)) return fmt::format("{} {}", tr({"max", "最大"}), window_words(pool->params.kernel));
    if (const auto* pool = std::get_if<AvgPoolNode>(&operation)) return fmt::format("{} {}", tr({"mean", "平均"}), window_words(pool->params.kernel));
    if (const auto* pool = std::get_if<AdaptiveAvgPoolNode>(&operation)) return pool->output == Pair(1) ? tr({"global mean", "全局平均"}) : fmt::format("{} {}", tr({"mean to", "平均到"}), window_words(pool->output));
    if (std::holds_alternative<AddNode>(operation)) return tr({"add", "相加"});
    if (std::holds_alternative<ScaleChannelsNode>(operation)) return tr({"× gate", "× 门"});
    if (std::holds_alternative<ConcatNode>(operation)) return tr({"concat", "拼接"});
    if (const auto* slice = std::get_if<SliceNode>(&operation)) return fmt::format("{} {}–{}", tr({"split", "切分"}), slice->first, slice->first + slice->count - 1);
    if (const auto* shuffle = std::get_if<ShuffleNode>(&operation)) return fmt::format("{} {}", tr({"shuffle", "混洗"}), shuffle->groups);
    return operation_name(operation);
}

Text activation_words(const Graph& graph, int index) {
    const int end = settle(graph, index);
    for (int node = index; node != end;) {
        node = graph.readers(node).front();
        const auto* activation = std::get_if<ActivationNode>(&graph.node(node).operation);
        if (activation == nullptr) continue;
        switch (activation->activation) {
            case Activation::relu: return {"ReLU", "ReLU"};
            case Activation::relu6: return {"ReLU6", "ReLU6"};
            case Activation::sigmoid: return {"sigmoid", "sigmoid"};
            case Activation::hardsigmoid: return {"hard sigmoid", "hard sigmoid"};
            case Activation::hardswish: return {"hard swish", "hard swish"};
            default: return {to_string(activation->activation), to_string(activation->activation)};
        }
    }
    return {"linear", "线性"};
}

std::string shape_words(const Shape& s) {
    if (s.rank <= 2) return std::to_string(s.w);
    return fmt::format("{} × {} × {}", s.c, s.h, s.w);
}

std::string memory_words(std::int64_t bytes) {
    const double kib = static_cast<double>(bytes) / 1024;
    return kib < 1000 ? fmt::format("{:.3g}\u2009KiB", kib) : fmt::format("{:.3g}\u2009MiB", kib / 1024);
}

}  // namespace convbook::app
