// All channels of a tensor, or all filters of a layer, as small tiles on one texture: square pixels when enlarged, area averages when reduced. The wheel
// zooms, dragging moves. Pixels are made anywhere (a background job), only their upload needs the drawing thread.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "convbook/tensor.h"
#include "kit/texture.h"

namespace convbook::app {

/// The colours of values in the theme of now, as a table that other threads may read.
class Ramp {
public:
    static Ramp of_theme();
    kit::Colour signed_value(float value, float limit) const { return signed_[index(0.5f + 0.5f * value / limit)]; }
    kit::Colour magnitude(float share) const { return magnitude_[index(share)]; }

private:
    static constexpr int kSteps = 512;
    static std::size_t index(float share) { return static_cast<std::size_t>(share > 0 ? (share < 1 ? share * (kSteps - 1) : kSteps - 1) : 0); }
    std::array<kit::Colour, kSteps> signed_{}, magnitude_{};
};

/// Tiles in rows, all of one size; ready to be uploaded.
struct SheetPixels {
    std::vector<std::uint32_t> pixels;
    int tiles = 0, columns = 0, tile_w = 0, tile_h = 0;
    float limit = 1;             ///< value of full colour
    bool is_signed = false;
    int rows() const { return columns == 0 ? 0 : (tiles + columns - 1) / columns; }
};
/// `width`: device pixels the whole sheet will cover; `columns` 0: as square as it gets; `limit` 0: the usual magnitude. Signed maps share one symmetric
/// range, others run from 0 to the limit.
struct SheetLook {
    float width = 0;
    int columns = 0;
    bool is_signed = false;
    float limit = 0;
    Ramp ramp;
};
SheetPixels make_maps(TensorView maps, const SheetLook& look);
/// The most varied channel of each tensor as a tile of `side` pixels, on one texture: software renderers take milliseconds for every one.
struct Thumb { TensorView maps; bool is_signed = false; };  ///< without maps: an empty tile
SheetPixels make_thumbs(const std::vector<Thumb>& thumbs, int side, const Ramp& ramp);
/// A tile a filter: colours for filters of an RGB image, else the filter's kernels side by side, one an input channel, on a signed scale.
SheetPixels make_filters(TensorView weights, const SheetLook& look);

class MapSheet {
public:
    void show(const SheetPixels& pixels);
    void clear() { tiles_ = 0; }
    bool is_empty() const { return tiles_ == 0; }
    int rows() const { return columns_ == 0 ? 0 : (tiles_ + columns_ - 1) / columns_; }
    float limit() const { return limit_; }
    bool is_signed() const { return is_signed_; }
    /// Draws inside `area`, outlines `pinned`, and returns the tile that was clicked.
    std::optional<int> draw(const char* id, const kit::Area& area, int pinned);
    void reset_zoom() { zoom_ = 1; offset_ = {0, 0}; }
    /// The pointer's tile of the last frame, or -1.
    int hovered() const { return hovered_; }
    /// One tile, without interaction.
    void draw_tile(const kit::Area& area, int tile) const;

private:
    kit::Area tile_area(const kit::Area& area, int tile) const;
    void zoom_and_pan(const kit::Area& area, bool is_hovered);

    kit::Texture texture_;
    int tiles_ = 0, columns_ = 0, hovered_ = -1;
    float limit_ = 1, zoom_ = 1;
    bool is_signed_ = false;
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
