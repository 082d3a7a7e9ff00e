// The right side of the network page: what the network says of the photo, and one pinned channel before and after its own kernel.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kit/interact.h"
#include "kit/tensor_grid.h"
#include "kit/widgets.h"
#include "network_view.h"

namespace convbook::app {

using namespace kit;

namespace {

/// "macaw" of "macaw, ara": the first of a label's names.
std::string short_label(const std::vector<std::string>& labels, int index) {
    if (index < 0 || index >= static_cast<int>(labels.size())) return fmt::format("{} {}", tr({"class", "类别"}), index);
    const std::string& label = labels[static_cast<std::size_t>(index)];
    return label.substr(0, label.find(','));
}

/// The words, shortened with an ellipsis to a width; the whole label is told on hover.
std::string fitting(Type type, std::string words, float width) {
    if (text_width(type, words) <= width) return words;
    while (!words.empty() && text_width(type, words + "…") > width) {
        while (words.size() > 1 && (static_cast<unsigned char>(words.back()) & 0xC0u) == 0x80u) words.pop_back();  // a whole UTF-8 letter
        words.pop_back();
    }
    return words + "…";
}

std::string probability_words(float probability) {
    if (probability >= 0.0001f) return fmt::format("{:.4f}", probability);
    // 6 × 10⁻⁵, as one writes it
    const int power = static_cast<int>(std::floor(std::log10(std::max(probability, 1e-30f))));
    const char* const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string raised = "⁻";
    for (const char digit : std::to_string(-power)) raised += digits[digit - '0'];
    return fmt::format("{:.0f}\u2009×\u200910{}", probability * std::pow(10.0, -power), raised);
}

}  // namespace

float draw_guesses(const std::vector<std::string>& labels, const std::vector<Prediction>& top, int answer, const char* id, const Area& area) {
    // Name, bar, number share the width; the answer's bar is green, a first place that is not the answer's is marked
    const float step = px(26), names = area.w * 0.35f, bar_x = area.x + area.w * 0.37f, bar_w = area.w * 0.37f;
    float y = area.y;
    for (std::size_t i = 0; i < top.size(); ++i, y += step) {
        const Prediction& guess = top[i];
        const Type type = i == 0 ? Type::label_strong : Type::label;
        text({area.x, y}, type, colour(i == 0 ? Ink::ink : Ink::ink2), fitting(type, short_label(labels, guess.index), names));
        const Area bar{bar_x, y + px(4), bar_w, px(10)};
        fill(bar, colour(Ink::sunk), 2);
        fill({bar.x, bar.y, std::max(px(1.5f), bar.w * guess.probability), bar.h}, colour(guess.index == answer ? Ink::output : i == 0 ? Ink::bad : Ink::inner), 2);
        text({area.right(), y}, type, colour(i == 0 ? Ink::ink : Ink::ink2), probability_words(guess.probability), AlignX::right);
        if (const Hit over = hit(fmt::format("{}/{}", id, i).c_str(), {area.x, y - px(3), area.w, px(24)}, Cursor::arrow, false); over.is_hovered) {
            const bool is_known = guess.index < static_cast<int>(labels.size());
            tooltip({area.x, y, area.w, px(20)}, {{is_known ? labels[static_cast<std::size_t>(guess.index)] : short_label(labels, guess.index), ""},
                                                  {tr({"class number in this file", "在该文件中的类别编号"}), std::to_string(guess.index)}});
        }
    }
    return y - area.y;
}

void PredictionPanel::rebuild(const NetworkView& view) {
    kernel_ = {};
    const NetworkModel& model = view.model;
    const BlockView& block = model.blocks()[static_cast<std::size_t>(view.block)];
    const std::vector<const Tensor*> tensors = block_tensors(model, view.block);
    if (tensors.empty() || tensors.back()->shape().h < 2) return;
    // Before and after the depthwise layer, where a channel keeps its own kernel; otherwise only what leaves the block
    const bool keeps_channels = block.depthwise_layer() >= 0;
    const std::size_t after = keeps_channels ? tensors.size() - 2 : tensors.size() - 1, before = after == 0 ? 0 : after - 1;
    const int channel = std::min(view.channel, tensors[after]->shape().c - 1);
    // ReLU6 leaves 0 to 6; what other activations leave has no bound
    const Text activation = activation_words(model.graph(), model.layers()[static_cast<std::size_t>(block.layers.front())].node);
    limit_ = activation.en == "ReLU6" ? 6 : usual_magnitude(shrink_channel(*tensors[after], channel, 120, 120));
    const auto show = [channel, limit = limit_](Texture& texture, const Tensor& maps) {
        const int own = std::min(channel, maps.shape().c - 1);
        const Tensor map = shrink_channel(maps, own, 120, 120);
        texture.upload_channel(map, 0, 0, [limit](float value) { return magnitude_colour(value / limit); });
    };
    show(after_, *tensors[after]);
    if (keeps_channels) {
        show(before_, *tensors[before]);
        kernel_ = model.kernel_of(model.layers()[static_cast<std::size_t>(block.depthwise_layer())].name, channel);
        relation_ = {"its own 3 × 3 kernel", "它自己的 3 × 3 卷积核"};
    } else {
        relation_ = {"after " + activation.en, activation.zh + " 之后"};
    }
}

void PredictionPanel::draw_channel(const NetworkView& view, const Area& area) {
    const float used = text({area.x, area.y}, Type::label_strong, colour(Ink::accent), fmt::format("{} {}", tr({"Channel", "通道"}), view.channel));
    text({area.x + used + px(16), area.y + px(1)}, Type::caption, colour(Ink::ink3), tr(relation_));
    const float side = px(60), y = area.y + px(28);
    if (kernel_.is_empty()) {
        after_.draw({area.x, y, side * 2, side * 2});
        return;
    }
    before_.draw({area.x, y, side, side});
    after_.draw({area.right() - side, y, side, side});
    const float limit = largest_magnitude(kernel_);
    GridLook look;
    look.map = CellMap::weights;
    look.limit = limit;
    look.cell = 29;
    look.digits = 1;
    look.value = [this](int row, int column) { return kernel_(0, 0, row, column); };
    draw_grid({area.x + (area.w - px(87)) / 2, y - px(9)}, kernel_.shape().h, kernel_.shape().w, look);
    scale_magnitude({area.x, y + side + px(8)}, side, 0, limit_, "");
    text({area.x, y + side + px(42)}, Type::caption, colour(Ink::ink3), tr({"before", "之前"}));
    text({area.right(), y + side + px(42)}, Type::caption, colour(Ink::ink3), tr({"after ReLU6", "ReLU6 之后"}), AlignX::right);
}

void PredictionPanel::draw(NetworkView& view, const Area& area) {
    const NetworkModel& model = view.model;
    text({area.x, area.y}, Type::figure_question, colour(Ink::ink), tr({"Prediction", "预测"}));
    const PhotoRun* run = model.photo_run();
    if (run == nullptr) {
        text_block({area.x, area.y + px(32)}, area.w, Type::label, colour(Ink::ink3), tr({"A prediction needs weights and a photo.", "预测需要权重和一张照片。"}));
        return;
    }
    const float y = area.y + px(36) + draw_guesses(model.labels(), run->top, run->top.empty() ? -1 : run->top.front().index, "top", {area.x, area.y + px(36), area.w, px(130)});
    line({area.x, y + px(12)}, {area.right(), y + px(12)}, colour(Ink::hair));
    if (!after_.is_empty()) draw_channel(view, {area.x, y + px(24), area.w, area.bottom() - y - px(24)});
}

}  // namespace convbook::app
