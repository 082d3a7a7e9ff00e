// The app without a window: one book on one off-screen picture. `convbook shot`, `convbook ui`, tests and benchmarks drive it.
// Leaves out what scripts can say (kit/script.h) and the window (window.cpp).
#pragma once
#include <functional>
#include <string>

#include "book.h"
#include "kit/offscreen.h"
#include "kit/script.h"

namespace convbook::app {

class Headless {
public:
    /// Logical pixels, and device pixels per logical one. Throws convbook::Error where there is no EGL or the picture would be too large.
    Headless(int width, int height, float scale = 1);
    ~Headless();
    Book& book() { return book_; }
    kit::Offscreen::FrameTime frame();
    /// Frames until nothing moves or works in the background, at most so many seconds of real time.
    void settle(double seconds);
    void resize(int width, int height);
    Image picture() const { return screen_.read_pixels(); }
    /// What a script drives: this book. `say` receives paths of pictures and measured times.
    kit::ScriptHost host(std::function<void(const std::string&)> say = {});

private:
    int width_, height_;
    kit::Offscreen screen_;
    Book book_;
    std::optional<std::string> state(const std::string& key);
    std::optional<std::string> value(const std::string& name);
};

}  // namespace convbook::app
