// One operation of the network page: what goes in, its weights as images, what comes out. Leaves out its numbers (network_facts.cpp).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kit/interact.h"
#include "kit/widgets.h"
#include "network_view.h"

namespace convbook::app {

using namespace kit;

namespace {

constexpr float kFacts = 252, kGap = 26, kAbove = 64, kBelow = 44;

/// Index of the weights among the graph's parameters, or -1.
int weight_of(const Node& node) {
    if (const auto* conv = std::get_if<Conv2dNode>(&node.operation)) return conv->weight;
    if (const auto* linear = std::get_if<LinearNode>(&node.operation)) return linear->weight;
    return -1;
}

std::string filter_words(const Shape& s) { return s.rank == 2 ? fmt::format("{} × {}", s.h, s.w) : fmt::format("{} × {} × {} × {}", s.n, s.c, s.h, s.w); }

Text filter_remark(const Shape& s) {
    if (s.rank == 2) return {"a tile an output, a pixel a weight", "一格一个输出，一像素一个权重"};
    if (s.c == 3 && s.h > 1) return {"a tile a filter, in its own colours", "一格一个滤波器，用它自己的颜色"};
    if (s.c == 1) return {"a tile a channel’s own kernel", "一格是一个通道自己的卷积核"};
    return {"a tile a filter, in it a kernel for each input channel", "一格一个滤波器，其中每个输入通道一个卷积核"};
}

/// The next operation that can be opened, in the graph's order; -1 at the ends.
int neighbour(const NetworkView& view, int step) {
    const Graph& graph = view.model.graph();
    for (int node = view.node + step; node > 0 && node <= graph.last(); node += step) {
        const Node& candidate = graph.node(node);
        const bool is_reworking = std::holds_alternative<BatchNormNode>(candidate.operation) || std::holds_alternative<ActivationNode>(candidate.operation) ||
                                  std::holds_alternative<DropoutNode>(candidate.operation) || std::holds_alternative<FlattenNode>(candidate.operation);
        if (!is_reworking) return node;
    }
    return -1;
}

}  // namespace

float LayerPanel::sheet_side(const Area& area) { return std::floor(std::min((area.w - px(kFacts) - 3 * px(kGap)) / 3, area.h - px(kAbove + kBelow))); }

void LayerPanel::rebuild(const NetworkView& view, float side) {
    sheets_.clear();
    pictured_.clear();
    const Graph& graph = view.model.shown_graph();
    const int index = view.model.shown_node(view.node);
    if (index < 0) return;
    const Node& node = graph.node(index);
    const PhotoRun* run = view.model.photo_run();
    std::vector<MakePixels> pictures;
    const auto add_maps = [&](Text title, Role role, int from) {
        sheets_.push_back({{}, std::move(title), role, graph.node(from).out, false});
        if (run == nullptr || graph.node(from).out.h < 2) return;
        pictured_.push_back(sheets_.size() - 1);
        const Tensor& maps = run->run.activations[static_cast<std::size_t>(from)];
        pictures.push_back([keep = view.model.shared_run(), &maps, look = SheetLook{side, 0, is_signed(graph, from), 0, Ramp::of_theme()}] { return make_maps(maps, look); });
    };
    add_maps({"Input", "输入"}, Role::input, node.inputs.front());
    if (const int weight = weight_of(node); weight >= 0) {
        sheets_.push_back({{}, {"Weights", "权重"}, Role::weights, graph.parameter(weight).shape, true});
        if (run != nullptr) {
            pictured_.push_back(sheets_.size() - 1);
            const Tensor& values = run->weights->values.at(weight);
            pictures.push_back([keep = view.model.shared_run(), &values, look = SheetLook{side, 0, true, 0, Ramp::of_theme()}] { return make_filters(values, look); });
        }
    } else if (node.inputs.size() > 1) {
        add_maps({"Second input", "第二个输入"}, Role::input, node.inputs[1]);
    }
    add_maps({"Output", "输出"}, Role::output, settle(graph, index));
    job_.request(std::move(pictures));
}

void LayerPanel::draw_head(NetworkView& view, const Area& area) const {
    const BlockView& block = view.model.blocks()[static_cast<std::size_t>(view.block)];
    const Graph& graph = view.model.graph();
    float x = area.x;
    const std::string back = block_name(block, false);
    if (words_link("layer/back", {x, area.y}, Type::figure_question, back)) view.set("layer", "");
    x += text_width(Type::figure_question, back) + px(12);
    icon({x, area.y + line_height(Type::figure_question) / 2}, Icon::chevron_right, colour(Ink::ink3));
    x += px(14);
    x += text({x, area.y}, Type::figure_question, colour(Ink::ink), graph.node(view.node).name) + px(14);
    x += text({x, area.y + px(3)}, Type::label, colour(Ink::ink2), operation_words(graph, view.node) + " · " + tr(activation_words(graph, view.node))) + px(20);
    const int before = neighbour(view, -1), after = neighbour(view, 1);
    if (before > 0 && icon_button("layer/previous", {area.right() - px(72), area.y - px(4)}, Icon::back, tr({"the operation before", "前一个运算"}), false, false)) view.set("layer", graph.node(before).name);
    if (after > 0 && icon_button("layer/next", {area.right() - px(34), area.y - px(4)}, Icon::forward, tr({"the next operation", "后一个运算"}), false, false)) view.set("layer", graph.node(after).name);
}

void LayerPanel::draw_sheet(NetworkView& view, Sheet& sheet, const Area& area, std::size_t index) {
    const float used = text({area.x, area.y - px(24)}, Type::label_strong, role_colour(sheet.role), tr(sheet.title));
    text({area.x + used + px(10), area.y - px(24)}, Type::caption, colour(Ink::ink3), sheet.is_filters ? filter_words(sheet.shape) : shape_words(sheet.shape));
    if (sheet.maps.is_empty()) {
        fill(area, colour(Ink::sunk), 2);
        const Text why = view.model.photo_run() == nullptr ? Text{"no weights for this network", "没有该网络的权重"} : job_.is_busy() ? Text{"", ""} : Text{"numbers, no image", "只是数，不成图"};
        text(area.center(), Type::caption, colour(Ink::ink3), tr(why), AlignX::center, AlignY::middle);
        return;
    }
    // Filters and output channels go together: what is pinned in one is pinned in the other
    const bool is_input = index == 0;
    if (const auto tile = sheet.maps.draw(fmt::format("maps/{}", index).c_str(), area, is_input ? -1 : view.channel); tile && !is_input) view.set("channel", std::to_string(*tile));
    if (sheet.maps.hovered() >= 0)
        tooltip(area, {{fmt::format("{} {}", sheet.is_filters ? tr({"filter", "滤波器"}) : tr({"channel", "通道"}), sheet.maps.hovered()), ""}, {tr({"click to pin, wheel to zoom", "点击固定，滚轮缩放"}), ""}});
    const ImVec2 scale{area.x, area.bottom() + px(9)};
    if (sheet.maps.is_signed()) scale_signed(scale, px(84), sheet.maps.limit(), "");
    else scale_magnitude(scale, px(66), 0, sheet.maps.limit(), "");
    if (!sheet.is_filters) return;
    const std::string remark = tr(filter_remark(sheet.shape));
    const std::vector<std::string_view> lines = wrap(area.w - px(104), Type::caption, remark);
    for (std::size_t i = 0; i < lines.size() && i < 2; ++i) text({area.x + px(104), area.bottom() + px(8) + static_cast<float>(i) * px(17)}, Type::caption, colour(Ink::ink3), lines[i]);
}

void LayerPanel::draw(NetworkView& view, const Area& area) {
    if (const auto made = job_.poll())
        for (std::size_t i = 0; i < made->size(); ++i) sheets_[pictured_[i]].maps.show((*made)[i]);
    draw_head(view, area);
    const float side = sheet_side(area);
    float x = area.x;
    for (std::size_t i = 0; i < sheets_.size(); ++i, x += side + px(kGap)) draw_sheet(view, sheets_[i], {x, area.y + px(kAbove), side, side}, i);
    // Numbers at the right
    const Area column{area.right() - px(kFacts), area.y + px(40), px(kFacts), 0};
    float y = column.y;
    for (const Fact& fact : facts_of_node(view)) {
        text({column.x, y}, Type::label, colour(Ink::ink2), tr(fact.name));
        text({column.right(), y}, Type::label_strong, fact.colour != 0 ? fact.colour : colour(Ink::ink), fact.value, AlignX::right);
        y += px(23);
    }
}

}  // namespace convbook::app
