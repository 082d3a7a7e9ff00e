// Where a photo's right and broken ways part: a bar a layer, and both maps of the channels that differ most in one of them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kit/widgets.h"
#include "network_cards.h"

namespace convbook::app {

using namespace kit;

namespace {

std::string percent(double share) { return share > 0 && share < 0.0995 ? fmt::format("{:.1f}\u2009%", 100 * share) : fmt::format("{:.0f}\u2009%", 100 * share); }

/// One channel of a tensor without copying it.
TensorView channel_of(const Tensor& maps, int channel) {
    const Shape& s = maps.shape();
    return {maps.data() + s.offset(0, channel, 0, 0), Shape(1, 1, s.h, s.w)};
}

double length(TensorView values) {
    double squares = 0;
    for (const float value : values.values()) squares += static_cast<double>(value) * value;
    return std::sqrt(squares);
}

/// Maps as [1,C,H,W]: a linear layer's numbers are maps of one pixel.
Tensor as_maps(const Tensor& out) {
    const Shape& s = out.shape();
    return s.rank == 2 ? Tensor(Shape(1, s.w, 1, 1), out.values()) : out;
}

std::string shape_words(const Tensor& out) {
    const Shape& s = out.shape();
    return s.rank == 2 ? std::to_string(s.w) : fmt::format("{} × {} × {}", s.c, s.h, s.w);
}

/// The sentence above the bars.
std::string verdict(const TrialPair& pair) {
    if (pair.key.mistakes.are_none()) return tr({"Both ways are the same. Break a step above.", "两条路完全相同。请在上面弄坏一步。"});
    const int first = pair.first();
    if (first < 0) return tr({"No layer's maps differ: for this photo both ways are the same.", "各层的特征图都没有差别：对这张照片来说两条路一样。"});
    const std::string name = pair.name(first), by = percent(pair.layers[static_cast<std::size_t>(first)].relative), input = percent(pair.input_difference);
    return tr({fmt::format("The input differs by {}. First layer whose maps differ: {}, by {}", input, name, by), fmt::format("输入相差 {}。特征图最先出现差别的层：{}，相差 {}", input, name, by)});
}

}  // namespace

void Divergence::rebuild(const TrialPair& pair, int entry) {
    entry_ = entry;
    tiles_.clear();
    const Tensor right = as_maps(pair.output(*pair.right, entry)), broken = as_maps(pair.output(*pair.broken, entry));
    // The channels that add most to the difference, the worst first
    Tensor apart = right;
    for (std::size_t i = 0; i < apart.count(); ++i) apart.data()[i] -= broken.data()[i];
    std::vector<int> order(static_cast<std::size_t>(right.shape().c));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater<>(), [&](int c) { return length(channel_of(apart, c)); });
    limit_ = usual_magnitude(right);
    const auto [least, most] = std::minmax_element(right.values().begin(), right.values().end());
    is_signed_ = *least < -0.4f * std::abs(*most);
    const auto upload = [&](Texture& texture, const Tensor& maps, int channel) {
        texture.upload_channel(shrink_channel(maps, channel, 96, 96), 0, 0, [&](float value) { return is_signed_ ? signed_colour(value, limit_) : magnitude_colour(value / limit_); });
    };
    for (std::size_t i = 0; i < std::min<std::size_t>(kMostTiles, order.size()); ++i) {
        Tile tile{order[i], relative_difference(channel_of(right, order[i]), channel_of(broken, order[i])), {}, {}};
        upload(tile.right, right, order[i]);
        upload(tile.broken, broken, order[i]);
        tiles_.push_back(std::move(tile));
    }
}

