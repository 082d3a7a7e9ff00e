// A Graph is valid at every moment: shapes follow from inputs, and what does not fit is refused with the layer's name. Leaves out whole networks (nets/).
#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

namespace {

Graph small_graph(int channels = 4) { return Graph("small", Shape(1, channels, 8, 8)); }

int append_conv(Graph& graph, int input, const std::string& name, Shape weight, ConvParams params = {}) {
    Conv2dNode conv{params, graph.add_parameter(name + ".weight", weight), -1};
    return graph.append({name, "", conv, {input}, {}});
}

}  // namespace

TEST_CASE("graph: a convolution's output shape follows from its input, weight and stride") {
    Graph graph = small_graph();
    append_conv(graph, 0, "conv", Shape(6, 4, 3, 3), {.stride = 2, .padding = 1});
    CHECK(graph.output_shape() == Shape(1, 6, 4, 4));
}

TEST_CASE("graph: a layer that does not fit is refused with its name, the rule and both shapes, and is not appended") {
    Graph graph = small_graph();
    const std::string text = error_of([&] { append_conv(graph, 0, "features.3", Shape(6, 5, 3, 3)); });
    CHECK(text.find("features.3") != std::string::npos);
    CHECK(text.find("[1,4,8,8]") != std::string::npos);
    CHECK(text.find("[6,5,3,3]") != std::string::npos);
    CHECK(graph.last() == 0);
}

TEST_CASE("graph: an addition of different shapes says what a shortcut needs") {
    Graph graph = small_graph();
    const int wide = append_conv(graph, 0, "wide", Shape(6, 4, 1, 1));
    CHECK(error_of([&] { graph.append({"sum", "", AddNode{}, {0, wide}, {}}); }).find("stride 1") != std::string::npos);
}

TEST_CASE("graph: a node reads only earlier nodes, so the order is topological") {
    Graph graph = small_graph();
    CHECK_THROWS_AS(graph.append({"loop", "", ActivationNode{Activation::relu}, {1}, {}}), Error);
    CHECK_THROWS_AS(graph.append({"before", "", ActivationNode{Activation::relu}, {-1}, {}}), Error);
}

TEST_CASE("graph: concat adds channels, slice takes some, shuffle needs groups that divide them") {
    Graph graph = small_graph();
    const int both = graph.append({"concat", "", ConcatNode{}, {0, 0}, {}});
    CHECK(graph.node(both).out == Shape(1, 8, 8, 8));
    CHECK(graph.node(graph.append({"slice", "", SliceNode{2, 3}, {both}, {}})).out == Shape(1, 3, 8, 8));
    CHECK_THROWS_AS(graph.append({"beyond", "", SliceNode{6, 3}, {both}, {}}), Error);
    CHECK_THROWS_AS(graph.append({"beyond", "", SliceNode{std::numeric_limits<int>::max(), 2}, {both}, {}}), Error);
    CHECK(error_of([&] { graph.append({"shuffle", "", ShuffleNode{3}, {both}, {}}); }).find("groups=3") != std::string::npos);
}

TEST_CASE("graph: flatten and linear work on rows, also of a batch") {
    Graph graph("batch", Shape(5, 4, 2, 2));
    const int flat = graph.append({"flatten", "", FlattenNode{}, {0}, {}});
    CHECK(to_string(graph.node(flat).out) == "[5,16]");
    LinearNode linear{graph.add_parameter("fc.weight", Shape::of({3, 16})), graph.add_parameter("fc.bias", Shape::of({3}))};
    CHECK(to_string(graph.node(graph.append({"fc", "", linear, {flat}, {}})).out) == "[5,3]");
    LinearNode narrow{graph.add_parameter("narrow.weight", Shape::of({3, 15})), -1};
    CHECK(error_of([&] { graph.append({"narrow", "", narrow, {flat}, {}}); }).find("has 16") != std::string::npos);
}

TEST_CASE("graph: the same tensor under the same name is one parameter, under another shape an error") {
    Graph graph = small_graph();
    CHECK(graph.add_parameter("shared", Shape::of({4})) == graph.add_parameter("shared", Shape::of({4})));
    CHECK(graph.parameters().size() == 1);
    CHECK_THROWS_AS(graph.add_parameter("shared", Shape::of({5})), Error);
}

TEST_CASE("graph: a module's output is its last node, as a forward hook would see it") {
    const Graph graph = mobilenet_v2();
    CHECK(graph.node(graph.find_module("features.3")).name == "features.3.add");
    CHECK(graph.node(graph.find_module("features.2")).name == "features.2.conv.3");
    CHECK(graph.node(graph.find_module("features.1")).name == "features.1.conv.2");
    CHECK(graph.find_module("features.19") == -1);
    CHECK(graph.readers(graph.find_module("features.2")).size() == 2);
}

TEST_CASE("graph: an empty input is refused") {
    CHECK_THROWS_AS(Graph("empty", Shape(1, 3, 0, 8)), Error);
}
