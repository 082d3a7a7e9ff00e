// The row of cards with its switches, both answers side by side, and the settings behind them. Pictures are network_step_pictures', bars and maps
// network_divergence's.
#include "network_cards.h"

#include <fmt/format.h>

#include <algorithm>

#include "kit/refusal_text.h"
#include "kit/widgets.h"

namespace convbook::app {

using namespace kit;

namespace {

/// Two or three words for a broken step, beside its switch.
Text broken_words(Mistake mistake, const TrialPair* pair) {
    const bool takes_plain_pixels = pair != nullptr && !pixel_arithmetic(preprocess_of(pair->model->conventions)).is_normalised;
    const bool takes_bgr = pair != nullptr && pair->model->conventions.is_bgr;
    switch (mistake) {
        case Mistake::orientation: return {"on its side", "横躺"};
        case Mistake::aspect: return {"squashed", "压扁"};
        case Mistake::crop: return {"upper left", "左上角"};
        case Mistake::channels: return takes_bgr ? Text{"RGB, not BGR", "误作 RGB"} : Text{"BGR, not RGB", "误作 BGR"};
        case Mistake::scale: return takes_plain_pixels ? Text{"divided by 255", "误除以 255"} : Text{"left at 0…255", "仍为 0…255"};
        case Mistake::mean_std: return takes_plain_pixels ? Text{"subtracted", "误减均值"} : Text{"left out", "漏掉"};
        case Mistake::eval: return {"training mode", "训练模式"};
    }
    return {};
}

Text card_title(Mistake mistake) {
    switch (mistake) {
        case Mistake::orientation: return {"Read", "读取"};
        case Mistake::aspect: return {"Resize", "缩放"};
        case Mistake::crop: return {"Crop", "裁剪"};
        case Mistake::channels: return {"Channel order", "通道顺序"};
        case Mistake::scale: return {"Range", "数值范围"};
        case Mistake::mean_std: return {"Mean, deviation", "均值、标准差"};
        case Mistake::eval: return {"Batch norm", "批归一化"};
    }
    return {};
}

/// "Channel order: red and blue are swapped ...".
std::string sentence(const MistakeInfo& step) { return tr(card_title(step.mistake)) + tr({": ", "："}) + tr(step.idea) + tr({".", "。"}); }

const Text kFolded{"The batch norms of these weights are folded into the convolutions: there is nothing left to run in training mode.", "这份权重的批归一化已并入卷积，没有可切换到训练模式的层。"};

bool can_break(const NetworkModel& model, Mistake mistake) {
    return mistake != Mistake::eval || model.conventions() == nullptr || model.conventions()->options.conventions.has_batch_norm;
}

}  // namespace

void InputCards::reset() {
    is_open_ = false;
    mistakes_ = {};
    layer_.clear();
}

bool InputCards::take(const std::string& key, const std::string& value) {
    if (key == "show") {
        CONVBOOK_REQUIRE(value == "input", "network page: show is input, the photo's way to the first layer; show=", value, ". Leave it out for the blocks.");
        is_open_ = true;
    } else if (key == "break") {
        mistakes_ = Mistakes::parse(value);
    } else if (key == "layer") {
        layer_ = value;
    } else {
        return false;
    }
    return true;
}

Mistakes InputCards::possible_mistakes(const NetworkModel& model) const {
    return mistakes_.has(Mistake::eval) && !can_break(model, Mistake::eval) ? mistakes_.toggled(Mistake::eval) : mistakes_;
}

bool InputCards::poll(const NetworkModel& model) { return is_open_ && runner_.follow(model, possible_mistakes(model)); }

int InputCards::shown_entry(const TrialPair& pair) const {
    if (const int asked = pair.find(layer_); asked >= 0) return asked;
    return std::max(0, pair.first());
}

void InputCards::rebuild() {
    const TrialPair* pair = runner_.pair();
    if (pair == nullptr) return;
    const int entry = shown_entry(*pair);
    const bool is_new = pair != pictured_ || has_dark_pictures_ != ui().is_dark;
    if (is_new) pictures_.rebuild(*pair);
    if (is_new || entry != pictured_entry_) divergence_.rebuild(*pair, entry);
    pictured_ = pair;
    pictured_entry_ = entry;
    has_dark_pictures_ = ui().is_dark;
}

void InputCards::draw_head(NetworkView& view, const Area& area) {
    const float used = text({area.x, area.y + px(6)}, Type::figure_question, colour(Ink::ink), tr({"From the file to the first layer", "从文件到第一层"}));
    std::string words = tr({"Every switch makes one common mistake; then everything is computed again.", "每个开关犯一个常见的错误，随后一切重新计算。"});
    if (runner_.is_busy()) words = fmt::format("{} {:.0f}\u2009%", tr({"Computing", "正在计算"}), 100 * runner_.progress());
    text({area.x + used + px(14), area.y + px(9)}, Type::label, colour(Ink::ink2), words);
    const std::string back = tr({"Back to the blocks", "回到各模块"}), mend = tr({"Put everything right", "全部改正"});
    const float right = area.right() - button_width(back);
    if (button("close-input", {right, area.y}, back)) view.set("show", "");
    if (button("mend", {right - px(10) - button_width(mend), area.y}, mend, ButtonLook::plain, !mistakes_.are_none())) view.set("break", "");
}

void InputCards::draw_card(NetworkView& view, const MistakeInfo& step, const Area& card) {
    const auto index = static_cast<std::size_t>(step.mistake);
    const bool is_broken = mistakes_.has(step.mistake), can = can_break(view.model, step.mistake);
    text({card.x, card.y}, Type::label_strong, colour(is_broken ? Ink::bad : Ink::ink), tr(card_title(step.mistake)));
    const Area picture{card.x, card.y + px(24), card.w, card.w};
    fill(picture, colour(Ink::sunk), 2);
    if (!pictures_.is_empty()) pictures_.draw(index, picture);
    if (is_broken) frame(picture.grown(px(3)), colour(Ink::bad), 2, 3);
    if (!pictures_.is_empty()) text({card.x, picture.bottom() + px(7)}, Type::caption, colour(Ink::ink3), tr(pictures_.caption(index)));
    // The switch, and in words what it does
    const ImVec2 at{card.x, picture.bottom() + px(31)};
    bool is_on = is_broken;
    const std::string id = "break/" + step.name;
    if (toggle(id.c_str(), at, is_on, can || is_broken)) view.set("break", mistakes_.toggled(step.mistake).names());
    const std::string words = can ? tr(broken_words(step.mistake, runner_.pair())) : tr({"folded in", "已并入卷积"});
    const Area beside{at.x + px(43), at.y, card.right() - at.x - px(43), px(20)};
    text({beside.x, beside.center().y}, is_broken ? Type::label_strong : Type::label, colour(is_broken ? Ink::bad : can ? Ink::ink2 : Ink::ink3), words, AlignX::left, AlignY::middle);
    const Hit over = hit(("step/" + step.name).c_str(), {card.x, card.y, card.w, picture.bottom() - card.y}, Cursor::arrow, false);
    const Hit over_words = hit(("words/" + step.name).c_str(), beside, Cursor::arrow, false);
    if (over.is_hovered || over_words.is_hovered)
        tooltip({card.x, card.y, card.w, at.y + px(20) - card.y}, {{tr(card_title(step.mistake)), ""}, {tr(can ? step.idea : kFolded), ""}});
}

void InputCards::draw_answers(NetworkView& view, const TrialPair& pair, const Area& area) {
    const float column = (area.w - px(32)) / 2;
    const Area right{area.x, area.y, column, area.h}, broken{area.right() - column, area.y, column, area.h};
    text(right.min(), Type::label_strong, colour(Ink::ink), tr({"Done right", "正确处理"}));
    text(broken.min(), Type::label_strong, colour(pair.key.mistakes.are_none() ? Ink::ink3 : Ink::bad), tr({"With the broken steps", "带错误处理"}));
    const auto rows = [](const Area& half) { return Area{half.x, half.y + px(32), half.w, half.h - px(32)}; };
    // What was done wrong, in whole sentences
    float y = area.y + px(184);
    for (const MistakeInfo& step : list_mistakes()) {
        if (!mistakes_.has(step.mistake)) continue;
        icon({area.x + px(8), y + px(9)}, Icon::warning, colour(Ink::bad));
        y += text_block({area.x + px(26), y}, area.w - px(26), Type::label, colour(Ink::ink2), can_break(view.model, step.mistake) ? sentence(step) : tr(kFolded)) + px(8);
    }
    const int answer = pair.right->top.empty() ? -1 : pair.right->top.front().index;
    draw_guesses(view.model.labels(), pair.right->top, answer, "right", rows(right));
    if (!pair.key.mistakes.are_none()) draw_guesses(view.model.labels(), pair.broken->top, answer, "broken", rows(broken));
    else text_block({broken.x, broken.y + px(32)}, broken.w, Type::label, colour(Ink::ink3), tr({"No step is broken yet.", "还没有步骤出错。"}));
}

void InputCards::draw(NetworkView& view, const Area& area) {
    rebuild();
    Area rest = area;
    draw_head(view, rest.cut_top(px(44)));
    // Seven cards and the arrows between them
    const auto& steps = list_mistakes();
    const float gap = px(30), count = static_cast<float>(steps.size());
    const float width = std::min((rest.w - gap * (count - 1)) / count, std::max(px(90), rest.h - px(84 + 340)));
    const float pitch = (rest.w - width) / (count - 1);
    const Area row = rest.cut_top(width + px(84));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Area card{row.x + pitch * static_cast<float>(i), row.y, width, row.h};
        draw_card(view, steps[i], card);
        const float y = card.y + px(24) + width / 2;
        if (i + 1 < steps.size()) arrow({card.right() + px(7), y}, {card.x + pitch - px(7), y}, colour(Ink::rule));
    }
    line({rest.x, rest.y + px(2)}, {rest.right(), rest.y + px(2)}, colour(Ink::hair));
    rest.cut_top(px(16));
    const TrialPair* pair = runner_.pair();
    if (!runner_.trouble().empty()) {
        icon({rest.x + px(8), rest.y + px(10)}, Icon::warning, colour(Ink::bad));
        text_block({rest.x + px(26), rest.y}, rest.w - px(26), Type::label, colour(Ink::bad), refusal_words(runner_.trouble()));
        return;
    }
    if (pair == nullptr) {
        if (!view.model.has_weights()) text_block(rest.min(), rest.w, Type::label, colour(Ink::ink2), tr({"The photo's way needs weights: go back to the blocks and give a file.", "要看照片的去向需要权重：请回到各模块，给出文件。"}));
        return;
    }
    draw_answers(view, *pair, rest.cut_left(px(470)));
    rest.cut_left(px(44));
    divergence_.draw(view, *pair, rest);
}

void InputCards::add_values(Values& values) const {
    const TrialPair* pair = is_open_ ? runner_.pair() : nullptr;
    if (pair == nullptr || pair->broken->top.empty()) return;
    const auto label = [&](int index) { return index < static_cast<int>(pair->model->labels.size()) ? pair->model->labels[static_cast<std::size_t>(index)] : std::to_string(index); };
    const Prediction& top = pair->broken->top.front();
    values.add("broken.label", label(top.index), top.index);
    values.add("broken.probability", top.probability, 6);
    values.add("input.difference", pair->input_difference, 6);
    const int first = pair->first();
    values.add("first.layer", first < 0 ? "none" : pair->name(first), first);
    if (first >= 0) values.add("first.difference", pair->layers[static_cast<std::size_t>(first)].relative, 6);
}

DataTable InputCards::data() const {
    DataTable table{{"layer", "relative difference"}, {}};
    if (const TrialPair* pair = runner_.pair())
        for (std::size_t i = 0; i < pair->layers.size(); ++i) table.rows.push_back({pair->name(static_cast<int>(i)), fmt::format("{:.6f}", pair->layers[i].relative)});
    return table;
}

}  // namespace convbook::app
