// A stage for replayed input: with a screen when pictures are wanted, else without any renderer, which takes microseconds a frame.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "kit/offscreen.h"
#include "kit/script.h"

namespace convbook::test {

/// Draws `draw` inside one window of the given logical size; both themes and languages start from the defaults.
class KitStage {
public:
    enum class Screen { none, pixels };
    KitStage(int width, int height, std::function<void()> draw, Screen screen = Screen::none, float scale = 1);
    ~KitStage();
    void frame();
    /// Runs the lines of a script; returns its failures, one a line (empty: all expectations held).
    std::string play(const std::string& script);
    Image picture() const;

private:
    struct Bare;
    std::unique_ptr<Bare> bare_;
    std::unique_ptr<kit::Offscreen> pixels_;
    std::function<void()> draw_;
    kit::ScriptHost host();
    void draw_window();
};

/// Why there can be no pictures on this machine; empty if there can.
const std::string& why_no_pictures();

}  // namespace convbook::test

/// First line of a test that needs pixels.
#define SKIP_WITHOUT_PICTURES()                                              \
    if (!::convbook::test::why_no_pictures().empty()) {                     \
        MESSAGE("skipped: " << ::convbook::test::why_no_pictures());        \
        return;                                                             \
    }
