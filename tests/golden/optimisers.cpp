// The checkers of optimisers: single steps on given gradients, and a small network trained for a few steps on one batch.
#include <algorithm>
#include <cmath>

#include "convbook/train.h"
#include "golden/case.h"

namespace convbook::golden {
namespace {

float factor(const Case& c, const char* key, double otherwise) { return static_cast<float>(c.number(key, otherwise)); }

Adam adam_of(const Case& c, bool is_decoupled, double weight_decay) {
    Adam adam{.eps = factor(c, "eps", 1e-8), .weight_decay = factor(c, "weight_decay", weight_decay), .is_decoupled = is_decoupled, .is_amsgrad = c.flag("amsgrad", false)};
    if (!c.has_argument("betas")) return adam;
    const nlohmann::json& betas = c.argument("betas");
    CONVBOOK_REQUIRE(betas.is_array() && betas.size() == 2 && betas[0].is_number() && betas[1].is_number(), "golden: \"betas\" are two numbers; got ", betas.dump(),
                     ". Correct the JSON file.");
    adam.beta1 = betas[0].get<float>(), adam.beta2 = betas[1].get<float>();
    return adam;
}

/// PyTorch's optimiser of that name with the case's arguments and PyTorch's defaults.
Optimiser::Rule rule_of(const Case& c, const std::string& name) {
    if (name == "sgd")
        return Sgd{.momentum = factor(c, "momentum", 0), .dampening = factor(c, "dampening", 0), .weight_decay = factor(c, "weight_decay", 0), .is_nesterov = c.flag("nesterov", false)};
    if (name == "adam") return adam_of(c, false, 0);
    if (name == "adamw") return adam_of(c, true, 0.01);
    if (name == "rmsprop")
        return RmsProp{.decay = factor(c, "alpha", 0.99), .eps = factor(c, "eps", 1e-8), .momentum = factor(c, "momentum", 0), .weight_decay = factor(c, "weight_decay", 0),
                       .is_centered = c.flag("centered", false)};
    throw Unsupported(message("golden: the optimiser \"", name, "\" is not known here."));
}

/// Row `step` of a tensor [steps, ...], as a vector.
Tensor row(const Tensor& all, std::size_t steps, std::size_t step) {
    const std::size_t size = all.count() / steps;
    return Tensor(Shape::of({static_cast<int>(size)}), all.values().subspan(step * size, size));
}

/// p0, then the parameter after each step with the gradients given.
void check_steps(Case& c, const std::string& name) {
    const Tensor p0 = c.tensor("p0"), grads = c.tensor("grads"), params = c.tensor("params");
    const std::size_t steps = p0.is_empty() ? 0 : grads.count() / p0.count();
    CONVBOOK_REQUIRE(steps >= 1 && grads.count() == steps * p0.count() && params.shape() == grads.shape(), "golden: grads and params hold one p0 a step; p0=", p0.shape(),
                     ", grads=", grads.shape(), ", params=", params.shape(), ". Write the files again.");
    Optimiser optimiser(rule_of(c, name));
    Weights weights({p0.reshaped(Shape::of({static_cast<int>(p0.count())}))});
    for (std::size_t step = 0; step < steps; ++step) {
        optimiser.step(weights, std::vector{row(grads, steps, step)}, factor(c, "lr", 1e-3));
        const Tensor expected = row(params, steps, step);
        c.compare(weights.at(0), expected, message("params after step ", step + 1), 1e-5 * std::max(1.0, largest_magnitude(expected)));
    }
}

constexpr const char* kSmallNet = "conv3-8 s2 p1|bn|relu6|dw3 p1|bn|relu6|pw 8-12|bn|relu6|gap|linear 12-5 (nn.Sequential indices in the keys)";

/// Appends a convolution, its batch norm and ReLU6, whose keys are `index` and `index + 1`.
int append_layer(Graph& graph, int index, int in, const Shape& w, const ConvParams& params) {
    const auto parameter = [&](int module, const char* name, const Shape& shape) { return graph.add_parameter(message(module, '.', name), shape); };
    const Shape channels = Shape::of({w.n});
    const int conv = graph.append({message(index), "", Conv2dNode{params, parameter(index, "weight", w), -1}, {in}, {}});
    const int norm = graph.append({message(index + 1), "",
                                   BatchNormNode{{}, parameter(index + 1, "weight", channels), parameter(index + 1, "bias", channels), parameter(index + 1, "running_mean", channels),
                                                 parameter(index + 1, "running_var", channels)},
                                   {conv}, {}});
    return graph.append({message(index + 2), "", ActivationNode{Activation::relu6}, {norm}, {}});
}

/// The network that kSmallNet describes.
Graph small_net(const Shape& input) {
    Graph graph("train5", input);
    int last = append_layer(graph, 0, 0, {8, 3, 3, 3}, {.stride = 2, .padding = 1});
    last = append_layer(graph, 3, last, {8, 1, 3, 3}, {.padding = 1, .groups = 8});
    last = append_layer(graph, 6, last, {12, 8, 1, 1}, {});
    last = graph.append({"9", "", AdaptiveAvgPoolNode{}, {last}, {}});
    last = graph.append({"10", "", FlattenNode{}, {last}, {}});
    const int weight = graph.add_parameter("11.weight", Shape::of({5, 12})), bias = graph.add_parameter("11.bias", Shape::of({5}));
    graph.append({"11", "", LinearNode{weight, bias}, {last}, {}});
    return graph;
}

void check_training(Case& c) {
    if (c.text("net") != kSmallNet) throw Unsupported(message("golden: the network \"", c.text("net"), "\" is not known here."));
    const Tensor x = c.tensor("x"), losses = c.tensor("losses");
    const Graph graph = small_net(x.shape());
    std::vector<Tensor> initial;
    for (const Parameter& parameter : graph.parameters()) {
        initial.push_back(c.tensor("init." + parameter.name));
        CONVBOOK_REQUIRE(initial.back().shape() == parameter.shape, "golden: init.", parameter.name, " is ", parameter.shape, "; it is ", initial.back().shape(), ". Write the files again.");
    }
    std::vector<int> labels;
    for (const std::int64_t label : c.integers("target")) labels.push_back(static_cast<int>(std::clamp<std::int64_t>(label, -1, 5)));  // the loss refuses both ends
    Trainer trainer(graph, Weights(std::move(initial)), rule_of(c, c.text("optimizer")));
    for (std::size_t step = 0; step < losses.count(); ++step) {
        const float loss = trainer.step(x, labels, factor(c, "lr", 1e-3)).loss, expected = losses.data()[step];
        c.compare(std::abs(loss - expected), message("loss of step ", step + 1), 1e-3 * std::abs(expected));
    }
    for (int i = 0; i < static_cast<int>(graph.parameters().size()); ++i) c.compare_gradient(trainer.weights().at(i), "final." + graph.parameter(i).name);
}

}  // namespace

void check_optimiser(Case& c) {
    const std::string op = c.text("op");
    if (op == "train5") check_training(c);
    else check_steps(c, op);
}

}  // namespace convbook::golden
