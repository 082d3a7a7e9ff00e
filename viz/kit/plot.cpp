// Draws plots on the draw list: everything is a polyline, a strip or a word at a place that the axes give.
// Leaves out surfaces and heat maps: those are textures in a plot's area().
#include "plot.h"

#include <algorithm>
#include <cmath>

#include "tensor_grid.h"

namespace convbook::kit {
namespace {

/// 0..1 along the axis; logarithmic axes need positive values and clamp what is not.
double share(const Axis& axis, double value) {
    if (!axis.is_logarithmic) return axis.high == axis.low ? 0.5 : (value - axis.low) / (axis.high - axis.low);
    const double low = std::log(std::max(axis.low, 1e-300)), high = std::log(std::max(axis.high, 1e-300));
    return high == low ? 0.5 : (std::log(std::max(value, 1e-300)) - low) / (high - low);
}
double value_at(const Axis& axis, double t) {
    if (!axis.is_logarithmic) return axis.low + t * (axis.high - axis.low);
    return axis.low * std::pow(axis.high / axis.low, t);
}

Tick decimal_tick(double value, int digits) { return {value, cell_text(static_cast<float>(value), digits), false}; }

std::vector<Tick> powers_of_ten(const Axis& axis, int most) {
    const int first = static_cast<int>(std::ceil(std::log10(axis.low) - 1e-9)), last = static_cast<int>(std::floor(std::log10(axis.high) + 1e-9));
    const int stride = std::max(1, (last - first + most) / std::max(1, most));
    std::vector<Tick> ticks;
    for (int power = first; power <= last; power += stride) ticks.push_back(decimal_tick(std::pow(10.0, power), std::max(0, -power)));
    return ticks;
}

Axis with_ticks(Axis axis, int most) {
    if (axis.ticks.empty()) axis.ticks = choose_ticks(axis, most);
    return axis;
}

}  // namespace

std::vector<Tick> choose_ticks(const Axis& axis, int most) {
    if (!(axis.high > axis.low) || most < 1) return {};
    if (axis.is_logarithmic) return powers_of_ten(axis, most);
    const double rough = (axis.high - axis.low) / most, power = std::pow(10.0, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= rough * (1 - 1e-9)) {
            step = factor * power;
            break;
        }
    const int digits = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
    std::vector<Tick> ticks;
    const auto first = std::llround(std::ceil(axis.low / step - 1e-9)), last = std::llround(std::floor(axis.high / step + 1e-9));
    for (auto i = first; i <= last; ++i) ticks.push_back(decimal_tick(static_cast<double>(i) * step, digits));
    return ticks;
}

Plot::Plot(const Area& outer, const Axis& x, const Axis& y) : area_(outer) {
    if (!y.label.empty()) area_.cut_top(line_height(Type::caption) + px(4));
    if (!x.label.empty()) area_.cut_bottom(line_height(Type::caption));
    y_ = with_ticks(y, std::max(2, static_cast<int>(area_.h / px(40))));
    x_ = with_ticks(x, std::max(2, static_cast<int>(area_.w / px(70))));
    if (!x_.ticks.empty()) area_.cut_bottom(tick_height() + px(4));
    float widest = 0;
    for (const Tick& tick : y_.ticks) widest = std::max(widest, text_width(Type::caption, tick.words));
    if (!y_.ticks.empty()) area_.cut_left(std::ceil(widest) + px(8));
}

float Plot::tick_height() const {
    const bool has_lit = std::ranges::any_of(x_.ticks, &Tick::is_lit);
    return line_height(has_lit ? Type::label_strong : Type::caption);
}

ImVec2 Plot::at(double x, double y) const {
    return {area_.x + static_cast<float>(share(x_, x)) * area_.w, area_.bottom() - static_cast<float>(share(y_, y)) * area_.h};
}
double Plot::x_at(float pixel) const { return value_at(x_, area_.w > 0 ? (pixel - area_.x) / area_.w : 0); }
double Plot::y_at(float pixel) const { return value_at(y_, area_.h > 0 ? (area_.bottom() - pixel) / area_.h : 0); }

void Plot::axes() const {
    for (const Tick& tick : x_.ticks) {
        const float x = at(tick.value, y_.low).x;
        if (x_.has_grid) line({x, area_.y}, {x, area_.bottom()}, colour(Ink::hair), 1);
        line({x, area_.bottom()}, {x, area_.bottom() + px(4)}, colour(Ink::rule), 1);
        text({x, area_.bottom() + px(5)}, tick.is_lit ? Type::label_strong : Type::caption, colour(tick.is_lit ? Ink::accent : Ink::ink3), tick.words, AlignX::center);
    }
    for (const Tick& tick : y_.ticks) {
        const float y = at(x_.low, tick.value).y;
        if (y_.has_grid) line({area_.x, y}, {area_.right(), y}, colour(Ink::hair), 1);
        text({area_.x - px(8), y}, tick.is_lit ? Type::label_strong : Type::caption, colour(tick.is_lit ? Ink::accent : Ink::ink3), tick.words, AlignX::right, AlignY::middle);
    }
    if (x_.has_line) line({area_.x, area_.bottom()}, {area_.right(), area_.bottom()}, colour(Ink::rule), 1);
    if (y_.has_line) line({area_.x, area_.y}, {area_.x, area_.bottom()}, colour(Ink::rule), 1);
    if (!x_.label.empty())
        text({area_.center().x, area_.bottom() + px(5) + tick_height()}, Type::caption, colour(Ink::ink3), x_.label, AlignX::center);
    if (!y_.label.empty()) text({area_.x, area_.y - px(4) - line_height(Type::caption)}, Type::caption, colour(Ink::ink3), y_.label);
}

void Plot::curve(const std::function<double(double)>& f, double from, double to, Colour colour, float thickness, const std::string& end_words) const {
    const float first = at(from, y_.low).x, last = at(to, y_.low).x;
    std::vector<ImVec2> points;
    for (float x = first; x < last; x += 1) points.push_back(at(x_at(x), f(x_at(x))));
    points.push_back(at(to, f(to)));
    polyline(points.data(), static_cast<int>(points.size()), colour, thickness);
    if (end_words.empty()) return;
    // Where two curves end close together the later words give way, on their own side
    float y = points.back().y;
    const float apart = line_height(Type::caption);
    for (const float taken : end_words_at_)
        if (std::abs(y - taken) < apart) y = y < taken ? taken - apart : taken + apart;
    end_words_at_.push_back(y);
    text({points.back().x + px(8), y}, thickness > 1.5f ? Type::label_strong : Type::caption, colour, end_words, AlignX::left, AlignY::middle);
}

void Plot::points_line(std::span<const double> x, std::span<const double> y, Colour colour, float thickness) const {
    std::vector<ImVec2> points;
    for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) points.push_back(at(x[i], y[i]));
    polyline(points.data(), static_cast<int>(points.size()), colour, thickness);
}

