// Claims about training: the way back through a graph, what learns and what stands still, optimisers, and that a small network learns.
#include <doctest/doctest.h>

#include "convbook/engine.h"
#include "convbook/nets.h"
#include "convbook/train.h"
#include "lib/ops/algebra.h"

using namespace convbook;

namespace {

/// A branch of every kind: shortcut, gate, concat, slice, shuffle, pools, dropout; smooth activations, so that differences tell slopes.
Graph every_node() {
    Graph graph("every_node", {2, 4, 8, 8});
    const auto append = [&](const char* name, Operation operation, std::vector<int> inputs) { return graph.append({name, "", operation, std::move(inputs), {}}); };
    const auto vector = [&](const std::string& name, int length) { return graph.add_parameter(name, Shape::of({length})); };
    const int stem = append("stem", Conv2dNode{{.stride = 2, .padding = 1}, graph.add_parameter("stem.weight", {6, 4, 3, 3}), vector("stem.bias", 6)}, {0});
    const int norm = append("norm", BatchNormNode{{}, vector("norm.weight", 6), vector("norm.bias", 6), vector("norm.mean", 6), vector("norm.var", 6)}, {stem});
    const int act = append("act", ActivationNode{Activation::silu}, {norm});
    const int deep = append("deep", Conv2dNode{{.padding = 1, .groups = 6}, graph.add_parameter("deep.weight", {6, 1, 3, 3}), -1}, {act});
    const int wide = append("wide", Conv2dNode{{}, graph.add_parameter("wide.weight", {6, 6, 1, 1}), -1}, {deep});
    const int sum = append("sum", AddNode{}, {act, wide});
    const int squeeze = append("squeeze", AdaptiveAvgPoolNode{}, {sum});
    const int excite = append("excite", LinearNode{graph.add_parameter("excite.weight", Shape::of({6, 6})), vector("excite.bias", 6)}, {squeeze});
    const int gate = append("gate", ActivationNode{Activation::sigmoid}, {excite});
    const int gated = append("gated", ScaleChannelsNode{}, {sum, gate});
    const int left = append("left", SliceNode{0, 2}, {gated}), right = append("right", SliceNode{2, 4}, {gated});
    const int joined = append("joined", ConcatNode{}, {right, left});
    const int shuffled = append("shuffled", ShuffleNode{2}, {joined});
    const int grouped = append("grouped", Conv2dNode{{.padding = 1, .groups = 2}, graph.add_parameter("grouped.weight", {4, 3, 3, 3}), -1}, {shuffled});
    const int largest = append("largest", MaxPoolNode{{}}, {grouped}), mean = append("mean", AvgPoolNode{{}}, {grouped});
    const int both = append("both", AddNode{}, {largest, mean});
    const int flat = append("flat", FlattenNode{}, {both});
    const int dropped = append("dropped", DropoutNode{0.25f}, {flat});
    append("logits", LinearNode{graph.add_parameter("logits.weight", Shape::of({3, 16})), vector("logits.bias", 3)}, {dropped});
    return graph;
}

const int kTargets[] = {2, 0};

/// The loss of a training run; dropout always draws the same.
float loss_of(const Graph& graph, Weights weights, TensorView input) {
    Random random(5);
    return cross_entropy(run_training(graph, weights, input, random).output(), kTargets);
}

Gradients gradients_of(const Graph& graph, Weights weights, TensorView input, const Frozen& frozen = {}, bool wants_input = true) {
    Random random(5);
    const TrainingRun run = run_training(graph, weights, input, random, frozen);
    return backward(graph, weights, run, cross_entropy_gradient(run.output(), kTargets), frozen, wants_input);
}

/// The slope of `loss` along `direction`, by a central difference around `at`, against the gradient's inner product with it.
template <class Loss>
void check_slope(const Tensor& at, const Tensor& gradient, const Loss& loss, Random& random) {
    Tensor direction = random.uniform_tensor(at.shape(), -1.0f, 1.0f), ahead(at), behind(at);
    constexpr float kStep = 1.0f / 1024;  // small, so that no maximum changes hands on the way
    for (std::size_t i = 0; i < at.count(); ++i) ahead.data()[i] += kStep * direction.data()[i], behind.data()[i] -= kStep * direction.data()[i];
    const double slope = (static_cast<double>(loss(ahead)) - loss(behind)) / (2 * kStep), expected = dot(gradient, direction);
    // Roundings of losses near 1, over 2/1024, and the curvature's share of the step
    CHECK(std::abs(slope - expected) <= 1e-3 + 0.01 * std::abs(expected));
}

/// Coloured stripes: class 0 lies, class 1 stands, class 2 is plain; each image with noise of its own.
struct Batch { Tensor images; std::vector<int> labels; };
Batch stripes(Random& random, int count) {
    Batch batch{random.uniform_tensor({count, 3, 12, 12}, -0.5f, 0.5f), {}};
    for (int n = 0; n < count; ++n) {
        batch.labels.push_back(random.integer(0, 2));
        for (int c = 0; c < 3; ++c)
        for (int y = 0; y < 12; ++y)
        for (int x = 0; x < 12; ++x) batch.images(n, c, y, x) += batch.labels.back() == 2 ? 0.0f : (batch.labels.back() == 0 ? y : x) / 2 % 2 == 0 ? 1.0f : -1.0f;
    }
    return batch;
}

Graph separable_net() {
    Graph graph("stripes", {1, 3, 12, 12});
    const int stem = graph.append({"stem", "", Conv2dNode{{.stride = 2, .padding = 1}, graph.add_parameter("stem.weight", {8, 3, 3, 3}), graph.add_parameter("stem.bias", Shape::of({8}))}, {0}, {}});
    const int act = graph.append({"act", "", ActivationNode{Activation::relu6}, {stem}, {}});
    const int deep = graph.append({"deep", "", Conv2dNode{{.padding = 1, .groups = 8}, graph.add_parameter("deep.weight", {8, 1, 3, 3}), -1}, {act}, {}});
    const int wide = graph.append({"wide", "", Conv2dNode{{}, graph.add_parameter("wide.weight", {12, 8, 1, 1}), -1}, {deep}, {}});
    const int norm = graph.append({"norm", "", BatchNormNode{{}, graph.add_parameter("norm.weight", Shape::of({12})), graph.add_parameter("norm.bias", Shape::of({12})),
                                                             graph.add_parameter("norm.running_mean", Shape::of({12})), graph.add_parameter("norm.running_var", Shape::of({12}))}, {wide}, {}});
    const int hidden = graph.append({"hidden", "", ActivationNode{Activation::hardswish}, {norm}, {}});
    const int pool = graph.append({"pool", "", AdaptiveAvgPoolNode{}, {hidden}, {}});
    graph.append({"logits", "", LinearNode{graph.add_parameter("logits.weight", Shape::of({3, 12})), graph.add_parameter("logits.bias", Shape::of({3}))}, {pool}, {}});
    return graph;
}

struct Course { std::vector<float> losses; Weights weights; int right = 0; };
Course train(const Optimiser::Rule& rule, float rate, int steps) {
    Random random(3);
    const Graph graph = separable_net();
    Trainer trainer(graph, default_weights(graph, 1), rule);
    Course course;
    for (int step = 0; step < steps; ++step) {
        const Batch batch = stripes(random, 16);
        const TrainingStep result = trainer.step(batch.images, batch.labels, cosine_rate(rate, step, steps) * warm_up(step, 5));
        course.losses.push_back(result.loss);
        course.right = result.right;
    }
    course.weights = trainer.weights();
    return course;
}

bool is_same(const Weights& a, const Weights& b) {
    for (int i = 0; i < static_cast<int>(a.size()); ++i)
        if (!(a.at(i) == b.at(i))) return false;
    return a.size() == b.size();
}

}  // namespace

