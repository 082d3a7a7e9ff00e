// The page of one network, any network: drawn from its graph. Holds state and history; the parts draw themselves.
#pragma once
#include <map>

#include "network_cards.h"
#include "network_page.h"
#include "network_settings.h"
#include "network_view.h"
#include "photo_menu.h"

namespace convbook::app {

class GraphPage final : public NetworkPage {
public:
    explicit GraphPage(const std::string& net);
    void draw(const kit::Area& area) override;
    void set(const Settings& settings) override;
    const Settings& settings() const override { return settings_; }
    void drop_photo(const std::string& path) override { change("photo", path); }
    bool is_busy() const override { return model_.is_busy() || cards_.is_busy() || block_.is_busy() || diagram_.is_busy() || layer_.is_busy(); }
    bool undo() override { return walk(past_, future_); }
    bool redo() override { return walk(future_, past_); }
    void reset() override;
    kit::DataTable data() const override;
    Text describe() const override;
    const Value* value(std::string_view name) const override;

private:
    static constexpr int kFirstBlock = 3, kFirstChannel = 37;
    void change(const std::string& key, const std::string& value);
    void make_changes();
    void apply(const Settings& settings);
    void go_to(Settings next, bool goes_on = false);  ///< goes_on: the same drag, one step of the history
    bool walk(std::vector<Settings>& from, std::vector<Settings>& to);
    int find_block(const Settings& settings) const;
    int find_node(const std::string& name) const;
    /// What stands in the middle: a block's maps in a row, a block as boxes and arrows, one layer.
    enum class Middle { sheets, diagram, layer };
    Middle middle() const;
    void rebuild_pictures(const kit::Area& area);
    void rebuild_strip();
    // Head (network_head.cpp)
    float head_height(float width) const;
    float draw_numbers(const kit::Area& area) const;
    void draw_head(const kit::Area& area);
    void draw_sliders(kit::Area row, float width);
    void draw_middle(const kit::Area& area);
    void draw_below(const kit::Area& area);
    void draw_blocks(kit::Area page);  ///< the open block, the prediction, the bars

    std::string name_, title_;
    NetworkModel model_;
    NetworkView view_;
    BlockStrip strip_;
    OpenBlock block_;
    BlockDiagram diagram_;
    LayerPanel layer_;
    PredictionPanel prediction_;
    InputCards cards_;
    Settings settings_;
    std::vector<Settings> past_, future_;
    std::vector<std::pair<std::string, std::string>> wished_;  ///< changes asked for while the page is drawn; made when it is
    std::string dragged_, typed_weights_, refusal_;
    PhotoMenu photo_menu_;
    mutable Values values_;
    bool has_new_run_ = true, has_new_strip_ = true;
    struct PictureKey {
        Middle what = Middle::diagram;
        int block = -1, channel = -1, node = -1;
        bool is_dark = false;
        float scale = 0, side = 0;
        std::string net;
        bool operator==(const PictureKey&) const = default;
    };
    bool is_strip_dark_ = false;
    std::string strip_net_;
    PictureKey pictures_of_;  // what the textures were made for
};

/// Texts and data of a network's page, apart from drawing (network_data.cpp).
kit::DataTable layer_data(const NetworkModel& model);
Text describe_network(const std::string& title, const NetworkModel& model);
Values values_of(const NetworkModel& model, int block);

}  // namespace convbook::app
