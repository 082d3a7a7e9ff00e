// What floats over the page: search, keyboard sheet, settings, the narrow window's list, and the small message. One at a time; Esc and a click beside close it.
#pragma once
#include <utility>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contents.h"
#include "search.h"

namespace convbook::app {

enum class Floating { none, search, sheet, settings, contents };

class Overlay {
public:
    void open(Floating what);
    void close() { what_ = Floating::none; }
    Floating what() const { return what_; }
    bool is_open() const { return what_ != Floating::none; }
    /// What was chosen in the search box, once.
    std::optional<Found> take_found() { return std::exchange(found_, {}); }
    bool take_forget() { return std::exchange(wants_to_forget_, false); }
    ContentsAction draw(const kit::Area& screen, const ContentsState& state);
    /// Shown for some seconds at the lower edge.
    void say(const std::string& message);
    const std::string& message() const { return message_; }
    void draw_message(const kit::Area& screen);
    bool is_message_fresh() const;
    const std::vector<Found>& results() const { return results_; }

private:
    Floating what_ = Floating::none;
    bool is_new_ = false;
    std::unique_ptr<SearchIndex> index_;
    std::string words_, searched_;
    std::vector<Found> results_;
    int chosen_ = 0;
    float scroll_ = 0;
    std::optional<Found> found_;
    bool wants_to_forget_ = false;
    std::string message_;
    double message_since_ = -100;
    void search_again();
    void move_choice();
    void draw_search(const kit::Area& box);
    bool draw_result(const kit::Area& row, const Found& result, int index);
    void draw_settings(const kit::Area& box, ContentsAction& action);
    kit::Area box_of(const kit::Area& screen) const;
};

}  // namespace convbook::app