TEST_CASE("backward through every kind of node is the slope of the loss, for each parameter and the input") {
    const Graph graph = every_node();
    const Weights weights = rule_weights(graph, "slopes", 2.0);
    Random random(1);
    const Tensor input = random.normal_tensor(graph.input_shape());
    const Gradients gradients = gradients_of(graph, weights, input);
    check_slope(input, gradients.input, [&](const Tensor& moved) { return loss_of(graph, weights, moved); }, random);
    int learning = 0;
    for (int i = 0; i < static_cast<int>(weights.size()); ++i) {
        const Tensor& gradient = gradients.parameters[static_cast<std::size_t>(i)];
        INFO(graph.parameter(i).name);
        CHECK(gradient.is_empty() == (graph.parameter(i).name == "norm.mean" || graph.parameter(i).name == "norm.var"));
        if (gradient.is_empty()) continue;
        ++learning;
        const auto loss = [&](const Tensor& moved) {
            Weights others = weights;
            others.at(i) = moved;
            return loss_of(graph, others, input);
        };
        check_slope(weights.at(i), gradient, loss, random);
    }
    CHECK(learning == 11);
}

TEST_CASE("what is frozen has no gradient, and nothing before the first layer that learns is computed") {
    const Graph graph = every_node();
    const Weights weights = rule_weights(graph, "slopes", 2.0);
    const Tensor input = Random(1).normal_tensor(graph.input_shape());
    Frozen frozen;
    for (int i = 0; i < static_cast<int>(weights.size()); ++i) frozen.insert(i);
    for (const int i : parameters_below(graph, "logits")) frozen.erase(i);
    const Gradients some = gradients_of(graph, weights, input, frozen, false);
    for (int i = 0; i < static_cast<int>(weights.size()); ++i) CHECK(some.parameters[static_cast<std::size_t>(i)].is_empty() == frozen.contains(i));
    CHECK(some.input.is_empty());
}

