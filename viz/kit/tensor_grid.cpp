// A channel as cells: colour by a map, the number written in the colour that can be read on it. Made for several hundred cells a frame.
// Leaves out what the cells react to (interact.h's hit_grid) and larger maps, which are textures.
#include "tensor_grid.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "record.h"

namespace convbook::kit {
namespace {

float gap() { return std::max(1.0f, px(1)); }

Colour cell_colour(const GridLook& look, float value) {
    switch (look.map) {
        case CellMap::input: return input_colour(look.limit > 0 ? value / look.limit : 0);
        case CellMap::magnitude: return magnitude_colour(look.limit > 0 ? value / look.limit : 0);
        case CellMap::signed_values: case CellMap::weights: break;
    }
    return signed_colour(value, look.limit);
}

/// Whether a number with decimals is as wide as its cell: then all are written in the smaller face.
bool is_tight(const GridLook& look, int rows, int columns, float room) {
    if (!look.shows_numbers || look.digits == 0 || !look.value) return false;
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column)
            if (text_width(Type::cell_medium, cell_text(look.value(row, column), look.digits)) > room) return true;
    return false;
}

Type cell_type(const GridLook& look, bool is_strong, bool is_small) {
    if (look.cell < 23 || is_small) return Type::cell_small;
    if (is_strong) return Type::cell_strong;
    return look.map == CellMap::weights || look.map == CellMap::signed_values ? Type::cell_medium : Type::cell;
}

/// Input numbers step back behind the ones under the window, as far as they stay readable.
Colour number_colour(const GridLook& look, Colour background, float value, bool is_strong, bool is_dim) {
    if (is_dim) return colour(Ink::ink3);
    if (look.map == CellMap::signed_values && value == 0 && !is_strong) return colour(Ink::ink3);
    if (look.map == CellMap::input && !is_strong && contrast(colour(Ink::ink2), background) >= 3) return colour(Ink::ink2);
    return text_on(background);
}

/// A cell that is not part of the data: hair border with one stroke through it.
void draw_dim(const Area& cell) {
    frame(cell, colour(Ink::hair), 1);
    line({cell.x + px(3), cell.bottom() - px(3)}, {cell.right() - px(3), cell.y + px(3)}, colour(Ink::hair), 1);
}

}  // namespace

std::string cell_text(float value, int digits) {
    if (std::isnan(value)) return "?";
    if (std::isinf(value)) return value > 0 ? "∞" : "−∞";
    char buffer[48];
    const int written = std::snprintf(buffer, sizeof buffer, "%.*f", std::clamp(digits, 0, 9), static_cast<double>(value));
    std::string_view digits_text(buffer, static_cast<std::size_t>(std::min<int>(written, sizeof buffer - 1)));
    // No trailing zeros, no sign before zero, a true minus
    if (digits_text.find('.') != std::string_view::npos) {
        while (digits_text.back() == '0') digits_text.remove_suffix(1);
        if (digits_text.back() == '.') digits_text.remove_suffix(1);
    }
    if (digits_text == "-0") return "0";
    if (digits_text.front() == '-') return "−" + std::string(digits_text.substr(1));
    return std::string(digits_text);
}

Area cell_area(const Area& grid, int rows, int columns, int row, int column) {
    const float w = grid.w / static_cast<float>(columns), h = grid.h / static_cast<float>(rows);
    return {grid.x + w * static_cast<float>(column), grid.y + h * static_cast<float>(row), w - gap(), h - gap()};
}

Area draw_grid(ImVec2 at, int rows, int columns, const GridLook& look) {
    at = {std::floor(at.x + 0.5f), std::floor(at.y + 0.5f)};
    const float w = px(look.cell), h = px(look.cell_height > 0 ? look.cell_height : look.cell);
    const Area grid{at.x, at.y, w * static_cast<float>(columns), h * static_cast<float>(rows)};
    const bool is_small = is_tight(look, rows, columns, w - gap() - px(2));
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            const Area cell = cell_area(grid, rows, columns, row, column);
            const bool is_dim = look.is_dim && look.is_dim(row, column), is_strong = look.is_strong && look.is_strong(row, column);
            const float value = look.value ? look.value(row, column) : 0;
            const Colour background = is_dim ? colour(Ink::paper) : cell_colour(look, value);
            if (is_dim) draw_dim(cell);
            else if (background != colour(Ink::paper)) fill(cell, background, 2);
            if (!look.shows_numbers) continue;
            const ImVec2 center{cell.center().x, cell.center().y};
            text(center, cell_type(look, is_strong, is_small), number_colour(look, background, value, is_strong, is_dim), cell_text(value, look.digits), AlignX::center, AlignY::middle);
        }
    }
    if (look.has_frame) frame_cells(grid, rows, columns, 0, 0, rows, columns, colour(Ink::weights), 1.5f);
    return grid;
}

void frame_cells(const Area& grid, int rows, int columns, int row, int column, int row_count, int column_count, Colour colour, float thickness) {
    const Area first = cell_area(grid, rows, columns, row, column), last = cell_area(grid, rows, columns, row + row_count - 1, column + column_count - 1);
    const Area cells{first.x, first.y, last.right() - first.x, last.bottom() - first.y};
    frame(cells.grown(1.5f * scale() + thickness * scale() / 2), colour, thickness, 3);
}

}  // namespace convbook::kit
