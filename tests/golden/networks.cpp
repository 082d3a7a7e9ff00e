// The checker of whole networks: weights and input by the integer-hash rule, then logits, and values and statistics of named layers.
// Any network that build_net knows is checked; leaves out how they are built.
#include <algorithm>
#include <cmath>

#include "convbook/cost.h"
#include "convbook/engine.h"
#include "convbook/nets.h"
#include "golden/case.h"

namespace convbook::golden {
namespace {

using nlohmann::json;

/// What the case's "args" ask of build_net.
struct NetArguments {
    double scale = 1.0;
    NetOptions options;
};

double number_of(const json& value, const std::string& key) {
    CONVBOOK_REQUIRE(value.is_number(), "golden: \"", key, "\" is a number; got ", value.dump(), ". Correct the JSON file.");
    return value.get<double>();
}

/// One entry of "args"; the names are those of torchvision's functions and of the reference networks.
void read_argument(NetArguments& out, const std::string& key, const json& value) {
    if (key == "alpha" || key == "width_mult" || key == "scale") out.scale = number_of(value, key);
    else if (key == "num_classes") out.options.classes = integer_of(value, key);
    else if (key == "groups") out.options.groups = integer_of(value, key);
    else if (key == "width") out.options.width = integer_of(value, key);
    else if (key == "reduction") out.options.reduction = integer_of(value, key);
    else if (key == "bottleneck" && (value == "blog" || value == "out/4" || value == "paper")) out.options.bottleneck = value == "blog" ? Bottleneck::blog : Bottleneck::paper;
    else if (key == "dropout") return;  // no part of eval mode
    else if (key == "round_nearest" && value == 8) return;
    else throw Unsupported(message("golden: the network argument \"", key, "\" = ", value.dump(), " is not known here."));
}

NetArguments read_arguments(const Case& c) {
    NetArguments out;
    out.options.resolution = c.integer("size");
    // Without num_classes, the logits say how many there are
    out.options.classes = static_cast<int>(std::min<std::size_t>(c.tensor("y").count(), 1 << 20));
    const json none = json::object();
    const json& args = c.has_argument("args") ? c.argument("args") : none;
    CONVBOOK_REQUIRE(args.is_object(), "golden: \"args\" is an object; got ", args.dump(), ". Correct the JSON file.");
    for (const auto& [key, value] : args.items()) read_argument(out, key, value);
    return out;
}

constexpr double kLargestRun = 4e9;  // bytes; MobileNet v2 at 224 x 224 keeps 0.1e9, so more is a slip in the file, not a network

/// Refuses, before anything is allocated, what a slip in `size` or `num_classes` would ask for.
void require_modest(const Graph& graph) {
    double bytes = 0;
    for (const Node& node : graph.nodes()) bytes += 4.0 * static_cast<double>(node.out.count());
    for (const Parameter& parameter : graph.parameters()) bytes += 4.0 * static_cast<double>(parameter.shape.count());
    CONVBOOK_REQUIRE(bytes <= kLargestRun, "golden: a compared network keeps at most ", kLargestRun / 1e9, " GB of weights and activations; ", graph.name(),
                     " for ", graph.input_shape(), " would keep ", bytes / 1e9, " GB. Correct the case's size or arguments.");
}

struct Statistics { double mean = 0, std = 0, absmax = 0; };
Statistics statistics_of(TensorView t) {
    const double count = static_cast<double>(std::max<std::size_t>(t.count(), 1));
    double sum = 0, squares = 0;
    for (const float v : t.values()) sum += v;
    for (const float v : t.values()) squares += (v - sum / count) * (v - sum / count);
    return {sum / count, std::sqrt(squares / count), largest_magnitude(t)};
}

/// A module's output: its first values from the file, its shape and statistics from the case's list.
void compare_tap(Case& c, const std::string& name, TensorView actual) {
    const Tensor first = c.tensor("tap." + name);
    CONVBOOK_REQUIRE(first.count() <= actual.count(), "golden: ", name, " has at least the ", first.count(), " values of the file; ours has ",
                     actual.count(), ".");
    const Statistics ours = statistics_of(actual);
    const json none = json::object();
    const json& all = c.has_argument("taps") ? c.argument("taps") : none;
    const json tap = all.is_object() ? all.value(name, none) : none;
    const auto recorded = [&](const char* key, double otherwise) {
        return tap.is_object() && tap.contains(key) && tap[key].is_number() ? tap[key].get<double>() : otherwise;
    };
    const double tolerance = 1e-3 * recorded("absmax", largest_magnitude(first));
    c.compare({actual.data, first.shape()}, first, name, tolerance);
    c.compare(std::abs(ours.mean - recorded("mean", ours.mean)), name + ", mean", tolerance);
    c.compare(std::abs(ours.std - recorded("std", ours.std)), name + ", deviation", tolerance);
    c.compare(std::abs(ours.absmax - recorded("absmax", ours.absmax)), name + ", largest value", tolerance);
}

void compare_taps(Case& c, const Graph& graph, const Run& run) {
    const std::string prefix = "tap.";
    for (const std::string& tensor : c.tensor_names()) {
        if (tensor.rfind(prefix, 0) != 0) continue;
        const std::string module = tensor.substr(prefix.size());
        const int node = graph.find_module(module);
        CONVBOOK_REQUIRE(node >= 0, "golden: ", graph.name(), " has the module ", module,
                         "; it has not. Compare the builder's names with torchvision's.");
        compare_tap(c, module, run.activations[static_cast<std::size_t>(node)]);
    }
}

/// The first values of the weight rule, bit by bit; the keys are MobileNet v2's, which says their shapes.
void check_rule(Case& c) {
    const Graph graph = mobilenet_v2();
    for (const std::string& key : c.tensor_names()) {
        const auto& parameters = graph.parameters();
        const auto parameter = std::find_if(parameters.begin(), parameters.end(), [&](const Parameter& p) { return p.name == key; });
        if (parameter == parameters.end())
            throw Unsupported(message("golden: MobileNet v2 has no tensor \"", key, "\", so its shape is not known here."));
        const Tensor expected = c.tensor(key), whole = rule_tensor(c.text("salt"), key, parameter->shape, c.number("gain", 6.0));
        CONVBOOK_REQUIRE(expected.count() <= whole.count(), "golden: ", key, " has ", whole.count(), " values; the file has ", expected.count(),
                         ". Write the files again.");
        c.compare({whole.data(), expected.shape()}, expected, key, 0.0);
    }
}

}  // namespace

void check_net(Case& c) {
    const std::string name = c.text("net");
    if (name == "rule_check") return check_rule(c);
    if (find_net(parse_net_name(name).name) == nullptr) throw Unsupported(message("golden: the network \"", name, "\" does not exist here yet."));
    // Build the network, its weights and its input by rule, and keep every activation
    const NetArguments arguments = read_arguments(c);
    const Graph graph = build_net(name, arguments.scale, arguments.options);
    require_modest(graph);
    const std::string salt = c.text("salt");
    const Weights weights = rule_weights(graph, salt, c.number("gain", 6.0));
    const Tensor input = rule_tensor(salt, "input", graph.input_shape(), 1.0);
    const Run run = run_keeping(graph, weights, input);
    // Compare layer by layer, then the logits
    if (c.has_argument("params"))
        c.compare(std::abs(static_cast<double>(count_cost(graph).params) - c.number("params")), "number of parameters", 0.0);
    compare_taps(c, graph, run);
    const Tensor expected = c.tensor("y");
    CONVBOOK_REQUIRE(expected.count() == run.output().count(), "golden: y has as many logits as the network; the file has ", expected.count(),
                     ", ours ", run.output().count(), ". Correct num_classes.");
    const double tolerance = 1e-3 * largest_magnitude(expected);
    c.compare(run.output(), expected.reshaped(run.output().shape()), "y", tolerance);
    // The fast path: folded, blocked, streamed, on two threads
    const Tensor planned = Plan(graph, weights, {.threads = 2}).run(input);
    c.compare(planned, expected.reshaped(planned.shape()), "y of a plan", tolerance);
}

}  // namespace convbook::golden
