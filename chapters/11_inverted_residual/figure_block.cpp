// View "block" of chapter 11: an hourglass above, a spindle below, bars as high as their channels in both. Bars are dragged, the shortcut is clicked;
// where there is none, the reason stands in its place. The bytes alive at each step, under them, are figure_alive.cpp's.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "figure_views.h"
#include "kit/interact.h"
#include "kit/widgets.h"

namespace convbook::ch11 {
namespace {

using namespace kit;

constexpr float kBarWidth = 23;
constexpr float kLabelRows = 44;      // number and bytes of a tensor, name and activation of an operation
constexpr float kPerChannel = 0.92f;  // logical pixels a channel, while they fit

/// One bar: a tensor, as high as its channels.
struct TensorBar { Place tensor; Stage stage; Area area; const char* key; };
/// One operation between two bars.
struct LayerSign { Text name, activation; Activation kind; bool is_depthwise; };

struct Picture {
    std::string id;
    std::vector<TensorBar> bars;
    std::vector<LayerSign> operations;
    Area room;
    const Block* block;
};

/// The graph of an activation, small: two strokes say which.
void draw_activation(ImVec2 at, Activation kind, Colour ink) {
    const float w = px(17), h = px(9);
    if (kind == Activation::identity) {
        line({at.x, at.y + h}, {at.x + w, at.y}, ink, 1.5f);
        return;
    }
    const bool is_bounded = kind == Activation::relu6;
    const std::array<ImVec2, 4> points{ImVec2{at.x, at.y + h}, ImVec2{at.x + w * 0.42f, at.y + h}, ImVec2{at.x + w * (is_bounded ? 0.7f : 1.0f), at.y}, ImVec2{at.x + w, at.y}};
    polyline(points.data(), is_bounded ? 4 : 3, ink, 1.5f);
}

float point_on(const Area& bar, int i, int count) { return bar.y + bar.h * (static_cast<float>(i) + 0.5f) / static_cast<float>(count); }

/// The trapezoid of an operation with its wires: all to all, or parallel for depthwise.
void draw_operation(const Area& from, const Area& to, bool is_depthwise, bool is_lit) {
    const float left = from.right() + px(2), right = to.x - px(2);
    quad({left, from.y}, {right, to.y}, {right, to.bottom()}, {left, from.bottom()}, with_alpha(colour(Ink::weights_tint), is_lit ? 0.95f : 0.55f));
    const Colour wire = with_alpha(colour(Ink::weights), is_lit ? 0.85f : 0.5f);
    const auto count = [](const Area& bar) { return std::clamp(static_cast<int>(bar.h / px(14)), 2, 9); };
    const int lines_from = count(from), lines_to = count(to);
    if (is_depthwise) {
        for (int i = 0; i < lines_from; ++i) line({left, point_on(from, i, lines_from)}, {right, point_on(to, i, lines_from)}, wire, 1);
        return;
    }
    for (int i = 0; i < lines_from; ++i)
        for (int j = 0; j < lines_to; ++j) line({left, point_on(from, i, lines_from)}, {right, point_on(to, j, lines_to)}, wire, is_lit ? 1.2f : 0.8f);
}

/// The way round the block, with its plus; cut, with the reason in words, where it cannot be.
void draw_shortcut(FigureFrame& frame, const Picture& picture, const Params& p) {
    const Area &first = picture.bars.front().area, &last = picture.bars.back().area;
    const float y = picture.room.y + px(6), x0 = first.center().x, x1 = last.center().x;
    const bool has = picture.block->has_shortcut;
    const Colour ink = colour(has ? Ink::input : Ink::rule);
    const float plus_y = std::min(last.y - px(11), picture.room.y + picture.room.h / 2);
    if (has) {
        line({x0, first.y - px(4)}, {x0, y}, ink, 2);
        line({x0, y}, {x1, y}, ink, 2);
        line({x1, y}, {x1, plus_y - px(8)}, ink, 2);
        ring({x1, plus_y}, px(7), colour(Ink::output), 1.5f);
        line({x1 - px(3.5f), plus_y}, {x1 + px(3.5f), plus_y}, colour(Ink::output), 1.5f);
        line({x1, plus_y - px(3.5f)}, {x1, plus_y + px(3.5f)}, colour(Ink::output), 1.5f);
    } else {
        const std::string reason = tr({"no shortcut · ", "没有捷径 · "}) + tr(shortcut_reason(p));
        const float half = text_width(Type::caption, reason) / 2 + px(10), center = (x0 + x1) / 2;
        line({x0, first.y - px(4)}, {x0, y}, ink, 2);
        dashed_line({x0, y}, {center - half, y}, ink, 2);
        dashed_line({center + half, y}, {x1, y}, ink, 2);
        text({center, y}, Type::caption, colour(Ink::bad), reason, AlignX::center, AlignY::middle);
    }
    const Hit over = hit((picture.id + "/shortcut").c_str(), {x0 + px(30), y - px(8), x1 - x0 - px(60), px(16)});
    if (over.is_hovered) tooltip({over.pointer.x, y - px(8), 1, px(16)}, {{has ? tr({"click: stride 2", "点击：步幅改为 2"}) : tr({"click: stride 1, equal channels", "点击：步幅 1，通道数相等"}), ""}});
    if (over.was_clicked) frame.set_query(has ? "s=2" : fmt::format("s=1&cout={}", p.cin));
}

std::string nearest_legal(const std::string& key, double wanted) {
    std::string best;
    double distance = 1e18;
    for (const auto& member : members())
        if (member.field.key == key)
            for (const std::string& stop : member.field.legal)
                if (const double d = std::abs(std::stod(stop) - wanted); d < distance) distance = d, best = stop;
    return best;
}

/// Pulling a bar up or down changes what it stands for: channels at the ends, expansion in the middle.
void drag_bar(FigureFrame& frame, const TensorBar& bar, const Params& p, float per_channel, const Hit& over) {
    if (!over.is_held || bar.key[0] == '\0' || std::abs(over.drag.y) < px(3)) return;
    const double channels = 2.0 * std::abs(over.pointer.y - bar.area.center().y) / per_channel;
    const std::string key = bar.key;
    frame.set(key, nearest_legal(key, key == "t" ? channels / p.cin : channels));
}

void explain_bar(const TensorBar& bar, const Text& name, const Area& avoid) {
    const Stage& s = bar.stage;
    tooltip(bar.area, {{tr(name), ""}, {fmt::format("{} × {} × {} × 4 {}", s.channels, s.size, s.size, tr({"bytes", "字节"})), ""},
                       {"", fmt::format("= {} {}", format_count(s.bytes()), tr({"bytes", "字节"})), colour(Ink::accent)}}, avoid);
}

Text bar_name(const Picture& picture, std::size_t i, const Params& p) {
    if (i == 0) return {"input of the block", "模块的输入"};
    if (i + 1 == picture.bars.size()) return {"output of the block", "模块的输出"};
    if (picture.id == "inverted" && picture.bars.size() == 4 && i == 1) return {fmt::format("expanded tensor, t = {}", p.t), fmt::format("扩张后的张量，t = {}", p.t)};
    if (picture.id == "inverted") return {"filtered tensor", "滤波后的张量"};
    return i == 1 ? Text{"reduced tensor", "压缩后的张量"} : Text{"filtered tensor", "滤波后的张量"};
}

/// Places the bars evenly; their height is their channels.
void place_bars(Picture& picture, float per_channel) {
    const float span = picture.room.w - px(92), mid = picture.room.y + px(22) + (picture.room.h - px(30)) / 2;
    const std::size_t count = picture.bars.size();
    for (std::size_t i = 0; i < count; ++i) {
        // The outer gaps are wider than the middle one, as the operations at the ends have more wires
        const float four[] = {0, 0.347f, 0.675f, 1}, three[] = {0, 0.5f, 1};
        const float x = picture.room.x + px(46) + span * (count == 4 ? four[i] : three[i]), height = std::max(px(3), per_channel * static_cast<float>(picture.bars[i].stage.channels));
        picture.bars[i].area = {x - px(kBarWidth) / 2, mid - height / 2, px(kBarWidth), height};
    }
}

float operation_center(const Picture& picture, std::size_t i) { return (picture.bars[i].area.center().x + picture.bars[i + 1].area.center().x) / 2; }

/// Whether the operations' names find room between the numbers of the tensors; else they stand in rows of their own below.
bool fits_in_one_row(const Picture& picture) {
    const auto half_tensor = [&](std::size_t i) { return std::max(text_width(Type::table_strong, std::to_string(picture.bars[i].stage.channels)), text_width(Type::caption, megabytes(picture.bars[i].stage.bytes()))) / 2; };
    for (std::size_t i = 0; i < picture.operations.size(); ++i) {
        const LayerSign& operation = picture.operations[i];
        const float half = std::max(text_width(Type::label_strong, tr(operation.name)), px(24) + text_width(Type::caption, tr(operation.activation))) / 2 + px(6);
        if (operation_center(picture, i) - half < picture.bars[i].area.center().x + half_tensor(i)) return false;
        if (operation_center(picture, i) + half > picture.bars[i + 1].area.center().x - half_tensor(i + 1)) return false;
    }
    return true;
}

void draw_labels(const Picture& picture, float y, std::size_t lit_operation, bool is_one_row) {
    for (std::size_t i = 0; i < picture.bars.size(); ++i) {
        const float x = picture.bars[i].area.center().x;
        text({x, y}, Type::table_strong, colour(Ink::ink), std::to_string(picture.bars[i].stage.channels), AlignX::center);
        text({x, y + px(20)}, Type::caption, colour(Ink::ink3), megabytes(picture.bars[i].stage.bytes()), AlignX::center);
    }
    const float lower = is_one_row ? y : y + px(kLabelRows);
    for (std::size_t i = 0; i < picture.operations.size(); ++i) {
        const LayerSign& operation = picture.operations[i];
        const float x = operation_center(picture, i);
        text({x, lower}, i == lit_operation ? Type::label_strong : Type::label, colour(Ink::weights), tr(operation.name), AlignX::center);
        const float width = px(24) + text_width(Type::caption, tr(operation.activation));
        draw_activation({x - width / 2, lower + px(23)}, operation.kind, colour(Ink::ink2));
        text({x - width / 2 + px(24), lower + px(20)}, Type::caption, colour(Ink::ink3), tr(operation.activation));
    }
}

void draw_picture(FigureFrame& frame, const Picture& picture, const Params& p, float per_channel, const Text& title, const Text& remark, std::size_t lit) {
    const float title_y = picture.room.y - px(28);
    const float used = text({picture.room.x, title_y}, Type::label_strong, colour(Ink::ink), tr(title));
    const std::string cost = fmt::format("{} {}", format_millions(static_cast<double>(picture.block->macs), 1), tr({"multiply-adds", "次乘加"}));
    const float left = used + px(12);
    if (left + text_width(Type::caption, tr(remark)) + px(12) + text_width(Type::label, cost) <= picture.room.w)
        text({picture.room.x + left, title_y + ascent(Type::label_strong) - ascent(Type::caption)}, Type::caption, colour(Ink::ink3), tr(remark));
    text({picture.room.right(), title_y}, Type::label, colour(Ink::ink2), cost, AlignX::right);
    for (std::size_t i = 0; i + 1 < picture.bars.size(); ++i) draw_operation(picture.bars[i].area, picture.bars[i + 1].area, picture.operations[i].is_depthwise, i == lit);
    draw_shortcut(frame, picture, p);
    for (std::size_t i = 0; i < picture.bars.size(); ++i) {
        const TensorBar& bar = picture.bars[i];
        fill(bar.area, tensor_colour(bar.tensor), 2);
        const bool is_draggable = bar.key[0] != '\0';
        const Hit over = hit(fmt::format("{}/bar/{}", picture.id, i).c_str(), bar.area.grown(px(3)), is_draggable ? Cursor::vertical : Cursor::arrow, is_draggable);
        if (over.is_hovered || over.is_held) {
            kit::frame(bar.area.grown(px(4)), colour(Ink::accent), 1.5f, 3);
            explain_bar(bar, bar_name(picture, i, p), {});
        }
        drag_bar(frame, bar, p, per_channel, over);
    }
}

Picture residual_picture(const Result& r, const Area& room) {
    const Block& b = r.residual;
    Picture picture{"residual", {}, {}, room, &b};
    picture.bars = {{Place::input, b.input, {}, ""}, {Place::inner, b.stages[0], {}, ""}, {Place::inner2, b.stages[1], {}, ""}, {Place::output, b.stages[2], {}, ""}};
    const Text relu{"ReLU", "ReLU"};
    picture.operations = {{{"1 × 1 reduce", "1 × 1 压缩"}, relu, Activation::relu, false}, {{"3 × 3", "3 × 3"}, relu, Activation::relu, false},
                          {{"1 × 1 expand", "1 × 1 恢复"}, {"ReLU after +", "相加后 ReLU"}, Activation::relu, false}};
    return picture;
}

Picture inverted_picture(const Result& r, const Area& room) {
    const Block& b = r.inverted;
    Picture picture{"inverted", {}, {}, room, &b};
    const Text relu6{"ReLU6", "ReLU6"};
    picture.bars = {{Place::input, b.input, {}, "cin"}};
    if (r.params.t > 1) {
        picture.bars.push_back({Place::inner, b.stages[0], {}, "t"});
        picture.operations.push_back({{"1 × 1 expand", "1 × 1 扩张"}, relu6, Activation::relu6, false});
    }
    picture.bars.push_back({Place::inner2, b.stages[b.stages.size() - 2], {}, "t"});
    picture.operations.push_back({{"3 × 3 depthwise", "3 × 3 深度卷积"}, relu6, Activation::relu6, true});
    picture.bars.push_back({Place::output, b.stages.back(), {}, "cout"});
    picture.operations.push_back({{"1 × 1 project", "1 × 1 投影"}, {"linear", "线性"}, Activation::identity, false});
    return picture;
}

/// The same for both pictures, so that they can be compared.
bool has_one_row(const Result& result, float width) {
    const Area room{0, 0, width, px(162)};
    Picture residual = residual_picture(result, room), inverted = inverted_picture(result, room);
    place_bars(residual, 1);
    place_bars(inverted, 1);
    return fits_in_one_row(residual) && fits_in_one_row(inverted);
}

}  // namespace

float least_blocks_height(const Result& result, float width) {
    return 2 * px(28 + 81 + (has_one_row(result, width) ? kLabelRows : 2 * kLabelRows) + 2) + least_alive_height(result, width) + px(10);
}

void draw_blocks(FigureFrame& frame, const Result& result) {
    Area room = frame.area;
    const Params& p = result.params;
    // 2 pictures of title, bars and labels, and the chart; a lower window shrinks the bars
    const bool is_one_row = has_one_row(result, room.w);
    const float labels = px(is_one_row ? kLabelRows : 2 * kLabelRows);
    const float give = std::clamp((room.h - (px(30) + labels) * 2 - least_alive_height(result, room.w)) / px(162 * 2), 0.5f, 1.0f);
    const float bars = px(162) * give;
    const int most = std::max({p.wide(), p.t * p.cout, p.cout});
    const float per_channel = std::min(px(kPerChannel) * give, (bars - px(30)) / static_cast<float>(most));
    const auto next = [&](Picture picture, const Text& title, const Text& remark, std::size_t lit) {
        place_bars(picture, per_channel);
        draw_picture(frame, picture, p, per_channel, title, remark, lit);
        draw_labels(picture, picture.room.bottom(), lit, is_one_row);
        room.cut_top(px(28) + bars + labels + px(2));
    };
    const auto picture_room = [&] { return Area{room.x, room.y + px(28), room.w, bars}; };
    const std::size_t step = static_cast<std::size_t>(p.step - 1);
    next(residual_picture(result, picture_room()), {"Residual", "残差模块"}, {"wide, narrow, wide: an hourglass", "宽、窄、宽：像沙漏"}, step);
    const std::size_t lit = p.t == 1 ? (p.step == 1 ? 9 : step - 1) : step;
    next(inverted_picture(result, picture_room()), {"Inverted residual", "倒残差模块"}, {"narrow, wide, narrow: a spindle", "窄、宽、窄：像纺锤"}, lit);
    draw_alive(room, result);
}

}  // namespace convbook::ch11
