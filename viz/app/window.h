// The book in a window: GLFW, OpenGL 3, the screen's scale, dropped files, full screen. Sleeps while nothing moves. Leaves out everything inside (book.h).
#pragma once
#include <string>

namespace convbook::app {

struct WindowOptions {
    std::string link;           ///< empty: the page where the reader stopped, or the cover
    bool is_verbose = false;    ///< prints the time to the first frame
    int frames = 0;             ///< closes by itself after so many frames (smoke tests); 0: never
};
/// Runs until the window is closed. Throws convbook::Error if there is no display, or if the link is none of the book's.
void run_window(const WindowOptions& options);

}  // namespace convbook::app
