// The sliding window: parameters in, results out. No I/O and no user interface; console, figure, exercises and claims all call it.
#pragma once
#include "convbook/lesson.h"
#include "convbook/shape.h"

namespace convbook::template_chapter {

/// One state of the chapter. The keys are the vocabulary of docs/notation.md.
struct Params {
    int w = 7;  ///< cells of the row the window walks over
    int k = 3;  ///< cells of the window
    int s = 1;  ///< cells of one step
    int at = 0; ///< which position the figure shows, counted from 0; past the last one means the last
};
const std::vector<Member<Params>>& members();

/// Everything the chapter shows about one state.
struct Result {
    Params params;
    int positions = 0;              ///< floor((w − k) / s) + 1
    int first = 0;                  ///< leftmost cell of the window at the position shown
    int unused = 0;                 ///< cells at the right end that no window reaches
    std::vector<int> visits;        ///< [w] how many windows cover each cell
};
/// The window must fit: k ≤ w.
std::optional<Refusal> refuse(const Params& params);
/// Walks the window over the row with the library's own shape rule. Throws convbook::Error for a refused state.
Result compute(const Params& params);
/// The results that the text may quote.
Values values(const Params& params);

}  // namespace convbook::template_chapter
