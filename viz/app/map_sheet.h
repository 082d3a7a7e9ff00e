// All channels of a tensor as small maps on one texture: square pixels when enlarged, area averages when reduced. The wheel zooms, dragging moves.
#pragma once
#include <optional>

#include "convbook/tensor.h"
#include "kit/texture.h"

namespace convbook::app {

class MapSheet {
public:
    /// `side`: device pixels the whole sheet will cover; `columns` 0: as square as it gets. Signed maps share one symmetric range, others run from 0 to `limit`.
    void build(TensorView maps, float width, int columns, bool is_signed, float limit);
    void clear() { channels_ = 0; }
    bool is_empty() const { return channels_ == 0; }
    int rows() const { return columns_ == 0 ? 0 : (channels_ + columns_ - 1) / columns_; }
    float limit() const { return limit_; }
    /// Draws inside `area`, outlines `pinned`, and returns the channel that was clicked.
    std::optional<int> draw(const char* id, const kit::Area& area, int pinned);
    void reset_zoom() { zoom_ = 1; offset_ = {0, 0}; }
    /// The pointer's channel of the last frame, or -1.
    int hovered() const { return hovered_; }

private:
    kit::Area tile_area(const kit::Area& area, int channel) const;
    void zoom_and_pan(const kit::Area& area, bool is_hovered);

    kit::Texture texture_;
    int channels_ = 0, columns_ = 0, tile_w_ = 0, tile_h_ = 0, hovered_ = -1;
    float limit_ = 1, zoom_ = 1;
    ImVec2 offset_{0, 0};
};

/// One channel shrunk by averaging areas, or as it is where `width` is not smaller.
Tensor shrink_channel(TensorView maps, int channel, int width, int height);
/// The channel with the largest spread: the one that shows most.
int most_varied_channel(TensorView maps);
float largest_magnitude(TensorView values);
/// What 99.5 % of the values stay below, rounded to two digits: one outlier does not pale all maps.
float usual_magnitude(TensorView values);

}  // namespace convbook::app
