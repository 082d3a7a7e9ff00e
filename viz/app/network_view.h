// The parts of the network page, each drawn by a file of its own from the same view: strip of blocks, open block, open layer, prediction, bars, table.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "map_sheet.h"
#include "network_model.h"
#include "picture_job.h"

namespace convbook::app {

/// What the parts share: the model, what is chosen, and how to choose something else.
struct NetworkView {
    NetworkModel& model;
    int block = 3;                 ///< index into blocks()
    int channel = 37;              ///< pinned in the wide tensors
    int layer = -1;                ///< layer under the pointer in the bars, or -1
    std::function<void(const std::string& key, const std::string& value)> set;  ///< an empty value takes the key away
    int node = -1;                 ///< the open operation, in the counted graph; -1: the block as a whole
    std::string bars = "macs,params,time";  ///< which bars stand below
    bool has_table = false;        ///< the table stands there instead
    bool shows_input = false;      ///< the photo's way to the first layer stands where the open block would
};
/// Opens the operation of the shown graph.
void open_node(NetworkView& view, int shown_node);

/// Thumbnails of every block's output, for the strip.
class BlockStrip {
public:
    void rebuild(const NetworkModel& model);
    void draw(NetworkView& view, const kit::Area& area);

private:
    void draw_block(NetworkView& view, std::size_t index, const kit::Area& place);
    kit::Texture photo_;
    MapSheet thumbs_;
    std::vector<bool> has_thumb_;
    bool has_maps_ = false;
};

/// Input, expanded, filtered and output maps of the open block, with the operations between them: for blocks that are one way through.
class OpenBlock {
public:
    void rebuild(const NetworkView& view, float unit);
    void draw(NetworkView& view, const kit::Area& area);
    bool is_busy() const { return job_.is_busy(); }

private:
    struct Sheet { MapSheet maps; Text title; Role role = Role::none; Shape shape; bool is_signed = false, is_wide = false; };
    struct Step { std::string operation; Text activation; int node = 0; };
    void draw_sheet(NetworkView& view, Sheet& sheet, const kit::Area& area, std::size_t index);
    std::vector<Sheet> sheets_;
    std::vector<Step> steps_;
    std::vector<std::size_t> pictured_;  ///< the sheet of each picture that was asked for
    PictureJob job_;
};
/// Whether the open block's maps stand in a row; else it is drawn as boxes and arrows.
bool has_sheets(const NetworkView& view);

/// The open block as boxes and arrows: branches, joins, gates, shortcuts. The wheel zooms, dragging moves, a click opens the operation.
class BlockDiagram {
public:
    void rebuild(const NetworkView& view, float thumb);
    void draw(NetworkView& view, const kit::Area& area);
    bool is_busy() const { return job_.is_busy(); }
    /// Device pixels of a box's picture in this room.
    static float thumb_side(const NetworkView& view, const kit::Area& area);

private:
    struct Canvas { kit::Area area; float pitch = 0, lane = 0, top = 0, side = 0; };
    Canvas lay_out(const kit::Area& area) const;
    kit::Area box_of(const Canvas& canvas, const Part& part) const;
    void zoom_and_pan(const kit::Area& area);
    void draw_edge(const Canvas& canvas, const Edge& edge) const;
    void draw_part(NetworkView& view, const Canvas& canvas, std::size_t index);
    BlockPicture picture_;
    MapSheet thumbs_;
    std::vector<bool> has_thumb_;        ///< by part
    PictureJob job_;
    float zoom_ = 1;
    bool is_part_hovered_ = false;
    ImVec2 offset_{0, 0};
};

/// One operation alone: its input's and output's maps, its weights as images, its numbers.
class LayerPanel {
public:
    void rebuild(const NetworkView& view, float side);
    void draw(NetworkView& view, const kit::Area& area);
    bool is_busy() const { return job_.is_busy(); }
    static float sheet_side(const kit::Area& area);

private:
    struct Sheet { MapSheet maps; Text title; Role role = Role::none; Shape shape; bool is_filters = false; };
    void draw_head(NetworkView& view, const kit::Area& area) const;
    void draw_sheet(NetworkView& view, Sheet& sheet, const kit::Area& area, std::size_t index);
    std::vector<Sheet> sheets_;
    std::vector<std::size_t> pictured_;
    PictureJob job_;
};
/// Everything that is counted of an operation, a line each.
struct Fact { Text name; std::string value; kit::Colour colour = 0; };
std::vector<Fact> facts_of_node(const NetworkView& view);

/// Top five, and the pinned channel before and after its own kernel.
class PredictionPanel {
public:
    void rebuild(const NetworkView& view);
    void draw(NetworkView& view, const kit::Area& area);

private:
    void draw_channel(const NetworkView& view, const kit::Area& area);
    kit::Texture before_, after_;
    float limit_ = 6;              ///< value of full colour
    Tensor kernel_;
    Text relation_;
};

/// The likeliest classes, one a row of 26; the bar of class `answer` is green. Returns the height.
float draw_guesses(const std::vector<std::string>& labels, const std::vector<Prediction>& top, int answer, const char* id, const kit::Area& area);
/// Multiply-adds, parameters, memory and measured time of every layer on one x; which of them is the reader's choice.
void draw_layer_bars(NetworkView& view, const kit::Area& area);
/// The same as a table; a row opens its layer.
void draw_layer_table(NetworkView& view, const kit::Area& area);
/// The choice between them, and of the bars; returns the room that is left.
kit::Area draw_bar_choice(NetworkView& view, const kit::Area& area);
/// What works without weights, and how to get some.
void draw_no_weights(NetworkView& view, const kit::Area& area, std::string& path);
/// A tensor without an image as a slab: its face by the square root of its resolution, its depth by the logarithm of its channels.
void draw_slab(const kit::Area& area, const Shape& shape, const Shape& input);
/// Colour of a kind of layer, the same in bars, boxes and table.
kit::Colour kind_colour(const std::string& kind);

// ---- Words (network_words.cpp) -------------------------------------------------------------------------------------------------------

/// "Block 3", "Stem"; with is_short "3", "stem".
std::string block_name(const BlockView& block, bool is_short);
/// The title line of a block: "inverted residual · t = 6 · stride 1 · shortcut · 8,832 parameters".
std::string block_words(const NetworkModel& model, const BlockView& block);
/// "3 × 3 dw", "max 3 × 3", "shuffle": an operation in as few words as a box has room for.
std::string operation_words(const Graph& graph, int node);
/// What follows it at once: "ReLU6", or "linear".
Text activation_words(const Graph& graph, int node);
std::string shape_words(const Shape& shape);
std::string memory_words(std::int64_t bytes);

/// The maps of a block in order: input, (expanded,) (filtered,) output; empty where there is no run.
std::vector<const Tensor*> block_tensors(const NetworkModel& model, int block);

}  // namespace convbook::app
