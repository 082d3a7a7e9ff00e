// Reads the options that name a network. Leaves out the networks (lib) and what commands do with them.
#include "cli/network_options.h"

#include <algorithm>

namespace convbook::cli {

std::string known_nets() {
    std::string names;
    for (const NetInfo& info : list_nets()) names += (names.empty() ? "" : ", ") + info.name;
    return names;
}

const NetInfo& require_net(const std::string& name) {
    if (const NetInfo* info = find_net(parse_net_name(name).name)) return *info;
    throw UsageError(message("There is no network \"", name, "\". Choose one of ", known_nets(), "."));
}

void NetworkOptions::add_to(CLI::App& command) {
    command.add_option("NET", net, "The network: " + known_nets())->required();
    const auto add = [&](const char* needs, const std::string& flag, auto& value, const char* text) {
        CLI::Option* option = command.add_option(flag, value, text);
        conditional.push_back({needs, option});
        return option;
    };
    add("alpha", "--alpha", alpha, "MobileNets: factor on every channel count");
    add("scale", "--scale", scale, "ShuffleNets: factor on every channel count");
    add("groups", "--groups", options.groups, "ShuffleNet v1: groups of its pointwise convolutions, 1, 2, 3, 4 or 8");
    add("bottleneck", "--bottleneck", bottleneck, "ShuffleNet v1: a quarter of the output (paper) or of what a shrinking unit adds (blog)")->check(CLI::IsMember({"paper", "blog"}));
    add("width", "--width", options.width, "se_resnet: channels of its first layer");
    add("reduction", "--reduction", options.reduction, "SE-ResNets: squeeze C channels to C / reduction")->check(CLI::PositiveNumber);
    command.add_option("--resolution", options.resolution, "Side of the square input");
    command.add_option("--classes", options.classes, "Outputs of the classifier; 0: the features only");
}

void NetworkOptions::refuse_unread(const NetInfo& info) const {
    for (const auto& [needs, option] : conditional) {
        const bool is_read = needs == info.scale_name || std::ranges::find(info.settings, needs) != info.settings.end();
        if (is_read || option->count() == 0) continue;
        const bool is_factor = needs == "alpha" || needs == "scale";
        if (is_factor && !info.scale_name.empty()) throw UsageError(message(info.name, ": its factor on the channels is --", info.scale_name, ", not ", option->get_name(), "."));
        throw UsageError(message(info.name, ": it has no ", option->get_name(), ". Leave it out."));
    }
}

NetSpec NetworkOptions::spec() const {
    const NetInfo& info = require_net(net);
    refuse_unread(info);
    const NetName name = parse_net_name(net, info.scale_name == "scale" ? scale : alpha);
    NetSpec spec{name.name, name.scale, options};
    spec.options.bottleneck = bottleneck == "blog" ? Bottleneck::blog : Bottleneck::paper;
    understand([&] { return build_net(spec); });  // refuses what this network cannot have
    return spec;
}

}  // namespace convbook::cli
