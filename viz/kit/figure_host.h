// What surrounds one chapter's figure: the state and its history, question, sliders, transport, code drawer, refusals, guesses, lit words.
// Leaves out the page of text and the exercises, which call it, and everything that a figure draws itself.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "figure.h"
#include "registry.h"
#include "widgets.h"

namespace convbook::kit {

/// The state of a lesson with its history. Knows no drawing, so tests and links use it alone.
class FigureState {
public:
    explicit FigureState(const Lesson& lesson) : lesson_(&lesson) {}
    /// Only what differs from the defaults; always legal.
    const Settings& settings() const { return settings_; }
    /// What the reader asked for: equals settings() unless it was refused.
    const Settings& asked() const { return asked_; }
    const std::optional<Refusal>& refusal() const { return refusal_; }
    const std::string& value_of(const Field& field) const;
    const std::string& asked_value_of(const Field& field) const;
    /// Changes some keys. `joins` makes it part of the undo step before (one drag, one play). Returns whether the state is another one now.
    bool change(const Settings& changes, bool joins = false);
    /// A link: everything not named goes back to its default. Throws convbook::Error for an unknown key or value.
    void replace(const Settings& settings);
    bool is_in(const Settings& part) const;
    bool reset() { return assume({}, false); }
    bool undo();
    bool redo();
    bool can_undo() const { return !past_.empty(); }
    bool can_redo() const { return !future_.empty(); }
    /// Keeps the picture and forgets what was refused.
    void forget_refusal() { asked_ = settings_, refusal_.reset(); }

private:
    const Lesson* lesson_;
    Settings settings_, asked_;
    std::optional<Refusal> refusal_;
    std::vector<Settings> past_, future_;
    bool assume(Settings settings, bool joins);
    std::optional<Refusal> refuse(const Settings& settings) const;
    Settings without_defaults(Settings settings) const;
};

/// What the reader asked of the book's shell by pressing something around the figure.
enum class HostRequest { none, copy_link, export_picture, copy_code };

class FigureHost {
public:
    explicit FigureHost(const Chapter& chapter);
    ~FigureHost();
    const Chapter& chapter() const { return *chapter_; }
    FigureState& state() { return state_; }
    const Settings& settings() const { return state_.settings(); }
    Figure& figure();                                  ///< up to date with the state
    // Changes from outside the figure: words of the text, exercises, links, keys
    void set_query(const std::string& query);
    void replace(const Settings& settings);            ///< throws convbook::Error
    bool is_in_state(const std::string& query) const;
    void reset();
    void undo();
    void redo();
    void toggle_play();
    // Results by name
    const Value* value(std::string_view name);
    const Values& values();
    unsigned values_version();
    // The reader's guesses
    void set_guess(const std::string& value_name, double guess) { guesses_[value_name] = guess; }
    const std::map<std::string, double>& guesses() const { return guesses_; }
    // Light, both ways
    void light_from_page(const std::string& value_or_role) { lit_by_page_next_ = value_or_role; }
    const std::string& lit_by_figure() const { return lit_by_figure_; }
    // The column
    /// Device pixels the column needs in the room that there is, so that nothing of it is squeezed; more than that room has, where the column is to be scrolled.
    float least_height(const Area& room, bool is_compact);
    /// Question, picture, sliders, transport, drawer. The column may be higher than the room.
    void draw(const Area& column, bool is_compact);
    bool is_drawer_open = true;                        ///< at full width; where the figure is compact or the room low the drawer starts closed
    void toggle_drawer() { is_drawer_sought_ = drawer() = !drawer(); }
    bool is_drawer_shown() const { return is_low_ ? is_low_drawer_open_ : is_compact_ ? is_compact_drawer_open_ : is_drawer_open; }
    float drawer_lines = 4;                            ///< lines seen when open; dragged by the drawer's upper edge
    const Area& picture() const { return picture_; }   ///< question to hair, for export
    bool is_playing() const { return transport_.is_playing; }
    bool is_busy() const { return figure_ && figure_->is_busy(); }
    HostRequest take_request();
    CodeExcerpt code();                                ///< of the drawer
    float last_update_ms() const { return update_ms_; }

private:
    class Frame;
    const Chapter* chapter_;
    FigureState state_;
    std::unique_ptr<Figure> figure_;
    Values values_;
    unsigned version_ = 0;
    bool is_stale_ = true;
    float update_ms_ = 0;
    Settings pending_;
    std::map<std::string, double> guesses_;
    std::string lit_by_page_, lit_by_page_next_, lit_by_figure_, lit_by_figure_next_;
    TransportState transport_;
    CodeExcerpt excerpt_;
    Area picture_;
    HostRequest request_ = HostRequest::none;
    bool is_compact_ = false, is_compact_drawer_open_ = false;
    bool is_low_ = false, is_low_drawer_open_ = false;    // no room for picture and open drawer at once
    bool& drawer() { return is_low_ ? is_low_drawer_open_ : is_compact_ ? is_compact_drawer_open_ : is_drawer_open; }
    bool is_drawer_sought_ = false;                       // opened just now: a column that scrolls goes there
    float open_drawer_height() const;
    unsigned press_ = 0, press_of_last_change_ = 0;
    void refresh();
    void apply(const Settings& changes);
    void draw_question(Area& column, float margin);
    void draw_refusal(const Area& picture);
    void draw_sliders(const Area& row);
    void draw_slider(const Field& field, const Area& area);
    std::vector<Field> sliders() const;
    float sliders_height(float width) const;
    void draw_transport(const Area& row);
    void drag_drawer(const Area& drawer, float header);
    void draw_drawer(const Area& area, float margin);
};

/// Rows and columns of sliders that fit into `width`, every label and value unbroken.
struct SliderGrid { int columns = 1, rows = 1; float cell = 0, gap = 0; };
SliderGrid slider_grid(const std::vector<Field>& fields, float width);
/// How a value is written beside its slider.
std::string shown_value(const Field& field, const std::string& value);

}  // namespace convbook::kit