void Divergence::draw_bars(NetworkView& view, const TrialPair& pair, const Area& area) {
    const Area lane{area.x + px(44), area.y, area.w - px(44), area.h};
    for (const double share : {0.0, 0.5, 1.0}) {
        const float y = lane.bottom() - lane.h * static_cast<float>(share);
        line({lane.x, y}, {lane.right(), y}, colour(Ink::hair));
        text({lane.x - px(8), y}, Type::caption, colour(Ink::ink3), percent(share), AlignX::right, AlignY::middle);
    }
    const auto count = static_cast<float>(pair.layers.size());
    const float pitch = lane.w / count, width = std::max(1.0f, pitch - std::min(px(3), pitch * 0.25f));
    const int first = pair.first();
    for (std::size_t i = 0; i < pair.layers.size(); ++i) {
        const float height = std::max(1.0f, lane.h * static_cast<float>(std::min(1.0, pair.layers[i].relative)));
        const bool is_chosen = static_cast<int>(i) == entry_;
        fill({lane.x + pitch * static_cast<float>(i), lane.bottom() - height, width, height}, colour(is_chosen ? Ink::accent : static_cast<int>(i) == first ? Ink::bad : Ink::inner), 1);
    }
    const Hit over = hit("divergence", lane);
    const auto choose = [&](int entry) { view.set("layer", pair.name(std::clamp(entry, 0, static_cast<int>(count) - 1))); };
    if (over.is_focused && key_pressed(ImGuiKey_LeftArrow)) choose(entry_ - 1);
    if (over.is_focused && key_pressed(ImGuiKey_RightArrow)) choose(entry_ + 1);
    if (!over.is_hovered) return;
    const int under = std::clamp(static_cast<int>((over.pointer.x - lane.x) / pitch), 0, static_cast<int>(count) - 1);
    const Area column{lane.x + pitch * static_cast<float>(under), lane.y, pitch, lane.h};
    frame({column.x - 1, column.y, width + 2, column.h}, colour(Ink::accent), 1, 1);
    tooltip(column, {{pair.name(under), ""},
                     {tr({"output", "输出"}), shape_words(pair.output(*pair.right, under))},
                     {tr({"relative difference", "相对差别"}), fmt::format("{:.2f}\u2009%", 100 * pair.layers[static_cast<std::size_t>(under)].relative)},
                     {tr({"|a − b| / (|a| + |b|)", "|a − b| / (|a| + |b|)"}), ""}});
    if (over.was_clicked) choose(under);
}

void Divergence::draw_maps(const TrialPair& pair, const Area& area) {
    const std::string name = pair.name(entry_);
    const float used = text({area.x, area.y}, Type::label_strong, colour(Ink::accent), name);
    text({area.x + used + px(12), area.y + px(1)}, Type::caption, colour(Ink::ink3),
         fmt::format("{}  ·  {}", shape_words(pair.output(*pair.right, entry_)), tr({"the channels that differ most, on one scale", "差别最大的几个通道，同一色标"})));
    const float left = px(84), gap = px(6), side = std::min(px(88), (area.h - px(28 + 22) - gap) / 2);
    if (side < px(24)) return;
    const float top = area.y + px(28), below = top + side + gap;
    text({area.x, top + side / 2}, Type::label, colour(Ink::ink2), tr({"right", "正确"}), AlignX::left, AlignY::middle);
    text({area.x, below + px(12)}, Type::label, colour(pair.key.mistakes.are_none() ? Ink::ink2 : Ink::bad), tr({"broken", "出错"}), AlignX::left, AlignY::middle);
    if (is_signed_) scale_signed({area.x, below + side - px(38)}, px(66), limit_, "");
    else scale_magnitude({area.x, below + side - px(38)}, px(66), 0, limit_, "");
    const auto fitting = static_cast<std::size_t>(std::max(1.0f, (area.w - left + gap) / (side + gap)));
    for (std::size_t i = 0; i < std::min(fitting, tiles_.size()); ++i) {
        const float x = area.x + left + (side + gap) * static_cast<float>(i);
        const Area above{x, top, side, side}, under{x, below, side, side};
        tiles_[i].right.draw(above);
        tiles_[i].broken.draw(under);
        text({x + side / 2, under.bottom() + px(4)}, Type::caption, colour(Ink::ink3), std::to_string(tiles_[i].channel), AlignX::center);
        const Area both{x, top, side, under.bottom() - top};
        if (hit(fmt::format("tile/{}", i).c_str(), both, Cursor::arrow, false).is_hovered)
            tooltip(both, {{fmt::format("{} {}", tr({"channel", "通道"}), tiles_[i].channel), ""}, {tr({"relative difference", "相对差别"}), fmt::format("{:.2f}\u2009%", 100 * tiles_[i].relative)}});
    }
    text({area.x, below + side + px(4)}, Type::caption, colour(Ink::ink3), tr({"channel", "通道"}));
}

void Divergence::draw(NetworkView& view, const TrialPair& pair, const Area& area) {
    const bool is_different = !pair.key.mistakes.are_none() && pair.first() >= 0;
    text({area.x, area.y}, Type::label_strong, colour(is_different ? Ink::bad : Ink::ink2), verdict(pair));
    Area rest = area;
    rest.cut_top(px(36));
    draw_bars(view, pair, rest.cut_top(std::max(px(60), rest.h * 0.28f)));
    rest.cut_top(px(18));
    draw_maps(pair, rest);
}

}  // namespace convbook::app
