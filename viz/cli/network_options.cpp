// Reads the options that name a network. Leaves out the networks (lib) and what commands do with them.
#include "cli/network_options.h"

namespace convbook::cli {

std::string known_nets() {
    std::string names;
    for (const NetInfo& info : list_nets()) names += (names.empty() ? "" : ", ") + info.name;
    return names;
}

const NetInfo& require_net(const std::string& name) {
    for (const NetInfo& info : list_nets())
        if (info.name == name) return info;
    throw UsageError(message("There is no network \"", name, "\". Choose one of ", known_nets(), "."));
}

void NetworkOptions::add_to(CLI::App& command) {
    command.add_option("NET", net, "The network: " + known_nets())->required();
    alpha_option = command.add_option("--alpha", alpha, "MobileNets: factor on every channel count");
    scale_option = command.add_option("--scale", scale, "ShuffleNets: factor on every channel count");
    command.add_option("--resolution", options.resolution, "Side of the square input");
    command.add_option("--classes", options.classes, "Outputs of the classifier; 0: the features only");
}

Graph NetworkOptions::build() const {
    const NetInfo& info = require_net(net);
    const bool takes_scale = info.scale_name == "scale";
    const CLI::Option* refused = takes_scale ? alpha_option : scale_option;
    if (refused->count() > 0) throw UsageError(message(info.name, ": its factor on the channels is --", info.scale_name, ", not ", refused->get_name(), "."));
    return understand([&] { return build_net(info.name, takes_scale ? scale : alpha, options); });
}

}  // namespace convbook::cli
