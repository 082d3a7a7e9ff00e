// The photo's way to the first layer as a row of cards, each with a switch that breaks it, and what becomes of the prediction and of every layer.
// The pictures and numbers are those of lib's pipeline (mistakes.h); the runs are network_trial's.
#pragma once
#include <array>

#include "kit/figure.h"
#include "network_trial.h"
#include "network_view.h"

namespace convbook::app {

/// What the image is as it leaves each step, right or broken.
class StepPictures {
public:
    void rebuild(const TrialPair& pair);
    bool is_empty() const { return pictures_.front().is_empty(); }
    void draw(std::size_t step, const kit::Area& square) const;
    /// "480 × 320", "0 … 255": what leaves the step, in numbers.
    const Text& caption(std::size_t step) const { return captions_[step]; }

private:
    void rebuild_pixels(const TrialPair& pair);
    std::array<kit::Texture, 7> pictures_;
    std::array<Text, 7> captions_;
};

/// How far both ways lie apart behind each layer, and the channels of one layer that differ most.
class Divergence {
public:
    static constexpr int kMostTiles = 10;
    void rebuild(const TrialPair& pair, int entry);
    /// Calls view.set("layer", name) for a bar that is chosen.
    void draw(NetworkView& view, const TrialPair& pair, const kit::Area& area);

private:
    void draw_bars(NetworkView& view, const TrialPair& pair, const kit::Area& area);
    void draw_maps(const TrialPair& pair, const kit::Area& area);
    struct Tile { int channel = 0; double relative = 0; kit::Texture right, broken; };
    std::vector<Tile> tiles_;
    int entry_ = 0;
    float limit_ = 1;
    bool is_signed_ = false;
};

class InputCards {
public:
    /// Everything as in a page without settings.
    void reset();
    /// Whether the setting is one of the cards': show=input, break=channels,eval, layer=NAME. Throws convbook::Error for values that they cannot have.
    bool take(const std::string& key, const std::string& value);
    bool is_open() const { return is_open_; }
    /// Once a frame while open; true if something changed.
    bool poll(const NetworkModel& model);
    bool is_busy() const { return is_open_ && runner_.is_busy(); }
    void draw(NetworkView& view, const kit::Area& area);
    void add_values(Values& values) const;
    kit::DataTable data() const;  ///< every layer's difference, for export

private:
    int shown_entry(const TrialPair& pair) const;
    void rebuild();
    void draw_head(NetworkView& view, const kit::Area& area);
    void draw_card(NetworkView& view, const MistakeInfo& step, const kit::Area& card);
    void draw_answers(NetworkView& view, const TrialPair& pair, const kit::Area& area);
    /// What is asked for without what these weights cannot do.
    Mistakes possible_mistakes(const NetworkModel& model) const;

    bool is_open_ = false, has_dark_pictures_ = false;
    Mistakes mistakes_;
    std::string layer_;
    TrialRunner runner_;
    const TrialPair* pictured_ = nullptr;  // what the textures were made for
    int pictured_entry_ = -1;
    StepPictures pictures_;
    Divergence divergence_;
};

}  // namespace convbook::app