TEST_CASE("a path freezes the modules below it, and not those whose name only begins alike") {
    Graph graph("names", {1, 1, 1, 1});
    for (const char* name : {"features.0.weight", "features2.weight", "classifier.weight"}) graph.add_parameter(name, Shape::of({1}));
    CHECK(parameters_below(graph, "features") == Frozen{0});
    CHECK(parameters_below(graph, "features.0.weight") == Frozen{0});
    CHECK(parameters_below(graph, "") == Frozen{0, 1, 2});
}

TEST_CASE("a training run moves running statistics; a frozen batch norm uses them as they are, as in use") {
    const Graph graph = every_node();
    const Weights before = rule_weights(graph, "slopes", 2.0);
    const Tensor input = Random(1).normal_tensor(graph.input_shape());
    const int norm = graph.find("norm");
    const auto& parameters = std::get<BatchNormNode>(graph.node(norm).operation);
    Weights moved = before, kept = before;
    Random random(5);
    run_training(graph, moved, input, random);
    CHECK_FALSE(moved.at(parameters.mean) == before.at(parameters.mean));
    const TrainingRun frozen = run_training(graph, kept, input, random, {parameters.mean});
    CHECK(is_same(kept, before));
    CHECK(frozen.activations[static_cast<std::size_t>(norm)] == run_keeping(graph, before, input).activations[static_cast<std::size_t>(norm)]);
}

TEST_CASE("a depthwise separable network learns to tell stripes apart, with every optimiser") {
    const std::pair<Optimiser::Rule, float> rules[] = {{Sgd{.momentum = 0.9f, .weight_decay = 1e-4f, .is_nesterov = true}, 0.1f},
                                                       {Adam{}, 0.02f},
                                                       {Adam{.weight_decay = 0.01f, .is_decoupled = true}, 0.02f},
                                                       {RmsProp{.decay = 0.9f, .momentum = 0.9f}, 0.002f}};
    for (const auto& [rule, rate] : rules) {
        const Course course = train(rule, rate, 60);
        INFO("rule ", rule.index(), ": loss ", course.losses.front(), " -> ", course.losses.back());
        CHECK(course.losses.front() > 0.8f);
        CHECK(course.losses.back() < 0.15f);
        CHECK(course.right == 16);
    }
}

