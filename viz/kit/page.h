// A chapter's text on screen: set like a book, live values, words that set the figure, selectable, searchable. Parsing and plain text are in markdown.h.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "convbook/lesson.h"
#include "paint.h"

namespace convbook::kit {

/// What the text asks of its surroundings.
struct PageContext {
    std::function<const Value*(std::string_view name)> value;      ///< live value, null: as woven
    std::function<bool(const std::string& query)> is_in_state;     ///< whether the figure is in the state that these words set
    std::function<void(const std::string& query)> set_state;
    std::function<void(const std::string& link)> open;             ///< another page: "04", "net/mobilenet_v2"
    std::function<void(const std::string& value_or_role)> light;   ///< pointer is on this value or symbol
    std::string lit;                                               ///< what the figure has under the pointer
    unsigned values_version = 0;                                   ///< changes when live values do (re-layout)
    std::string crumb;                                             ///< above the title: "Part I · One layer"
};

class Page {
public:
    Page();
    ~Page();
    /// Markdown of one chapter; keeps the scroll position of the same text.
    void set_text(std::string_view markdown, Language language);
    /// Draws the column; `measure` is the width of the text inside `column`, `tail` is drawn after the text (exercises) and returns its height.
    void draw(const Area& column, float left, float measure, const PageContext& context, const std::function<float(ImVec2 at, float width)>& tail = {});
    void scroll_to_heading(std::string_view heading);
    void scroll_to_text(std::string_view words);       ///< first hit of a search, lit for a while
    std::string current_heading() const;               ///< "You stopped at ..."
    std::string selected_text() const;
    float scroll() const;
    void set_scroll(float y);

private:
    struct Layout;
    std::unique_ptr<Layout> layout_;
};

}  // namespace convbook::kit
