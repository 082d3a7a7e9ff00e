// Two networks layer by layer, their layers side by side where the resolution is the same: multiply-adds grow to the left and to the right on one scale.
#include <fmt/format.h>

#include <algorithm>

#include "compare_page.h"
#include "kit/interact.h"
#include "kit/widgets.h"
#include "network_settings.h"
#include "network_view.h"

namespace convbook::app {

using namespace kit;

namespace {

constexpr float kRow = 20, kMiddle = 92, kName = 138, kShape = 38;

/// One layer, its name at the outer edge, its bar from the middle outwards.
void draw_half(const Area& half, const LayerView& layer, std::int64_t most, bool is_left, bool is_lit) {
    const float y = half.center().y - line_height(Type::caption) / 2;
    const float inner = is_left ? half.right() : half.x, outer = is_left ? half.x : half.right(), out = is_left ? -1.0f : 1.0f;
    const float number = px(48), room = half.w - px(kName + kShape) - number - px(14);
    const float length = std::max(px(1), room * static_cast<float>(static_cast<double>(layer.macs) / static_cast<double>(most)));
    fill({is_left ? inner - length : inner, half.center().y - px(5), length, px(10)}, is_lit ? colour(Ink::accent) : kind_colour(layer.kind), 1);
    const float number_at = inner + out * (length + px(6));
    text({number_at, y}, Type::caption, colour(Ink::ink2), fmt::format("{:.1f}", static_cast<double>(layer.macs) / 1e6), is_left ? AlignX::right : AlignX::left);
    text({outer, y}, Type::caption, colour(is_lit ? Ink::accent : Ink::ink), layer.name, is_left ? AlignX::left : AlignX::right);
    text({outer - out * px(kName + kShape), y}, Type::caption, colour(Ink::ink3), std::to_string(layer.out.rank > 2 ? layer.out.c : layer.out.w), is_left ? AlignX::right : AlignX::left);
}

void explain(const Area& half, const LayerView& layer) {
    tooltip(half, {{layer.name, ""}, {tr({"kind", "种类"}), layer.kind}, {tr({"input", "输入"}), shape_words(layer.in), colour(Ink::input)}, {tr({"output", "输出"}), shape_words(layer.out), colour(Ink::output)},
                   {tr({"parameters", "参数"}), format_count(layer.params), colour(Ink::weights)}, {tr({"multiply-adds", "乘加"}), format_count(layer.macs), colour(Ink::weights)}});
}

}  // namespace

/// What of the pair is shown, and the photo or the scale that belongs to it.
void ComparePage::draw_pair_choice(const Area& row) {
    float x = row.x;
    const auto choose = [&](const char* id, const std::string& words, bool is_on, const std::string& show) {
        if (words_link(id, {x, row.y}, Type::label, words, is_on)) change("show", show);
        x += text_width(Type::label, words) + px(16);
    };
    choose("pair/layers", tr({"layers", "各层"}), !shows_maps_, "");
    choose("pair/maps", tr({"feature maps", "特征图"}), shows_maps_, "maps");
    if (!shows_maps_) {
        const std::string scale = tr({"channels · multiply-adds, M, on one scale", "通道 · 乘加（M，同一比例）"});
        text({row.right() - px(12), row.y}, Type::caption, colour(Ink::ink3), scale, AlignX::right);
        return;
    }
    if (const auto photo = photo_menu_.draw({row.right() - px(12) - PhotoMenu::width(photo_), row.y}, photo_, photos_)) change("photo", *photo == first_photo() ? "" : *photo);
}

void ComparePage::draw_pair(const Area& area) {
    Area room = area;
    const float middle = room.center().x;
    text({middle - px(kMiddle / 2 + 4), room.y}, Type::figure_question, colour(Ink::ink), pair_.left.title, AlignX::right);
    text({middle + px(kMiddle / 2 + 4), room.y}, Type::figure_question, colour(Ink::ink), pair_.right.title);
    text({middle, room.y + px(4)}, Type::caption, colour(Ink::ink3), tr({"resolution", "分辨率"}), AlignX::center);
    room.cut_top(px(26));
    draw_pair_choice(room.cut_top(px(shows_maps_ ? 44 : 28)));
    ImGui::SetCursorScreenPos(room.min());
    ImGui::BeginChild("compare layers", {room.w, room.h}, false, ImGuiWindowFlags_NoBackground);
    const ImVec2 top = ImGui::GetCursorScreenPos();
    if (shows_maps_) draw_maps({top.x, top.y, room.w - px(12), room.h});
    else draw_layers({top.x, top.y, room.w - px(12), room.h});
    ImGui::EndChild();
}

void ComparePage::draw_layers(const Area& area) {
    const float top = area.y, half = (area.w - px(kMiddle)) / 2, middle = area.x + half + px(kMiddle) / 2;
    float y = top;
    for (const AlignedGroup& group : pair_.groups) {
        line({area.x, y}, {area.right(), y}, colour(Ink::hair));
        y += px(4);
        text({middle, y + px(1)}, Type::caption, colour(Ink::ink2), group.resolution > 1 ? fmt::format("{0} × {0}", group.resolution) : tr({"vector", "向量"}), AlignX::center);
        for (std::size_t i = 0; i < std::max(group.left.size(), group.right.size()); ++i, y += px(kRow))
            for (const bool is_left : {true, false}) {
                const auto& own = is_left ? group.left : group.right;
                if (i >= own.size()) continue;
                const NetPair::Side& side = is_left ? pair_.left : pair_.right;
                const LayerView& layer = side.structure.layers[static_cast<std::size_t>(own[i])];
                const Area place{is_left ? area.x : area.right() - half, y, half, px(kRow)};
                const Hit over = hit(((is_left ? "layer/left/" : "layer/right/") + layer.name).c_str(), place);
                if (over.is_hovered) explain(place, layer);
                draw_half(place, layer, pair_.most_macs, is_left, over.is_hovered);
                if (over.was_clicked) {
                    const Settings settings{{"layer", layer.name}};
                    link_ = "net/" + network_query(side.name, settings);
                }
            }
        y += px(6);
    }
    ImGui::SetCursorScreenPos({area.x, y});
    ImGui::Dummy({1, 1});
}

}  // namespace convbook::app
