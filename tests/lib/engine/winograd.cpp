// The pass that takes 3x3 convolutions Winograd's way: exact where rounding cannot enter, whatever the strips.
// Leaves out its kernels (lib/kernels/blocked.cpp), what is not finite (not_finite.cpp) and other passes (plan.cpp).
#include "convbook/backend.h"
#include "convbook/engine.h"
#include "lib/backends.h"
#include "lib/data.h"
#include "lib/engine/exact.h"

using namespace convbook;
using namespace convbook::test;

namespace {

void add_conv(Graph& graph, const char* name, int out, int in, int padding, int from) {
    const int w = graph.add_parameter(std::string(name) + ".weight", Shape(out, in, 3, 3)), b = graph.add_parameter(std::string(name) + ".bias", Shape::of({out}));
    graph.append({name, "", Conv2dNode{{.padding = padding}, w, b}, {from}, {}});
}

/// Reads a concatenation of two values whose last blocks are not full; paddings 0, 1 and 2; odd heights and widths; a shortcut.
Graph three_by_three() {
    Graph graph("three by three", Shape(1, 5, 15, 18));
    graph.append({"max", "", MaxPoolNode{{.kernel = 3, .stride = 1, .padding = 1}}, {0}, {}});
    graph.append({"concat", "", ConcatNode{}, {graph.last(), graph.last()}, {}});
    add_conv(graph, "wider", 21, 10, 2, graph.last());
    add_conv(graph, "narrower", 19, 21, 0, graph.last());
    const int shortcut = graph.last();
    add_conv(graph, "same", 19, 19, 1, graph.last());
    graph.append({"sum", "", AddNode{}, {graph.last(), shortcut}, {}});
    graph.append({"relu", "", ActivationNode{Activation::relu}, {graph.last()}, {}});
    return graph;
}

}  // namespace

TEST_CASE("winograd: small integers come out exactly, in strips of any height, shared between threads, on every backend") {
    const Graph graph = three_by_three();
    Random random(31);
    const Weights weights = small_integers(graph, random);
    const Tensor input = small_integers(graph.input_shape(), random, 2), expected = run(graph, weights, input);
    on_each_backend([&] {
        for (const std::size_t cache_bytes : {std::size_t{1}, std::size_t{60'000}, std::size_t{1} << 24})
        for (const int threads : {1, 3}) {
            Plan plan(graph, weights, {.threads = threads, .cache_bytes = cache_bytes});
            CAPTURE(cache_bytes);
            CAPTURE(threads);
            CHECK(steps_of_kind(plan, "winograd") == 3);
            CHECK(plan.run(input) == expected);
        }
    });
}

TEST_CASE("winograd: the pass can be left out, and small images do without it") {
    const Graph graph = three_by_three();
    CHECK(steps_of_kind(Plan(graph, default_weights(graph, 1), {.without = {Pass::winograd}}), "winograd") == 0);
    Graph small("small", Shape(1, 4, 7, 7));
    add_conv(small, "conv", 4, 4, 1, 0);
    CHECK(steps_of_kind(Plan(small, default_weights(small, 1)), "winograd") == 0);
}
