// `convbook summary NET`: every layer with its shape, parameters and multiply-adds, as a table or as JSON.
// Leaves out the counting itself (lib, cost.h).
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/network_options.h"
#include "convbook/cost.h"

namespace convbook::cli {
namespace {

using Json = nlohmann::ordered_json;

// Conventions of the network itself rather than of the counting
constexpr const char* kExpandsAtT1 = "t1_expansion";
constexpr const char* kNoSeBias = "no_se_bias";

struct Options {
    NetworkOptions network;
    std::vector<std::string> conventions;
    bool json = false;
};

std::string explain_conventions() {
    std::string text = "How to count, several with commas:";
    for (const ConventionInfo& info : list_counting_conventions()) text += "\n" + info.name + ": " + info.meaning;
    text += std::string("\n") + kExpandsAtT1 + ": MobileNet v2 with the useless expansion of its first block";
    return text + "\n" + kNoSeBias + ": SE-ResNets without biases in their squeeze-and-excitation";
}

Json dims(const Shape& shape) {
    const int all[4] = {shape.n, shape.c, shape.h, shape.w};
    return std::vector<int>(all + 4 - shape.rank, all + 4);
}

Json to_json(const Graph& graph, const NetCost& cost) {
    Json layers = Json::array();
    for (const LayerCost& layer : cost.layers) {
        const Node& node = graph.node(layer.node);
        if (node.inputs.empty()) continue;
        Json in = Json::array();
        for (const int input : node.inputs) in.push_back(dims(graph.node(input).out));
        layers.push_back({{"name", node.name}, {"op", operation_name(node.operation)}, {"kind", layer.kind}, {"in", in}, {"out", dims(node.out)}, {"params", layer.params}, {"macs", layer.macs}});
    }
    return {{"net", graph.name()}, {"params", cost.params}, {"macs", cost.macs}, {"input", dims(graph.input_shape())},
            {"params_by_kind", cost.params_by_kind}, {"macs_by_kind", cost.macs_by_kind}, {"peak_bytes", cost.peak_bytes}, {"layers", layers}};
}

int run(const Options& given) {
    // Understand the conventions and the network
    Options options = given;
    CountingConvention convention;
    for (const std::string& name : options.conventions) {
        if (name == kExpandsAtT1) options.network.options.expands_at_t1 = true;
        else if (name == kNoSeBias) options.network.options.has_se_bias = false;
        else convention = understand([&] { return counting_convention(name, convention); });
    }
    const Graph graph = options.network.build();
    // Print
    if (options.json) fmt::print("{}\n", to_json(graph, count_cost(graph, convention)).dump());
    else fmt::print("{}  input {}\n{}", graph.name(), to_string(graph.input_shape()), summary_table(graph, convention));
    return 0;
}

Run set_up(CLI::App& command) {
    auto options = std::make_shared<Options>();
    options->network.add_to(command);
    command.add_option("--convention", options->conventions, explain_conventions())->delimiter(',')->allow_extra_args(false);
    command.add_flag("--json", options->json, "For machines: {\"net\", \"params\", \"macs\", \"input\", \"layers\"}");
    return [options] { return run(*options); };
}

}  // namespace

REGISTER_COMMAND("summary", "Every layer of a network with its shape, parameters and multiply-adds", set_up);

}  // namespace convbook::cli
