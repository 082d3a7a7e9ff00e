// `convbook summary NET`: every layer with its shape, parameters and multiply-adds, as a table or as JSON.
// Leaves out the counting itself (lib, cost.h) and why counts differ (reasons.cpp).
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/network_options.h"
#include "cli/reasons.h"
#include "convbook/cost.h"

namespace convbook::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
    NetworkOptions network;
    std::vector<std::string> conventions;
    bool json = false, wants_reasons = false;
    std::string mine, mine_params, mine_macs;
};

std::string explain_conventions() {
    std::string text = "How to count, several with commas:";
    for (const CountSwitch& one : list_count_switches()) text += "\n" + one.name + ": " + one.meaning.en;
    return text;
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
            {"params_by_kind", cost.params_by_kind}, {"macs_by_kind", cost.macs_by_kind}, {"peak_bytes", cost.peak_bytes}, {"depth", cost.depth}, {"layers", layers}};
}

int run(const Options& options) {
    // Understand the network, the conventions and the reader's number
    const CountedNet usual{.net = options.network.spec()};
    const CountedNet counted = understand([&] { return switched(usual, options.conventions); });
    const Graph graph = understand([&] { return build_net(counted.net); });
    const std::vector<Question> questions = understand([&] { return read_questions(options.mine, options.mine_params, options.mine_macs); });
    // Answer what was asked, or print the whole summary
    if (options.wants_reasons) return print_reasons(usual.net, options.json);
    if (!questions.empty()) return print_reproductions(usual.net, questions, options.json);
    if (options.json) {
        fmt::print("{}\n", to_json(graph, count_cost(graph, counted.convention)).dump());
        return 0;
    }
    fmt::print("{}  input {}\n{}{}", graph.name(), to_string(graph.input_shape()), summary_table(graph, counted.convention), published_lines(usual.net));
    return 0;
}

Run set_up(CLI::App& command) {
    auto options = std::make_shared<Options>();
    options->network.add_to(command);
    command.add_option("--convention", options->conventions, explain_conventions())->delimiter(',')->allow_extra_args(false);
    command.add_flag("--why", options->wants_reasons, "The known reasons why counts of this network differ, each with both numbers");
    const char* const form = "written as you have it: 3487816, 3.47M, 0.3G";
    command.add_option("--mine", options->mine, std::string("Which conventions give this number, of parameters or operations; ") + form);
    command.add_option("--mine-params", options->mine_params, "As --mine, for parameters only");
    command.add_option("--mine-macs", options->mine_macs, "As --mine, for operations only");
    command.add_flag("--json", options->json, "For machines: {\"net\", \"params\", \"macs\", \"input\", \"layers\"}");
    return [options] { return run(*options); };
}

}  // namespace

REGISTER_COMMAND("summary", "Every layer of a network with its shape, parameters and multiply-adds", set_up);

}  // namespace convbook::cli
