// Facts of several networks under one convention, the papers'. Leaves out how they are shown.
#include "convbook/comparison.h"

#include <algorithm>
#include <numeric>
#include <sstream>

#include "convbook/engine.h"

namespace convbook {
namespace {

/// "MobileNet v2 · alpha=0.5": the title and what is not the default.
std::string title_of(const NetSpec& net) {
    const NetInfo* info = find_net(net.name);
    std::string title = info ? info->title : net.name;
    std::istringstream words(to_string(net).substr(net.name.size()));
    for (std::string word; std::getline(words, word, ':');)
        if (!word.empty()) title += " · " + word;
    return title;
}

}  // namespace

NetFacts facts_of(const NetSpec& net) {
    const NetCost cost = count_cost(build_net(net));
    return {net, to_string(net), title_of(net), cost.params, cost.macs, cost.peak_bytes, cost.depth, published_accuracy(net)};
}

std::vector<NetSpec> parse_net_list(const std::string& text) {
    std::vector<NetSpec> nets;
    for (const std::string& name : split_names(text)) {
        NetSpec net = parse_net_spec(name);
        const std::string written = to_string(net);
        CONVBOOK_REQUIRE(std::ranges::none_of(nets, [&](const NetSpec& other) { return to_string(other) == written; }), "compare: each network is named once; ", written, " is there twice.");
        nets.push_back(std::move(net));
    }
    CONVBOOK_REQUIRE(!nets.empty(), "compare: no network is named. Write for example mobilenet_v1,mobilenet_v2:alpha=0.5.");
    return nets;
}

double median_of(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

std::vector<double> time_net(const NetSpec& net, int repeats, const std::function<bool(float)>& go_on) {
    const Graph graph = build_net(net);
    Plan plan(graph, default_weights(graph, 1));
    const Tensor input = Random(2).normal_tensor(graph.input_shape());
    std::vector<double> milliseconds;
    for (int i = 0; i <= repeats; ++i) {
        std::vector<double> steps;
        plan.run(input, &steps);
        if (go_on && !go_on(static_cast<float>(i + 1) / static_cast<float>(repeats + 1))) return {};
        if (i > 0) milliseconds.push_back(std::accumulate(steps.begin(), steps.end(), 0.0));
    }
    return milliseconds;
}

}  // namespace convbook
