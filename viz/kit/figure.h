// What a chapter's figure.cpp implements. The kit owns the rest: question, sliders from the lesson's fields, transport, drawer, undo, reset, link, export.
// A state is Settings; the figure turns it into Params and a Result in update(), which runs only when the state changed and is legal.
#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "code_view.h"
#include "interact.h"
#include "paint.h"

namespace convbook::kit {

/// The figure's data as rows, for CSV export.
struct DataTable { std::vector<std::string> header; std::vector<std::vector<std::string>> rows; };

/// What draw() may use: where to draw, and how to change the state.
class FigureFrame {
public:
    virtual ~FigureFrame() = default;
    Area area;                                    ///< the picture, margins already taken off
    bool is_compact = false;                      ///< laptop width: smaller cells, secondary parts hidden
    /// Changes one key (undoable; one undo step per drag). Takes effect before the next frame; illegal values become a refusal.
    virtual void set(const std::string& key, const std::string& value) = 0;
    /// Changes many at once: "k=5&s=2".
    virtual void set_query(const std::string& query) = 0;
    virtual const Settings& settings() const = 0;
    /// Why the last change was refused, if it was; the picture still shows the last legal state.
    virtual const std::optional<Refusal>& refusal() const = 0;
    /// The reader's guess for a value ("predict, then look"), to be shown beside the truth.
    virtual std::optional<double> guess(const std::string& value_name) const = 0;
    /// Lights the symbol of this role (or value name) in formulas and text while the pointer is on its picture.
    virtual void light(const std::string& value_or_role) = 0;
    /// Non-empty while the pointer is on a word, symbol or code line of the page: the figure lights its part.
    virtual const std::string& lit() const = 0;
};

/// The steps of the transport. `key` is the setting that holds the step; a figure whose step is several settings (a row and a column) leaves
/// it empty and gives `step`, where it stands now, and `query`, the settings of any step ("row=2&col=1").
struct Playback {
    std::string key;
    int steps = 0;
    std::vector<int> ends;
    int step = -1;
    std::function<std::string(int step)> query = {};
};
/// The drawer: which function runs, which of its lines, and a remark at the right ("line 26 runs 27 times for this cell").
struct CodeOnShow { std::string path, function; std::string line_words; Text remark; };

class Figure {
public:
    virtual ~Figure() = default;
    virtual Text question() const = 0;             ///< the only title; may name the current numbers
    virtual Text hint() const = 0;                 ///< "hover an output · click to pin"
    virtual void update(const Settings& settings) = 0;
    virtual void draw(FigureFrame& frame) = 0;
    /// Device pixels the picture needs at least at this width; in a lower window the figure's column scrolls.
    virtual float least_height([[maybe_unused]] float width) const { return 0; }
    virtual Playback playback() const { return {}; }
    /// Work of its own is under way in the background: the window goes on drawing.
    virtual bool is_busy() const { return false; }
    /// Whether the slider of this field belongs to what is shown now (a second view may need other sliders).
    virtual bool shows_slider(const std::string& key) const { return !key.empty(); }
    virtual CodeOnShow code() const = 0;
    virtual DataTable data() const = 0;
    /// The state as one sentence, for screen readers and `convbook read`.
    virtual Text describe() const = 0;
    /// Small drawing of the figure, 40 logical pixels wide, for the contents' map.
    virtual void draw_sign(const Area& area) const = 0;
};

}  // namespace convbook::kit
