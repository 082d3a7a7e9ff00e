// View "roofline" of chapter 14: each layer of a network at its intensity, on the roof of the assumed machine, or at its measured speed under the roof of this one. Below, whose
// share of the multiply-adds is whose share of the time.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "figure_views.h"
#include "kit/plot.h"
#include "kit/widgets.h"

namespace convbook::ch14 {
namespace {

using namespace kit;

constexpr double kLeastIntensity = 0.25, kMostIntensity = 512, kLeastGflops = 1, kMostGflops = 2000;
constexpr float kShareRow = 24, kSharesHeight = 164, kLegendHeight = 36;

struct Kind { const char* name; Text words; };
const std::array<Kind, 4>& kinds() {
    static const std::array<Kind, 4> list{{{"depthwise", {"depthwise", "深度卷积"}}, {"pointwise", {"pointwise", "逐点卷积"}}, {"conv", {"dense, grouped", "标准、分组"}}, {"linear", {"linear", "全连接"}}}};
    return list;
}
int kind_index(const std::string& kind) { return kind == "depthwise" ? 0 : kind == "pointwise" ? 1 : kind == "linear" ? 3 : 2; }

/// A shape for each kind, so that colour is not needed.
void draw_mark(ImVec2 at, int kind, bool is_lit) {
    const Colour ink = is_lit ? colour(Ink::accent) : channel_colour(kind);
    const float r = px(is_lit ? 6 : 4.5f);
    if (kind == 0) disc(at, r, ink);
    else if (kind == 1) ring(at, r, ink, 2);
    else if (kind == 2) fill({at.x - r, at.y - r, 2 * r, 2 * r}, ink);
    else triangle({at.x - r, at.y + r}, {at.x + r, at.y + r}, {at.x, at.y - r}, ink);
}

void draw_legend(const Area& row, const Network& net) {
    float x = row.x;
    for (int k = 0; k < 4; ++k) {
        const auto count = std::ranges::count_if(net.layers, [&](const Layer& layer) { return kind_index(layer.kind) == k; });
        const std::string words = fmt::format("{} {}", count, tr(kinds()[static_cast<std::size_t>(k)].words));
        if (count == 0 || x + px(16) + text_width(Type::caption, words) > row.right()) continue;
        draw_mark({x + px(6), row.center().y}, k, false);
        x += px(16);
        x += text({x, row.center().y}, Type::caption, colour(Ink::ink2), words, AlignX::left, AlignY::middle) + px(18);
    }
}

Plot make_plot(const Area& room, const Machine& m) {
    kit::Axis x{.low = kLeastIntensity, .high = kMostIntensity, .is_logarithmic = true, .label = tr({"operations a byte", "每字节运算次数"})};
    for (const double tick : {0.25, 1.0, 4.0, 16.0, 64.0, 256.0})
        if (std::abs(std::log2(tick / m.ridge())) >= 0.9) x.ticks.push_back({tick, fmt::format("{}", tick)});
    if (m.ridge() >= kLeastIntensity && m.ridge() <= kMostIntensity) x.ticks.push_back({m.ridge(), fmt::format("{:.3g}", m.ridge()), true});
    const kit::Axis y{.low = kLeastGflops, .high = kMostGflops, .is_logarithmic = true, .ticks = {{1, "1"}, {10, "10"}, {100, "100"}, {1000, "1000"}}, .label = "GFLOP/s", .has_grid = true};
    return {room, x, y};
}

double clamped(double gflops) { return std::clamp(gflops, kLeastGflops, kMostGflops); }

void draw_roof(const Plot& plot, const Machine& m, Colour slope, Colour level, float thickness) {
    const auto roof = [&](double intensity) { return clamped(m.attainable(intensity)); };
    const double edge = std::clamp(m.ridge(), kLeastIntensity, kMostIntensity);
    if (edge > kLeastIntensity) plot.curve(roof, kLeastIntensity, edge, slope, thickness);
    if (edge < kMostIntensity) plot.curve(roof, edge, kMostIntensity, level, thickness);
}

/// Dragging right of the edge moves the peak, left of it the bandwidth, to the nearest legal stop. `key`: which of them is held, for the edge moves under the pointer.
void drag_roof(FigureFrame& frame, const Plot& plot, const Machine& m, std::string& key) {
    const Plot::Reading reading = plot.read("roof");
    if (!reading.is_held) return key.clear();
    if (key.empty()) key = reading.x >= m.ridge() ? "peak" : "bandwidth";
    const double wanted = key == "peak" ? reading.y : reading.y / reading.x;
    const auto member = std::ranges::find_if(members(), [&](const Member<Params>& each) { return each.field.key == key; });
    const auto distance = [&](const std::string& stop) { return std::abs(std::log(std::stod(stop) / wanted)); };
    frame.set(key, *std::ranges::min_element(member->field.legal, {}, distance));
}

std::string bound_words(const Layer& layer, const Machine& m) { return tr(layer.is_memory_bound(m) ? Text{"waits for memory", "在等内存"} : Text{"waits for arithmetic", "在等算术"}); }

void explain(const Area& target, const Layer& layer, const Machine& m, double measured_ms) {
    const std::string kind = tr(kinds()[static_cast<std::size_t>(kind_index(layer.kind))].words);
    std::vector<TipLine> lines{{layer.name, ""},
                               {kind + tr({", ", "，"}) + bound_words(layer, m), fmt::format("≥ {:.0f}\u2009µs", layer.least_ms(m) * 1e3)},
                               {tr({"multiply-adds", "乘加"}), format_count(layer.macs)},
                               {tr({"bytes", "字节"}), format_count(layer.bytes)},
                               {tr({"operations a byte", "每字节运算次数"}), fmt::format("{:.2f}", layer.intensity())}};
    if (measured_ms > 0) lines.push_back({tr({"measured", "测得"}), fmt::format("{:.0f}\u2009µs", measured_ms * 1e3), colour(Ink::output)});
    tooltip(target, lines);
}

/// The layers from left to right, then in the network's order.
int layer_in_place(const Network& net, int place) {
    std::vector<int> order(net.layers.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](int i) { return net.layers[static_cast<std::size_t>(i)].intensity(); });
    return order[static_cast<std::size_t>(place)];
}

/// `lit`: the layer that the keyboard has led to, or -1; the pointer comes first.
void draw_layers(const Plot& plot, const Network& net, const Machine& m, const LayerTimes* times, int lit) {
    const ImVec2 pointer = ImGui::GetIO().MousePos;
    std::vector<ImVec2> places;
    for (std::size_t i = 0; i < net.layers.size(); ++i) {
        const Layer& layer = net.layers[i];
        const double gflops = times ? 2.0 * static_cast<double>(layer.macs) / times->ms[i] / 1e6 : m.attainable(layer.intensity());
        places.push_back(plot.at(std::clamp(layer.intensity(), kLeastIntensity, kMostIntensity), clamped(gflops)));
    }
    float nearest = px(12);
    for (std::size_t i = 0; i < places.size(); ++i)
        if (const float d = std::hypot(places[i].x - pointer.x, places[i].y - pointer.y); d < nearest) nearest = d, lit = static_cast<int>(i);
    for (std::size_t i = 0; i < places.size(); ++i) draw_mark(places[i], kind_index(net.layers[i].kind), false);
    if (lit < 0) return;
    const auto at = static_cast<std::size_t>(lit);
    draw_mark(places[at], kind_index(net.layers[at].kind), true);
    explain({places[at].x - px(8), places[at].y - px(8), px(16), px(16)}, net.layers[at], times ? times->machine() : m, times ? times->ms[at] : 0);
}

/// Which side waits for what, above the plot.
void draw_sides(const Area& row, const Plot& plot, const Machine& m) {
    const float edge = std::clamp(plot.at(m.ridge(), 1).x, plot.area().x, plot.area().right());
    const std::string memory = tr({"waits for memory", "等内存"}), arithmetic = tr({"waits for arithmetic", "等算术"});
    if (text_width(Type::caption, memory) + px(8) <= edge - plot.area().x) text({edge - px(8), row.y}, Type::caption, colour(Ink::input), memory, AlignX::right);
    if (text_width(Type::caption, arithmetic) + px(8) <= plot.area().right() - edge) text({edge + px(8), row.y}, Type::caption, colour(Ink::weights), arithmetic);
}

void draw_share(const Area& row, const Text& name, const Network& net, const std::function<double(std::size_t)>& weight, const std::string& total) {
    std::array<double, 4> parts{};
    double sum = 0;
    for (std::size_t i = 0; i < net.layers.size(); ++i) parts[static_cast<std::size_t>(kind_index(net.layers[i].kind))] += weight(i), sum += weight(i);
    const float label = px(116), number = px(74);
    text({row.x, row.center().y}, Type::label, colour(Ink::ink2), tr(name), AlignX::left, AlignY::middle);
    std::vector<Bar> bars;
    for (int k = 0; k < 4; ++k) bars.push_back({parts[static_cast<std::size_t>(k)], channel_colour(k)});
    const Area bar{row.x + label, row.y + px(5), row.w - label - number, px(14)};
    stacked_bar(bar, bars, sum);
    text({row.right(), row.center().y}, Type::label_strong, colour(Ink::ink), total, AlignX::right, AlignY::middle);
}

/// The bound that this computer's caches set: a layer's bytes come from the level that holds them all.
double least_here_ms(const Layer& layer, const LayerTimes& times) { return 1e3 * times.speed.least_seconds(2.0 * static_cast<double>(layer.macs), static_cast<double>(layer.bytes)); }
double least_here_ms(const Network& net, const LayerTimes& times) {
    double ms = 0;
    for (const Layer& layer : net.layers) ms += least_here_ms(layer, times);
    return ms;
}

void draw_shares(const FigureFrame& frame, Area room, const Network& net, const Machine& m, const LayerTimes* times) {
    const auto next = [&] { return room.cut_top(px(kShareRow)); };
    const auto macs = [&](std::size_t i) { return static_cast<double>(net.layers[i].macs); };
    draw_share(next(), {"multiply-adds", "乘加"}, net, macs, format_millions(static_cast<double>(net.macs), 0));
    draw_share(next(), {"bound, assumed", "下限，假想"}, net, [&](std::size_t i) { return net.layers[i].least_ms(m); }, fmt::format("{:.2f}\u2009ms", net.least_ms(m)));
    if (times) {
        double ms = 0;
        for (const double each : times->ms) ms += each;
        draw_share(next(), {"bound, here", "下限，在此"}, net, [&](std::size_t i) { return least_here_ms(net.layers[i], *times); }, fmt::format("{:.2f}\u2009ms", least_here_ms(net, *times)));
        draw_share(next(), {"measured here", "在此测得"}, net, [&](std::size_t i) { return times->ms[i]; }, fmt::format("{:.2f}\u2009ms", ms));
    }
    std::string words = times ? tr({"Lower slope: memory beyond the caches; upper: the second-level cache; grey: the assumed machine. Maps that a cache holds pass the lower one.",
                                    "下面的斜线：缓存之外的内存；上面的斜线：二级缓存；灰线：假想的机器。能留在缓存里的特征图可以越过下面的斜线。"})
                              : tr({fmt::format("{} of {} layers wait for memory on the assumed machine.", net.memory_bound_layers(m), net.layers.size()),
                            fmt::format("在假想的机器上，{} 层中有 {} 层在等内存。", net.layers.size(), net.memory_bound_layers(m))});
    if (const auto guess = frame.guess("net.ms")) words = tr({fmt::format("Your guess: {:.2f} ms. {}", *guess, words), fmt::format("你的猜测：{:.2f} ms。{}", *guess, words)});
    text_block({room.x, room.y + px(4)}, room.w, Type::label, colour(Ink::ink2), words);
}

}  // namespace

