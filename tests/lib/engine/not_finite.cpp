// A plan's arithmetic on infinity and NaN: each reaches the outputs that it reaches by the definition, whatever a stage reads beside them.
// Leaves out kernels on their own (lib/kernels/).
#include <cmath>
#include <limits>

#include "convbook/backend.h"
#include "lib/backends.h"
#include "lib/engine/exact.h"

using namespace convbook;
using namespace convbook::test;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNotFinite[] = {std::numeric_limits<float>::quiet_NaN(), kInfinity, -kInfinity};

int add_conv(Graph& graph, const char* name, int out, int in, int kernel, ConvParams params) {
    const int w = graph.add_parameter(std::string(name) + ".weight", Shape(out, in / params.groups, kernel, kernel)), b = graph.add_parameter(std::string(name) + ".bias", Shape::of({out}));
    return graph.append({name, "", Conv2dNode{params, w, b}, {graph.last()}, {}});
}

/// Reads two values one behind the other, whose last blocks are not full: between them stand lanes of no channel.
Graph behind_a_gap(int out, int kernel, ConvParams params) {
    Graph graph("behind a gap", Shape(1, 5, 15, 18));
    const int first = add_conv(graph, "first", 5, 5, 1, {});
    graph.append({"max", "", MaxPoolNode{{.kernel = 1, .stride = 1}}, {graph.last()}, {}});
    graph.append({"concat", "", ConcatNode{}, {first, graph.last()}, {}});
    add_conv(graph, "conv", out, 10, kernel, params);
    graph.append({"relu6", "", ActivationNode{Activation::relu6}, {graph.last()}, {}});
    return graph;
}

/// Twice as wide as Strassen's way asks for.
Graph wide() {
    Graph graph("wide", Shape(1, 256, 11, 13));
    add_conv(graph, "wider", 288, 256, 1, {});
    graph.append({"relu", "", ActivationNode{Activation::relu}, {graph.last()}, {}});
    add_conv(graph, "narrower", 256, 288, 1, {});
    return graph;
}

/// Groups that end within a block.
Graph in_groups(int kernel) {
    Graph graph("in groups", Shape(1, 15, 9, 8));
    add_conv(graph, "first", 21, 15, kernel, {.padding = kernel / 2, .groups = 3});
    graph.append({"shuffle", "", ShuffleNode{3}, {graph.last()}, {}});
    add_conv(graph, "depthwise", 21, 21, 3, {.padding = 1, .groups = 21});
    add_conv(graph, "last", 60, 21, kernel, {.padding = kernel / 2, .groups = 3});
    return graph;
}

/// Groups of 7 channels, which no vector of 2 or 4 steps divides: beside the last step of one group stands the first channel of the next.
Graph beside_groups() {
    Graph graph("beside groups", Shape(1, 21, 5, 6));
    graph.append({"max", "", MaxPoolNode{{.kernel = 1, .stride = 1}}, {graph.last()}, {}});
    add_conv(graph, "grouped", 60, 21, 1, {.groups = 3});
    return graph;
}

/// By plain loops.
Tensor by_definition(const Graph& graph, const Weights& weights, const Tensor& input) {
    const std::string before = active_backend_name();
    force_backend("reference");
    Tensor out = run(graph, weights, input);
    force_backend(before);
    return out;
}

/// Both finite and near, both NaN, or the same infinity.
bool agree(float a, float b) { return (std::isnan(a) && std::isnan(b)) || a == b || std::abs(a - b) < 1e-3f * std::max(1.0f, std::abs(a)); }

std::size_t differences(const Tensor& expected, const Tensor& actual) {
    REQUIRE(expected.count() == actual.count());
    std::size_t count = 0;
    for (std::size_t i = 0; i < expected.count(); ++i) count += agree(expected.values()[i], actual.values()[i]) ? 0 : 1;
    return count;
}

/// One special value in a place of the input, from the first to the last, so many parts of it apart.
void check_everywhere(const Graph& graph, const char* kind, std::size_t parts = 5) {
    const Weights weights = default_weights(graph, 51);
    const Tensor finite = Random(52).uniform_tensor(graph.input_shape(), -1, 1);
    for (const float special : kNotFinite)
    for (std::size_t place = 0; place < finite.count(); place += finite.count() / parts) {
        Tensor input = finite;
        input.values()[place] = special;
        const Tensor expected = by_definition(graph, weights, input);
        on_each_backend([&] {
            for (const int threads : {1, 2}) {
                Plan plan(graph, weights, {.threads = threads, .cache_bytes = 100'000});
                CAPTURE(graph.name());
                CAPTURE(special);
                CAPTURE(place);
                CAPTURE(threads);
                CHECK(steps_of_kind(plan, kind) > 0);
                CHECK(differences(expected, plan.run(input)) == 0);
            }
        });
    }
}

}  // namespace

TEST_CASE("plan: infinity and NaN reach what they reach by the definition, through winograd") { check_everywhere(behind_a_gap(19, 3, {.padding = 1}), "winograd"); }
TEST_CASE("plan: infinity and NaN reach what they reach by the definition, through strassen") { check_everywhere(wide(), "strassen"); }
TEST_CASE("plan: infinity and NaN reach what they reach by the definition, through a dense convolution") { check_everywhere(behind_a_gap(19, 3, {.stride = 2, .padding = 1}), "convolution"); }
TEST_CASE("plan: infinity and NaN reach what they reach by the definition, through a pointwise convolution") { check_everywhere(behind_a_gap(19, 1, {}), "pointwise"); }
TEST_CASE("plan: infinity and NaN reach what they reach by the definition, through pointwise convolutions in groups") { check_everywhere(in_groups(1), "pointwise"); }
TEST_CASE("plan: infinity and NaN in one group's first channel leave the group before it alone") { check_everywhere(beside_groups(), "pointwise", 21); }
TEST_CASE("plan: infinity and NaN reach what they reach by the definition, through dense convolutions in groups") { check_everywhere(in_groups(3), "convolution"); }
