// The comparison's state, history and data. Leaves out its drawing: compare_table.cpp, compare_scatter.cpp, compare_layers.cpp, compare_maps_view.cpp.
#include "compare_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "convbook/count_switches.h"
#include "network_view.h"

namespace convbook::app {

using namespace kit;

namespace {

std::string value_or(const Settings& settings, const std::string& key, const std::string& otherwise) {
    const auto found = settings.find(key);
    return found == settings.end() ? otherwise : found->second;
}

/// All of the library's.
std::string all_names() {
    std::string names;
    for (const NetInfo& info : list_nets()) names += (names.empty() ? "" : ",") + info.name;
    return names;
}

NetPair::Side side_of(const std::string& name) {
    NetPair::Side side{name, facts_of(parse_net_spec(name)).title, std::make_unique<Graph>(build_net(parse_net_spec(name))), {}};
    side.structure = find_structure(*side.graph, count_cost(*side.graph));
    return side;
}

}  // namespace

ComparePage::ComparePage() : photos_(list_photos()) { apply({}); }

void ComparePage::apply(const Settings& settings) {
    for (const auto& [key, value] : settings)
        CONVBOOK_REQUIRE(key == "nets" || key == "by" || key == "left" || key == "right" || key == "show" || key == "photo",
                         "compare: there is no setting '", key, "'. After the networks there are by, left, right, show and photo.");
    const std::vector<NetSpec> nets = parse_net_list(value_or(settings, "nets", all_names()));
    const std::string by = value_or(settings, "by", "");
    const auto known = columns();
    CONVBOOK_REQUIRE(by.empty() || std::ranges::any_of(known, [&](const CompareColumn& column) { return column.key == by; }), "compare: by names a column: params, macs, peak, depth, top1 or ms; by=", by, ".");
    const std::string show = value_or(settings, "show", "");
    CONVBOOK_REQUIRE(show.empty() || show == "maps", "compare: show is maps, the feature maps of one photo; show=", show, ". Leave it out for the layers.");
    // As they are, all networks can be built; settings may not fit
    for (const NetSpec& net : nets)
        if (to_string(net) != net.name) build_net(net);
    // Two of them stand side by side: those asked for, else the first two
    const std::string first = to_string(nets.front()), second = to_string(nets.size() > 1 ? nets[1] : nets[0]);
    const std::string left = to_string(parse_net_spec(value_or(settings, "left", first))), right = to_string(parse_net_spec(value_or(settings, "right", second)));
    model_.set(nets);
    sort_key_ = by;
    left_ = left;
    right_ = right;
    shows_maps_ = show == "maps";
    photo_ = value_or(settings, "photo", first_photo());
    build_pair();
}

void ComparePage::build_pair() {
    if (pair_.left.name != left_) pair_.left = side_of(left_);
    if (pair_.right.name != right_) pair_.right = side_of(right_);
    pair_.groups = align_layers(pair_.left.structure, pair_.right.structure);
    pair_.most_macs = 1;
    for (const NetPair::Side* side : {&pair_.left, &pair_.right})
        for (const LayerView& layer : side->structure.layers) pair_.most_macs = std::max(pair_.most_macs, layer.macs);
}

void ComparePage::set(const Settings& settings) {
    apply(settings);
    settings_ = settings;
    refusal_.clear();
}

/// What cannot be compared is said, and the page stays.
void ComparePage::go_to(Settings next) {
    if (next == settings_) return;
    try {
        apply(next);
    } catch (const Error& error) {
        refusal_ = error.what();
        return;
    }
    refusal_.clear();
    past_.push_back(settings_);
    future_.clear();
    settings_ = std::move(next);
}

void ComparePage::change(const std::string& key, const std::string& value) {
    Settings next = settings_;
    if (value.empty()) next.erase(key);
    else next[key] = value;
    go_to(std::move(next));
}

void ComparePage::change_nets(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ",") + name;
    change("nets", list == all_names() ? "" : list);
}

void ComparePage::drop_photo(const std::string& path) {
    Settings next = settings_;
    next["show"] = "maps";
    next["photo"] = path;
    go_to(std::move(next));
}

