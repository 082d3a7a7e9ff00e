// ShuffleNet v1 is the paper's: its channel rules, its units, its cost in table 1. Leaves out exact counts (cost/) and values (golden.cpp).
#include "convbook/cost.h"
#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

namespace {

NetOptions with_groups(int groups, Bottleneck bottleneck = Bottleneck::paper) {
    NetOptions options;
    options.groups = groups;
    options.bottleneck = bottleneck;
    return options;
}
int channels_of(const Graph& graph, const std::string& module) { return graph.node(graph.find_module(module)).out.c; }
double million_macs(double scale, const NetOptions& options) { return static_cast<double>(count_cost(shufflenet_v1(scale, options)).macs) * 1e-6; }

}  // namespace

TEST_CASE("shufflenet v1: more groups buy more channels at about 140 M multiply-adds") {    // table 1, last line: 143, 140, 137, 133, 137
    const int channels[] = {144, 200, 240, 272, 384};
    const double paper[] = {143, 140, 137, 133, 137};
    int i = 0;
    for (const int groups : {1, 2, 3, 4, 8}) {
        CHECK(channels_of(shufflenet_v1(1, with_groups(groups)), "stage2.3") == channels[i]);
        CHECK(channels_of(shufflenet_v1(1, with_groups(groups)), "stage4.3") == 4 * channels[i]);
        CHECK(million_macs(1, with_groups(groups)) == doctest::Approx(paper[i++]).epsilon(0.011));
    }
}

TEST_CASE("shufflenet v1: the paper's bottleneck costs 137 M at g = 3, the blog's 127 M") {
    CHECK(count_cost(shufflenet_v1()).macs == 137460672);
    const Graph blog = shufflenet_v1(1, with_groups(3, Bottleneck::blog));
    CHECK(count_cost(blog).macs == 127061304);
    CHECK(channels_of(shufflenet_v1(), "stage2.0.conv1") == 60);  // 240 / 4
    CHECK(channels_of(blog, "stage2.0.conv1") == 54);             // (240 - 24) / 4
    CHECK(channels_of(blog, "stage2.1.conv1") == 60);
}

TEST_CASE("shufflenet v1: a blog bottleneck that the groups do not divide is refused with its numbers") {
    CHECK_NOTHROW(shufflenet_v1(1, with_groups(1, Bottleneck::blog)));
    CHECK_NOTHROW(shufflenet_v1(1, with_groups(2, Bottleneck::blog)));
    const std::string error = error_of([] { shufflenet_v1(1, with_groups(8, Bottleneck::blog)); });
    CHECK(error.find("stage2.0") != std::string::npos);
    CHECK(error.find("384 - 24 = 360, groups=8") != std::string::npos);
    CHECK(error_of([] { shufflenet_v1(1, with_groups(4, Bottleneck::blog)); }).find("272 - 24 = 248, groups=4") != std::string::npos);
}

TEST_CASE("shufflenet v1: conv1 scales down, then grows until the first unit's new channels divide by g") {
    for (const int groups : {1, 2, 3, 4, 8})
        for (const double scale : {0.25, 0.5, 0.75, 1.0, 1.5, 2.0}) {
            const Graph graph = shufflenet_v1(scale, with_groups(groups));
            const int conv1 = channels_of(graph, "conv1"), stage2 = channels_of(graph, "stage2.3");
            CHECK((stage2 - conv1) % groups == 0);
            CHECK(conv1 >= static_cast<int>(24 * scale));
            CHECK(conv1 < static_cast<int>(24 * scale) + groups);
        }
    CHECK(channels_of(shufflenet_v1(0.25, with_groups(4)), "conv1") == 8);
}

TEST_CASE("shufflenet v1: every positive scale builds with every number of groups") {
    for (const int groups : {1, 2, 3, 4, 8})
        for (const double scale : {0.001, 0.02, 0.05, 0.1, 0.3, 0.33, 0.7, 1.1, 1.37, 3.0}) CHECK(shufflenet_v1(scale, with_groups(groups)).output_shape() == Shape(1, 1, 1, 1000));
    CHECK(error_of([] { shufflenet_v1(0); }).find("scale=0") != std::string::npos);
    CHECK(error_of([] { shufflenet_v1(1, with_groups(5)); }).find("groups=5") != std::string::npos);
    CHECK(error_of([] { shufflenet_v1(1, with_groups(0)); }).find("groups=0") != std::string::npos);
}

TEST_CASE("shufflenet v1: only the very first pointwise convolution is not grouped, and each unit of several groups shuffles once") {
    const Graph graph = shufflenet_v1();
    int pointwise = 0, grouped = 0, shuffles = 0;
    for (const Node& node : graph.nodes()) {
        const std::string kind = kind_of(graph, node);
        pointwise += kind == "pointwise", grouped += kind == "grouped";
        shuffles += std::holds_alternative<ShuffleNode>(node.operation);
    }
    CHECK(pointwise == 1);
    CHECK(grouped == 2 * 16 - 1);
    CHECK(shuffles == 16);
}
