// View "alpha" of chapter 11: alpha times channels as a line, what the library makes of it as a staircase, and the whole network at each width.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "figure_views.h"
#include "kit/plot.h"
#include "kit/widgets.h"

namespace convbook::ch11 {
namespace {

using namespace kit;

constexpr double kLow = 0.25, kHigh = 1.5;  // of alpha
constexpr std::array<const char*, 6> kAlphas{"0.35", "0.5", "0.75", "1", "1.3", "1.4"};

void draw_staircase(FigureFrame& frame, Area room, const Params& p) {
    const double alpha = std::stod(p.alpha);
    text({room.x, room.y}, Type::label_strong, colour(Ink::ink), tr({fmt::format("{} channels times α, rounded", p.cin), fmt::format("{} 个通道乘 α 再取整", p.cin)}));
    room.cut_top(px(26));
    room.cut_right(px(84));
    kit::Axis x{.low = kLow, .high = kHigh, .label = tr({"width α", "宽度 α"})};
    for (const char* stop : kAlphas) x.ticks.push_back({std::stod(stop), stop, p.alpha == stop});
    kit::Axis y{.low = 0, .high = make_divisible(p.cin * kHigh) + 8.0, .label = tr({"channels", "通道数"}), .has_grid = true};
    for (int c = 0; c <= y.high; c += p.cin > 48 ? 32 : 8) y.ticks.push_back({static_cast<double>(c), std::to_string(c)});
    const Plot plot(room, x, y);
    plot.axes();
    plot.curve([&](double a) { return p.cin * a; }, kLow, kHigh, colour(Ink::ink3), 1.5f, tr({"α·C, wanted", "α·C，想要的"}));
    plot.curve([&](double a) { return 0.9 * p.cin * a; }, kLow, kHigh, with_alpha(colour(Ink::bad), 0.7f), 1, tr({"10 % below", "少一成"}));
    plot.curve([&](double a) { return make_divisible(p.cin * a); }, kLow, kHigh, colour(Ink::output), 2, tr({"used", "实际用的"}));
    const Rounding r = round_channels(p.cin, alpha);
    plot.upright(alpha, colour(Ink::accent), 0, std::max<double>(r.used, r.wanted));
    plot.hollow_dot(alpha, r.wanted, colour(Ink::ink2));
    plot.dot(alpha, r.used, colour(Ink::accent));
    plot.words(alpha, r.used, {-10, -22}, Type::label_strong, colour(Ink::accent), fmt::format("{:.1f} → {}", r.wanted, r.used), AlignX::right);
    // Dragging chooses the nearest width that weights exist for
    if (const Plot::Reading reading = plot.read("staircase"); reading.is_held) {
        const char* best = kAlphas.front();
        for (const char* stop : kAlphas)
            if (std::abs(std::stod(stop) - reading.x) < std::abs(std::stod(best) - reading.x)) best = stop;
        frame.set("alpha", best);
    }
}

void draw_rule(const Area& room, const Params& p) {
    const Rounding r = round_channels(p.cin, std::stod(p.alpha));
    const Text words = r.was_raised
        ? Text{fmt::format("{:.1f} channels are wanted. {} is the nearest multiple of 8, but more than 10 % below: {} is used.", r.wanted, r.nearest, r.used),
               fmt::format("想要 {:.1f} 个通道。最近的 8 的倍数是 {}，但少了一成以上，于是用 {}。", r.wanted, r.nearest, r.used)}
        : Text{fmt::format("{:.1f} channels are wanted. {} is the nearest multiple of 8 and no more than 10 % below.", r.wanted, r.used),
               fmt::format("想要 {:.1f} 个通道。最近的 8 的倍数是 {}，没有少到一成。", r.wanted, r.used)};
    text_block({room.x, room.y}, room.w, Type::note, colour(Ink::ink2), tr(words));
}

void draw_networks(FigureFrame& frame, const Area& room, const Params& p) {
    text({room.x, room.y}, Type::label_strong, colour(Ink::ink), tr({"The whole network at each width", "各种宽度下的整个网络"}));
    const float half = room.w / 2, label = px(44), bar = half - label - px(110);
    text({room.x + label, room.y + px(24)}, Type::caption, colour(Ink::ink3), tr({"parameters", "参数量"}));
    text({room.x + half + px(12), room.y + px(24)}, Type::caption, colour(Ink::ink3), tr({"multiply-adds, 224 × 224", "乘加次数，224 × 224"}));
    const NetFigures largest = net_figures(std::stod(kAlphas.back()));
    float y = room.y + px(48);
    for (const char* stop : kAlphas) {
        const NetFigures net = net_figures(std::stod(stop));
        const bool is_current = p.alpha == stop;
        const Colour ink = colour(is_current ? Ink::accent : Ink::ink2);
        if (words_link(fmt::format("alpha/{}", stop).c_str(), {room.x, y - px(1)}, Type::label, stop, is_current)) frame.set("alpha", stop);
        const auto draw_bar = [&](float x, double number, double most, const std::string& words) {
            const float width = bar * static_cast<float>(number / most);
            fill({x, y, width, px(15)}, is_current ? colour(Ink::accent) : with_alpha(colour(Ink::weights), 0.55f), 1);
            text({x + width + px(8), y + px(7.5f)}, is_current ? Type::label_strong : Type::label, ink, words, AlignX::left, AlignY::middle);
        };
        draw_bar(room.x + label, static_cast<double>(net.params), static_cast<double>(largest.params), format_count(net.params));
        draw_bar(room.x + half + px(12), static_cast<double>(net.macs), static_cast<double>(largest.macs), format_millions(static_cast<double>(net.macs), 1));
        y += px(25);
    }
}

}  // namespace

void draw_alpha(FigureFrame& frame, const Result& result) {
    Area room = frame.area;
    room.cut_top(px(4));
    const Area networks = room.cut_bottom(px(212));
    const Area rule = room.cut_bottom(px(62));
    draw_staircase(frame, room, result.params);
    draw_rule({rule.x, rule.y + px(6), rule.w, rule.h}, result.params);
    draw_networks(frame, networks, result.params);
}

}  // namespace convbook::ch11
