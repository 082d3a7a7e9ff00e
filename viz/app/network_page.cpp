// The page of one network: its numbers, its widths and resolutions, a photo's way through it. Holds state and history; the parts draw themselves.
#include "network_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "contents_list.h"
#include "convbook/nets.h"
#include "kit/interact.h"
#include "kit/widgets.h"
#include "network_cards.h"
#include "network_view.h"

namespace convbook::app {

using namespace kit;

namespace {

const std::vector<std::string> kResolutions{"96", "128", "160", "192", "224"};

/// The widths that the paper of a network prints.
const std::vector<std::string>& alphas_of(const std::string& net) {
    static const std::vector<std::string> first{"0.25", "0.5", "0.75", "1"}, second{"0.35", "0.5", "0.75", "1", "1.3", "1.4"};
    return net == "mobilenet_v1" ? first : second;
}

/// The stop of a slider that a value stands on; the first if on none.
int stop_of(const std::vector<std::string>& stops, const std::string& value) {
    const auto place = std::find(stops.begin(), stops.end(), value);
    return place == stops.end() ? 0 : static_cast<int>(place - stops.begin());
}

/// A slider over words; the chosen word, if another was chosen.
std::optional<std::string> slide(const char* id, const Area& area, const Text& label, const std::vector<std::string>& stops, const std::string& value) {
    const SliderLook look{tr(label), value, colour(Ink::ink), static_cast<int>(stops.size()), stops};
    const auto stop = slider(id, area, look, stop_of(stops, value));
    return stop ? std::optional(stops[static_cast<std::size_t>(*stop)]) : std::nullopt;
}

int whole_number_of(const std::string& key, const std::string& value, int most) {
    const bool is_number = !value.empty() && value.size() < 6 && value.find_first_not_of("0123456789") == std::string::npos;
    CONVBOOK_REQUIRE(is_number && std::stoi(value) <= most, "network page: ", key, " is a whole number in 0..", most, "; ", key, "=", value, ". Leave it out for the default.");
    return std::stoi(value);
}

class GraphPage final : public NetworkPage {
public:
    explicit GraphPage(const std::string& net) : name_(net), model_(net), view_{model_, kFirstBlock, kFirstChannel, -1, [this](const auto& k, const auto& v) { change(k, v); }} {
        for (const NetInfo& info : list_nets())
            if (info.name == net) title_ = info.title;
    }

    void draw(const Area& area) override;
    void set(const Settings& settings) override {
        apply(settings);
        settings_ = settings;
    }
    const Settings& settings() const override { return settings_; }
    void drop_photo(const std::string& path) override { change("photo", path); }
    bool is_busy() const override { return model_.is_busy() || cards_.is_busy(); }
    bool undo() override { return walk(past_, future_); }
    bool redo() override { return walk(future_, past_); }
    DataTable data() const override;
    Text describe() const override;
    const Value* value(std::string_view name) const override;

private:
    static constexpr int kFirstBlock = 3, kFirstChannel = 37;
    void change(const std::string& key, const std::string& value);
    void apply(const Settings& settings);
    bool walk(std::vector<Settings>& from, std::vector<Settings>& to);
    void rebuild_pictures(float unit);
    void draw_head(const Area& area);
    void draw_blocks(Area page);  ///< the open block, the prediction, the bars
    void draw_photo_menu(ImVec2 at);

