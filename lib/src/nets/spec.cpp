// A network and its settings as one word, for links, command lines and the table of published figures. Leaves out which networks exist (list.cpp).
#include <charconv>
#include <algorithm>
#include <sstream>

#include "convbook/nets.h"

namespace convbook {
namespace {

template <class Number>
Number read_number(const std::string& net, const std::string& key, const std::string& text) {
    Number value{};
    const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
    CONVBOOK_REQUIRE(trouble == std::errc() && end == text.data() + text.size(), net, ": ", key, " is a number; ", key, "=", text, ".");
    return value;
}

/// Whether the network reads the key; resolution and classes are everybody's.
bool reads(const NetInfo& info, const std::string& key) {
    return key == "resolution" || key == "classes" || (!key.empty() && key == info.scale_name) || std::ranges::find(info.settings, key) != info.settings.end();
}

void apply_setting(NetSpec& spec, const std::string& key, const std::string& value) {
    NetOptions& options = spec.options;
    if (key == "alpha" || key == "scale") spec.scale = read_number<double>(spec.name, key, value);
    else if (key == "resolution") options.resolution = read_number<int>(spec.name, key, value);
    else if (key == "classes") options.classes = read_number<int>(spec.name, key, value);
    else if (key == "groups") options.groups = read_number<int>(spec.name, key, value);
    else if (key == "width") options.width = read_number<int>(spec.name, key, value);
    else if (key == "reduction") options.reduction = read_number<int>(spec.name, key, value);
    else {
        CONVBOOK_REQUIRE(value == "paper" || value == "blog", spec.name, ": ", key, " is paper or blog; ", key, "=", value, ".");
        options.bottleneck = value == "blog" ? Bottleneck::blog : Bottleneck::paper;
    }
}

std::string written(double scale) {
    std::ostringstream out;
    out << scale;
    return out.str();
}

}  // namespace

NetSpec parse_net_spec(const std::string& text) {
    std::string plain = text;
    for (char& c : plain)
        if (c == '?' || c == '&') c = ':';
    std::istringstream words(plain);
    NetSpec spec;
    std::getline(words, spec.name, ':');
    const NetName name = parse_net_name(spec.name);
    const NetInfo* info = find_net(name.name);
    if (!info) build_net(spec.name, 1);  // throws, naming those that exist
    spec.name = name.name;
    spec.scale = name.scale;
    for (std::string word; std::getline(words, word, ':');) {
        const std::size_t equals = word.find('=');
        CONVBOOK_REQUIRE(equals != word.npos, spec.name, ": settings are key=value after a colon; found \"", word, "\". Write for example ", spec.name, ":resolution=192.");
        const std::string key = word.substr(0, equals);
        CONVBOOK_REQUIRE(reads(*info, key) && key != "se_bias" && key != "t1_expansion" && key != "stride_first", spec.name, ": it has no setting \"", key, "\". Leave it out.");
        apply_setting(spec, key, word.substr(equals + 1));
    }
    return spec;
}

std::string to_string(const NetSpec& spec) {
    const NetInfo* info = find_net(spec.name);
    const NetOptions usual, &options = spec.options;
    std::string text = spec.name;
    const auto add = [&](const std::string& key, const std::string& value) { text += ":" + key + "=" + value; };
    if (spec.scale != 1 && info) add(info->scale_name, written(spec.scale));
    if (options.resolution != usual.resolution) add("resolution", std::to_string(options.resolution));
    if (options.classes != usual.classes) add("classes", std::to_string(options.classes));
    if (options.groups != usual.groups) add("groups", std::to_string(options.groups));
    if (options.bottleneck != usual.bottleneck) add("bottleneck", "blog");
    if (options.width != usual.width) add("width", std::to_string(options.width));
    if (options.reduction != usual.reduction) add("reduction", std::to_string(options.reduction));
    return text;
}

Graph build_net(const NetSpec& spec) { return build_net(spec.name, spec.scale, spec.options); }

}  // namespace convbook
