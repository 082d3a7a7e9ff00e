// What the parts of chapter 01's figure share: where everything stands, what is under the pointer, what is being typed.
// Leaves out the drawing: rows of arithmetic (figure_rows.cpp), running sum (figure_sum.cpp), output side (figure_output.cpp).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kit/figure.h"
#include "kit/tensor_grid.h"
#include "kit/texture.h"
#include "lesson.h"

namespace convbook::ch01 {

/// Positions of one frame, in device pixels; cell sizes are logical, as the kit's grids want them.
struct Geometry {
    float unit = 1;                    ///< stretch of the columns: 1 at 720 logical pixels
    float header = 0, top = 0;         ///< middle of the header line; top of the grids
    float pitch = 0;                   ///< from one channel's row to the next
    float input_cell = 24, kernel_cell = 28, product_cell = 50, output_cell = 30;
    bool has_labels = true, has_chart = true;
    float x_input = 0, x_times = 0, x_kernel = 0, x_equals = 0, x_products = 0, x_sum = 0, x_line = 0, x_output = 0;
    kit::Area chart;
    float kernel_slot = 88, product_slot = 150;  ///< widths kept free for them, device pixels

    float row_top(int c) const { return top + pitch * static_cast<float>(c); }
};
Geometry lay_out(const kit::FigureFrame& host, const Result& result);

/// One thing that can be changed by hand, and its way back into the settings.
struct Handle {
    std::string key;                   ///< "input", "weights", "bias"
    std::vector<int> place;
    float value = 0;
    kit::Area cell;
    friend bool operator==(const Handle& a, const Handle& b) { return a.key == b.key && a.place == b.place; }
};

/// What the reader's hand is doing. Terms are positions in Result::products; -1 is none.
struct Hand {
    int term = -1, next_term = -1;     ///< product under the pointer: of the last frame, found in this one
    std::optional<std::vector<int>> input_cell;  ///< {c,y,x} under the pointer
    kit::Area tip_beside;              ///< what a card about the term must leave visible
    std::optional<Handle> over;        ///< what a press would take hold of
    std::optional<Handle> held;        ///< pressed: dragging up and down changes it
    float held_from_y = 0;
    bool has_dragged = false;
    std::optional<Handle> typing;      ///< its field is open
    int typing_frames = 0;
};

/// One frame's drawing: the shown result (the hovered cell's, else the pinned one's) and where it goes.
struct View {
    kit::FigureFrame& host;
    const Result& result;
    const Geometry& at;
    Hand& hand;
    float window_row = 0, window_column = 0;  ///< first input row and column of the window, while it glides to its place
};

/// Middle of channel c's row: the window's height, as far as the row's own height allows.
float row_middle(const View& view, int c);
/// Decimals with which every value fits into `width` device pixels: 0 for whole numbers, else 2 or 1; -1 if none does.
int digits_that_fit(const std::vector<float>& values, kit::Type type, float width);
/// "Input" in its colour and "3 × 7 × 7" behind it, the latter only where there is room.
void draw_header(ImVec2 at, float room, kit::Colour tone, const std::string& name, const std::string& detail);

void draw_rows(const View& view);      ///< one row a channel: patch, kernel, products, partial sum
void draw_trace(const View& view, ImVec2 tip);  ///< the accent line that adds the sums and the bias
void draw_running_sum(const View& view);
/// The main output; returns the cell under the pointer.
std::optional<std::pair<int, int>> draw_output(const View& view, const Result& pinned, kit::Area& grid);

/// The photo and what the shown filter makes of it; filtered again only when the filter changed.
class PhotoPair {
public:
    void update(const Result& result);
    void draw(ImVec2 at, float side, int filter) const;

private:
    Image photo_;
    std::string state_;
    Tensor planes_;
    kit::Texture shown_, filtered_;
    int filtered_width_ = 0, filtered_height_ = 0;
    Tensor response_;
    bool is_dark_ = false;
    void filter(const Result& result);
    void colour_response(const Result& result);
};
/// Everything under the main output: other filters, scale, photo, presets.
void draw_output_side(const View& view, const Result& pinned, const kit::Area& grid, const PhotoPair& photo);
/// Dragging and typing of cells; after everything else of the frame.
void handle_editing(const View& view, const Result& pinned);

}  // namespace convbook::ch01
