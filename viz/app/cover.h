// The first page: what the book is, where the reader stopped, what is worth another look, whole networks, and the map.
#pragma once
#include <utility>
#include "contents.h"
#include "map.h"

namespace convbook::app {

class Cover {
public:
    ContentsAction draw(const kit::Area& page, const ContentsState& state);
    /// The exercise that "worth another look" opened, once.
    std::string take_exercise() { return std::exchange(exercise_, {}); }

private:
    ChapterMap map_;
    std::string exercise_;
    float draw_title(ImVec2 at, float width);
    float draw_start(ImVec2 at, float width, const ContentsState& state, ContentsAction& action);
    float draw_another_look(ImVec2 at, float width, const ContentsState& state, ContentsAction& action);
    float draw_networks(ImVec2 at, float width, ContentsAction& action);
    void draw_corner(ImVec2 at, ContentsAction& action);
    float draw_left(ImVec2 at, float width, const ContentsState& state, ContentsAction& action);
};

}  // namespace convbook::app
