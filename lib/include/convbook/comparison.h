// Several networks side by side: what each costs, how deep it is, how accurate its paper says it is, how long it takes here.
// Leaves out tables (the program) and pictures (the app).
#pragma once
#include <functional>

#include "convbook/published.h"

namespace convbook {

struct NetFacts {
    NetSpec net;
    std::string name, title;             ///< to_string(net); "MobileNet v2 α 0.5"
    std::int64_t params = 0, macs = 0, peak_bytes = 0;
    int depth = 0;                       ///< convolution and linear layers on the longest path
    const Published* accuracy = nullptr; ///< null where nothing is published for exactly this network
};
NetFacts facts_of(const NetSpec& net);
/// "mobilenet_v1,mobilenet_v2:alpha=0.5": at least one, none twice. Throws convbook::Error.
std::vector<NetSpec> parse_net_list(const std::string& text);

/// Milliseconds of one image through a plan of the network on one thread, `repeats` times after one that only warms up; empty if `go_on` said false between two runs.
std::vector<double> time_net(const NetSpec& net, int repeats, const std::function<bool(float share)>& go_on = {});
double median_of(std::vector<double> values);

}  // namespace convbook
