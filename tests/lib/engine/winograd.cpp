// The pass that takes 3x3 convolutions Winograd's way: exact where rounding cannot enter, whatever the strips, and what it does to values that are not finite.
// Leaves out its kernels (lib/kernels/blocked.cpp) and other passes (plan.cpp).
#include <algorithm>
#include <cmath>
#include <limits>

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

TEST_CASE("winograd: what is not finite spoils the outputs of the windows that hold it, and no other") {
    Graph graph("far", Shape(1, 4, 16, 16));
    graph.append({"max", "", MaxPoolNode{{.kernel = 1, .stride = 1}}, {0}, {}});
    add_conv(graph, "conv", 6, 4, 1, graph.last());
    Random random(32);
    const Weights weights = small_integers(graph, random);
    for (const float special : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        Tensor input = small_integers(graph.input_shape(), random, 2);
        const Tensor finite = run(graph, weights, input);
        input.values()[16 * 16 + 5 * 16 + 8] = special;  // row 5, column 8: in the windows of tile rows 2 and 3, tile columns 3, 4
        on_each_backend([&] {
            const Tensor out = Plan(graph, weights).run(input);
            for (int c = 0; c < 6; ++c)
            for (int y = 0; y < 16; ++y)
            for (int x = 0; x < 16; ++x) {
                const bool is_near = y >= 4 && y < 8 && x >= 6 && x < 10;
                const auto at = static_cast<std::size_t>((c * 16 + y) * 16 + x);
                if (!is_near) CHECK(out.values()[at] == finite.values()[at]);
                else if (std::abs(y - 5) <= 1 && std::abs(x - 8) <= 1) CHECK_FALSE(std::isfinite(out.values()[at]));
            }
        });
    }
}
