// The interpreter: keeping and freeing give the same answer, a run can be stopped, wrong inputs are explained. Leaves out values (nets/golden.cpp).
#include "convbook/engine.h"

#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

namespace {

const Graph& small_net() {
    static const Graph graph = mobilenet_v2(0.35, {.classes = 10, .resolution = 32});
    return graph;
}
Tensor noise(Shape shape) { return Random(7).uniform_tensor(shape, -1, 1); }

}  // namespace

TEST_CASE("run: freeing activations changes nothing in the output") {
    const Weights weights = rule_weights(small_net(), "run", 6);
    const Tensor input = noise(small_net().input_shape());
    const Run kept = run_keeping(small_net(), weights, input);
    CHECK(kept.is_complete);
    CHECK(run(small_net(), weights, input) == kept.output());
}

TEST_CASE("run: every activation has the shape that the graph inferred") {
    const Run kept = run_keeping(small_net(), rule_weights(small_net(), "run", 6), noise(small_net().input_shape()));
    for (int i = 0; i <= small_net().last(); ++i)
        CHECK(to_string(kept.activations[static_cast<std::size_t>(i)].shape()) == to_string(small_net().node(i).out));
}

TEST_CASE("run: every operation a graph can hold runs and keeps its inferred shape") {
    Graph graph("all", Shape(2, 4, 9, 9));
    const auto last = [&] { return graph.last(); };
    graph.append({"max", "", MaxPoolNode{{.kernel = 3, .stride = 2, .padding = 1}}, {0}, {}});
    graph.append({"avg", "", AvgPoolNode{{.kernel = 3, .stride = 1, .padding = 1}}, {last()}, {}});
    graph.append({"concat", "", ConcatNode{}, {last(), last() - 1}, {}});
    graph.append({"shuffle", "", ShuffleNode{2}, {last()}, {}});
    graph.append({"slice", "", SliceNode{1, 6}, {last()}, {}});
    graph.append({"conv", "", Conv2dNode{{.padding = 1, .groups = 2}, graph.add_parameter("w", Shape(6, 3, 3, 3)), graph.add_parameter("b", Shape::of({6}))}, {last()}, {}});
    graph.append({"gate", "", AdaptiveAvgPoolNode{1}, {last()}, {}});
    graph.append({"scale", "", ScaleChannelsNode{}, {last() - 1, last()}, {}});
    graph.append({"bins", "", AdaptiveAvgPoolNode{{2, 3}}, {last()}, {}});
    graph.append({"dropout", "", DropoutNode{}, {last()}, {}});
    graph.append({"flatten", "", FlattenNode{}, {last()}, {}});
    graph.append({"fc", "", LinearNode{graph.add_parameter("fc", Shape::of({3, 36})), -1}, {last()}, {}});
    const Run kept = run_keeping(graph, rule_weights(graph, "all", 6), noise(graph.input_shape()));
    for (int i = 0; i <= last(); ++i) {
        CAPTURE(graph.node(i).name);
        CHECK(to_string(kept.activations[static_cast<std::size_t>(i)].shape()) == to_string(graph.node(i).out));
    }
}

TEST_CASE("run: a batch is its images one by one") {
    const Graph& graph = small_net();
    const Weights weights = rule_weights(graph, "run", 6);
    const Tensor two = noise(Shape(2, 3, 32, 32));
    const Tensor both = run(graph, weights, two);
    for (int n = 0; n < 2; ++n) {
        const Tensor one = run(graph, weights, TensorView{&two.values()[two.shape().offset(n, 0, 0, 0)], Shape(1, 3, 32, 32)});
        for (int k = 0; k < 10; ++k) CHECK(both(0, 0, n, k) == doctest::Approx(one(0, 0, 0, k)).epsilon(1e-5));
    }
}

TEST_CASE("run: progress sees every node in order and can stop the run") {
    const Weights weights = rule_weights(small_net(), "run", 6);
    int seen = 0;
    const Run stopped = run_keeping(small_net(), weights, noise(small_net().input_shape()), [&](int node) {
        CHECK(node == seen++);
        return node < 4;
    });
    CHECK(seen == 5);
    CHECK_FALSE(stopped.is_complete);
    CHECK_FALSE(stopped.activations[4].is_empty());
    CHECK(stopped.activations[5].is_empty());
    CHECK(stopped.total_ms() >= 0);
}

TEST_CASE("run: an input of another size and weights of another graph are refused with both numbers") {
    const Weights weights = rule_weights(small_net(), "run", 6);
    CHECK(error_of([&] { run(small_net(), weights, noise(Shape(1, 3, 31, 32))); }).find("[1,3,31,32]") != std::string::npos);
    CHECK(error_of([&] { run(small_net(), Weights(), noise(Shape(1, 3, 32, 32))); }).find("got 0") != std::string::npos);
}

TEST_CASE("top predictions: probabilities fall, sum to at most 1, and ties go to the lower index") {
    const Tensor logits(Shape::of({1, 5}), {1, 3, 2, 3, -1});
    const auto top = top_predictions(logits, 3);
    REQUIRE(top.size() == 3);
    CHECK(top[0].index == 1);
    CHECK(top[1].index == 3);
    CHECK(top[2].index == 2);
    CHECK(top[0].probability == top[1].probability);
    CHECK(top_predictions(logits, 99).size() == 5);
    CHECK_THROWS_AS(top_predictions(Tensor(Shape::of({2, 5}))), Error);
}
