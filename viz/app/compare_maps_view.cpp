// Two networks map by map: what one photo leaves after each block, blocks side by side where the resolution is the same, and below what each network says.
#include <fmt/format.h>

#include <algorithm>

#include "compare_page.h"
#include "kit/interact.h"
#include "kit/refusal_text.h"
#include "network_settings.h"
#include "network_view.h"

namespace convbook::app {

using namespace kit;

namespace {

constexpr float kMiddle = 92, kTile = 56, kGap = 8, kCaption = 18, kPhoto = 84, kGuess = 26, kGuesses = 3;

/// How many tiles stand in a row, and how many rows a side needs.
int tiles_across(float width) { return std::max(1, static_cast<int>((width + px(kGap)) / px(kTile + kGap))); }
int rows_of(std::size_t tiles, int across) { return static_cast<int>((tiles + static_cast<std::size_t>(across) - 1) / static_cast<std::size_t>(across)); }

/// Place of a tile: both sides read from left to right, and stand beside the middle.
Area tile_place(const Area& half, float top, std::size_t index, std::size_t count, int across, bool is_left) {
    const auto row = index / static_cast<std::size_t>(across), column = index % static_cast<std::size_t>(across);
    const std::size_t in_row = std::min(count - row * static_cast<std::size_t>(across), static_cast<std::size_t>(across));
    const float used = static_cast<float>(in_row) * px(kTile + kGap) - px(kGap), begin = is_left ? half.right() - used : half.x;
    return {begin + static_cast<float>(column) * px(kTile + kGap), top + static_cast<float>(row) * px(kTile + kCaption + kGap), px(kTile), px(kTile)};
}

}  // namespace

void ComparePage::rebuild_side(MapSide& side, const BlockMaps* maps) {
    if (side.maps == maps && side.is_dark == ui().is_dark) return;
    side.maps = maps;
    side.is_dark = ui().is_dark;
    side.thumbs.clear();
    if (maps == nullptr || maps->maps.empty()) return;
    side.photo.upload(maps->photo);
    std::vector<Thumb> thumbs;
    for (std::size_t i = 0; i < maps->maps.size(); ++i) thumbs.push_back({maps->maps[i], maps->structure.blocks[i].is_linear});
    side.thumbs.show(make_thumbs(thumbs, kThumbSide, Ramp::of_theme()));
}

/// The photo beside the middle, outside it why there are no maps, if there are none.
void ComparePage::draw_side_photo(const Area& half, bool is_left) {
    const MapSide& side = is_left ? left_maps_ : right_maps_;
    const Area photo{is_left ? half.right() - px(kPhoto) : half.x, half.y, px(kPhoto), px(kPhoto)};
    const Area words{is_left ? half.x : photo.right() + px(12), half.y, half.w - px(kPhoto + 12), px(kPhoto)};
    if (side.maps != nullptr && !side.maps->maps.empty()) {
        side.photo.draw(photo);
        if (is_left) text_block(words.min(), words.w, Type::caption, colour(Ink::ink3), tr({"After each block: the channel that varies most. Yellow is large; red and blue are signs. A click opens the block.", "每个模块之后变化最大的通道：黄色表示大，红蓝表示正负。点击打开该模块。"}));
        return;
    }
    dashed_frame(photo, colour(Ink::rule));
    if (side.maps == nullptr) {
        text({is_left ? words.right() : words.x, words.y}, Type::label, colour(Ink::ink3), fmt::format("{} {:.0f}\u2009%", tr({"running", "正在运行"}), 100 * runner_.progress()), is_left ? AlignX::right : AlignX::left);
        return;
    }
    const bool has_failed = !side.maps->trouble.empty();
    const Clip clip(words.grown(px(2)));
    text_block(words.min(), words.w, Type::caption, colour(has_failed ? Ink::bad : Ink::ink2),
               has_failed ? refusal_words(side.maps->trouble) : tr({"No weights for this network: its blocks stand as shapes. Its own page says where a file goes.", "还没有这个网络的权重：各模块只画形状。权重文件放在哪里，见该网络自己的页面。"}));
}

void ComparePage::draw_block_map(const Area& place, int index, bool is_left) {
    const MapSide& side = is_left ? left_maps_ : right_maps_;
    const NetPair::Side& net = is_left ? pair_.left : pair_.right;
    const BlockView& block = net.structure.blocks[static_cast<std::size_t>(index)];
    const auto at = static_cast<std::size_t>(index);
    const int channel = side.maps != nullptr && at < side.maps->channels.size() ? side.maps->channels[at] : -1;
    if (channel >= 0) side.thumbs.draw_tile(place, index);
    else draw_slab(place, block.out, net.graph->input_shape());
    const Hit over = hit(fmt::format("map/{}/{}", is_left ? "left" : "right", block.title).c_str(), place);
    if (over.is_hovered) frame(place.grown(px(2)), colour(Ink::accent), 2, 2);
    text({place.center().x, place.bottom() + px(3)}, Type::caption, colour(over.is_hovered ? Ink::accent : Ink::ink3), block_name(block, true), AlignX::center);
    if (over.is_hovered) {
        const std::string which = channel >= 0 ? fmt::format("{} {} {} {}", tr({"channel", "通道"}), channel, tr({"of", "／共"}), block.out.c) : std::string("–");
        tooltip(place, {{block_name(block, false), ""}, {tr({"output", "输出"}), shape_words(block.out), colour(Ink::output)}, {tr({"shown: the most varied", "所示：变化最大的"}), which},
                        {tr({"parameters", "参数"}), format_count(block.params)}, {tr({"multiply-adds", "乘加"}), format_millions(static_cast<double>(block.macs), 1)}});
    }
    if (!over.was_clicked) return;
    Settings settings{{"block", std::to_string(index)}};
    if (photo_ != first_photo()) settings["photo"] = photo_;
    link_ = "net/" + network_query(net.name, settings);
}

void ComparePage::draw_answer(const Area& half, bool is_left) {
    const BlockMaps* maps = (is_left ? left_maps_ : right_maps_).maps;
    if (maps == nullptr || maps->top.empty()) return;
    const std::vector<Prediction> first(maps->top.begin(), maps->top.begin() + std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(kGuesses), std::ssize(maps->top)));
    draw_guesses(maps->labels, first, first.front().index, is_left ? "answer/left" : "answer/right", half);
}

