// The lower part of the network page: every layer as a bar of multiply-adds, parameters, memory and measured time, on one x; the reader chooses which.
// Time is never invented: until measured, its row is empty and has a button.
#include <fmt/format.h>

#include <algorithm>

#include "kit/interact.h"
#include "kit/widgets.h"
#include "network_view.h"

namespace convbook::app {

using namespace kit;

namespace {

constexpr float kChoice = 26;  // logical pixels of the line of choices
constexpr float kLeft = 116, kRight = 148;

/// The bars that there are, in the order in which they stand.
struct BarKind { const char* name; Text title; };
const BarKind kBarKinds[] = {{"macs", {"Multiply-adds", "乘加次数"}}, {"params", {"Parameters", "参数量"}}, {"memory", {"Memory", "内存"}}, {"time", {"Time", "时间"}}};

bool has_bar(const NetworkView& view, const std::string& name) { return ("," + view.bars + ",").find("," + name + ",") != std::string::npos; }

struct Row {
    Text title;
    std::function<double(const LayerView&)> value;
    std::function<std::string(double)> words;
    std::string total, remark;
    Colour remark_colour;
};

/// The kind that has most of a total.
std::string largest_kind(const std::map<std::string, std::int64_t>& by) {
    const auto most = std::ranges::max_element(by, {}, [](const auto& entry) { return entry.second; });
    return most == by.end() ? "" : most->first;
}

/// The share of one kind in a total, as the right-hand remark.
std::string share_words(const std::string& kind, std::int64_t part, std::int64_t all) {
    return fmt::format("{} {:.1f}\u2009%", kind, all == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(all));
}

float bar_x(const Area& room, std::size_t i, std::size_t count) { return room.x + room.w * static_cast<float>(i) / static_cast<float>(count); }

void draw_row(const NetworkView& view, const Area& row, const Area& bars, const Row& what) {
    const auto& layers = view.model.layers();
    double most = 0;
    for (const LayerView& layer : layers) most = std::max(most, what.value(layer));
    text({row.x, bars.bottom() - px(38)}, Type::label_strong, colour(Ink::ink), tr(what.title));
    text({row.x, bars.bottom() - px(19)}, Type::caption, colour(Ink::ink3), fmt::format("{} {}", tr({"largest", "最大"}), what.words(most)));
    text({row.right(), bars.bottom() - px(40)}, Type::table_strong, colour(Ink::ink), what.total, AlignX::right);
    text({row.right(), bars.bottom() - px(19)}, Type::caption, what.remark_colour, what.remark, AlignX::right);
    const float width = bars.w / static_cast<float>(layers.size());
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const float height = std::max(bars.h * static_cast<float>(what.value(layers[i]) / std::max(most, 1e-12)), 1.0f);
        const bool is_lit = static_cast<int>(i) == view.layer || layers[i].node == view.node;
        fill({bar_x(bars, i, layers.size()) + 1, bars.bottom() - height, width - px(2), height}, is_lit ? colour(Ink::accent) : kind_colour(layers[i].kind), 1);
    }
    line({bars.x, bars.bottom()}, {bars.right(), bars.bottom()}, colour(Ink::hair));
}

std::string kind_title(const NetworkModel& model, const std::string& kind) {
    if (kind == "pointwise") return tr({"pointwise", "逐点"});
    if (kind == "depthwise") return tr({"depthwise", "深度"});
    if (kind == "grouped") return tr({"grouped", "分组"});
    if (kind == "linear") return tr({"linear", "线性"});
    return tr(model.cost().macs_by_kind.contains("depthwise") ? Text{"full", "普通"} : Text{"convolution", "卷积"});
}

/// From the right edge of `area` to the left: the kinds of layers that the network has.
void draw_legend(const NetworkModel& model, const Area& area) {
    std::vector<std::string> kinds;
    for (const LayerView& layer : model.layers())
        if (std::ranges::find(kinds, layer.kind) == kinds.end()) kinds.push_back(layer.kind);
    float width = 0;
    for (const std::string& kind : kinds) width += px(17 + 22) + text_width(Type::caption, kind_title(model, kind));
    float x = area.right() - width + px(22);
    for (const std::string& kind : kinds) {
        fill({x, area.y + px(5), px(10), px(10)}, kind_colour(kind), 2);
        x += px(17) + text({x + px(17), area.y + px(1)}, Type::caption, colour(Ink::ink2), kind_title(model, kind)) + px(22);
    }
}

Row row_of(const NetworkModel& model, const std::string& name) {
    const NetCost& cost = model.cost();
    const auto share = [&](const std::map<std::string, std::int64_t>& by, const std::string& kind, std::int64_t all) {
        return by.contains(kind) ? share_words(kind == "linear" ? tr({"classifier", "分类器"}) : kind_title(model, kind), by.at(kind), all) : "";
    };
    const auto millions = [](double v) { return format_millions(v, 1); };
    if (name == "macs")
        return {{"Multiply-adds", "乘加次数"}, [](const LayerView& l) { return static_cast<double>(l.macs); }, millions, millions(static_cast<double>(cost.macs)),
                share(cost.macs_by_kind, largest_kind(cost.macs_by_kind), cost.macs), colour(largest_kind(cost.macs_by_kind) == "pointwise" ? Ink::weights : Ink::ink3)};
    if (name == "params")
        return {{"Parameters", "参数量"}, [](const LayerView& l) { return static_cast<double>(l.params); }, [](double v) { return v >= 1e6 ? format_millions(v, 2) : format_count(static_cast<long long>(v)); },
                format_count(cost.params), share(cost.params_by_kind, cost.params_by_kind.contains("linear") ? "linear" : largest_kind(cost.params_by_kind), cost.params), colour(Ink::ink3)};
    return {{"Memory", "内存"}, [](const LayerView& l) { return static_cast<double>(l.alive_bytes); }, [](double v) { return memory_words(static_cast<std::int64_t>(v)); },
            memory_words(cost.peak_bytes), tr({"alive at the peak", "峰值时占用"}), colour(Ink::ink3)};
}

void draw_time(NetworkView& view, const Area& row, const Area& bars) {
    NetworkModel& model = view.model;
    if (model.is_measured()) {
        double total = 0, depthwise = 0;
        for (const LayerView& layer : model.layers()) total += layer.ms, depthwise += layer.kind == "depthwise" ? layer.ms : 0;
        const std::string remark = depthwise > 0 ? share_words(tr({"depthwise", "深度"}), static_cast<std::int64_t>(1e6 * depthwise), static_cast<std::int64_t>(1e6 * total)) : "";
        draw_row(view, row, bars, {{"Time", "时间"}, [](const LayerView& l) { return l.ms; }, [](double v) { return fmt::format("{:.2f}\u2009ms", v); }, fmt::format("{:.1f}\u2009ms", total),
                                   remark, colour(Ink::ink3)});
        return;
    }
    const Area empty{bars.x, bars.bottom() - px(38), bars.w, px(36)};
    text({row.x, empty.center().y}, Type::label_strong, colour(Ink::ink), tr({"Time", "时间"}), AlignX::left, AlignY::middle);
    dashed_frame(empty, colour(Ink::rule));
    const std::string words = model.is_measuring() ? fmt::format("{} {:.0f}\u2009%", tr({"Measuring", "正在测量"}), 100 * model.progress()) : tr({"Not measured on this machine yet.", "尚未在这台机器上测量。"});
    text({empty.x + px(18), empty.center().y}, Type::label, colour(Ink::ink2), words, AlignX::left, AlignY::middle);
    const std::string action = model.is_measuring() ? tr({"Cancel", "取消"}) : tr({"Measure", "测量"});
    if (button("measure", {empty.x + px(300), empty.y + px(2)}, action)) {
        if (model.is_measuring()) model.cancel_measuring();
        else model.measure();
    }
}

void explain_layer(const NetworkView& view, const Area& column, const LayerView& layer) {
    std::vector<TipLine> lines{{layer.name, ""},
                               {tr({"kind", "种类"}), layer.kind},
                               {tr({"input", "输入"}), shape_words(layer.in), colour(Ink::input)},
                               {tr({"output", "输出"}), shape_words(layer.out), colour(Ink::output)},
                               {tr({"multiply-adds", "乘加"}), format_count(layer.macs), colour(Ink::weights)},
                               {tr({"parameters", "参数"}), format_count(layer.params), colour(Ink::weights)},
                               {tr({"activations alive", "存活的激活"}), memory_words(layer.alive_bytes)}};
    if (view.model.is_measured()) {
        lines.push_back({tr({"time, median of 9", "时间，九次的中位数"}), fmt::format("{:.3f}\u2009ms", layer.ms)});
        lines.push_back({tr({"speed", "速度"}), fmt::format("{:.1f}\u2009GFLOP/s", layer.ms > 0 ? 2e-6 * static_cast<double>(layer.macs) / layer.ms : 0)});
    }
    tooltip(column, lines);
}

/// What the pointer is on, through all rows; a click opens the layer.
void point_at_layer(NetworkView& view, const Area& touch) {
    const auto& layers = view.model.layers();
    const Hit over = hit("layers", touch);
    view.layer = -1;
    if (!over.is_hovered) return;
    view.layer = std::clamp(static_cast<int>((over.pointer.x - touch.x) / touch.w * static_cast<float>(layers.size())), 0, static_cast<int>(layers.size()) - 1);
    const LayerView& layer = layers[static_cast<std::size_t>(view.layer)];
    explain_layer(view, {bar_x(touch, static_cast<std::size_t>(view.layer), layers.size()), touch.y, touch.w / static_cast<float>(layers.size()), touch.h}, layer);
    if (over.was_clicked) view.set("layer", layer.name);
}

/// The choice with one bar more or less; the last one stays.
std::string toggled(const NetworkView& view, const std::string& name) {
    std::string bars;
    for (const BarKind& kind : kBarKinds)
        if (has_bar(view, kind.name) != (name == kind.name)) bars += (bars.empty() ? "" : ",") + std::string(kind.name);
    return bars.empty() ? name : bars;
}

}  // namespace

