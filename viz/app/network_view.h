// The parts of the network page, each drawn by a file of its own from the same view: strip of blocks, open block, prediction, bars.
#pragma once
#include <functional>
#include <map>

#include "map_sheet.h"
#include "network_model.h"

namespace convbook::app {

/// What the parts share: the model, what is chosen, and how to choose something else.
struct NetworkView {
    NetworkModel& model;
    int block = 3;                 ///< index into blocks()
    int channel = 37;              ///< pinned in the wide tensors
    int layer = -1;                ///< layer under the pointer in the bars, or -1
    std::function<void(const std::string& key, const std::string& value)> set;
    bool shows_input = false;      ///< the photo's way to the first layer stands where the open block would
};

/// Thumbnails of every block's output, for the strip.
class BlockStrip {
public:
    void rebuild(const NetworkModel& model);
    void draw(NetworkView& view, const kit::Area& area);

private:
    kit::Texture photo_;
    std::vector<kit::Texture> thumbs_;
    bool has_maps_ = false;
};

/// Input, expanded, filtered and output maps of the open block, with the operations between them.
class OpenBlock {
public:
    void rebuild(const NetworkView& view, float unit);
    void draw(NetworkView& view, const kit::Area& area);

private:
    struct Sheet { MapSheet maps; Text title; Role role = Role::none; Shape shape; bool is_signed = false, is_wide = false; };
    struct Step { std::string operation; Text activation; };
    void draw_sheet(NetworkView& view, Sheet& sheet, const kit::Area& area, std::size_t index);
    std::vector<Sheet> sheets_;
    std::vector<Step> steps_;
};

/// Top five, and the pinned channel before and after its own kernel.
class PredictionPanel {
public:
    void rebuild(const NetworkView& view);
    void draw(NetworkView& view, const kit::Area& area);

private:
    void draw_channel(const NetworkView& view, const kit::Area& area);
    kit::Texture before_, after_;
    Tensor kernel_;
    Text relation_;
};

/// The likeliest classes, one a row of 26; the bar of class `answer` is green. Returns the height.
float draw_guesses(const NetworkModel& model, const std::vector<Prediction>& top, int answer, const char* id, const kit::Area& area);
/// Multiply-adds, parameters and measured time of every layer on one x.
void draw_layer_bars(NetworkView& view, const kit::Area& area);
/// What works without weights, and how to get some.
void draw_no_weights(NetworkView& view, const kit::Area& area, std::string& path);

/// "Block 3", "Stem"; with is_short "3", "stem".
std::string block_name(const BlockView& block, bool is_short);
/// The title line of a block: "inverted residual · t = 6 · stride 1 · shortcut · 8,832 parameters".
std::string block_words(const BlockView& block);
/// The maps of a block in order: input, (expanded,) (filtered,) output; null where there is no run.
std::vector<const Tensor*> block_tensors(const NetworkModel& model, int block);

}  // namespace convbook::app
