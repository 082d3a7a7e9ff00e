// The whole app off-screen with a hand on mouse and keyboard, for claims about the shell. Scripts for readers of pictures are in tests/ui/scripts.
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "app/book.h"
#include "kit/offscreen.h"
#include "kit/record.h"

namespace convbook::test {

/// A folder that vanishes with the test.
class Folder {
public:
    Folder();
    ~Folder();
    std::filesystem::path path;
};

class AppStage {
public:
    explicit AppStage(const std::string& link = "contents", int width = 1600, int height = 1000, const std::filesystem::path& progress = {});
    ~AppStage();
    void frames(int count = 3);
    void press(int key, bool with_ctrl = false, bool with_shift = false, bool with_alt = false);
    void type(const std::string& words);
    void click(const std::string& mark);
    void move_to(ImVec2 at);
    bool shows(const std::string& words);           ///< somewhere on screen
    Image picture() { return screen.read_pixels(); }
    static bool is_possible();                      ///< this machine can draw without a display
    kit::Offscreen screen;
    std::unique_ptr<app::Book> owned;
    app::Book& book;

private:
    int width_, height_;
};

}  // namespace convbook::test
