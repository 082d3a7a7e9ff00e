// The cover's map: chapters as rings on a grid of 7 x 5, arrows for "is used by". Drawn into any area; arrow keys walk along the arrows.
#pragma once
#include <utility>
#include <map>
#include <memory>
#include <string>

#include "kit/figure.h"
#include "kit/progress.h"

namespace convbook::app {

class ChapterMap {
public:
    /// Returns the number of the chapter that was opened, or empty. `open` is the chapter the reader is in.
    std::string draw(const kit::Area& area, const kit::Progress& progress, const std::string& open);

private:
    std::map<std::string, std::unique_ptr<kit::Figure>> figures_;  ///< only for their signs
    std::string walked_;                                           ///< where the keyboard stands
    std::string lit_;                                              ///< under the pointer in the frame before
    const kit::Figure* figure_of(const std::string& number);
    void draw_node(const std::string& number, ImVec2 center, float radius, const kit::Progress& progress, bool is_lit, std::string& opened);
    void walk();
};
void draw_map_legend(ImVec2 at);

}  // namespace convbook::app
