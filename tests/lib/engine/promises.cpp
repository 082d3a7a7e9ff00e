// What a plan promises besides its numbers: little memory, batches, special values, sentences about bad options.
// Leaves out agreement with the interpreter on whole networks (plan.cpp), threads (threads.cpp) and speed (tests/bench).
#include <cmath>
#include <limits>

#include "convbook/backend.h"
#include "convbook/cost.h"
#include "convbook/engine.h"
#include "lib/backends.h"
#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

namespace {

/// A block of each kind, without a pool, so that every output depends on a few pixels only.
Graph small_graph() {
    Graph graph("small", Shape(1, 5, 8, 9));
    const auto conv = [&](const char* name, int out, int in, int kernel, int groups, Activation activation) {
        const int w = graph.add_parameter(std::string(name) + ".weight", Shape(out, in, kernel, kernel)), b = graph.add_parameter(std::string(name) + ".bias", Shape::of({out}));
        graph.append({name, "", Conv2dNode{{.padding = kernel / 2, .groups = groups}, w, b}, {graph.last()}, {}});
        return graph.append({std::string(name) + ".act", "", ActivationNode{activation}, {graph.last()}, {}});
    };
    const int stem = conv("stem", 19, 5, 3, 1, Activation::relu6);
    conv("depthwise", 19, 1, 3, 19, Activation::hardswish);
    graph.append({"sum", "", AddNode{}, {graph.last(), stem}, {}});
    conv("pointwise", 21, 19, 1, 1, Activation::relu);
    graph.append({"max", "", MaxPoolNode{{.kernel = 3, .stride = 2, .padding = 1}}, {graph.last()}, {}});
    return graph;
}

struct Small {
    Graph graph = small_graph();
    Weights weights = rule_weights(graph, "promises", 3);
    Tensor input = rule_tensor("promises", "input", graph.input_shape(), 1);
};

/// Both finite and near, both NaN, or the same infinity.
bool agree(float a, float b) { return (std::isnan(a) && std::isnan(b)) || a == b || std::abs(a - b) < 1e-4f * std::max(1.0f, std::abs(a)); }
void check_agreement(const Tensor& expected, const Tensor& actual) {
    REQUIRE(expected.count() == actual.count());
    for (std::size_t i = 0; i < expected.count(); ++i) {
        CAPTURE(i);
        CHECK(agree(expected.values()[i], actual.values()[i]));
    }
}

Weights zero_weights(const Graph& graph) {
    std::vector<Tensor> tensors;
    for (const Parameter& parameter : graph.parameters()) tensors.emplace_back(parameter.shape);
    return Weights(std::move(tensors));
}

}  // namespace

TEST_CASE("plan: the activations of every network take at most 1.2 times what is alive at one step") {
    on_each_backend([] {
        for (const NetInfo& net : list_nets()) {
            const Graph graph = build_net(net.name, 1.0);
            if (count_cost(graph).params > 8'000'000) continue;  // packing their weights takes long, and their maps are no different
            const Plan plan(graph, zero_weights(graph));
            CAPTURE(net.name);
            CHECK(plan.memory().arena <= plan.memory().least * 6 / 5);
        }
    });
}

TEST_CASE("plan: a batch gives what its images give one by one") {
    const Small small;
    Plan plan(small.graph, small.weights, {.threads = 2});
    const Tensor batch = rule_tensor("promises", "batch", Shape(3, 5, 8, 9), 1), out = plan.run(batch);
    CHECK(to_string(out.shape()) == "[3,21,4,5]");
    const std::size_t in_floats = small.input.count(), out_floats = out.count() / 3;
    for (std::size_t i = 0; i < 3; ++i) {
        const Tensor image(small.graph.input_shape(), batch.values().subspan(i * in_floats, in_floats)), alone = plan.run(image);
        CHECK(std::equal(alone.values().begin(), alone.values().end(), out.values().begin() + static_cast<std::ptrdiff_t>(i * out_floats)));
    }
}

TEST_CASE("plan: NaN and infinity reach exactly the outputs that they reach node by node") {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    for (const float special : {std::numeric_limits<float>::quiet_NaN(), kInfinity, -kInfinity}) {
        Small small;
        small.input.values()[2 * 72 + 4 * 9 + 3] = special;
        small.input.values()[0] = special;
        on_each_backend([&] {
            const Tensor expected = run(small.graph, small.weights, small.input);
            check_agreement(expected, Plan(small.graph, small.weights).run(small.input));
            check_agreement(expected, Plan(small.graph, small.weights, {.without = {Pass::block_channels}}).run(small.input));
        });
    }
}

TEST_CASE("plan: denormal numbers count as 0 while a plan runs, and only then") {
    on_each_backend([] {
        Graph graph("scale", Shape(1, 16, 4, 4));
        graph.append({"conv", "", Conv2dNode{{}, graph.add_parameter("w", Shape(16, 16, 1, 1)), -1}, {0}, {}});
        Tensor weights(Shape(16, 16, 1, 1)), input(graph.input_shape());
        for (float& v : weights.values()) v = 0.5f;
        for (float& v : input.values()) v = 1e-40f;
        const Tensor out = Plan(graph, Weights({weights})).run(input);
        if (active_backend_name() != "reference") CHECK(*std::max_element(out.values().begin(), out.values().end()) == 0.0f);
        // The caller's arithmetic is as it was
        volatile float denormal = 1e-40f;
        CHECK(denormal * 0.5f > 0.0f);
    });
}

TEST_CASE("plan: steps name each layer once") {
    const Graph graph = build_net("mobilenet_v2", 1.0, {.classes = 10, .resolution = 64});
    Plan plan(graph, default_weights(graph, 1));
    std::vector<double> ms;
    plan.run(Tensor(graph.input_shape()), &ms);
    REQUIRE(ms.size() == plan.steps().size());
    std::vector<int> times_named(graph.nodes().size());
    for (const PlanStep& step : plan.steps())
        for (const int node : step.nodes) ++times_named[static_cast<std::size_t>(node)];
    for (const Node& node : graph.nodes()) {
        CAPTURE(node.name);
        const bool is_work = std::holds_alternative<Conv2dNode>(node.operation) || std::holds_alternative<LinearNode>(node.operation);
        CHECK(times_named[static_cast<std::size_t>(&node - graph.nodes().data())] <= 1);
        if (is_work) CHECK(times_named[static_cast<std::size_t>(&node - graph.nodes().data())] == 1);
    }
}

TEST_CASE("plan: what does not fit is refused in a sentence") {
    const Small small;
    CHECK_THROWS_WITH_AS(Plan(small.graph, small.weights, {.threads = 0}), doctest::Contains("threads are 1 to 256; threads=0"), Error);
    CHECK_THROWS_WITH_AS(Plan(small.graph, Weights()), doctest::Contains("small needs 6 weights; got 0"), Error);
    CHECK_THROWS_WITH_AS(Plan(small.graph, small.weights).run(Tensor(Shape(1, 5, 9, 8))), doctest::Contains("was built for an input of [1,5,8,9]; input=[1,5,9,8]"), Error);
    CHECK_THROWS_WITH_AS(find_pass("fuse_everything"), doctest::Contains("fold_batch_norms"), Error);
}