void Plot::steps(std::span<const double> y, Colour colour, float thickness) const {
    for (std::size_t i = 0; i < y.size(); ++i) {
        const ImVec2 left = at(static_cast<double>(i), y[i]), right = at(static_cast<double>(i + 1), y[i]);
        line(left, {right.x, left.y}, colour, thickness);
        if (i + 1 == y.size() || y[i + 1] == y[i]) continue;
        const float next = at(static_cast<double>(i + 1), y[i + 1]).y, overlap = std::max(1.0f, thickness * scale()) / 2;
        line({right.x, std::min(left.y, next) - overlap}, {right.x, std::max(left.y, next) + overlap}, colour, thickness);
    }
}

void Plot::level(double y, Colour colour, double from, double to) const { dashed_line({at(from, y).x, at(from, y).y}, {at(to, y).x, at(from, y).y}, colour, 1); }
void Plot::level(double y, Colour colour) const { level(y, colour, x_.low, x_.high); }
void Plot::upright(double x, Colour colour, double from_y, double to_y, float thickness) const {
    const ImVec2 a = at(x, from_y), b = at(x, to_y);
    line(a, {a.x, b.y}, colour, thickness);
}
void Plot::band(double from_x, double to_x, Colour colour) const {
    const float left = at(from_x, y_.low).x, right = at(to_x, y_.low).x;
    fill({left, area_.y, right - left, area_.h}, colour);
}
void Plot::dot(double x, double y, Colour colour, float radius) const { disc(at(x, y), radius * scale(), colour); }
void Plot::hollow_dot(double x, double y, Colour tone, float radius) const {
    disc(at(x, y), radius * scale(), colour(Ink::paper));
    ring(at(x, y), radius * scale(), tone, 1.5f);
}
void Plot::words(double x, double y, ImVec2 logical_offset, Type type, Colour colour, const std::string& words, AlignX align) const {
    const ImVec2 place{at(x, y).x + px(logical_offset.x), at(x, y).y + px(logical_offset.y)};
    // A curve that runs through stops before the words
    const float width = text_width(type, words), height = line_height(type) * 0.8f, left = align == AlignX::left ? place.x : align == AlignX::right ? place.x - width : place.x - width / 2;
    fill(Area{left, place.y - height / 2, width, height}.grown(px(1)), kit::colour(Ink::paper), 2);
    text(place, type, colour, words, align, AlignY::middle);
}

Plot::Reading Plot::read(const char* id) const {
    const Hit pointer = hit(id, area_, Cursor::arrow, false);
    if (!pointer.is_hovered && !pointer.is_held) return {};
    const float x = std::clamp(pointer.pointer.x, area_.x, area_.right()), y = std::clamp(pointer.pointer.y, area_.y, area_.bottom());
    return {true, pointer.is_held, pointer.was_clicked, x_at(x), y_at(y)};
}

}  // namespace convbook::kit
