// A network's page: state, history, layout. Leaves out its head (network_head.cpp), its words (network_words.cpp) and its data (network_data.cpp).
#include <algorithm>
#include <utility>

#include "convbook/count_switches.h"
#include "kit/interact.h"
#include "network_graph_page.h"

namespace convbook::app {

using namespace kit;

namespace {

constexpr float kLeastHeight = 900, kLeastWidth = 1200, kStrip = 170, kSide = 222, kBelow = 310, kPredictionHead = 84;

int whole_number_of(const std::string& key, const std::string& value, int most) {
    const bool is_number = !value.empty() && value.size() < 6 && value.find_first_not_of("0123456789") == std::string::npos;
    CONVBOOK_REQUIRE(is_number && std::stoi(value) <= most, "network page: ", key, " is a whole number in 0..", most, "; ", key, "=", value, ". Leave it out for the default.");
    return std::stoi(value);
}

std::string value_or(const Settings& settings, const std::string& key, const std::string& otherwise) {
    const auto found = settings.find(key);
    return found == settings.end() ? otherwise : found->second;
}

void check_keys(const std::string& net, const Settings& settings) {
    for (const auto& [key, value] : settings) {
        const bool is_known = is_net_option(net, key) || key == "photo" || key == "block" || key == "channel" || key == "layer" || key == "bars" || key == "table" || key == "show" || key == "break";
        CONVBOOK_REQUIRE(is_known, "network page: ", net, " has no setting '", key, "'. The page has photo, block, layer, channel, bars, table, show and break, and of the network what `convbook summary ", net, " --help` lists.");
    }
}

void check_bars(const std::string& bars) {
    for (const std::string& bar : split_names(bars))
        CONVBOOK_REQUIRE(bar == "macs" || bar == "params" || bar == "memory" || bar == "time", "network page: bars are of macs, params, memory and time, with commas between; bars=", bars, ".");
}

}  // namespace

GraphPage::GraphPage(const std::string& net) : name_(net), title_(find_net(net)->title), model_(net), view_{model_, 0, kFirstChannel, -1, [this](const auto& k, const auto& v) { wished_.emplace_back(k, v); }} { apply({}); }

int GraphPage::find_node(const std::string& name) const {
    const int node = model_.graph().find(name), shown = model_.shown_graph().find(name);
    const int counted = node >= 0 ? node : shown >= 0 ? model_.counted_node(shown) : -1;
    CONVBOOK_REQUIRE(counted > 0, "network page: ", name_, " has no layer ", name, ". Its layers are in the table, the first is ", model_.layers().front().name, ".");
    return counted;
}

int GraphPage::find_block(const Settings& settings) const {
    const int most = static_cast<int>(model_.blocks().size()) - 1;
    if (settings.contains("block")) return whole_number_of("block", settings.at("block"), 999) > most ? most : whole_number_of("block", settings.at("block"), 999);
    return std::min(kFirstBlock, most);
}

void GraphPage::apply(const Settings& settings) {
    check_keys(name_, settings);
    const std::string bars = value_or(settings, "bars", "macs,params,time"), layer = value_or(settings, "layer", "");
    check_bars(bars);
    cards_.reset();
    const bool is_cards_layer = settings.contains("show");  // the layer whose maps the cards compare
    for (const auto& [key, value] : settings)
        if (key == "show" || key == "break" || (key == "layer" && is_cards_layer)) cards_.take(key, value);
    const int channel = whole_number_of("channel", value_or(settings, "channel", std::to_string(kFirstChannel)), 99999);
    model_.set(spec_of(name_, settings));
    model_.set_photo(value_or(settings, "photo", model_.first_photo()));
    view_.channel = channel;
    view_.bars = bars;
    view_.has_table = value_or(settings, "table", "0") != "0";
    view_.shows_input = cards_.is_open();
    view_.block = find_block(settings);
    view_.node = -1;
    if (layer.empty() || is_cards_layer) return;
    view_.node = find_node(layer);
    view_.block = model_.block_of(view_.node);
}

void GraphPage::set(const Settings& settings) {
    apply(settings);
    settings_ = settings;
    refusal_.clear();
}

/// The history's only entrance. What the network cannot have is said, and the page stays.
void GraphPage::go_to(Settings next, bool goes_on) {
    if (next == settings_) return;
    try {
        apply(next);
    } catch (const Error& error) {
        apply(settings_);
        refusal_ = error.what();
        return;
    }
    refusal_.clear();
    if (!goes_on || past_.empty()) past_.push_back(settings_);
    future_.clear();
    settings_ = std::move(next);
}

void GraphPage::change(const std::string& key, const std::string& value) {
    Settings next = settings_;
    // A layer stands for its block
    const bool has_cards = view_.shows_input && key == "layer";
    if (key == "block" || key == "show" || (key == "layer" && !has_cards)) next.erase("layer");
    if (key == "layer" && !has_cards) next.erase("block");
    if (key == "block") next.erase("show");  // a block that is chosen takes the cards' place
    if (key == "layer" && value.empty() && !has_cards) next["block"] = std::to_string(view_.block);
    if (value.empty()) next.erase(key);
    else next[key] = value;
    // A slider that is dragged over several stops is one step
    const bool is_held = ImGui::GetIO().MouseDown[0];
    go_to(std::move(next), is_held && dragged_ == key);
    dragged_ = is_held ? key : "";
}

/// Nothing that is being drawn may vanish under the pen.
void GraphPage::make_changes() {
    for (const auto& [key, value] : std::exchange(wished_, {})) change(key, value);
}

void GraphPage::reset() { go_to({}); }

bool GraphPage::walk(std::vector<Settings>& from, std::vector<Settings>& to) {
    if (from.empty()) return false;
    to.push_back(settings_);
    set(from.back());
    from.pop_back();
    return true;
}

GraphPage::Middle GraphPage::middle() const {
    if (view_.node >= 0) return Middle::layer;
    const bool has_maps = model_.photo_run() != nullptr || model_.is_busy();
    return has_maps && has_sheets(view_) ? Middle::sheets : Middle::diagram;
}

void GraphPage::rebuild_strip() {
    const std::string net = to_string(model_.spec());
    if (!std::exchange(has_new_strip_, false) && is_strip_dark_ == ui().is_dark && strip_net_ == net) return;
    strip_.rebuild(model_);
    is_strip_dark_ = ui().is_dark;
    strip_net_ = net;
}

void GraphPage::rebuild_pictures(const Area& area) {
    const Middle what = middle();
    const float unit = std::min(area.w / px(1058), (area.h - px(112)) / px(262));
    const float side = what == Middle::layer ? LayerPanel::sheet_side(area) : what == Middle::sheets ? unit : BlockDiagram::thumb_side(view_, area);
    const PictureKey key{what, view_.block, view_.channel, view_.node, ui().is_dark, px(1000), side, to_string(model_.spec())};
    if (!has_new_run_ && key == pictures_of_) return;
    // Pinning another channel leaves the maps
    PictureKey same_maps = key;
    same_maps.channel = pictures_of_.channel;
    if (has_new_run_ || same_maps != pictures_of_) {
        if (what == Middle::layer) layer_.rebuild(view_, side);
        else if (what == Middle::sheets) block_.rebuild(view_, unit);
        else diagram_.rebuild(view_, side);
    }
    prediction_.rebuild(view_);
    has_new_run_ = false;
    pictures_of_ = key;
}

void GraphPage::draw_middle(const Area& area) {
    rebuild_pictures(area);
    switch (middle()) {
        case Middle::layer: return layer_.draw(view_, area);
        case Middle::sheets: return block_.draw(view_, area);
        case Middle::diagram: return diagram_.draw(view_, area);
    }
}

void GraphPage::draw_below(const Area& area) {
    line({area.x, area.y - px(6)}, {area.right(), area.y - px(6)}, colour(Ink::hair));
    const Area rest = draw_bar_choice(view_, area);
    if (view_.has_table) draw_layer_table(view_, rest);
    else draw_layer_bars(view_, rest);
}

void GraphPage::draw(const Area& area) {
    const bool has_changed = model_.poll();
    has_new_run_ |= has_changed;
    has_new_strip_ |= has_changed;
    cards_.poll(model_);
    // One page of 1200 by 900 logical pixels at least; a smaller window, or larger text, scrolls it
    const float width = std::max(area.w, px(kLeastWidth)), head = head_height(width - px(64)), needed = std::max(area.h, px(kLeastHeight) + head - px(70));
    ImGui::SetCursorScreenPos(area.min());
    ImGui::BeginChild("network", {area.w, area.h}, false, ImGuiWindowFlags_HorizontalScrollbar);
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    Area page{origin.x + px(32), origin.y + px(28), width - px(64), needed - px(44)};
    draw_head(page.cut_top(head));
    const Area strip = page.cut_top(px(kStrip));
    page.cut_top(px(18));
    rebuild_strip();
    strip_.draw(view_, strip);
    if (cards_.is_open()) cards_.draw(view_, page);
    else draw_blocks(page);
    // The right margin is no content: the bar of one direction must not call for the other's
    ImGui::SetCursorScreenPos({origin.x + width - px(32), origin.y + needed - 1});
    ImGui::Dummy({1, 1});
    ImGui::EndChild();
    make_changes();
}

void GraphPage::draw_blocks(Area page) {
    const Area below = page.cut_bottom(std::min(px(kBelow), page.h * 0.4f));
    page.cut_bottom(px(8));
    const Area side = page.cut_right(px(kSide));
    page.cut_right(px(32));
    draw_middle(page);
    prediction_.draw(view_, side);
    if (model_.photo_run() == nullptr && !model_.is_busy()) draw_no_weights(view_, {side.x, side.y + px(kPredictionHead), side.w, side.h - px(kPredictionHead)}, typed_weights_);
    draw_below(below);
}

DataTable GraphPage::data() const { return cards_.is_open() ? cards_.data() : layer_data(model_); }
Text GraphPage::describe() const { return describe_network(title_, model_); }

const Value* GraphPage::value(std::string_view name) const {
    values_ = values_of(model_, view_.block);
    cards_.add_values(values_);
    return values_.find(name);
}

static const bool is_registered = register_network_page([](const std::string& net) -> std::unique_ptr<NetworkPage> {
    CONVBOOK_REQUIRE(find_net(net) != nullptr, "network page: there is no network ", net, ". `convbook summary --help` lists them.");
    return std::make_unique<GraphPage>(net);
});

}  // namespace convbook::app