Colour kind_colour(const std::string& kind) {
    if (kind == "pointwise") return colour(Ink::weights);
    if (kind == "depthwise") return colour(Ink::ink);
    if (kind == "grouped") return blend(colour(Ink::weights), colour(Ink::ink), 0.5f);
    return kind == "linear" ? colour(Ink::inner2) : colour(Ink::inner);
}

Area draw_bar_choice(NetworkView& view, const Area& area) {
    Area rest = area;
    const Area row = rest.cut_top(px(kChoice));
    float x = row.x;
    const auto choice = [&](const std::string& id, const Text& words, bool is_lit) {
        const bool was_clicked = words_link(id.c_str(), {x, row.y}, Type::label, tr(words), is_lit);
        x += text_width(Type::label, tr(words)) + px(18);
        return was_clicked;
    };
    for (const BarKind& kind : kBarKinds)
        if (choice(std::string("bars/") + kind.name, kind.title, !view.has_table && has_bar(view, kind.name))) {
            if (view.has_table) view.set("table", "");
            else view.set("bars", toggled(view, kind.name));
        }
    x += px(10);
    if (choice("table", {"Table", "表格"}, view.has_table)) view.set("table", view.has_table ? "" : "1");
    draw_legend(view.model, row);
    return rest;
}

void draw_layer_bars(NetworkView& view, const Area& area) {
    const auto& layers = view.model.layers();
    const int count = static_cast<int>(std::ranges::count_if(kBarKinds, [&](const BarKind& kind) { return has_bar(view, kind.name); }));
    const float room = area.h / static_cast<float>(count);
    const Area lane{area.x + px(kLeft), area.y, area.w - px(kLeft + kRight), area.h};
    // Times that are not measured yet have a button in their row
    const float touched = static_cast<float>(count - (has_bar(view, "time") && !view.model.is_measured() ? 1 : 0)) * room;
    // The open block's layers are banded, through all rows
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (layers[i].block == view.block) fill({bar_x(lane, i, layers.size()), area.y, lane.w / static_cast<float>(layers.size()), touched - px(2)}, colour(Ink::accent_tint));
    float y = area.y;
    for (const BarKind& kind : kBarKinds) {
        if (!has_bar(view, kind.name)) continue;
        const Area bars{lane.x, y + px(6), lane.w, room - px(8)};
        if (kind.name == std::string("time")) draw_time(view, area, bars);
        else draw_row(view, area, bars, row_of(view.model, kind.name));
        y += room;
    }
    if (touched > 0) point_at_layer(view, {lane.x, area.y, lane.w, touched});
}

}  // namespace convbook::app
