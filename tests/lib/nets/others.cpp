// The networks that the lightweight ones are measured against, and MobileNet v3: the papers' figures, names and refusals.
// Leaves out exact counts against PyTorch's (cost/) and values (golden.cpp).
#include "convbook/cost.h"
#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

namespace {

std::int64_t params_of(const Graph& graph) { return count_cost(graph).params; }
std::string shape_of(const Graph& graph, const std::string& name) {
    for (const Parameter& p : graph.parameters())
        if (p.name == name) return to_string(p.shape);
    return "absent";
}
int count_kind(const Graph& graph, const std::string& kind) {
    int count = 0;
    for (const Node& node : graph.nodes()) count += kind_of(graph, node) == kind;
    return count;
}

}  // namespace

TEST_CASE("alexnet: 61,100,840 parameters, in two groups 60,965,224") {
    CHECK(params_of(alexnet()) == 61100840);
    CHECK(params_of(alexnet_grouped()) == 60965224);
    CHECK(shape_of(alexnet_grouped(), "features.3.weight") == "[256,48,5,5]");   // half of 96
    CHECK(shape_of(alexnet_grouped(), "features.6.weight") == "[384,256,3,3]");  // the only one that sees both GPUs
    CHECK(count_kind(alexnet_grouped(), "grouped") == 3);
}

TEST_CASE("alexnet: 224 pixels and 227 both end in 6 x 6") {
    for (const int resolution : {224, 227}) CHECK(alexnet(NetOptions{.resolution = resolution}).node(alexnet().find("features.12")).out == Shape(1, 256, 6, 6));
    CHECK(error_of([] { alexnet(NetOptions{.resolution = 32}); }).find("features.") != std::string::npos);
}

TEST_CASE("vgg16: 138 M parameters, 124 M of them in three linear layers") {
    const NetCost cost = count_cost(vgg16());
    CHECK(cost.params == 138357544);
    CHECK(cost.params_by_kind.at("linear") == 123642856);
    CHECK(count_kind(vgg16(), "conv") + count_kind(vgg16(), "linear") == 16);
}

TEST_CASE("squeezenet: fifty times fewer parameters than AlexNet, and 1.1 does 2.4 times less work than 1.0") {    // abstract; the authors' release notes
    CHECK(static_cast<double>(params_of(alexnet())) / static_cast<double>(params_of(squeezenet1_0())) > 48);
    CHECK(static_cast<double>(count_cost(squeezenet1_0()).macs) / static_cast<double>(count_cost(squeezenet1_1()).macs) == doctest::Approx(2.35).epsilon(0.01));
    CHECK(shape_of(squeezenet1_0(), "features.3.expand3x3.weight") == "[64,16,3,3]");
    CHECK(count_kind(squeezenet1_0(), "linear") == 0);
}

TEST_CASE("resnet: 1.8 and 3.8 billion multiply-adds; the stride in the 3x3 convolution makes it 4.1") {    // table 1
    CHECK(static_cast<double>(count_cost(resnet18()).macs) * 1e-9 == doctest::Approx(1.8).epsilon(0.02));
    CHECK(count_cost(resnet50()).macs == 4089184256);
    CHECK(shape_of(resnet50(), "layer2.0.downsample.0.weight") == "[512,256,1,1]");
    CHECK(resnet50().node(resnet50().find("layer2.0.conv1")).out.h == 56);
    CHECK(resnet50().node(resnet50().find("layer2.0.conv2")).out.h == 28);
}

TEST_CASE("resnext50: 32 groups of 4 channels make it as large as ResNet-50") {
    CHECK(params_of(resnext50_32x4d()) == 25028904);
    CHECK(shape_of(resnext50_32x4d(), "layer1.0.conv2.weight") == "[128,4,3,3]");
    CHECK(count_kind(resnext50_32x4d(), "grouped") == 16);
}

TEST_CASE("se_resnet50: squeeze-and-excitation adds 2 C C / 16 weights a block, a tenth in all; biases 16,048 more") {
    CHECK(params_of(se_resnet50()) == 28088024);
    NetOptions options;
    options.has_se_bias = false;
    CHECK(params_of(se_resnet50(options)) == 28071976);
    std::int64_t added = 0;
    for (const auto& [channels, blocks] : {std::pair{256, 3}, {512, 4}, {1024, 6}, {2048, 3}}) added += blocks * squeeze_excite_params(channels, 16);
    CHECK(params_of(se_resnet50(options)) - params_of(resnet50()) == added);
    CHECK(added == 2514944);
}

TEST_CASE("se_resnet: its width scales every channel, its reduction the gate; a reduction that leaves nothing is refused") {
    NetOptions options{.classes = 10, .resolution = 32};
    CHECK(params_of(se_resnet(options)) == 80870);
    options.width = 8, options.reduction = 2;
    CHECK(params_of(se_resnet(options)) == 21382);
    CHECK(shape_of(se_resnet(options), "block2.fc1.weight") == "[16,32]");
    options.reduction = 16;
    CHECK(error_of([&] { se_resnet(options); }).find("reduction=16") != std::string::npos);
}

TEST_CASE("mobilenet v3: 219 M and 56 M multiply-adds, where torchvision's squeezed layers make 216.6 and 56.5") {    // table 3
    CHECK(count_cost(mobilenet_v3_large()).macs == 216589760);
    CHECK(count_cost(mobilenet_v3_small()).macs == 56510400);
    CHECK(shape_of(mobilenet_v3_small(), "features.1.block.1.fc1.weight") == "[8,16,1,1]");
    CHECK(shape_of(mobilenet_v3_large(), "classifier.3.weight") == "[1000,1280]");
    for (const double alpha : {0.35, 0.75, 1.25}) CHECK(mobilenet_v3_large(alpha).output_shape() == Shape(1, 1, 1, 1000));
}

TEST_CASE("batch norms divide by a deviation with the network's own epsilon, or with the file's") {
    const auto eps_of = [](const Graph& graph) {
        for (const Node& node : graph.nodes())
            if (const auto* norm = std::get_if<BatchNormNode>(&node.operation)) return norm->params.eps;
        return 0.0f;
    };
    CHECK(eps_of(mobilenet_v2()) == 1e-5f);
    CHECK(eps_of(mobilenet_v3_small()) == 1e-3f);
    CHECK(eps_of(mobilenet_v3_small(1, {.conventions = {.bn_eps = 2e-5f}})) == 2e-5f);
}

TEST_CASE("shufflenet v2: four widths by table 5, under torchvision's names too") {
    CHECK(build_net("shufflenet_v2_x1_5", 1).node(build_net("shufflenet_v2_x1_5", 1).find_module("stage2")).out.c == 176);
    CHECK(parse_net_name("shufflenet_v2_x2_0").scale == 2);
    CHECK(shape_of(shufflenet_v2(), "stage2.0.branch1.2.weight") == "[58,24,1,1]");
    CHECK(error_of([] { shufflenet_v2(0.7); }).find("scale=0.7") != std::string::npos);
}

TEST_CASE("a network with one width refuses a scale by name") {
    CHECK(error_of([] { build_net("resnet50", 0.5); }).find("resnet50: it has one width only") != std::string::npos);
    for (const NetInfo& info : list_nets()) {
        CAPTURE(info.name);
        NetOptions options{.classes = 0};
        CHECK(build_net(info.name, 1, options).output_shape().rank == 4);  // the features only
        options.classes = -1;
        CHECK(error_of([&] { build_net(info.name, 1, options); }).find("classes=-1") != std::string::npos);
    }
}
