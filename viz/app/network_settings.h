// What a network's page can be set to: the options that its builder reads, as words of a link and as sliders. Pure.
#pragma once
#include <string>
#include <vector>

#include "convbook/lesson.h"
#include "convbook/nets.h"

namespace convbook::app {

/// One option with the values that its paper prints; what a link says besides joins them.
struct NetSlider {
    std::string key;                  ///< "alpha", "groups", "bottleneck"
    Text label;
    std::vector<std::string> stops;   ///< in order, with the present value
    std::string value;
};
std::vector<NetSlider> sliders_of(const NetSpec& spec);

/// The keys of `settings` that the network's builder reads, as a network; the rest is the page's. Throws convbook::Error for values that it cannot have.
NetSpec spec_of(const std::string& net, const Settings& settings);
/// "mobilenet_v2:alpha=0.5" and the page's own settings as a link has them: "mobilenet_v2?alpha=0.5&layer=features.3.conv.1".
std::string network_query(const std::string& spec, Settings page);
/// Whether the key is one of the network's options.
bool is_net_option(const std::string& net, const std::string& key);

}  // namespace convbook::app