    std::string name_, title_;
    NetworkModel model_;
    NetworkView view_;
    BlockStrip strip_;
    OpenBlock block_;
    PredictionPanel prediction_;
    InputCards cards_;
    Settings settings_;
    std::vector<Settings> past_, future_;
    std::string typed_photo_, typed_weights_;
    mutable Values values_;
    bool has_new_run_ = true, strip_is_dark_ = false;
    struct PictureKey {
        int block = -1, channel = -1;
        bool is_dark = false;
        float scale = 0, unit = 0;
        bool operator==(const PictureKey&) const = default;
    };
    PictureKey pictures_of_;  // what the textures were made for
};

void GraphPage::apply(const Settings& settings) {
    std::string alpha = "1", resolution = "224", photo;
    int block = kFirstBlock, channel = kFirstChannel;
    cards_.reset();
    for (const auto& [key, value] : settings) {
        if (key == "alpha") alpha = value;
        else if (key == "resolution") resolution = value;
        else if (key == "photo") photo = value;
        else if (key == "block") block = whole_number_of(key, value, static_cast<int>(model_.blocks().size()) - 1);
        else if (key == "channel") channel = whole_number_of(key, value, 99999);
        else if (!cards_.take(key, value)) throw Error(message("network page: there is no setting '", key, "'; there are alpha, resolution, photo, block, channel, show, break and layer."));
    }
    char* end = nullptr;
    const double width = std::strtod(alpha.c_str(), &end);
    CONVBOOK_REQUIRE(*end == '\0' && !alpha.empty(), "network page: alpha is a number such as 0.75; alpha=", alpha, ".");
    model_.set(width, whole_number_of("resolution", resolution, 1024));
    if (!photo.empty()) model_.set_photo(photo);
    view_.block = block;
    view_.channel = channel;
    view_.shows_input = cards_.is_open();
}

void GraphPage::change(const std::string& key, const std::string& value) {
    Settings next = settings_;
    if (value.empty()) next.erase(key);
    else next[key] = value;
    if (key == "block") next.erase("show");  // a block that is chosen takes the cards' place
    if (next == settings_) return;
    apply(next);
    past_.push_back(settings_);
    future_.clear();
    settings_ = std::move(next);
}

bool GraphPage::walk(std::vector<Settings>& from, std::vector<Settings>& to) {
    if (from.empty()) return false;
    to.push_back(settings_);
    set(from.back());
    from.pop_back();
    return true;
}

void GraphPage::rebuild_pictures(float unit) {
    const PictureKey key{view_.block, view_.channel, ui().is_dark, px(1000), unit};
    if (!has_new_run_ && key == pictures_of_) return;
    block_.rebuild(view_, unit);
    prediction_.rebuild(view_);
    has_new_run_ = false;
    pictures_of_ = key;
}

void GraphPage::draw_head(const Area& area) {
    const float used = text({area.x, area.y}, Type::chapter_title, colour(Ink::ink), title_);
    float x = area.x + used + px(20);
    const float y = area.y + px(12);
    const auto number = [&](const std::string& strong, const std::string& words) {
        x += text({x, y}, Type::table_strong, colour(Ink::ink), strong) + px(6);
        x += text({x, y}, Type::table, colour(Ink::ink2), words) + px(6);
    };
    const int blocks = static_cast<int>(std::count_if(model_.blocks().begin(), model_.blocks().end(), [](const BlockView& b) { return b.is_numbered(); }));
    number(format_count(model_.cost().params), tr({"parameters  ·", "个参数  ·"}));
    number(format_millions(static_cast<double>(model_.cost().macs), 1), tr({"multiply-adds  ·", "次乘加  ·"}));
    number("", tr({fmt::format("{} blocks, {} layers", blocks, model_.layers().size()), fmt::format("{} 个模块，{} 层", blocks, model_.layers().size())}));
    // Which convention is on: the weights on show may count differently
    std::string counted = tr({"counted for 1000 classes with batch norm", "按 1000 类、含批归一化计数"}), shown_words;
    if (const ModelConventions* shown = model_.conventions(); shown && model_.photo_run())
        shown_words = fmt::format("{} {} {}{}", tr({" · the weights on show have", " · 所用权重为"}), shown->options.classes, tr({"classes", "类"}),
                                  shown->options.conventions.has_batch_norm ? "" : tr({", batch norm folded in", "，批归一化已并入卷积"}));
    const float caption_x = area.x + used + px(20), for_sliders = px(130 + 2 * 118 + 28);
    if (caption_x + text_width(Type::caption, counted + shown_words) < area.right() - for_sliders) counted += shown_words;
    x = std::max(x, caption_x + text({caption_x, y + px(24)}, Type::caption, colour(Ink::ink3), counted));
    // Width, resolution, photo at the right
    const std::string photo = tr({"Photo: ", "照片："}) + std::filesystem::path(model_.photo_name()).stem().string();
    const float menu = menu_button_width(photo);
    draw_photo_menu({area.right() - menu, area.y});
    const float gap = px(28), width = std::min((area.right() - menu - x - 3 * gap) / 2, px(160));
    const Area right{area.right() - menu - gap - width, area.y - px(2), width, px(42)}, left{right.x - gap - width, right.y, width, px(42)};
    if (width < px(90)) return;  // a narrow window keeps the numbers; keyboard and links still set both
    if (const auto alpha = slide("alpha", left, {"Width α", "宽度 α"}, alphas_of(name_), fmt::format("{:g}", model_.alpha()))) change("alpha", *alpha);
    if (const auto size = slide("resolution", right, {"Resolution", "分辨率"}, kResolutions, std::to_string(model_.resolution()))) change("resolution", *size);
}

void GraphPage::draw_photo_menu(ImVec2 at) {
    const std::string name = std::filesystem::path(model_.photo_name()).stem().string();
    const std::string words = tr({"Photo: ", "照片："}) + name;
    if (menu_button("photo", at, words)) ImGui::OpenPopup("photos");
    // Right edges in line; rows as in the search, never more of them than fit
    const float width = px(250), row_height = px(28), shown = static_cast<float>(std::clamp<std::size_t>(model_.photos().size(), 1, 14));
    ImGui::SetNextWindowPos({at.x + menu_button_width(words) - width, at.y + px(38)});
    ImGui::SetNextWindowSize({width, px(68) + shown * row_height});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, px(12, 12));
    const bool is_open = ImGui::BeginPopup("photos");
    ImGui::PopStyleVar();
    if (!is_open) return;
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const float inner = width - px(model_.photos().size() > 14 ? 34 : 24);  // beside the bar, if there is one
    if (const auto path = text_field("photo-path", {start.x, start.y, inner, px(32)}, typed_photo_, tr({"path of a photo, or drop one", "照片路径，或拖入一张"}))) {
        change("photo", *path);
        ImGui::CloseCurrentPopup();
    }
    float y = start.y + px(44);
    for (const std::string& photo : model_.photos()) {
        const Area row{start.x, y, inner, row_height};
        const Hit over = hit(("photo/" + photo).c_str(), row);
        const bool is_current = photo == model_.photo_name();
        if (over.is_hovered || is_current) fill(row, colour(Ink::sunk), 4);
        text({row.x + px(10), row.center().y}, is_current ? Type::label_strong : Type::label, colour(is_current ? Ink::ink : Ink::ink2), std::filesystem::path(photo).stem().string(), AlignX::left, AlignY::middle);
        if (over.was_clicked) change("photo", photo), ImGui::CloseCurrentPopup();
        y += row_height;
    }
    ImGui::SetCursorScreenPos({start.x, y - 1});
    ImGui::Dummy({1, 1});
    ImGui::EndPopup();
}

void GraphPage::draw(const Area& area) {
    const bool has_changed = model_.poll();
    has_new_run_ |= has_changed;
    if (has_changed || strip_is_dark_ != ui().is_dark) strip_.rebuild(model_);
    strip_is_dark_ = ui().is_dark;
    cards_.poll(model_);
    // One page of 1200 by 900 logical pixels at least; a smaller window, or larger text, scrolls it
    const float needed = std::max(area.h, px(900)), width = std::max(area.w, px(1200));
    ImGui::SetCursorScreenPos(area.min());
    ImGui::BeginChild("network", {area.w, area.h}, false, ImGuiWindowFlags_HorizontalScrollbar);
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    Area page{origin.x + px(32), origin.y + px(28), width - px(64), needed - px(44)};
    draw_head(page.cut_top(px(70)));
    const Area strip = page.cut_top(px(170));
    page.cut_top(px(18));
    strip_.draw(view_, strip);
    if (cards_.is_open()) cards_.draw(view_, page);
    else draw_blocks(page);
    // The right margin is no content: the bar of one direction must not call for the other's
    ImGui::SetCursorScreenPos({origin.x + width - px(32), origin.y + needed - 1});
    ImGui::Dummy({1, 1});
    ImGui::EndChild();
}

void GraphPage::draw_blocks(Area page) {
    const Area bars = page.cut_bottom(std::min(px(300), page.h * 0.4f));
    page.cut_bottom(px(8));
    line({bars.x, bars.y - px(6)}, {bars.right(), bars.y - px(6)}, colour(Ink::hair));
    const Area side = page.cut_right(px(222));
    page.cut_right(px(32));
    const float unit = std::min(page.w / px(1058), (page.h - px(112)) / px(262));
    rebuild_pictures(unit);
    if (model_.photo_run() != nullptr || model_.is_busy()) block_.draw(view_, page);
    else draw_no_weights(view_, page, typed_weights_);
    prediction_.draw(view_, side);
    draw_layer_bars(view_, bars);
}

DataTable GraphPage::data() const {
    if (cards_.is_open()) return cards_.data();
    DataTable table{{"layer", "kind", "input", "output", "parameters", "multiply-adds", "ms"}, {}};
    const auto shape = [](const Shape& s) { return fmt::format("{}x{}x{}", s.c, s.h, s.w); };
    for (const LayerView& l : model_.layers())
        table.rows.push_back({l.name, l.kind, shape(l.in), shape(l.out), std::to_string(l.params), std::to_string(l.macs), model_.is_measured() ? fmt::format("{:.4f}", l.ms) : ""});
    return table;
}

Text GraphPage::describe() const {
    const std::string params = format_count(model_.cost().params), macs = format_millions(static_cast<double>(model_.cost().macs), 1);
    return {fmt::format("{} at width {:g} and resolution {}: {} parameters, {} multiply-adds, {} layers.", title_, model_.alpha(), model_.resolution(), params, macs, model_.layers().size()),
            fmt::format("{}，宽度 {:g}，分辨率 {}：{} 个参数，{} 次乘加，{} 层。", title_, model_.alpha(), model_.resolution(), params, macs, model_.layers().size())};
}

const Value* GraphPage::value(std::string_view name) const {
    Values values;
    values.add("params", static_cast<long long>(model_.cost().params));
    values.add("macs", static_cast<long long>(model_.cost().macs));
    values.add("layers", static_cast<long long>(model_.layers().size()));
    values.add("block.params", static_cast<long long>(model_.blocks()[static_cast<std::size_t>(view_.block)].params));
    values.add("block.macs", static_cast<long long>(model_.blocks()[static_cast<std::size_t>(view_.block)].macs));
    if (const PhotoRun* run = model_.photo_run(); run != nullptr && !run->top.empty()) {
        const int index = run->top.front().index;
        const bool is_known = index < static_cast<int>(model_.labels().size());
        values.add("top.label", is_known ? model_.labels()[static_cast<std::size_t>(index)] : std::to_string(index), index);
        values.add("top.probability", static_cast<double>(run->top.front().probability), 4);
    }
    cards_.add_values(values);
    values_ = std::move(values);
    return values_.find(name);
}

}  // namespace

