// Plans: whatever passes, threads, caches and backends a plan is made with, it computes what the interpreter does; and it needs little memory.
// Leaves out speed (tests/bench).
#include <cmath>

#include "convbook/backend.h"
#include "convbook/cost.h"
#include "convbook/engine.h"
#include "lib/backends.h"
#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

namespace {

/// Largest difference as a share of the largest value expected.
double relative_difference(const Tensor& expected, const Tensor& actual) {
    REQUIRE(to_string(expected.shape()) == to_string(actual.shape()));
    double largest = 1e-6;
    for (const float v : expected.values()) largest = std::max(largest, static_cast<double>(std::abs(v)));
    return max_abs_difference(expected, actual) / largest;
}
constexpr double kTolerance = 1e-4;  // sums of thousands of terms in another order, through fifty layers

struct Case {
    Graph graph;
    Weights weights;
    Tensor input, expected;
    Case(Graph g, double gain) : graph(std::move(g)), weights(rule_weights(graph, "plan", gain)), input(rule_tensor("plan", "input", graph.input_shape(), 1)), expected(run(graph, weights, input)) {}
    double difference(const PlanOptions& options = {}) const { return relative_difference(expected, Plan(graph, weights, options).run(input)); }
};

bool has_large_classifier(const NetInfo& net) { return net.name == "vgg16" || net.name.starts_with("alexnet"); }

Case small_case(const NetInfo& net, int classes) {
    const bool is_large = has_large_classifier(net);
    return {build_net(net.name, 1.0, {.classes = classes, .resolution = is_large ? 64 : 65}), is_large || net.name == "squeezenet1_0" ? 2.5 : 6};
}

/// Every network of the book, small; VGG and AlexNet without their classifiers, 229 million weights that would be packed again under every option.
const std::vector<Case>& small_networks() {
    static const std::vector<Case> cases = [] {
        std::vector<Case> made;
        for (const NetInfo& net : list_nets()) made.push_back(small_case(net, has_large_classifier(net) ? 0 : 10));
        return made;
    }();
    return cases;
}

/// Those of them that are made in no time: a plan of VGG-16 packs half a gigabyte of weights and has no kind of layer that the others lack.
std::vector<const Case*> light_networks() {
    std::vector<const Case*> light;
    for (const Case& net : small_networks())
        if (count_cost(net.graph).params < 12'000'000) light.push_back(&net);
    return light;
}

/// Every kind of node, and values that several layers read.
Graph all_operations() {
    Graph graph("all", Shape(1, 6, 9, 11));
    const auto last = [&] { return graph.last(); };
    const auto vector = [&](const char* name, int length) { return graph.add_parameter(name, Shape::of({length})); };
    const int max = graph.append({"max", "", MaxPoolNode{{.kernel = 3, .stride = 2, .padding = 1}}, {0}, {}});
    const int avg = graph.append({"avg", "", AvgPoolNode{{.kernel = 3, .stride = 1, .padding = 1}}, {max}, {}});
    graph.append({"concat", "", ConcatNode{}, {avg, max, avg}, {}});
    graph.append({"shuffle", "", ShuffleNode{3}, {last()}, {}});
    const int slice = graph.append({"slice", "", SliceNode{1, 12}, {last()}, {}});
    const int grouped = graph.append({"grouped", "", Conv2dNode{{.padding = 1, .groups = 2}, graph.add_parameter("w", Shape(12, 6, 3, 3)), vector("b", 12)}, {slice}, {}});
    graph.append({"norm", "", BatchNormNode{{}, vector("g.weight", 12), vector("g.bias", 12), vector("g.running_mean", 12), vector("g.running_var", 12)}, {grouped}, {}});
    graph.append({"norm of norm", "", BatchNormNode{{}, vector("h.weight", 12), vector("h.bias", 12), vector("h.running_mean", 12), vector("h.running_var", 12)}, {last()}, {}});
    graph.append({"silu", "", ActivationNode{Activation::silu}, {last()}, {}});
    graph.append({"add", "", AddNode{}, {last(), slice}, {}});
    graph.append({"relu6", "", ActivationNode{Activation::relu6}, {last()}, {}});
    const int twice = graph.append({"multiplier", "", Conv2dNode{{.padding = 1, .dilation = 1, .groups = 12}, graph.add_parameter("dw", Shape(24, 1, 3, 3))}, {last()}, {}});
    graph.append({"reflect", "", Conv2dNode{{.padding = 1, .mode = PaddingMode::reflect}, graph.add_parameter("r", Shape(8, 24, 3, 3))}, {twice}, {}});
    graph.append({"strided", "", Conv2dNode{{.stride = 2}, graph.add_parameter("s", Shape(8, 8, 1, 1))}, {last()}, {}});
    const int narrow = last();
    graph.append({"gate", "", AdaptiveAvgPoolNode{1}, {narrow}, {}});
    graph.append({"tanh", "", ActivationNode{Activation::tanh}, {last()}, {}});
    graph.append({"scale", "", ScaleChannelsNode{}, {narrow, last()}, {}});
    graph.append({"project", "", Conv2dNode{{}, graph.add_parameter("p", Shape(8, 8, 1, 1))}, {last()}, {}});
    graph.append({"same", "", AddNode{}, {last(), last()}, {}});
    graph.append({"bins", "", AdaptiveAvgPoolNode{{2, 3}}, {last()}, {}});
    graph.append({"dropout", "", DropoutNode{}, {last()}, {}});
    graph.append({"flatten", "", FlattenNode{}, {last()}, {}});
    graph.append({"fc", "", LinearNode{graph.add_parameter("fc", Shape::of({5, 48})), vector("fc.bias", 5)}, {last()}, {}});
    return graph;
}

}  // namespace

