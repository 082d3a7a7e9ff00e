// Tensors as pixels, without a screen: for background jobs.
#include <algorithm>
#include <cmath>

#include "kit/theme.h"
#include "map_sheet.h"

namespace convbook::app {

using namespace kit;

namespace {

constexpr int kMostPixels = 2048;  // of a texture's side

SheetPixels empty_sheet(int tiles, int columns, int tile_w, int tile_h) {
    SheetPixels sheet{{}, tiles, columns > 0 ? columns : static_cast<int>(std::ceil(std::sqrt(tiles))), tile_w, tile_h};
    sheet.pixels.resize(static_cast<std::size_t>(sheet.columns) * static_cast<std::size_t>(tile_w) * static_cast<std::size_t>(sheet.rows()) * static_cast<std::size_t>(tile_h));
    return sheet;
}

std::uint32_t& pixel(SheetPixels& sheet, int tile, int x, int y) {
    const int row = tile / sheet.columns * sheet.tile_h + y, column = tile % sheet.columns * sheet.tile_w + x;
    return sheet.pixels[static_cast<std::size_t>(row) * static_cast<std::size_t>(sheet.columns * sheet.tile_w) + static_cast<std::size_t>(column)];
}

void paint_map(SheetPixels& sheet, int tile, const Tensor& map, const Ramp& ramp) {
    for (int y = 0; y < sheet.tile_h; ++y)
        for (int x = 0; x < sheet.tile_w; ++x) pixel(sheet, tile, x, y) = sheet.is_signed ? ramp.signed_value(map(0, 0, y, x), sheet.limit) : ramp.magnitude(map(0, 0, y, x) / sheet.limit);
}

/// Filters of a colour image: grey is zero, red is a weight on red.
SheetPixels make_colour_filters(TensorView weights, float limit) {
    SheetPixels sheet = empty_sheet(weights.shape.n, 0, weights.shape.w, weights.shape.h);
    const auto level = [&](int n, int c, int y, int x) { return static_cast<std::uint32_t>(std::clamp(127.5f + 127.5f * weights(n, c, y, x) / limit, 0.0f, 255.0f)); };
    for (int n = 0; n < sheet.tiles; ++n)
        for (int y = 0; y < sheet.tile_h; ++y)
            for (int x = 0; x < sheet.tile_w; ++x) pixel(sheet, n, x, y) = 0xFF000000u | level(n, 2, y, x) << 16 | level(n, 1, y, x) << 8 | level(n, 0, y, x);
    return sheet;
}

/// A filter's kernels side by side as one map.
Tensor arrange_kernels(TensorView weights, int filter, int across) {
    const Shape& s = weights.shape;
    Tensor map(Shape(1, 1, (s.c + across - 1) / across * s.h, across * s.w));
    for (int c = 0; c < s.c; ++c)
        for (int y = 0; y < s.h; ++y)
            for (int x = 0; x < s.w; ++x) map(0, 0, c / across * s.h + y, c % across * s.w + x) = weights(filter, c, y, x);
    return map;
}

}  // namespace

Ramp Ramp::of_theme() {
    Ramp ramp;
    for (int i = 0; i < kSteps; ++i) {
        const float share = static_cast<float>(i) / (kSteps - 1);
        ramp.signed_[static_cast<std::size_t>(i)] = signed_colour(2 * share - 1, 1);
        ramp.magnitude_[static_cast<std::size_t>(i)] = magnitude_colour(share);
    }
    return ramp;
}

SheetPixels make_maps(TensorView maps, const SheetLook& look) {
    const int columns = look.columns > 0 ? look.columns : static_cast<int>(std::ceil(std::sqrt(maps.shape.c)));
    // A tile holds as many pixels as it has on screen, at most those of the map
    const int side = std::max(2, static_cast<int>(look.width / static_cast<float>(columns)) - 1);
    SheetPixels sheet = empty_sheet(maps.shape.c, columns, std::min(maps.shape.w, side), std::min(maps.shape.h, side));
    sheet.is_signed = look.is_signed;
    sheet.limit = look.limit > 0 ? look.limit : usual_magnitude(maps);
    for (int c = 0; c < sheet.tiles; ++c) paint_map(sheet, c, shrink_channel(maps, c, sheet.tile_w, sheet.tile_h), look.ramp);
    return sheet;
}

SheetPixels make_thumbs(const std::vector<Thumb>& thumbs, int side, const Ramp& ramp) {
    SheetPixels sheet = empty_sheet(static_cast<int>(thumbs.size()), 0, side, side);
    for (int tile = 0; tile < sheet.tiles; ++tile) {
        const auto& [maps, is_signed] = thumbs[static_cast<std::size_t>(tile)];
        if (maps.is_absent()) continue;
        const Tensor map = shrink_channel(maps, most_varied_channel(maps), side, side);
        const float limit = largest_magnitude(map);
        // A small map keeps its square pixels
        for (int y = 0; y < side; ++y)
            for (int x = 0; x < side; ++x) {
                const float value = map(0, 0, y * map.shape().h / side, x * map.shape().w / side);
                pixel(sheet, tile, x, y) = is_signed ? ramp.signed_value(value, limit) : ramp.magnitude(value / limit);
            }
    }
    return sheet;
}

SheetPixels make_filters(TensorView given, const SheetLook& look) {
    // A linear layer's row is a filter of 1 x 1 kernels
    const TensorView weights{given.data, given.shape.rank == 2 ? Shape(given.shape.h, given.shape.w, 1, 1) : given.shape};
    const float limit = usual_magnitude(weights);
    if (weights.shape.c == 3 && weights.shape.h > 1) {
        SheetPixels sheet = make_colour_filters(weights, limit);
        sheet.limit = limit;
        sheet.is_signed = true;
        return sheet;
    }
    const int across = static_cast<int>(std::ceil(std::sqrt(weights.shape.c))), down = (weights.shape.c + across - 1) / across;
    const int columns = static_cast<int>(std::ceil(std::sqrt(weights.shape.n))), most = std::max(1, kMostPixels / columns);
    SheetPixels sheet = empty_sheet(weights.shape.n, columns, std::min(across * weights.shape.w, most), std::min(down * weights.shape.h, most));
    sheet.is_signed = true;
    sheet.limit = limit;
    for (int n = 0; n < sheet.tiles; ++n) paint_map(sheet, n, shrink_channel(arrange_kernels(weights, n, across), 0, sheet.tile_w, sheet.tile_h), look.ramp);
    return sheet;
}

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

}  // namespace convbook::app
