#include "map_sheet.h"

#include <algorithm>
#include <cmath>

#include "kit/interact.h"

namespace convbook::app {

using namespace kit;

Tensor shrink_channel(TensorView maps, int channel, int width, int height) {
    const Shape& in = maps.shape;
    const int w = std::clamp(width, 1, in.w), h = std::clamp(height, 1, in.h);
    Tensor out(Shape(1, 1, h, w));
    for (int y = 0; y < h; ++y)
        for (int x = 0; x < w; ++x) {
            const int y0 = y * in.h / h, y1 = std::max(y0 + 1, (y + 1) * in.h / h), x0 = x * in.w / w, x1 = std::max(x0 + 1, (x + 1) * in.w / w);
            float sum = 0;
            for (int iy = y0; iy < y1; ++iy)
                for (int ix = x0; ix < x1; ++ix) sum += maps(0, channel, iy, ix);
            out(0, 0, y, x) = sum / static_cast<float>((y1 - y0) * (x1 - x0));
        }
    return out;
}

int most_varied_channel(TensorView maps) {
    const int pixels = maps.shape.h * maps.shape.w;
    int best = 0;
    double widest = -1;
    for (int c = 0; c < maps.shape.c; ++c) {
        const float* values = maps.data + maps.shape.offset(0, c, 0, 0);
        double sum = 0, squares = 0;
        for (int i = 0; i < pixels; ++i) sum += values[i], squares += static_cast<double>(values[i]) * values[i];
        const double variance = squares / pixels - sum / pixels * (sum / pixels);
        if (variance > widest) widest = variance, best = c;
    }
    return best;
}

float largest_magnitude(TensorView values) {
    float most = 1e-6f;
    for (const float value : values.values()) most = std::max(most, std::abs(value));
    return most;
}

float usual_magnitude(TensorView values) {
    std::vector<float> sizes;
    for (const float value : values.values()) sizes.push_back(std::abs(value));
    if (sizes.empty()) return 1e-6f;
    const auto place = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() * 995 / 1000);
    std::nth_element(sizes.begin(), place, sizes.end());
    const float size = std::max(*place, 1e-6f), unit = std::pow(10.0f, std::floor(std::log10(size)) - 1);
    return std::ceil(size / unit) * unit;
}

void MapSheet::build(TensorView maps, float width, int columns, bool is_signed, float limit) {
    channels_ = maps.shape.c;
    columns_ = columns > 0 ? columns : static_cast<int>(std::ceil(std::sqrt(channels_)));
    limit_ = limit;
    reset_zoom();
    // A tile holds as many pixels as it has on screen, at most those of the map
    const int side = std::max(2, static_cast<int>(width / static_cast<float>(columns_)) - 1);
    tile_w_ = std::min(maps.shape.w, side);
    tile_h_ = std::min(maps.shape.h, side);
    std::vector<std::uint32_t> pixels(static_cast<std::size_t>(columns_) * tile_w_ * rows() * tile_h_);
    for (int c = 0; c < channels_; ++c) {
        const Tensor tile = shrink_channel(maps, c, tile_w_, tile_h_);
        const int left = c % columns_ * tile_w_, top = c / columns_ * tile_h_;
        for (int y = 0; y < tile_h_; ++y)
            for (int x = 0; x < tile_w_; ++x) {
                const float value = tile(0, 0, y, x);
                pixels[static_cast<std::size_t>(top + y) * columns_ * tile_w_ + left + x] = is_signed ? signed_colour(value, limit) : magnitude_colour(value / limit);
            }
    }
    texture_.upload(columns_ * tile_w_, rows() * tile_h_, pixels);
}

Area MapSheet::tile_area(const Area& area, int channel) const {
    const float pitch_x = area.w / static_cast<float>(columns_) * zoom_, pitch_y = area.h / static_cast<float>(rows()) * zoom_;
    return {area.x + offset_.x + pitch_x * static_cast<float>(channel % columns_), area.y + offset_.y + pitch_y * static_cast<float>(channel / columns_), pitch_x - 1, pitch_y - 1};
}

void MapSheet::zoom_and_pan(const Area& area, bool is_hovered) {
    const ImGuiIO& io = ImGui::GetIO();
    if (is_hovered && io.MouseWheel != 0) {
        const float before = zoom_;
        zoom_ = std::clamp(zoom_ * (io.MouseWheel > 0 ? 1.25f : 0.8f), 1.0f, 12.0f);
        // What is under the pointer stays there
        offset_.x = io.MousePos.x - area.x - (io.MousePos.x - area.x - offset_.x) * zoom_ / before;
        offset_.y = io.MousePos.y - area.y - (io.MousePos.y - area.y - offset_.y) * zoom_ / before;
    }
    offset_.x = std::clamp(offset_.x, area.w * (1 - zoom_), 0.0f);
    offset_.y = std::clamp(offset_.y, area.h * (1 - zoom_), 0.0f);
}

std::optional<int> MapSheet::draw(const char* id, const Area& area, int pinned) {
    const Hit over = hit(id, area);
    zoom_and_pan(area, over.is_hovered);
    if (over.is_held && zoom_ > 1) {
        const ImVec2 moved = ImGui::GetIO().MouseDelta;
        offset_ = {offset_.x + moved.x, offset_.y + moved.y};
        zoom_and_pan(area, false);
    }
    const Clip clip(area.grown(px(2)));
    hovered_ = -1;
    const float columns = static_cast<float>(columns_), count = static_cast<float>(rows());
    for (int c = 0; c < channels_; ++c) {
        const Area tile = tile_area(area, c);
        if (tile.right() < area.x || tile.bottom() < area.y || tile.x > area.right() || tile.y > area.bottom()) continue;
        const float u = static_cast<float>(c % columns_) / columns, v = static_cast<float>(c / columns_) / count;
        texture_.draw_part(tile, {u, v}, {u + 1 / columns, v + 1 / count});
        if (over.is_hovered && tile.contains(over.pointer)) hovered_ = c;
    }
    if (hovered_ >= 0) frame(tile_area(area, hovered_).grown(px(1.5f)), colour(Ink::ink), 1, 2);
    if (pinned >= 0 && pinned < channels_) frame(tile_area(area, pinned).grown(px(2.5f)), colour(Ink::accent), 2, 3);
    const bool was_dragged = std::abs(over.drag.x) + std::abs(over.drag.y) > px(4);
    if (over.was_clicked && hovered_ >= 0 && !was_dragged) return hovered_;
    return {};
}

}  // namespace convbook::app