TEST_CASE("plan: every network of the book gives the interpreter's output on every backend") {
    for (const NetInfo& info : list_nets()) {
        const Case net = small_case(info, 10);
        CAPTURE(net.graph.name());
        on_each_backend([&] { CHECK(net.difference() < kTolerance); });
    }
}

TEST_CASE("plan: every kind of node, padding and sharing of values runs") {
    const Case all(all_operations(), 6);
    on_each_backend([&] { CHECK(all.difference() < kTolerance); });
}

TEST_CASE("plan: it keeps the backend that it was made with, with blocks and without, while others are forced") {
    const Case net = small_case(*find_net("mobilenet_v2"), 10);
    const std::string best = active_backend_name();
    for (const std::vector<Pass>& without : {std::vector<Pass>{}, std::vector<Pass>{Pass::block_channels}})
        on_each_backend([&] {
            Plan plan(net.graph, net.weights, {.without = without});
            const Tensor before = plan.run(net.input);
            for (const std::string& other : {best, std::string("reference")}) {
                force_backend(other);
                CHECK(plan.run(net.input) == before);
            }
        });
    CHECK(active_backend_name() == best);
}

TEST_CASE("plan: a gate goes into the next layer's weights where a channel has fewer of them than pixels, and multiplies the pixels elsewhere; both give the same") {
    for (const int outputs : {9, 10}) {
        Graph graph("gated", Shape(1, 8, 3, 3));
        graph.append({"mean", "", AdaptiveAvgPoolNode{1}, {0}, {}});
        graph.append({"gate", "", ActivationNode{Activation::hardsigmoid}, {graph.last()}, {}});
        graph.append({"scale", "", ScaleChannelsNode{}, {0, graph.last()}, {}});
        graph.append({"project", "", Conv2dNode{{}, graph.add_parameter("p", Shape(outputs, 8, 1, 1))}, {graph.last()}, {}});
        const Case gated(std::move(graph), 6);
        CAPTURE(outputs);
        const Plan plan(gated.graph, gated.weights);
        const bool scales_pixels = std::any_of(plan.steps().begin(), plan.steps().end(), [](const PlanStep& step) { return step.name == "scale"; });
        CHECK(scales_pixels == (outputs > 9));
        on_each_backend([&] { CHECK(gated.difference() < kTolerance); });
    }
}

TEST_CASE("plan: leaving out any pass, or all from some rung of the ladder on, changes nothing in the output") {
    for (const Case* light : light_networks()) {
        const Case& net = *light;
        CAPTURE(net.graph.name());
        std::vector<Pass> above;
        for (std::size_t i = list_passes().size(); i-- > 0;) {
            const PassInfo& info = list_passes()[i];
            CAPTURE(info.name);
            CHECK(net.difference({.without = {info.pass}}) < kTolerance);
            above.push_back(info.pass);
            if (above.size() > 1) CHECK(net.difference({.without = above}) < kTolerance);
        }
    }
}

TEST_CASE("plan: any number of threads and any size of cache gives the same output") {
    for (const Case* light : light_networks()) {
        const Case& net = *light;
        CAPTURE(net.graph.name());
        for (const int threads : {2, 3, 7}) CHECK(net.difference({.threads = threads}) < kTolerance);
        for (const std::size_t bytes : {std::size_t{1}, std::size_t{1} << 14, std::size_t{1} << 17, std::size_t{1} << 30}) CHECK(net.difference({.threads = 2, .cache_bytes = bytes}) < kTolerance);
    }
}
