// Every control of the kit on one page of 800 x 1000 logical pixels, in the states a reader meets: for looking at and for tests.
// Leaves out the app's own parts (exercise, drawer), which are drawn here only as far as their colours and lines go.
#pragma once
#include <string>

#include "kit/paint.h"

namespace convbook::test {

/// What the gallery's controls are set to.
struct GalleryState {
    int groups = 2, kernel = 1;
    bool toggles[3] = {false, true, true};
    int step = 11;
    bool is_playing = false;
    float speed = 1;
    std::string number = "32", words;
    std::string pressed;          ///< id of the last button that was pressed
};
/// Draws into the current window at `at` (device pixels).
void draw_gallery(ImVec2 at, GalleryState& state);
/// The same inside a window that fills the screen.
void draw_gallery_window(GalleryState& state);

}  // namespace convbook::test
