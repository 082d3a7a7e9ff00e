// Several networks side by side: `compare/mobilenet_v1,mobilenet_v2:alpha=0.5`. Bars on common scales, accuracy against multiply-adds, and two of them layer
// by layer or, of one photo, map by map. Its settings hold the networks under "nets"; in links they stand before the question mark.
#pragma once
#include <map>

#include "compare_maps.h"
#include "compare_model.h"
#include "map_sheet.h"
#include "network_page.h"
#include "photo_menu.h"

namespace convbook::app {

/// A column of the table: a number of every network, with its bar.
struct CompareColumn {
    const char* key;
    Text title;
    std::function<std::optional<double>(const NetFacts&)> value;
    std::function<std::string(double)> words;
    bool is_better_high = false;
};

/// The two networks whose layers stand side by side.
struct NetPair {
    struct Side { std::string name, title; std::unique_ptr<Graph> graph; NetStructure structure; };
    Side left, right;
    std::vector<AlignedGroup> groups;
    std::int64_t most_macs = 1;
};

/// What a photo leaves in one of them, as pictures.
struct MapSide {
    const BlockMaps* maps = nullptr;   ///< what the pictures were made from
    bool is_dark = false;
    MapSheet thumbs;                   ///< a tile a block
    kit::Texture photo;
};

class ComparePage final : public NetworkPage {
public:
    ComparePage();
    void draw(const kit::Area& area) override;
    void set(const Settings& settings) override;
    const Settings& settings() const override { return settings_; }
    void drop_photo(const std::string& path) override;
    bool is_busy() const override { return model_.is_busy() || runner_.is_busy() || is_waiting_for_maps(); }
    bool undo() override { return walk(past_, future_); }
    bool redo() override { return walk(future_, past_); }
    void reset() override { go_to({}); }
    kit::DataTable data() const override;
    Text describe() const override;
    const Value* value(std::string_view name) const override;
    std::string take_link() override { return std::exchange(link_, {}); }

private:
    void apply(const Settings& settings);
    void go_to(Settings next);
    void change(const std::string& key, const std::string& value);
    void change_nets(const std::vector<std::string>& names);
    bool walk(std::vector<Settings>& from, std::vector<Settings>& to);
    std::vector<CompareColumn> columns() const;
    std::vector<const NetFacts*> sorted() const;
    void build_pair();
    bool is_waiting_for_maps() const { return shows_maps_ && !(runner_.of(left_, photo_) && runner_.of(right_, photo_)); }
    // Drawing (compare_table.cpp, compare_scatter.cpp, compare_layers.cpp, compare_maps_view.cpp)
    void draw_head(kit::Area& page);
    float draw_choice(const kit::Area& area);
    void draw_table(const kit::Area& area);
    void draw_row(const kit::Area& row, const NetFacts& facts, const std::vector<CompareColumn>& columns, const std::vector<double>& most);
    void draw_time_head(const kit::Area& column);
    void draw_scatter(const kit::Area& area);
    void draw_pair(const kit::Area& area);
    void draw_pair_choice(const kit::Area& row);
    void draw_layers(const kit::Area& area);
    void draw_maps(const kit::Area& area);
    void rebuild_side(MapSide& side, const BlockMaps* maps);
    void draw_side_photo(const kit::Area& half, bool is_left);
    void draw_block_map(const kit::Area& place, int block, bool is_left);
    void draw_answer(const kit::Area& half, bool is_left);

    CompareModel model_;
    NetPair pair_;
    MapRunner runner_;
    MapSide left_maps_, right_maps_;
    PhotoMenu photo_menu_;
    std::vector<std::string> photos_;
    bool shows_maps_ = false;
    std::string sort_key_, left_, right_, photo_, lit_, typed_, refusal_, link_;
    Settings settings_;
    std::vector<Settings> past_, future_;
    mutable Values values_;
};

}  // namespace convbook::app
