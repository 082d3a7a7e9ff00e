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
constexpr float kReluSixLimit = 6;                                          // what ReLU6 leaves at most

/// One symmetric range for a block's narrow ends, so that they can be compared.
float limit_of_ends(const std::vector<const Tensor*>& tensors) { return std::max(usual_magnitude(*tensors.front()), usual_magnitude(*tensors.back())); }

Text sheet_title(std::size_t index, std::size_t count) {
    if (index == 0) return {"Input", "输入"};
    if (index + 1 == count) return {"Output", "输出"};
    return index == 1 && count == 4 ? Text{"Expanded", "扩张后"} : Text{"Filtered", "滤波后"};
}

}  // namespace

std::vector<const Tensor*> block_tensors(const NetworkModel& model, int index) {
    const PhotoRun* run = model.photo_run();
    if (run == nullptr) return {};
    const BlockView& block = run->structure.blocks[static_cast<std::size_t>(index)];
    std::vector<const Tensor*> tensors{&run->run.activations[static_cast<std::size_t>(block.source)]};
    for (std::size_t i = 0; i + 1 < block.layers.size(); ++i) tensors.push_back(&run->output_of(block.layers[i]));
    tensors.push_back(&run->run.activations[static_cast<std::size_t>(block.end())]);
    return tensors;
}

bool has_sheets(const NetworkView& view) {
    const BlockView& block = view.model.blocks()[static_cast<std::size_t>(view.block)];
    return block.is_chain() || (block.form == BlockForm::plain && settle(view.model.graph(), block.nodes.front()) == block.end());
}

void OpenBlock::rebuild(const NetworkView& view, float unit) {
    sheets_.clear();
    steps_.clear();
    pictured_.clear();
    const NetworkModel& model = view.model;
    const BlockView& block = model.blocks()[static_cast<std::size_t>(view.block)];
    const std::vector<const Tensor*> tensors = block_tensors(model, view.block);
    const std::size_t count = block.layers.size() + 1;
    const bool has_ends = block.form == BlockForm::inverted_residual;
    std::vector<MakePixels> pictures;
    for (std::size_t i = 0; i < count; ++i) {
        Sheet sheet;
        const bool is_first = i == 0, is_last = i + 1 == count;
        sheet.title = sheet_title(i, count);
        sheet.role = is_first ? Role::input : is_last ? Role::output : Role::none;
        sheet.shape = is_first ? block.in : is_last ? block.out : model.layers()[static_cast<std::size_t>(block.layers[i - 1])].out;
        sheet.is_wide = (!is_first && !is_last) || !has_ends;
        sheet.is_signed = is_first ? is_signed(model.graph(), block.source) : is_last && block.is_linear;
        if (!tensors.empty() && tensors[i]->shape().h > 1) {
            SheetLook look{px(sheet.is_wide ? kWide : kNarrow) * unit, sheet.is_wide || sheet.shape.c > 96 ? 0 : 4, sheet.is_signed, sheet.is_signed ? 0.0f : kReluSixLimit, Ramp::of_theme()};
            if (!sheet.is_signed && tr(activation_words(model.graph(), model.layers()[static_cast<std::size_t>(block.layers.front())].node)) != "ReLU6") look.limit = 0;
            pictured_.push_back(i);
            pictures.push_back([run = model.shared_run(), tensors, i, look, has_ends]() mutable {
                if (look.is_signed && has_ends) look.limit = limit_of_ends(tensors);
                return make_maps(*tensors[i], look);
            });
        }
        sheets_.push_back(std::move(sheet));
    }
    job_.request(std::move(pictures));
    for (const int index : block.layers) {
        const int node = model.layers()[static_cast<std::size_t>(index)].node;
        steps_.push_back({operation_words(model.graph(), node), activation_words(model.graph(), node), node});
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
    if (const auto made = job_.poll())
        for (std::size_t i = 0; i < made->size(); ++i) sheets_[pictured_[i]].maps.show((*made)[i]);
    const BlockView& block = view.model.blocks()[static_cast<std::size_t>(view.block)];
    const float used = text({area.x, area.y}, Type::figure_question, colour(Ink::ink), block_name(block, false));
    text({area.x + used + px(14), area.y + px(3)}, Type::label, colour(Ink::ink2), block_words(view.model, block));
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
        const Hit over = hit(fmt::format("step/{}", i).c_str(), {left, y - px(24), right - left, px(50)});
        if (over.is_hovered) tooltip({left, y - px(24), right - left, px(50)}, {{tr({"click: this layer’s weights and numbers", "点击：该层的权重与各项数字"}), ""}});
        if (over.was_clicked) view.set("layer", view.model.graph().node(steps_[i].node).name);
        text({middle, y - px(20)}, Type::caption, colour(over.is_hovered ? Ink::accent : Ink::weights), steps_[i].operation, AlignX::center);
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
