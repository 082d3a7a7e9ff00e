// The head of a network's page: its name and numbers, its options, its photo.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "kit/interact.h"
#include "kit/refusal_text.h"
#include "kit/widgets.h"
#include "network_graph_page.h"

namespace convbook::app {

using namespace kit;

namespace {

constexpr float kHead = 70, kSliderRow = 50, kLeastSlider = 112, kMostSlider = 160, kSliderGap = 26;

/// A slider over words; the chosen word, if another was chosen.
std::optional<std::string> slide(const NetSlider& option, const Area& area) {
    const auto place = std::ranges::find(option.stops, option.value);
    const SliderLook look{tr(option.label), option.value, colour(Ink::ink), static_cast<int>(option.stops.size()), option.stops};
    const auto stop = slider(option.key.c_str(), area, look, place == option.stops.end() ? 0 : static_cast<int>(place - option.stops.begin()));
    return stop ? std::optional(option.stops[static_cast<std::size_t>(*stop)]) : std::nullopt;
}

float photo_width(const NetworkModel& model) { return PhotoMenu::width(model.photo_name()); }

/// What the options need beside the numbers.
float least_sliders(const NetworkModel& model) { return static_cast<float>(sliders_of(model.spec()).size()) * px(kLeastSlider + kSliderGap) + px(kSliderGap); }

std::string count_words(const NetworkModel& model) {
    const auto blocks = std::ranges::count_if(model.blocks(), [](const BlockView& b) { return b.is_numbered() && b.form != BlockForm::plain; });
    const std::size_t layers = model.layers().size();
    if (blocks == 0) return tr({fmt::format("{} layers", layers), fmt::format("{} 层", layers)});
    return tr({fmt::format("{} blocks, {} layers", blocks, layers), fmt::format("{} 个模块，{} 层", blocks, layers)});
}

}  // namespace

/// Name, counts and what was counted; returns the right end.
float GraphPage::draw_numbers(const Area& area) const {
    const float used = text({area.x, area.y}, Type::chapter_title, colour(Ink::ink), title_);
    float x = area.x + used + px(20);
    const float y = area.y + px(12);
    const auto number = [&](const std::string& strong, const std::string& words) {
        x += text({x, y}, Type::table_strong, colour(Ink::ink), strong) + px(6);
        x += text({x, y}, Type::table, colour(Ink::ink2), words) + px(6);
    };
    number(format_count(model_.cost().params), tr({"parameters  ·", "个参数  ·"}));
    number(format_millions(static_cast<double>(model_.cost().macs), 1), tr({"multiply-adds  ·", "次乘加  ·"}));
    number("", count_words(model_));
    const float caption_x = area.x + used + px(20);
    if (!refusal_.empty()) {
        text_block({caption_x, y + px(24)}, area.right() - caption_x, Type::caption, colour(Ink::bad), refusal_words(refusal_));
        return x;
    }
    // Which convention is on: the weights on show may count differently
    const int classes = model_.spec().options.classes;
    std::string counted = classes == 0 ? tr({"counted without a classifier, with batch norm", "不含分类器、含批归一化计数"})
                                       : tr({fmt::format("counted for {} classes with batch norm", classes), fmt::format("按 {} 类、含批归一化计数", classes)});
    if (const ModelConventions* shown = model_.conventions(); shown && model_.photo_run()) {
        const std::string words = fmt::format("{} {} {}{}", tr({" · the weights on show have", " · 所用权重为"}), shown->options.classes, tr({"classes", "类"}),
                                              shown->options.conventions.has_batch_norm ? "" : tr({", batch norm folded in", "，批归一化已并入卷积"}));
        const float sliders = area.h > px(kHead + 1) ? 0 : least_sliders(model_);
        if (caption_x + text_width(Type::caption, counted + words) < area.right() - photo_width(model_) - sliders - px(20)) counted += words;
    }
    return std::max(x, caption_x + text({caption_x, y + px(24)}, Type::caption, colour(Ink::ink3), counted));
}

/// Taller where the options need a row of their own.
float GraphPage::head_height(float width) const {
    const std::string numbers = format_count(model_.cost().params) + tr({"parameters  ·", "个参数  ·"}) + format_millions(static_cast<double>(model_.cost().macs), 1) + tr({"multiply-adds  ·", "次乘加  ·"}) + count_words(model_);
    const float used = text_width(Type::chapter_title, title_) + px(56) + text_width(Type::table_strong, numbers);
    return px(used + least_sliders(model_) + photo_width(model_) < width ? kHead : kHead + kSliderRow);
}

void GraphPage::draw_sliders(Area row, float width) {
    for (const NetSlider& option : sliders_of(model_.spec())) {
        if (const auto value = slide(option, row.cut_left(width))) view_.set(option.key, *value);
        row.cut_left(px(kSliderGap));
    }
}

void GraphPage::draw_head(const Area& area) {
    const float x = draw_numbers(area), menu = photo_width(model_);
    if (const auto photo = photo_menu_.draw({area.right() - menu, area.y}, model_.photo_name(), model_.photos())) view_.set("photo", *photo);
    const float count = static_cast<float>(sliders_of(model_.spec()).size());
    if (area.h > px(kHead + 1)) {
        const float width = std::min(px(kMostSlider + 40), area.w / count - px(kSliderGap));
        return draw_sliders({area.x, area.y + px(kHead - 4), area.w, px(42)}, width);
    }
    const float room = area.right() - menu - px(kSliderGap) - x - px(kSliderGap), width = std::min(px(kMostSlider), room / count - px(kSliderGap));
    const float used = count * (width + px(kSliderGap));
    draw_sliders({area.right() - menu - used, area.y - px(2), used, px(42)}, width);
}

void draw_no_weights(NetworkView& view, const Area& area, std::string& path) {
    NetworkModel& model = view.model;
    const bool has_failed = !model.trouble().en.empty();
    float y = area.y;
    y += text_block({area.x, y}, area.w, Type::label_strong, colour(Ink::ink), has_failed ? tr({"This file cannot be used", "这个文件用不了"}) : tr({"No weights yet for ", "还没有这个网络的权重："}) + to_string(model.spec())) + px(8);
    const Text advice{"Shapes, counts and times work without them. Maps and a prediction need a file: safetensors or PyTorch’s .pth, with torchvision’s tensor names. Put it into the weights folder of CONVBOOK_DATA, or type its path here.",
                      "没有权重也能看形状、计数和时间。特征图和预测需要一个权重文件：safetensors 或 PyTorch 的 .pth 格式，张量名与 torchvision 相同。放进 CONVBOOK_DATA 的 weights 文件夹，或在这里输入路径。"};
    // A long complaint ends where the room does; the file's name comes first in it
    const std::string words = has_failed ? tr(model.trouble()) : tr(advice);
    const std::vector<std::string_view> lines = wrap(area.w, Type::label, words);
    for (const std::string_view line : lines) {
        if (y + line_height(Type::label) > area.bottom() - px(48)) break;
        text({area.x, y}, Type::label, colour(has_failed ? Ink::bad : Ink::ink2), line);
        y += line_height(Type::label);
    }
    if (const auto chosen = text_field("weights-path", {area.x, y + px(12), area.w, px(32)}, path, tr({"path of a file", "文件路径"}))) model.set_weights(*chosen);
}

}  // namespace convbook::app
