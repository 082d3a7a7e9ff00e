// Several networks side by side: `compare/mobilenet_v1,mobilenet_v2:alpha=0.5`. Bars on common scales, accuracy against multiply-adds, and two of them layer
// by layer. Its settings hold the networks under "nets"; in links they stand before the question mark.
#pragma once
#include <map>

#include "compare_model.h"
#include "network_page.h"

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

class ComparePage final : public NetworkPage {
public:
    ComparePage();
    void draw(const kit::Area& area) override;
    void set(const Settings& settings) override;
    const Settings& settings() const override { return settings_; }
    void drop_photo(const std::string&) override {}
    bool is_busy() const override { return model_.is_busy(); }
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
    // Drawing (compare_table.cpp, compare_scatter.cpp, compare_layers.cpp)
    void draw_head(kit::Area& page);
    float draw_choice(const kit::Area& area);
    void draw_table(const kit::Area& area);
    void draw_row(const kit::Area& row, const NetFacts& facts, const std::vector<CompareColumn>& columns, const std::vector<double>& most);
    void draw_time_head(const kit::Area& column);
    void draw_scatter(const kit::Area& area);
    void draw_pair(const kit::Area& area);
    void draw_layers(const kit::Area& area);

    CompareModel model_;
    NetPair pair_;
    std::string sort_key_, left_, right_, lit_, typed_, refusal_, link_;
    Settings settings_;
    std::vector<Settings> past_, future_;
    mutable Values values_;
};

}  // namespace convbook::app
