// The open block of the network page: every map of its tensors, the operations between them, the shortcut below.
#include <fmt/format.h>

#include <algorithm>

#include "kit/interact.h"
#include "kit/widgets.h"
#include "network_view.h"

namespace convbook::app {

using namespace kit;

namespace {

constexpr float kNarrow = 174, kWide = 262, kGap = 58, kSheetHeight = 262;  // logical pixels at a region of 1058

std::string shape_words(const Shape& s) { return fmt::format("{} × {} × {}", s.c, s.h, s.w); }

}  // namespace

std::string block_name(const BlockView& block, bool is_short) {
    if (block.is_numbered()) return is_short ? block.title : fmt::format("{} {}", tr({"Block", "模块"}), block.title);
    if (block.title == "stem") return tr(is_short ? Text{"stem", "起始层"} : Text{"Stem", "起始层"});
    if (block.title == "head") return tr(is_short ? Text{"head", "末端层"} : Text{"Head", "末端层"});
    return tr({"Classifier", "分类器"});
}

std::string block_words(const BlockView& block) {
    std::string words;
    if (block.t > 0) {
        words = fmt::format("{} · t = {} · {} {}", tr({"inverted residual", "倒残差"}), block.t, tr({"stride", "步幅"}), block.stride);
        words += block.has_shortcut ? tr({" · shortcut", " · 有捷径"}) : "";
    } else if (block.is_numbered()) {
        words = fmt::format("{} · {} {}", tr({"depthwise separable", "深度可分离"}), tr({"stride", "步幅"}), block.stride);
    } else {
        words = block.title == "stem" ? tr({"3 × 3 convolution · stride 2", "3 × 3 卷积 · 步幅 2"}) : block.title == "head" ? tr({"1 × 1 convolution", "1 × 1 卷积"}) : tr({"pooling and one linear layer", "池化与一个线性层"});
    }
    return fmt::format("{} · {} {} · {} {}", words, format_count(block.params), tr({"parameters", "个参数"}), format_millions(static_cast<double>(block.macs), 1),
                       tr({"multiply-adds", "次乘加"}));
}

std::vector<const Tensor*> block_tensors(const NetworkModel& model, int index) {
    const PhotoRun* run = model.photo_run();
    const BlockView& block = model.blocks()[static_cast<std::size_t>(index)];
    std::vector<const Tensor*> tensors;
    if (run == nullptr || block.layers.empty()) return tensors;
    // What goes in is what left the block before; the photo for the stem
    const auto output = [&](int i) -> const Tensor* {
        const BlockView& own = model.blocks()[static_cast<std::size_t>(i)];
        const int node = own.has_shortcut ? run->graph.find(own.name + ".add") : -1;
        if (node >= 0) return &run->run.activations[static_cast<std::size_t>(node)];
        return run->output_of(model.layers()[static_cast<std::size_t>(own.layers.back())].name);
    };
    tensors.push_back(index == 0 ? &run->run.activations.front() : output(index - 1));
    for (std::size_t i = 0; i + 1 < block.layers.size(); ++i) tensors.push_back(run->output_of(model.layers()[static_cast<std::size_t>(block.layers[i])].name));
    tensors.push_back(output(index));
    if (std::find(tensors.begin(), tensors.end(), nullptr) != tensors.end()) tensors.clear();
    return tensors;
}

void OpenBlock::rebuild(const NetworkView& view, float unit) {
    sheets_.clear();
    steps_.clear();
    const NetworkModel& model = view.model;
    const BlockView& block = model.blocks()[static_cast<std::size_t>(view.block)];
    const std::vector<const Tensor*> tensors = block_tensors(model, view.block);
    const std::size_t count = block.layers.size() + 1;
    // One range for the narrow ends, so that they can be compared
    float ends = 1e-6f;
    if (!tensors.empty()) ends = std::max(usual_magnitude(*tensors.front()), usual_magnitude(*tensors.back()));
    for (std::size_t i = 0; i < count; ++i) {
        Sheet sheet;
        const bool is_first = i == 0, is_last = i + 1 == count;
        sheet.title = is_first ? Text{"Input", "输入"} : is_last ? Text{"Output", "输出"} : i == 1 && count == 4 ? Text{"Expanded", "扩张后"} : Text{"Filtered", "滤波后"};
        sheet.role = is_first ? Role::input : is_last ? Role::output : Role::none;
        sheet.shape = is_first ? block.in : is_last ? block.out : model.layers()[static_cast<std::size_t>(block.layers[i - 1])].out;
        sheet.is_wide = (!is_first && !is_last) || block.t == 0;
        sheet.is_signed = is_first ? view.block == 0 || model.blocks()[static_cast<std::size_t>(view.block) - 1].is_linear : is_last && block.is_linear;
        if (!tensors.empty() && tensors[i]->shape().h > 1) {
            const float limit = sheet.is_signed ? (block.t > 0 ? ends : usual_magnitude(*tensors[i])) : 6;
            sheet.maps.build(*tensors[i], px(sheet.is_wide ? kWide : kNarrow) * unit, sheet.is_wide || sheet.shape.c > 96 ? 0 : 4, sheet.is_signed, limit);
        }
        sheets_.push_back(std::move(sheet));
    }
    for (std::size_t i = 0; i < block.layers.size(); ++i) {
        const LayerView& layer = model.layers()[static_cast<std::size_t>(block.layers[i])];
        const auto* conv = std::get_if<Conv2dNode>(&model.graph().node(layer.node).operation);
        const int k = conv == nullptr ? 0 : model.graph().parameter(conv->weight).shape.h;
        const bool is_linear = i + 1 == block.layers.size() && block.is_linear;
        steps_.push_back({k == 0 ? "linear" : fmt::format("{0} × {0}{1}", k, layer.kind == "depthwise" ? " dw" : ""), is_linear ? Text{"linear", "线性"} : Text{"ReLU6", "ReLU6"}});
    }
}

void OpenBlock::draw_sheet(NetworkView& view, Sheet& sheet, const Area& area, std::size_t index) {
    const float used = text({area.x, area.y - px(24)}, Type::label_strong, role_colour(sheet.role), tr(sheet.title));
    text({area.x + used + px(10), area.y - px(24)}, Type::caption, colour(Ink::ink3), shape_words(sheet.shape));
    if (sheet.maps.is_empty()) {
        fill(area, colour(Ink::sunk), 2);
        return;
    }
    const std::string id = fmt::format("maps/{}", index);
    const int pinned = sheet.is_wide ? view.channel : -1;
    if (const auto channel = sheet.maps.draw(id.c_str(), area, pinned)) view.set("channel", std::to_string(*channel));
    if (sheet.maps.hovered() >= 0)
        tooltip(area, {{fmt::format("{} {}", tr({"channel", "通道"}), sheet.maps.hovered()), ""}, {tr({"click to pin, wheel to zoom", "点击固定，滚轮缩放"}), ""}});
    const ImVec2 scale{area.x, area.bottom() + px(9)};
    if (sheet.is_signed) scale_signed(scale, px(84), sheet.maps.limit(), "");
    else scale_magnitude(scale, px(66), 0, sheet.maps.limit(), "");
}

void OpenBlock::draw(NetworkView& view, const Area& area) {
    const BlockView& block = view.model.blocks()[static_cast<std::size_t>(view.block)];
    const float used = text({area.x, area.y}, Type::figure_question, colour(Ink::ink), block_name(block, false));
    text({area.x + used + px(14), area.y + px(3)}, Type::label, colour(Ink::ink2), block_words(block));
    // Sheets share the width as in a region of 1058; fewer of them leave room at the right
    const float unit = std::min(area.w / px(1058), (area.h - px(112)) / px(kSheetHeight));
    std::vector<Area> places;
    float x = area.x;
    for (const Sheet& sheet : sheets_) {
        const float width = px(sheet.is_wide ? kWide : kNarrow) * unit;
        places.push_back({x, area.y + px(64), width, px(kSheetHeight) * unit});
        x += width + std::max(px(kGap), (area.w - px(2 * kNarrow + 2 * kWide) * unit) / 3);
    }
    for (std::size_t i = 0; i < sheets_.size(); ++i) draw_sheet(view, sheets_[i], places[i], i);
    for (std::size_t i = 0; i + 1 < sheets_.size(); ++i) {
        const float left = places[i].right() + px(6), right = places[i + 1].x - px(6), y = places[i].center().y, middle = (left + right) / 2;
        arrow({left, y}, {right, y}, colour(Ink::weights));
        text({middle, y - px(20)}, Type::caption, colour(Ink::weights), steps_[i].operation, AlignX::center);
        text({middle, y + px(7)}, Type::caption, colour(Ink::ink2), tr(steps_[i].activation), AlignX::center);
    }
    if (!block.has_shortcut) return;
    const float from = places.front().x + places.front().w * 0.8f, to = places.back().x + places.back().w * 0.8f, y = places.front().bottom() + px(46), top = places.front().bottom() + px(6);
    const std::string words = tr({"shortcut: input added", "捷径：加上输入"});
    const float half = text_width(Type::label, words) / 2 + px(12), middle = (from + to) / 2;
    const Colour ink = colour(Ink::input);
    line({from, top}, {from, y}, ink, 2);
    line({from, y}, {middle - half, y}, ink, 2);
    text({middle, y}, Type::label, ink, words, AlignX::center, AlignY::middle);
    line({middle + half, y}, {to, y}, ink, 2);
    line({to, y}, {to, top}, ink, 2);
    arrow_head({to, top}, {0, -1}, ink, 6, 2);
}

}  // namespace convbook::app
