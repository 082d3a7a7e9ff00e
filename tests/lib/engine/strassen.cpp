// The pass that takes wide pointwise convolutions Strassen's way: exact where rounding cannot enter, whatever the strips, close where it does, and only where it can.
// Leaves out other passes (plan.cpp).
#include <cmath>
#include <limits>

#include "convbook/backend.h"
#include "lib/backends.h"
#include "lib/engine/exact.h"

using namespace convbook;
using namespace convbook::test;

namespace {

void add_pointwise(Graph& graph, const char* name, int out, int in, bool has_bias, int groups = 1) {
    const int w = graph.add_parameter(std::string(name) + ".weight", Shape(out, in / groups, 1, 1));
    const int b = has_bias ? graph.add_parameter(std::string(name) + ".bias", Shape::of({out})) : -1;
    graph.append({name, "", Conv2dNode{{.groups = groups}, w, b}, {graph.last()}, {}});
}

/// Register tiles of unequal size, with a bias and an activation, and without both.
Graph two_wide(int height, int width) {
    Graph graph("two wide", Shape(1, 256, height, width));
    add_pointwise(graph, "wider", 288, 256, true);
    graph.append({"relu", "", ActivationNode{Activation::relu}, {graph.last()}, {}});
    add_pointwise(graph, "narrower", 256, 288, false);
    return graph;
}

int strassen_steps(const Graph& graph) { return steps_of_kind(Plan(graph, default_weights(graph, 1)), "strassen"); }

}  // namespace

TEST_CASE("strassen: small integers come out exactly, for odd and even numbers of pixels, in strips of any size, shared between threads, on every backend") {
    for (const int width : {12, 11}) {
        const Graph graph = two_wide(13, width);
        Random random(41);
        const Weights weights = small_integers(graph, random);
        const Tensor input = small_integers(graph.input_shape(), random, 2), expected = run(graph, weights, input);
        on_each_backend([&] {
            for (const std::size_t cache_bytes : {std::size_t{1}, std::size_t{300'000}, std::size_t{1} << 24})
            for (const int threads : {1, 3}) {
                Plan plan(graph, weights, {.threads = threads, .cache_bytes = cache_bytes});
                CAPTURE(width);
                CAPTURE(cache_bytes);
                CAPTURE(threads);
                CHECK(steps_of_kind(plan, "strassen") == 2);
                CHECK(plan.run(input) == expected);
            }
        });
    }
}

TEST_CASE("strassen: rounding errors stay within eight times what a sum of so many products may have") {
    Graph graph("wide", Shape(1, 256, 12, 12));
    add_pointwise(graph, "conv", 256, 256, true);
    const Weights weights = default_weights(graph, 42);
    const Tensor input = Random(43).uniform_tensor(graph.input_shape(), -1, 1), expected = run(graph, weights, input);
    float largest = 0;
    for (const float w : weights.at(0).values()) largest = std::max(largest, std::abs(w));
    const float bound = 8 * 256 * largest * std::numeric_limits<float>::epsilon();
    on_each_backend([&] {
        const Tensor out = Plan(graph, weights).run(input);
        for (std::size_t i = 0; i < out.values().size(); ++i) CHECK(std::abs(out.values()[i] - expected.values()[i]) <= bound);
    });
}

TEST_CASE("strassen: the pass can be left out, and layers that are narrow, small, in groups or read a shortcut do without it") {
    const Graph graph = two_wide(12, 12);
    CHECK(strassen_steps(graph) == 2);
    CHECK(steps_of_kind(Plan(graph, default_weights(graph, 1), {.without = {Pass::strassen}}), "strassen") == 0);
    CHECK(strassen_steps(two_wide(7, 7)) == 0);
    Graph narrow("narrow", Shape(1, 256, 12, 12));
    add_pointwise(narrow, "conv", 128, 256, false);
    CHECK(strassen_steps(narrow) == 0);
    Graph grouped("grouped", Shape(1, 512, 12, 12));
    add_pointwise(grouped, "conv", 512, 512, false, 2);
    CHECK(strassen_steps(grouped) == 0);
    Graph added("added", Shape(1, 256, 12, 12));
    add_pointwise(added, "conv", 256, 256, false);
    added.append({"sum", "", AddNode{}, {added.last(), 0}, {}});
    CHECK(strassen_steps(added) == 0);
}
