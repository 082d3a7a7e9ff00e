// One layer, worked out number by number: parameters in; input, weights, every product, the output and the counts out.
// No I/O and no user interface; console, figure, exercises and claims all call it.
#pragma once
#include <string>
#include <vector>

#include "convbook/lesson.h"
#include "convbook/ops.h"

namespace convbook::ch01 {

/// One state of the chapter. The keys are the vocabulary of docs/notation.md; what the reader changed by hand is text, so that every state has a link.
struct Params {
    int cin = 3, cout = 2;
    std::string k = "3";             ///< "1", "2", "3", "3x5", "5": rows x columns of the window
    int s = 1, p = 0, d = 1;
    int h = 7, w = 7;                ///< of the input
    std::string preset = "picture";  ///< which kernels the filters start from
    std::string flip = "no";         ///< "yes": kernels turned by half a turn first, the convolution of mathematics
    int filter = 0;                  ///< whose arithmetic is shown; the last one if there are fewer
    int row = 2, col = 1;            ///< the pinned output cell; the nearest one if the output is smaller
    std::string input;               ///< typed cells "c.y.x:value", comma between two
    std::string weights;             ///< typed weights "o.c.i.j:value"
    std::string bias;                ///< typed biases "o:value"
};
const std::vector<Member<Params>>& members();
Pair window_of(const std::string& k);  ///< "3x5" is 3 rows, 5 columns

/// The state's text with one more typed cell ({c,y,x}, {o,c,i,j} or {o}); an earlier entry for the same place is replaced.
std::string with_edit(const std::string& edits, const std::vector<int>& place, float value);
/// The same without what was typed at this place.
std::string without_edit(const std::string& edits, const std::vector<int>& place);
constexpr float kLargestTyped = 99;    // three characters of a cell: a sign and two digits

/// One multiply-add behind the pinned cell.
struct Product {
    int c = 0, i = 0, j = 0;           ///< which weight
    int y = 0, x = 0;                  ///< which input cell; outside the image it reads 0
    bool is_padding = false;
    float input = 0, weight = 0, product = 0, running = 0;
};

/// Everything the chapter shows about one state.
struct Result {
    Params params;                     ///< filter, row and col brought inside the output
    Pair window = 3, span = 3;         ///< weights of the window; input rows and columns it spans, d(K-1)+1
    ConvParams conv;
    Tensor input, weights, bias;       ///< [cin,h,w] (a C x H x W input), [cout,cin,kh,kw] as used (after a flip), [cout]
    Tensor output;                     ///< [cout,h',w'], from conv2d
    std::vector<Product> products;     ///< cin*kh*kw of them, in the order of the loops
    std::vector<float> channel_sums;   ///< [cin]
    float cell_bias = 0, cell_value = 0;
    std::vector<int> feeds;            ///< [h*w] how many cells of one output channel read this input cell
    int unread_rows = 0, unread_columns = 0;  ///< of the image, below and right of the last window
    float limit = 1;                   ///< largest magnitude in the output: the end of its colour scale

    int oh() const { return output.shape().h; }
    int ow() const { return output.shape().w; }
    int steps() const { return oh() * ow(); }
    int step() const { return params.row * ow() + params.col; }
    bool is_read(int y, int x) const { return feeds[static_cast<std::size_t>(y) * params.w + x] > 0; }
    /// First input row and column under the window that makes output cell (row, col); may be negative (padding).
    int first_y(int row) const { return row * params.s - params.p; }
    int first_x(int col) const { return col * params.s - params.p; }
};
/// The window must fit into the padded image, and a preset needs the size it is defined for.
std::optional<Refusal> refuse(const Params& params);
/// Runs the library's conv2d and, beside it, the sum behind one cell. Throws convbook::Error for a refused state.
Result compute(const Params& params);
/// The shown filter alone over another input of cin channels (the photo), same window, stride and padding.
Tensor filter_image(const Result& result, TensorView image);
/// Largest difference between conv2d's output and the formula written out here once more, over all cells: 0 for whole numbers.
float difference_from_definition(const Result& result);
/// The results that the text may quote.
Values values(const Params& params);
/// A value as a cell shows it: whole numbers bare, others with two decimals, true minus.
std::string number_text(float value);
/// "+2", "−2", "+0": a term of a sum.
std::string signed_text(float value);

/// The cell that the reader is asked to predict: one step to the right of the pinned one.
constexpr int kGuessRow = 2, kGuessColumn = 2;
/// The layer the text counts: 16 -> 32 channels, 3x3, on 56 x 56 pixels.
constexpr int kRealIn = 16, kRealOut = 32, kRealWindow = 3, kRealSize = 56;

}  // namespace convbook::ch01
