// The lower part of the network page: every layer as a bar of multiply-adds, of parameters and of measured time, on one x. Time is never invented:
// until measured, its row is empty and has a button.
#include <fmt/format.h>

#include <algorithm>

#include "kit/interact.h"
#include "kit/widgets.h"
#include "network_view.h"

namespace convbook::app {

using namespace kit;

namespace {

Colour kind_colour(const std::string& kind) {
    if (kind == "pointwise") return colour(Ink::weights);
    if (kind == "depthwise") return colour(Ink::ink);
    return colour(Ink::inner);
}

struct Row {
    Text title;
    std::function<double(const LayerView&)> value;
    std::function<std::string(double)> words;
    std::string total, remark;
    Colour remark_colour;
};

/// The share of one kind in a total, as the right-hand remark.
std::string share_words(const char* kind, std::int64_t part, std::int64_t all) {
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
        const bool is_lit = static_cast<int>(i) == view.layer;
        fill({bar_x(bars, i, layers.size()) + 1, bars.bottom() - height, width - px(2), height}, is_lit ? colour(Ink::accent) : kind_colour(layers[i].kind), 1);
    }
    line({bars.x, bars.bottom()}, {bars.right(), bars.bottom()}, colour(Ink::hair));
}

void draw_legend(const Area& area) {
    const std::pair<Text, const char*> kinds[] = {{{"pointwise", "逐点"}, "pointwise"}, {{"depthwise", "深度"}, "depthwise"}, {{"stem, classifier", "起始层、分类器"}, "conv"}};
    float x = area.center().x - px(150);
    for (const auto& [name, kind] : kinds) {
        fill({x, area.y + px(4), px(10), px(10)}, kind_colour(kind), 2);
        x += px(17) + text({x + px(17), area.y}, Type::caption, colour(Ink::ink2), tr(name)) + px(26);
    }
}

std::vector<Row> rows_of(const NetworkModel& model) {
    const NetCost& cost = model.cost();
    const auto kind = [](const std::map<std::string, std::int64_t>& by, const char* name) { return by.contains(name) ? by.at(name) : 0; };
    const auto millions = [](double v) { return format_millions(v, 1); };
    return {{{"Multiply-adds", "乘加次数"}, [](const LayerView& l) { return static_cast<double>(l.macs); }, millions, millions(static_cast<double>(cost.macs)),
             share_words(tr({"pointwise", "逐点"}).c_str(), kind(cost.macs_by_kind, "pointwise"), cost.macs), colour(Ink::weights)},
            {{"Parameters", "参数量"}, [](const LayerView& l) { return static_cast<double>(l.params); }, [](double v) { return v >= 1e6 ? format_millions(v, 2) : format_count(static_cast<long long>(v)); },
             format_count(cost.params), share_words(tr({"classifier", "分类器"}).c_str(), kind(cost.params_by_kind, "linear"), cost.params), colour(Ink::ink3)}};
}

void draw_time(NetworkView& view, const Area& row, const Area& bars) {
    NetworkModel& model = view.model;
    if (model.is_measured()) {
        double total = 0, depthwise = 0;
        for (const LayerView& layer : model.layers()) total += layer.ms, depthwise += layer.kind == "depthwise" ? layer.ms : 0;
        draw_row(view, row, bars, {{"Time", "时间"}, [](const LayerView& l) { return l.ms; }, [](double v) { return fmt::format("{:.2f}\u2009ms", v); }, fmt::format("{:.1f}\u2009ms", total),
                                   fmt::format("{} {:.1f}\u2009%", tr({"depthwise", "深度"}), 100 * depthwise / total), colour(Ink::ink3)});
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
                               {tr({"input", "输入"}), fmt::format("{} × {} × {}", layer.in.c, layer.in.h, layer.in.w), colour(Ink::input)},
                               {tr({"output", "输出"}), fmt::format("{} × {} × {}", layer.out.c, layer.out.h, layer.out.w), colour(Ink::output)},
                               {tr({"multiply-adds", "乘加"}), format_count(layer.macs), colour(Ink::weights)},
                               {tr({"parameters", "参数"}), format_count(layer.params), colour(Ink::weights)}};
    if (view.model.is_measured()) {
        lines.push_back({tr({"time, median of 9", "时间，九次的中位数"}), fmt::format("{:.3f}\u2009ms", layer.ms)});
        lines.push_back({tr({"speed", "速度"}), fmt::format("{:.1f}\u2009GFLOP/s", layer.ms > 0 ? 2e-6 * static_cast<double>(layer.macs) / layer.ms : 0)});
    }
    tooltip(column, lines);
}

}  // namespace

void draw_layer_bars(NetworkView& view, const Area& area) {
    const auto& layers = view.model.layers();
    const float left = px(116), right = px(148);
    const float room = (area.h - px(42)) / 3;
    Area lane{area.x + left, area.y, area.w - left - right, area.h};
    // The open block's layers are banded, through all rows
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (layers[i].block == view.block) fill({bar_x(lane, i, layers.size()), area.y + px(6), lane.w / static_cast<float>(layers.size()), area.h - px(6)}, colour(Ink::accent_tint));
    draw_legend(area);
    float y = area.y + px(24);
    for (const Row& what : rows_of(view.model)) {
        draw_row(view, area, {lane.x, y, lane.w, room - px(8)}, what);
        y += room;
    }
    draw_time(view, area, {lane.x, y + px(6), lane.w, room - px(8)});
    // One pointer for all rows
    const Area touch{lane.x, area.y + px(20), lane.w, (view.model.is_measured() ? 3 : 2) * room - px(14)};
    const Hit over = hit("layers", touch);
    view.layer = -1;
    if (!over.is_hovered) return;
    view.layer = std::clamp(static_cast<int>((over.pointer.x - lane.x) / lane.w * static_cast<float>(layers.size())), 0, static_cast<int>(layers.size()) - 1);
    const LayerView& layer = layers[static_cast<std::size_t>(view.layer)];
    explain_layer(view, {bar_x(lane, static_cast<std::size_t>(view.layer), layers.size()), touch.y, lane.w / static_cast<float>(layers.size()), touch.h}, layer);
    if (over.was_clicked) view.set("block", std::to_string(layer.block));
}

}  // namespace convbook::app