bool ComparePage::walk(std::vector<Settings>& from, std::vector<Settings>& to) {
    if (from.empty()) return false;
    to.push_back(settings_);
    set(from.back());
    from.pop_back();
    return true;
}

std::vector<CompareColumn> ComparePage::columns() const {
    const auto number = [](auto member) { return [member](const NetFacts& f) { return std::optional(static_cast<double>(f.*member)); }; };
    const auto millions = [](int digits) { return [digits](double v) { return fmt::format("{:.{}f}", v / 1e6, digits); }; };
    return {{"params", {"parameters, M", "参数，M"}, number(&NetFacts::params), millions(2)},
            {"macs", {"multiply-adds, M", "乘加，M"}, number(&NetFacts::macs), millions(1)},
            {"peak", {"peak memory, MiB", "内存峰值，MiB"}, number(&NetFacts::peak_bytes), [](double v) { return fmt::format("{:.2f}", v / (1 << 20)); }},
            {"depth", {"depth", "深度"}, number(&NetFacts::depth), [](double v) { return fmt::format("{:.0f}", v); }},
            {"top1", {"top-1, %", "top-1，%"}, [](const NetFacts& f) { return f.accuracy ? std::optional(f.accuracy->top1) : std::nullopt; }, [](double v) { return fmt::format("{:.1f}", v); }, true},
            {"ms", {"time, ms", "时间，ms"}, [this](const NetFacts& f) { return model_.ms(f.name); }, [](double v) { return fmt::format("{:.1f}", v); }}};
}

/// As they were named, or by a column: the best first, what has no number last.
std::vector<const NetFacts*> ComparePage::sorted() const {
    std::vector<const NetFacts*> list = model_.known();
    for (const CompareColumn& column : columns()) {
        if (column.key != sort_key_) continue;
        std::ranges::stable_sort(list, {}, [&](const NetFacts* f) {
            const auto value = column.value(*f);
            return value ? (column.is_better_high ? -*value : *value) : 1e300;
        });
    }
    return list;
}

DataTable ComparePage::data() const {
    DataTable table{{"net", "params", "macs", "peak_bytes", "depth", "top1", "source", "ms"}, {}};
    for (const NetFacts* f : sorted()) {
        const auto ms = model_.ms(f->name);
        table.rows.push_back({f->name, std::to_string(f->params), std::to_string(f->macs), std::to_string(f->peak_bytes), std::to_string(f->depth), f->accuracy ? fmt::format("{}", f->accuracy->top1) : "",
                              f->accuracy ? f->accuracy->source : "", ms ? fmt::format("{:.3f}", *ms) : ""});
    }
    return table;
}

Text ComparePage::describe() const {
    std::string names;
    for (const NetSpec& net : model_.nets()) names += (names.empty() ? "" : ", ") + to_string(net);
    return {"Networks side by side: " + names + ".", "并排比较的网络：" + names + "。"};
}

const Value* ComparePage::value(std::string_view name) const {
    Values values;
    values.add("nets", static_cast<long long>(model_.known().size()));
    for (const NetFacts* f : model_.known()) {
        values.add(f->name + "/params", static_cast<long long>(f->params));
        values.add(f->name + "/macs", static_cast<long long>(f->macs));
        values.add(f->name + "/peak_bytes", static_cast<long long>(f->peak_bytes));
        values.add(f->name + "/depth", static_cast<long long>(f->depth));
        if (f->accuracy) values.add(f->name + "/top1", f->accuracy->top1, 1);
        if (const auto ms = model_.ms(f->name)) values.add(f->name + "/ms", *ms, 3);
    }
    for (const auto& [side, net] : {std::pair{"left", &left_}, std::pair{"right", &right_}})
        if (const BlockMaps* maps = runner_.of(*net, photo_); maps != nullptr && !maps->top.empty()) {
            values.add(std::string(side) + "/class", static_cast<long long>(maps->top.front().index));
            values.add(std::string(side) + "/maps", static_cast<long long>(std::ranges::count_if(maps->channels, [](int channel) { return channel >= 0; })));
        }
    values_ = std::move(values);
    return values_.find(name);
}

static const bool is_registered = register_compare_page([] { return std::make_unique<ComparePage>(); });

}  // namespace convbook::app