void ComparePage::draw_maps(const Area& area) {
    const float half = (area.w - px(kMiddle)) / 2, middle = area.x + half + px(kMiddle) / 2;
    const auto side = [&](bool is_left, float y) { return Area{is_left ? area.x : area.right() - half, y, half, 0}; };
    runner_.follow(left_, right_, photo_);
    rebuild_side(left_maps_, runner_.of(left_, photo_));
    rebuild_side(right_maps_, runner_.of(right_, photo_));
    float y = area.y;
    for (const bool is_left : {true, false}) draw_side_photo(side(is_left, y), is_left);
    text({middle, y + px(1)}, Type::caption, colour(Ink::ink2), tr({"photo", "照片"}), AlignX::center);
    y += px(kPhoto + kGap);
    const int across = tiles_across(half);
    const auto has_answer = [](const MapSide& one) { return one.maps != nullptr && !one.maps->top.empty(); };
    for (const AlignedGroup& group : align_blocks(pair_.left.structure, pair_.right.structure)) {
        const bool is_end = group.resolution == 1;
        if (is_end && !has_answer(left_maps_) && !has_answer(right_maps_)) continue;
        line({area.x, y}, {area.right(), y}, colour(Ink::hair));
        y += px(8);
        text({middle, y + px(1)}, Type::caption, colour(Ink::ink2), is_end ? tr({"classes", "类别"}) : fmt::format("{0} × {0}", group.resolution), AlignX::center);
        for (const bool is_left : {true, false}) {
            const auto& own = is_left ? group.left : group.right;
            if (is_end) draw_answer(side(is_left, y), is_left);
            else
                for (std::size_t i = 0; i < own.size(); ++i) draw_block_map(tile_place(side(is_left, 0), y, i, own.size(), across, is_left), own[i], is_left);
        }
        const int rows = std::max(rows_of(group.left.size(), across), rows_of(group.right.size(), across));
        y += is_end ? px(kGuess * kGuesses + 6) : static_cast<float>(rows) * px(kTile + kCaption + kGap) + px(2);
    }
    ImGui::SetCursorScreenPos({area.x, y});
    ImGui::Dummy({1, 1});
}

}  // namespace convbook::app
