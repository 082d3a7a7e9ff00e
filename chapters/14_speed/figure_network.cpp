// View "network" of chapter 14: four networks by multiply-adds, depth, cycles of an ideal parallel machine, bound of the assumed machine and, once measured, time on this computer,
// each as a multiple of MobileNet v1's.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "figure_views.h"

namespace convbook::ch14 {
namespace {

using namespace kit;

constexpr float kRow = 21, kTallestRow = 36, kPanelHead = 24, kPanelGap = 16, kTwoColumns = 600;
constexpr int kPanels = 5;

struct Panel {
    Text title;
    std::vector<double> numbers;  ///< by networks()
    std::function<std::string(double)> words;
    Ink ink;
};

float panel_height(float row) { return 4 * row + px(kPanelHead + kPanelGap); }
int panel_rows(float width) { return width >= px(kTwoColumns) ? (kPanels + 1) / 2 : kPanels; }

void draw_panel(Area room, const Panel& panel, float height) {
    text({room.x, room.y}, Type::label_strong, colour(Ink::ink), tr(panel.title));
    room.cut_top(px(kPanelHead));
    if (panel.numbers.empty()) {
        text_block({room.x, room.y}, room.w, Type::caption, colour(Ink::ink3), tr({"Empty until it is measured.", "测量之前这里是空的。"}));
        return;
    }
    const double most = *std::ranges::max_element(panel.numbers), first = panel.numbers.front();
    const float name = px(92), number = px(124);
    for (std::size_t i = 0; i < panel.numbers.size(); ++i) {
        const Area row = room.cut_top(height);
        text({row.x, row.center().y}, Type::label, colour(Ink::ink2), networks()[i].title, AlignX::left, AlignY::middle);
        fill({row.x + name, row.center().y - px(7), std::max(px(1), (row.w - name - number) * static_cast<float>(panel.numbers[i] / most)), px(13)}, colour(panel.ink), 1);
        text({row.right() - px(46), row.center().y}, Type::label, colour(Ink::ink2), panel.words(panel.numbers[i]), AlignX::right, AlignY::middle);
        text({row.right(), row.center().y}, Type::label_strong, colour(Ink::ink), fmt::format("{:.2f}", panel.numbers[i] / first), AlignX::right, AlignY::middle);
    }
}

std::vector<Panel> panels(const Params& p, const Measuring& measuring) {
    const Machine m = assumed_machine(p);
    const auto each = [](const std::function<double(const Network&)>& number) {
        std::vector<double> numbers;
        for (const Network& net : networks()) numbers.push_back(number(net));
        return numbers;
    };
    const auto count = [](double number) { return number >= 1e6 ? format_millions(number, number >= 1e8 ? 0 : 1) : format_count(static_cast<long long>(number)); };
    const auto milliseconds = [](double ms) { return fmt::format("{:.2f}\u2009ms", ms); };
    return {{{"Multiply-adds", "乘加"}, each([](const Network& net) { return static_cast<double>(net.macs); }), count, Ink::weights},
            {{"Depth: layers one after the other", "深度：前后相接的层数"}, each([](const Network& net) { return static_cast<double>(net.depth); }), count, Ink::inner},
            {{fmt::format("Cycles with {} multipliers", count(p.units)), fmt::format("{} 个乘法器所需的周期", count(p.units))}, each([&](const Network& net) { return static_cast<double>(net.cycles(p.units)); }), count, Ink::input},
            {{"Bound on the assumed machine", "假想机器上的时间下限"}, each([&](const Network& net) { return net.least_ms(m); }), milliseconds, Ink::inner},
            {{"Time on this computer", "在这台电脑上的时间"}, measuring.networks() ? *measuring.networks() : std::vector<double>{}, milliseconds, Ink::output}};
}

/// Fastest first, in words.
std::string order_of(const std::vector<double>& numbers) {
    std::vector<std::size_t> order(numbers.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return numbers[i]; });
    std::string words;
    for (const std::size_t i : order) words += (words.empty() ? "" : ", ") + networks()[i].title;
    return words;
}

}  // namespace

float least_network_height(float width) { return px(24 + 62) + panel_height(px(kRow)) * static_cast<float>(panel_rows(width)); }

void draw_network(Area room, const Params& p, const Measuring& measuring) {
    const Area head = room.cut_top(px(24));
    text(head.min(), Type::caption, colour(Ink::ink3), tr({"Bold: as a multiple of MobileNet v1", "粗体：相对于 MobileNet v1 的倍数"}));
    const int rows = panel_rows(room.w);
    const bool is_wide = rows < kPanels;
    const float gap = px(32), width = is_wide ? (room.w - gap) / 2 : room.w;
    const float row = std::clamp(std::floor(((room.h - px(62)) / static_cast<float>(rows) - px(kPanelHead + kPanelGap)) / 4), px(kRow), px(kTallestRow));
    const float height = panel_height(row);
    const std::vector<Panel> all = panels(p, measuring);
    const auto place = [&](int i) { return Area{room.x + static_cast<float>(is_wide ? i % 2 : 0) * (width + gap), room.y + static_cast<float>(is_wide ? i / 2 : i) * height, width, height}; };
    for (int i = 0; i < kPanels; ++i) draw_panel(place(i), all[static_cast<std::size_t>(i)], row);
    // Who comes in first, in the place that is left
    Area last = place(kPanels);
    text(last.min(), Type::label_strong, colour(Ink::ink), tr({"Through first on the ideal machine", "理想机器上先跑完的"}));
    last.cut_top(px(kPanelHead));
    text_block(last.min(), last.w, Type::label, colour(Ink::ink2), order_of(all[2].numbers));
    if (!measuring.networks()) return;
    last.cut_top(text_block_height(last.w, Type::label, order_of(all[2].numbers)) + px(8));
    if (!is_wide) return;
    text(last.min(), Type::label_strong, colour(Ink::ink), tr({"On this computer", "在这台电脑上"}));
    last.cut_top(px(kPanelHead));
    text_block(last.min(), last.w, Type::label, colour(Ink::ink2), order_of(*measuring.networks()));
}

}  // namespace convbook::ch14
