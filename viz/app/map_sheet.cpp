// The sheet on screen. Leaves out its pixels (map_pixels.cpp).
#include "map_sheet.h"

#include <algorithm>
#include <cmath>

#include "kit/interact.h"

namespace convbook::app {

using namespace kit;

void MapSheet::show(const SheetPixels& sheet) {
    tiles_ = sheet.tiles;
    columns_ = sheet.columns;
    limit_ = sheet.limit;
    is_signed_ = sheet.is_signed;
    reset_zoom();
    if (tiles_ > 0) texture_.upload(sheet.columns * sheet.tile_w, sheet.rows() * sheet.tile_h, sheet.pixels);
}

void MapSheet::draw_tile(const Area& area, int tile) const {
    // Half a pixel inside, so that neighbours do not shine through
    const float w = static_cast<float>(texture_.width()), h = static_cast<float>(texture_.height()), tile_w = w / static_cast<float>(columns_), tile_h = h / static_cast<float>(rows());
    const float x = static_cast<float>(tile % columns_) * tile_w, y = static_cast<float>(tile / columns_) * tile_h;
    texture_.draw_part(area, {(x + 0.5f) / w, (y + 0.5f) / h}, {(x + tile_w - 0.5f) / w, (y + tile_h - 0.5f) / h});
}

Area MapSheet::tile_area(const Area& area, int tile) const {
    const float pitch_x = area.w / static_cast<float>(columns_) * zoom_, pitch_y = area.h / static_cast<float>(rows()) * zoom_;
    return {area.x + offset_.x + pitch_x * static_cast<float>(tile % columns_), area.y + offset_.y + pitch_y * static_cast<float>(tile / columns_), pitch_x - 1, pitch_y - 1};
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
    for (int c = 0; c < tiles_; ++c) {
        const Area tile = tile_area(area, c);
        if (tile.right() < area.x || tile.bottom() < area.y || tile.x > area.right() || tile.y > area.bottom()) continue;
        const float u = static_cast<float>(c % columns_) / columns, v = static_cast<float>(c / columns_) / count;
        texture_.draw_part(tile, {u, v}, {u + 1 / columns, v + 1 / count});
        if (over.is_hovered && tile.contains(over.pointer)) hovered_ = c;
    }
    if (hovered_ >= 0) frame(tile_area(area, hovered_).grown(px(1.5f)), colour(Ink::ink), 1, 2);
    if (pinned >= 0 && pinned < tiles_) frame(tile_area(area, pinned).grown(px(2.5f)), colour(Ink::accent), 2, 3);
    const bool was_dragged = std::abs(over.drag.x) + std::abs(over.drag.y) > px(4);
    if (over.was_clicked && hovered_ >= 0 && !was_dragged) return hovered_;
    return {};
}

}  // namespace convbook::app
