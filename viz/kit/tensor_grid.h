// Cells of numbers: one channel of a tensor with its values written in, coloured by a map, with cells lit and framed.
#pragma once
#include <functional>

#include "interact.h"

namespace convbook::kit {

enum class CellMap { input, signed_values, magnitude, weights };
struct GridLook {
    CellMap map = CellMap::input;
    float limit = 1;                 ///< value of full colour (signed: both ways)
    float cell = 24;                 ///< logical pixels, gap of 1 included
    float cell_height = 0;           ///< 0: square
    bool shows_numbers = true;
    int digits = 0;                  ///< decimals of the numbers
    bool has_frame = false;          ///< the weights' kernel frame
    std::function<float(int row, int column)> value;
    std::function<bool(int row, int column)> is_dim;       ///< padding, never read: drawn hatched or faint
    std::function<bool(int row, int column)> is_strong;    ///< under the window, pinned: its number is written strong
};
/// Draws at `at` and returns the covered area: rows x columns of whole cells, each with its gap at the right and below.
Area draw_grid(ImVec2 at, int rows, int columns, const GridLook& look);
/// One cell without its gap.
Area cell_area(const Area& grid, int rows, int columns, int row, int column);
/// Accent frame around a block of cells (the window), 1.5 outside them.
void frame_cells(const Area& grid, int rows, int columns, int row, int column, int row_count, int column_count, Colour colour, float thickness = 2);
/// Right number format for a cell: true minus, at most `digits` decimals, no trailing zeros.
std::string cell_text(float value, int digits);

}  // namespace convbook::kit
