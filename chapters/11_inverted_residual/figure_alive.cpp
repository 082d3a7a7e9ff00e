// The chart under the blocks of chapter 11: which tensors are alive at each step, in bytes, stored whole and row by row.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "figure_views.h"
#include "kit/widgets.h"

namespace convbook::ch11 {

using namespace kit;

Colour tensor_colour(Place tensor) {
    const Ink inks[] = {Ink::input, Ink::inner, Ink::inner2, Ink::output};
    return colour(inks[static_cast<int>(tensor)]);
}

std::string megabytes(std::int64_t bytes) { return fmt::format("{:.2f}\u2009MB", static_cast<double>(bytes) / 1e6); }

namespace {

Text step_name(const std::string& block, const std::string& step) {
    if (step == "rows") return {"row by row", "逐行执行"};
    if (step == "conv") return {"3 × 3", "3 × 3"};
    if (step == "reduce") return {"reduce", "压缩"};
    if (step == "depthwise") return {"depthwise", "深度卷积"};
    if (step == "project") return {"project", "投影"};
    return block == "residual" ? Text{"expand", "恢复"} : Text{"expand", "扩张"};
}

/// What a bar of the chart holds, the longer words first; the first that fit are written.
std::vector<std::string> part_words(const Block& block, const std::string& name, const Alive& alive, Place part) {
    if (part == Place::output) return {"y"};
    if (part == Place::input) {
        if (block.has_shortcut && alive.step == (name == "residual" ? "expand" : "project")) return {tr({"x kept for the shortcut", "x，留给捷径"}), "x"};
        return {"x"};
    }
    if (name == "residual" || alive.step == "rows") return {};
    return {fmt::format("{} {}", block.stages.front().channels, tr({"channels", "个通道"})), std::to_string(block.stages.front().channels)};
}

void label_part(const Area& part, Colour behind, const std::vector<std::string>& words) {
    if (part.h < px(13)) return;
    for (const std::string& each : words)
        if (text_width(Type::caption, each) + px(12) <= part.w) {
            text({part.x + px(6), part.center().y}, Type::caption, text_on(behind), each, AlignX::left, AlignY::middle);
            return;
        }
}

void draw_alive_row(const Area& row, float label_right, const Block& whole, const std::string& block, const Alive& alive, double scale, bool is_lit, bool is_answer) {
    text({label_right, row.center().y}, is_lit ? Type::label_strong : Type::label, colour(is_lit ? Ink::ink : Ink::ink2), tr(step_name(block, alive.step)), AlignX::right, AlignY::middle);
    const std::array<std::int64_t, 4> parts{alive.input, alive.inner, alive.inner2, alive.output};
    float x = row.x;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const float width = row.w * static_cast<float>(static_cast<double>(parts[i]) / scale);
        if (parts[i] == 0) continue;
        const Area part{x, row.y, std::max(width - 1, 1.0f), row.h};
        fill(part, tensor_colour(static_cast<Place>(i)), 1);
        label_part(part, tensor_colour(static_cast<Place>(i)), part_words(whole, block, alive, static_cast<Place>(i)));
        x += width;
    }
    text({x + px(9), row.center().y}, is_answer ? Type::cell_strong : Type::label, colour(is_answer ? Ink::accent : Ink::ink2), megabytes(alive.total()), AlignX::left, AlignY::middle);
}

const Text kTitle{"Bytes alive at each step", "每一步占用的内存"};
const std::array<Text, 4> kNames{{{"input", "输入"}, {"inner", "内部"}, {"inner 2", "内部 2"}, {"output", "输出"}}};

std::string unit_words(const Result& r) { return fmt::format("float32, {0} × {0}", r.params.h); }

float legend_width() {
    float width = -px(19);
    for (const Text& name : kNames) width += px(15) + text_width(Type::caption, tr(name)) + px(19);
    return width;
}

/// Beside the title if there is room, else in a row of its own.
bool has_legend_beside(const Result& r, float width) {
    return text_width(Type::label_strong, tr(kTitle)) + px(12) + text_width(Type::caption, unit_words(r)) + px(24) + legend_width() <= width;
}

}  // namespace

float least_alive_height(const Result& r, float width) {
    const auto rows = static_cast<float>(r.residual.alive.size() + r.inverted.alive.size());
    return (has_legend_beside(r, width) ? px(28) : px(48)) + rows * px(19) + px(9);
}

void draw_alive(const Area& whole, const Result& r) {
    Area room = whole;
    const std::string title = tr(kTitle), unit = unit_words(r);
    const float used = text({room.x, room.y}, Type::label_strong, colour(Ink::ink), title);
    text({room.x + used + px(12), room.y + ascent(Type::label_strong) - ascent(Type::caption)}, Type::caption, colour(Ink::ink3), unit);
    const bool is_beside = has_legend_beside(r, room.w);
    if (!is_beside) room.cut_top(px(20));
    float legend = is_beside ? room.right() - legend_width() : room.x;
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        fill({legend, room.y + px(4), px(9), px(9)}, tensor_colour(static_cast<Place>(i)), 2);
        legend += px(15) + text({legend + px(15), room.y}, Type::caption, colour(Ink::ink2), tr(kNames[i])) + px(19);
    }
    const double scale = static_cast<double>(std::max({r.residual.peak(), r.inverted.peak(), r.residual.peak_by_rows()}));
    const float label_right = room.x + px(128), bars_x = room.x + px(138), width = room.w - px(138) - px(86);
    const std::size_t count = r.residual.alive.size() + r.inverted.alive.size();
    const float gap = px(9), pitch = std::min(px(20), (room.h - px(30) - gap) / static_cast<float>(count));
    float y = room.y + px(28);
    line({bars_x - 1, y - px(2)}, {bars_x - 1, y + pitch * static_cast<float>(count) + gap}, colour(Ink::rule));
    for (const auto& [name, title_text, block] : {std::tuple{std::string("residual"), Text{"Residual", "残差"}, &r.residual}, {std::string("inverted"), Text{"Inverted", "倒残差"}, &r.inverted}}) {
        text({room.x, y + pitch / 2 - px(2)}, Type::label_strong, colour(Ink::ink), tr(title_text), AlignX::left, AlignY::middle);
        for (std::size_t i = 0; i < block->alive.size(); ++i, y += pitch) {
            const bool is_lit = static_cast<int>(i) == r.params.step - 1 - (r.params.t == 1 && name == "inverted" ? 1 : 0) && i + 1 < block->alive.size();
            draw_alive_row({bars_x, y, width, pitch - px(5)}, label_right, *block, name, block->alive[i], scale, is_lit, name == "inverted" && i + 1 == block->alive.size());
        }
        y += gap;
    }
}

}  // namespace convbook::ch11
