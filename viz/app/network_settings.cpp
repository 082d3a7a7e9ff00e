#include "network_settings.h"

#include <fmt/format.h>

#include <algorithm>

namespace convbook::app {
namespace {

using Words = std::vector<std::string>;

/// The widths that the paper of a network prints.
Words scales_of(const std::string& net) {
    if (net == "mobilenet_v1") return {"0.25", "0.5", "0.75", "1"};
    if (net == "mobilenet_v2") return {"0.35", "0.5", "0.75", "1", "1.3", "1.4"};
    if (net == "shufflenet_v1") return {"0.25", "0.5", "1", "1.5", "2"};
    if (net == "shufflenet_v2") return {"0.5", "1", "1.5", "2"};
    return {"0.35", "0.5", "0.75", "1", "1.25"};
}

bool has_setting(const NetInfo& info, const char* key) { return std::ranges::find(info.settings, key) != info.settings.end(); }

/// A value between the stops gets a stop of its own.
NetSlider numbers(const char* key, Text label, Words stops, const std::string& value) {
    if (std::ranges::find(stops, value) == stops.end())
        stops.insert(std::ranges::find_if(stops, [&](const std::string& stop) { return std::stod(stop) > std::stod(value); }), value);
    return {key, std::move(label), std::move(stops), value};
}

}  // namespace

std::vector<NetSlider> sliders_of(const NetSpec& spec) {
    const NetInfo& info = *find_net(spec.name);
    const NetOptions& options = spec.options;
    std::vector<NetSlider> sliders;
    if (info.scale_name == "alpha") sliders.push_back(numbers("alpha", {"Width α", "宽度 α"}, scales_of(spec.name), fmt::format("{:g}", spec.scale)));
    if (info.scale_name == "scale") sliders.push_back(numbers("scale", {"Scale s", "缩放 s"}, scales_of(spec.name), fmt::format("{:g}", spec.scale)));
    if (has_setting(info, "groups")) sliders.push_back(numbers("groups", {"Groups g", "组数 g"}, {"1", "2", "3", "4", "8"}, std::to_string(options.groups)));
    if (has_setting(info, "bottleneck")) sliders.push_back({"bottleneck", {"Bottleneck", "瓶颈"}, {"paper", "blog"}, options.bottleneck == Bottleneck::blog ? "blog" : "paper"});
    if (has_setting(info, "width")) sliders.push_back(numbers("width", {"First layer", "首层宽度"}, {"8", "16", "32", "64"}, std::to_string(options.width)));
    if (has_setting(info, "reduction")) {
        const bool is_small = spec.name == "se_resnet";
        const int own = is_small ? 4 : 16;  // what 0 stands for
        sliders.push_back(numbers("reduction", {"Reduction r", "压缩比 r"}, is_small ? Words{"1", "2", "4", "8", "16"} : Words{"4", "8", "16", "32"}, std::to_string(options.reduction == 0 ? own : options.reduction)));
    }
    sliders.push_back(numbers("resolution", {"Resolution", "分辨率"}, {"96", "128", "160", "192", "224"}, std::to_string(options.resolution)));
    sliders.push_back(numbers("classes", {"Classes", "类别数"}, {"0", "10", "100", "1000"}, std::to_string(options.classes)));
    return sliders;
}

bool is_net_option(const std::string& net, const std::string& key) {
    const NetInfo& info = *find_net(net);
    const bool is_switch = key == "se_bias" || key == "t1_expansion" || key == "stride_first";  // of the counts, not of a link
    return key == "resolution" || key == "classes" || (!key.empty() && key == info.scale_name) || (!is_switch && has_setting(info, key.c_str()));
}

std::string network_query(const std::string& spec, Settings page) {
    std::string name = spec.substr(0, spec.find(':')), options = spec.substr(std::min(spec.size(), name.size() + 1));
    std::ranges::replace(options, ':', '&');
    for (const auto& [key, value] : parse_query(options)) page[key] = value;
    return page.empty() ? name : name + "?" + to_query(page);
}

NetSpec spec_of(const std::string& net, const Settings& settings) {
    std::string words = net;
    for (const auto& [key, value] : settings)
        if (is_net_option(net, key)) words += ":" + key + "=" + value;
    return parse_net_spec(words);
}

}  // namespace convbook::app