float least_roofline_height(float) { return px(kLegendHeight + kSharesHeight + 22 + 240); }

void draw_roofline(FigureFrame& frame, Area room, const Params& p, const Measuring& measuring, std::string& held) {
    const Network& net = network(p.net);
    const Machine m = assumed_machine(p);
    const LayerTimes* times = measuring.layers(p.net);
    const Area shares = room.cut_bottom(px(kSharesHeight));
    Area legend = room.cut_bottom(px(kLegendHeight));
    legend.cut_top(px(8)), legend.cut_bottom(px(6));  // for the frame that shows where the keyboard is
    draw_legend(legend, net);
    const int place = led_by_keys("layers", legend, static_cast<int>(net.layers.size()));
    const Area sides = room.cut_top(px(22));
    const Plot plot = make_plot(room, times ? times->machine() : m);
    plot.axes();
    const Colour faint = with_alpha(colour(Ink::ink3), 0.6f);
    draw_roof(plot, m, times ? faint : colour(Ink::input), times ? faint : colour(Ink::weights), times ? 1.0f : 2.0f);
    if (times) {
        draw_roof(plot, {times->speed.gflops, times->speed.level2_gb_per_s}, with_alpha(colour(Ink::input), 0.5f), colour(Ink::weights), 1.5f);
        draw_roof(plot, times->machine(), colour(Ink::input), colour(Ink::weights), 2);
    }
    draw_sides(sides, plot, times ? times->machine() : m);
    draw_layers(plot, net, m, times, place < 0 ? -1 : layer_in_place(net, place));
    drag_roof(frame, plot, m, held);
    draw_shares(frame, shares, net, m, times);
}

}  // namespace convbook::ch14