TEST_CASE("training is reproducible bit by bit") {
    const Course once = train(Sgd{.momentum = 0.9f}, 0.1f, 10), again = train(Sgd{.momentum = 0.9f}, 0.1f, 10);
    CHECK(once.losses == again.losses);
    CHECK(is_same(once.weights, again.weights));
}

TEST_CASE("one step of each rule on p = 1, g = 0.5, worked by hand") {
    const auto moved = [](const Optimiser::Rule& rule, int steps = 1) {
        Weights weights({Tensor(Shape::of({1}), 1.0f)});
        Optimiser optimiser(rule);
        for (int i = 0; i < steps; ++i) optimiser.step(weights, std::vector{Tensor(Shape::of({1}), 0.5f)}, 0.5f);
        return weights.at(0).data()[0];
    };
    CHECK(moved(Sgd{}) == 0.75f);                                                   // 1 - 0.5 * 0.5
    CHECK(moved(Sgd{.weight_decay = 0.5f}) == 0.5f);                                // g = 0.5 + 0.5 * 1
    CHECK(moved(Sgd{.momentum = 0.5f}, 2) == 0.375f);                               // v = 0.5, then 0.75
    CHECK(moved(Sgd{.momentum = 0.5f, .dampening = 0.5f}, 2) == 0.5f);              // v = 0.5, then 0.25 + 0.25
    CHECK(moved(Sgd{.momentum = 0.5f, .is_nesterov = true}) == 0.625f);             // g + 0.5 * 0.5
    CHECK(moved(Adam{}) == doctest::Approx(0.5));                                   // m^ / sqrt(v^) = 1 at first
    CHECK(moved(Adam{.weight_decay = 0.5f, .is_decoupled = true}) == doctest::Approx(0.25));  // 0.75, then 0.5 less
    CHECK(moved(RmsProp{.decay = 0.75f, .eps = 0}) == 0.0f);                        // sqrt(0.25 * 0.25) = 0.25; 1 - 0.5 * 0.5 / 0.25
}

TEST_CASE("learning rates fall by a cosine, in steps, and rise while warming up") {
    CHECK(cosine_rate(1, 0, 10) == 1.0f);
    CHECK(cosine_rate(1, 5, 10) == doctest::Approx(0.5));
    CHECK(cosine_rate(1, 10, 10) == 0.0f);
    CHECK(cosine_rate(1, 99, 10) == 0.0f);
    CHECK(step_rate(1, 29, 30, 0.5f) == 1.0f);
    CHECK(step_rate(1, 60, 30, 0.5f) == 0.25f);
    CHECK(warm_up(0, 4) == 0.25f);
    CHECK(warm_up(9, 4) == 1.0f);
}

TEST_CASE("training explains what does not fit") {
    const Graph graph = separable_net();
    Trainer trainer(graph, default_weights(graph, 1), Sgd{});
    CHECK_THROWS_WITH_AS(trainer.step(Tensor({2, 3, 12, 12}), std::vector{0}, 0.1f), "cross_entropy: one target per row; logits=[2,3], targets=1. Give 2 class numbers.", Error);
    CHECK_THROWS_AS(trainer.step(Tensor({2, 3, 8, 8}), std::vector{0, 1}, 0.1f), Error);
    CHECK_THROWS_WITH_AS(Optimiser(Sgd{.momentum = 2}), "Sgd: momentum is a share; momentum=2. Use a number from 0 to 1.", Error);
    CHECK_THROWS_AS(Optimiser(Sgd{.is_nesterov = true}), Error);
    CHECK_THROWS_AS(Optimiser(Adam{.beta2 = 1}), Error);
    CHECK_THROWS_AS(Optimiser(RmsProp{.eps = -1}), Error);
    CHECK_THROWS_AS(cosine_rate(1, 0, 0), Error);
    Weights weights = default_weights(graph, 1);
    CHECK_THROWS_AS(Optimiser(Sgd{}).step(weights, std::vector<Tensor>(2), 0.1f), Error);
    CHECK_THROWS_AS(backward(graph, weights, {}, Tensor(Shape::of({1, 3}))), Error);
}
