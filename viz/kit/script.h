// Replayed input: a text with one command a line moves the pointer, presses keys, takes pictures and checks what is shown.
// Knows nothing of the app: it drives whatever its host draws. Commands are listed in script_words().
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offscreen.h"
#include "paint.h"

namespace convbook::kit {

/// What a script drives. Only `draw_frame` is needed; a command whose part is missing is refused.
struct ScriptHost {
    std::function<Offscreen::FrameTime()> draw_frame;
    std::function<void(const std::string& link)> open;
    std::function<void(int width, int height)> resize;                               ///< logical pixels
    std::function<void()> scale_changed;                                             ///< ui().pixel_scale was set
    std::function<std::optional<std::string>(const std::string& key)> state;         ///< a setting of the open page
    std::function<std::optional<std::string>(const std::string& name)> value;        ///< a result of the open page
    std::function<std::string()> link;
    std::function<bool()> is_busy;                                                   ///< work in the background goes on
    std::function<void(const std::string& path)> drop_file;
    std::function<Image()> picture;
    std::function<void(const std::string& words)> say;                               ///< results: paths of pictures, times
};

class InputScript {
public:
    explicit InputScript(ScriptHost host);
    ~InputScript();
    /// Runs all lines of `text`; `name` stands in messages. Throws convbook::Error naming line and rule for a command that cannot be carried out;
    /// expectations that fail are gathered instead. Returns whether none failed.
    bool run(std::string_view text, const std::string& name);
    /// One sentence each: "figure.script:12: expect state k 5: it is 3".
    const std::vector<std::string>& failures() const { return failures_; }
    void draw(int frames = 1);

private:
    struct Line { int number = 0; std::vector<std::string> words; std::vector<bool> is_quoted; std::string rest; };
    ScriptHost host_;
    std::vector<std::string> failures_;
    std::string name_;
    Line line_;
    bool was_recording_ = false;
    // Reading
    static Line read_line(int number, std::string_view text);
    [[noreturn]] void refuse(const std::string& why) const;
    void fail(const std::string& why);
    const std::string& word(std::size_t index, const char* what) const;
    double number(std::size_t index, const char* what) const;
    ImVec2 target(std::size_t& index) const;
    template <class Part>
    const Part& need(const Part& part) const {
        if (!part) refuse("this program cannot do that here");
        return part;
    }
    // Doing
    void run_line();
    void set_look();
    void point_at(ImVec2 at);
    void press(bool is_down);
    void click(int times);
    void drag();
    void press_key();
    void type_words();
    void expect();
    void expect_text(bool is_wanted);
    void measure_frames();
    void settle(double seconds);
    void take_picture();
    void dump() const;
};

/// "click @NAME: ..." one line a command: the help text of `convbook ui`.
std::string script_words();

}  // namespace convbook::kit
