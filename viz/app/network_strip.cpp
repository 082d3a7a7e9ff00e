// The strip of the network page: photo, one real map a block, arcs for shortcuts, resolutions under brackets. Resolution falls before the reader's eyes.
#include <fmt/format.h>

#include <algorithm>

#include "kit/interact.h"
#include "network_view.h"

namespace convbook::app {

using namespace kit;

void BlockStrip::rebuild(const NetworkModel& model) {
    const PhotoRun* run = model.photo_run();
    has_maps_ = run != nullptr;
    has_thumb_.clear();
    if (!has_maps_) return;
    photo_.upload(run->photo);
    std::vector<Thumb> thumbs;
    for (std::size_t i = 0; i < run->thumbs.size(); ++i) {
        has_thumb_.push_back(!run->thumbs[i].is_empty());
        thumbs.push_back({run->thumbs[i], run->structure.blocks[i].is_linear});
    }
    thumbs_.show(make_thumbs(thumbs, kThumbSide, Ramp::of_theme()));
}

namespace {

/// Whether the resolution falls before a block; the classifier has none.
bool falls_at(const std::vector<BlockView>& blocks, std::size_t i) { return i > 0 && blocks[i].out.h != blocks[i - 1].out.h; }

/// Places of the thumbnails: a wider gap where the resolution falls.
std::vector<Area> place(const NetworkModel& model, const Area& room, float side) {
    const auto& blocks = model.blocks();
    const std::size_t count = blocks.size();
    std::size_t falls = 0;
    for (std::size_t i = 1; i < count; ++i) falls += falls_at(blocks, i);
    // A short network does not stretch over the whole width
    const float wide_gap = px(9), share = (room.w - side * static_cast<float>(count) - wide_gap * static_cast<float>(falls)) / static_cast<float>(std::max<std::size_t>(1, count - 1));
    const float gap = std::clamp(share, px(2), px(44));
    std::vector<Area> places;
    float x = room.x;
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) x += gap + (falls_at(blocks, i) ? wide_gap : 0);
        places.push_back({x, room.y, side, side});
        x += side;
    }
    return places;
}

void draw_arc(const Area& from, const Area& to, Colour ink) {
    const ImVec2 a{from.center().x, from.y - px(5)}, b{to.center().x - px(3), to.y - px(5)};
    const float rise = px(20);
    bezier(a, {a.x + (b.x - a.x) * 0.2f, a.y - rise}, {a.x + (b.x - a.x) * 0.85f, b.y - rise}, b, ink, 1.5f);
    arrow_head(b, {0.35f, 1}, ink);
}

void draw_resolutions(const NetworkModel& model, const std::vector<Area>& places, float y) {
    const auto& blocks = model.blocks();
    for (std::size_t first = 0; first < places.size() && blocks[first].out.rank > 2;) {
        std::size_t last = first;
        while (last + 1 < places.size() && blocks[last + 1].out.rank > 2 && blocks[last + 1].out.h == blocks[first].out.h) ++last;
        line({places[first].x, y}, {places[last].right(), y}, colour(Ink::hair));
        text({(places[first].x + places[last].right()) / 2, y + px(4)}, Type::caption, colour(Ink::ink3), fmt::format("{} × {}", blocks[first].out.h, blocks[first].out.w), AlignX::center);
        first = last + 1;
    }
}

}  // namespace

void BlockStrip::draw_block(NetworkView& view, std::size_t index, const Area& place) {
    const BlockView& block = view.model.blocks()[index];
    const bool is_open = static_cast<int>(index) == view.block && !view.shows_input;
    if (index < has_thumb_.size() && has_thumb_[index]) thumbs_.draw_tile(place, static_cast<int>(index));
    else draw_slab(place, block.out, view.model.graph().input_shape());
    if (is_open) frame(place.grown(px(4)), colour(Ink::accent), 2, 3);
    const Hit over = hit(fmt::format("block/{}", block.title).c_str(), place);
    if (over.is_hovered)
        tooltip(place, {{block_name(block, false), ""},
                        {tr({"output", "输出"}), shape_words(block.out)},
                        {tr({"parameters", "参数"}), format_count(block.params)}, {tr({"multiply-adds", "乘加"}), format_millions(static_cast<double>(block.macs), 1)}});
    if (over.was_clicked) view.set("block", std::to_string(index));
    const float x = place.center().x;
    text({x, place.bottom() + px(8)}, Type::label_strong, colour(is_open ? Ink::accent : Ink::ink), block_name(block, true), AlignX::center);
    text({x, place.bottom() + px(25)}, Type::caption, colour(is_open ? Ink::accent : Ink::ink3), std::to_string(block.out.rank > 2 ? block.out.c : block.out.w), AlignX::center);
}

void BlockStrip::draw(NetworkView& view, const Area& area) {
    const NetworkModel& model = view.model;
    const Area photo{area.x, area.y, px(120), px(120)};
    if (has_maps_) photo_.draw(photo);
    else dashed_frame(photo, colour(Ink::rule));
    const Hit over_photo = hit("photo-input", photo);
    if (over_photo.is_hovered)
        tooltip(photo, {{tr({"What the network is given", "网络得到的图像"}), ""}, {tr({"click for every step from the file to the first layer, and to break one", "点击查看从文件到第一层的每一步，并可弄坏其中一步"}), ""}});
    if (over_photo.was_clicked) view.set("show", view.shows_input ? "" : "input");
    if (view.shows_input || over_photo.is_hovered) frame(photo.grown(px(4)), colour(view.shows_input ? Ink::accent : Ink::rule), 2, 3);
    text({area.x, photo.bottom() + px(6)}, Type::caption, colour(Ink::ink3), fmt::format("3 × {0} × {0}", model.resolution()));
    const Area room{area.x + px(148), area.y + px(36), area.w - px(148), 0};
    const float side = std::min(px(52), (room.w - px(9 * 5)) / static_cast<float>(model.blocks().size()) - px(4));
    const std::vector<Area> places = place(model, room, side);
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (model.blocks()[i].has_shortcut && i > 0) draw_arc(places[i - 1], places[i], colour(static_cast<int>(i) == view.block ? Ink::accent : Ink::input));
        draw_block(view, i, places[i]);
    }
    draw_resolutions(model, places, places.front().bottom() + px(46));
    // The open block hangs from its thumbnail
    const std::size_t open = std::min(static_cast<std::size_t>(view.block), places.size() - 1);
    const float x = view.shows_input ? photo.center().x : places[open].center().x, y = area.bottom();
    line({x, y - px(13)}, {x, y}, colour(Ink::accent), 1.5f);
    line({area.x, y}, {area.right(), y}, colour(Ink::accent), 1.5f);
}

}  // namespace convbook::app