void draw_no_weights(NetworkView& view, const Area& area, std::string& path) {
    NetworkModel& model = view.model;
    const Area card{area.x, area.y + px(20), std::min(area.w, px(620)), px(186)};
    dashed_frame(card, colour(Ink::rule));
    ImVec2 at{card.x + px(24), card.y + px(20)};
    const bool has_failed = !model.trouble().en.empty();
    text(at, Type::figure_question, colour(Ink::ink), has_failed ? tr({"This file cannot be used", "这个文件用不了"}) : tr({"No weights yet for ", "还没有这种宽度的权重："}) + fmt::format("α = {:g}", model.alpha()));
    at.y += px(32);
    const Text advice{"Shapes, counts and times work without them. Maps and a prediction need a file: safetensors or PyTorch’s .pth, with torchvision’s tensor names. Put it into the weights folder of CONVBOOK_DATA, or type its path here.",
                      "没有权重也能看形状、计数和时间。特征图和预测需要一个权重文件：safetensors 或 PyTorch 的 .pth 格式，张量名与 torchvision 相同。放进 CONVBOOK_DATA 的 weights 文件夹，或在这里输入路径。"};
    at.y += text_block(at, card.w - px(48), Type::table, colour(has_failed ? Ink::bad : Ink::ink2), has_failed ? tr(model.trouble()) : tr(advice)) + px(16);
    if (const auto chosen = text_field("weights-path", {at.x, std::min(at.y, card.bottom() - px(48)), px(420), px(32)}, path, tr({"path of a .safetensors or .pth file", ".safetensors 或 .pth 文件的路径"})))
        model.set_weights(*chosen);
}

static const bool is_registered = register_network_page([](const std::string& net) -> std::unique_ptr<NetworkPage> {
    build_net(net, 1.0);  // throws, naming the networks that exist
    std::string pages;
    for (const NetworkEntry& entry : network_entries())
        if (entry.has_page) pages += (pages.empty() ? "" : ", ") + entry.name;
    CONVBOOK_REQUIRE(has_network(net), "network page: ", net, " has no page in the book; those with a page are ", pages, ". `convbook summary ", net, "` shows its layers and counts.");
    return std::make_unique<GraphPage>(net);
});

}  // namespace convbook::app
