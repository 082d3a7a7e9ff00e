// The numbers of one operation, each from the library's counts. Leaves out how they are laid out (network_layer.cpp).
#include <fmt/format.h>

#include "kit/interact.h"
#include "network_view.h"

namespace convbook::app {

using namespace kit;

namespace {

Text kind_words(const std::string& kind) {
    if (kind == "conv") return {"full convolution", "普通卷积"};
    if (kind == "pointwise") return {"pointwise", "逐点卷积"};
    if (kind == "depthwise") return {"depthwise", "深度卷积"};
    if (kind == "grouped") return {"grouped", "分组卷积"};
    if (kind == "linear") return {"linear", "线性层"};
    return {kind, kind};
}

/// "= 64·64·3·3 + 64": how the parameters of a layer come about.
std::string params_words(const Graph& graph, const Node& node) {
    std::string words;
    for (const int index : graph.parameter_indices(node)) {
        const Shape& s = graph.parameter(index).shape;
        const std::string product = s.rank == 4 ? fmt::format("{}·{}·{}·{}", s.n, s.c, s.h, s.w) : s.rank == 2 ? fmt::format("{}·{}", s.h, s.w) : std::to_string(s.w);
        words += (words.empty() ? "" : " + ") + product;
    }
    return words;
}

void add_convolution(const Conv2dNode& conv, std::vector<Fact>& facts) {
    const ConvParams& p = conv.params;
    facts.push_back({{"stride · groups", "步幅 · 组数"}, fmt::format("{} · {}", p.stride.h, p.groups)});
    if (!(p.dilation == Pair(1))) facts.push_back({{"dilation", "空洞"}, std::to_string(p.dilation.h)});
}

void add_counts(const NetworkView& view, const LayerCost& cost, std::vector<Fact>& facts) {
    const Graph& graph = view.model.graph();
    const Node& node = graph.node(view.node);
    if (cost.params > 0) {
        facts.push_back({{"parameters", "参数"}, format_count(cost.params), colour(Ink::weights)});
        facts.push_back({{"", ""}, params_words(graph, node)});
    }
    if (cost.macs > 0) {
        facts.push_back({{"multiply-adds", "乘加"}, format_count(cost.macs), colour(Ink::weights)});
        facts.push_back({{"share of the network’s", "占全网络"}, fmt::format("{:.1f}\u2009%", 100.0 * static_cast<double>(cost.macs) / static_cast<double>(std::max<std::int64_t>(1, view.model.cost().macs)))});
    }
    facts.push_back({{"input + output", "输入 + 输出"}, memory_words(cost.bytes_in + cost.bytes_out)});
    if (cost.bytes_weights > 0) facts.push_back({{"weights", "权重"}, memory_words(cost.bytes_weights)});
    const bool sees_all = cost.receptive_field >= 2 * graph.input_shape().h;  // wherever it stands
    facts.push_back({{"receptive field", "感受野"}, sees_all ? tr({"the whole image", "整幅图像"}) : fmt::format("{0} × {0}", cost.receptive_field)});
}

}  // namespace

std::vector<Fact> facts_of_node(const NetworkView& view) {
    const Graph& graph = view.model.graph();
    const Node& node = graph.node(view.node);
    const LayerCost& cost = view.model.cost().layers[static_cast<std::size_t>(view.node)];
    std::vector<Fact> facts;
    if (is_layer(node)) facts.push_back({{"kind", "种类"}, tr(kind_words(cost.kind))});
    facts.push_back({{"input", "输入"}, shape_words(graph.node(node.inputs.front()).out), colour(Ink::input)});
    facts.push_back({{"output", "输出"}, shape_words(node.out), colour(Ink::output)});
    if (const auto* conv = std::get_if<Conv2dNode>(&node.operation)) add_convolution(*conv, facts);
    add_counts(view, cost, facts);
    const auto& layers = view.model.layers();
    const auto layer = std::ranges::find(layers, view.node, &LayerView::node);
    if (layer == layers.end()) return facts;
    if (!view.model.is_measured()) {
        facts.push_back({{"time", "时间"}, tr({"not measured", "尚未测量"}), colour(Ink::ink3)});
        return facts;
    }
    facts.push_back({{"time, median of 9", "时间，九次的中位数"}, fmt::format("{:.3f}\u2009ms", layer->ms)});
    facts.push_back({{"speed", "速度"}, fmt::format("{:.1f}\u2009GFLOP/s", layer->ms > 0 ? 2e-6 * static_cast<double>(layer->macs) / layer->ms : 0)});
    return facts;
}

}  // namespace convbook::app
