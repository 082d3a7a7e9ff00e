// What a frame showed, by name: its texts and the areas that can be touched. Scripts and tests aim with it, read with it and find layout
// faults with it. Costs one branch a call while recording is off, as it is in the reader's window.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paint.h"

namespace convbook::kit {

struct SeenText {
    std::string words;
    Area area;               ///< width of the words by the height of their ink
    Area clip;               ///< what of the screen its window shows
    unsigned window = 0;     ///< the outermost window; texts of different windows may lie on each other
    bool is_on_top = false;  ///< tooltips and the like
    bool can_scroll = false; ///< its window scrolls, so that being cut above or below is no fault
    bool can_scroll_across = false; ///< likewise at the left and right
    int order = 0;           ///< what was drawn later lies above
};
/// A line, or the area that was filled: what a text must not stand across.
struct SeenShape {
    bool is_area = false;
    ImVec2 from, to;         ///< an area's upper left and lower right
    Colour colour = 0;
    Area clip;
    unsigned window = 0;
    bool is_on_top = false;
    int order = 0;
};
/// An area with a name: "slider/cin", "toggle/bias". A grid also answers to "output/2/1" for row 2, column 1.
struct Mark { std::string name; Area area; int rows = 0, columns = 0; };

void set_recording(bool is_on);
bool is_recording();
/// Called by kit::text; whoever draws text by other means calls it too. `area` as in SeenText.
void record_text(std::string_view words, const Area& area);
/// Called by what draws lines and areas.
void record_line(ImVec2 from, ImVec2 to, Colour colour);
void record_area(const Area& area, Colour colour);
/// Names an area of this frame; a name that is already taken gets "#2", "#3".
void mark(std::string_view name, const Area& area);
void mark_grid(std::string_view name, const Area& area, int rows, int columns);

/// Of the frame drawn last.
const std::vector<SeenText>& seen_texts();
const std::vector<SeenShape>& seen_shapes();
const std::vector<Mark>& seen_marks();
std::optional<Area> find_mark(std::string_view name);
/// All words that are visible, top to bottom, one text a line.
std::string visible_words();

/// Two texts on each other, a text cut by its window or standing outside the screen, a line or an edge through a text, a text painted over. In record_faults.cpp.
struct LayoutFault { std::string what; Area where; };
std::vector<LayoutFault> layout_faults();

}  // namespace convbook::kit
