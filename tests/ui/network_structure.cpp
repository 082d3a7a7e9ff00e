// Claims about what the pages of networks show, without pixels: every network's layers, blocks and parts, its options, and two networks aligned.
#include <doctest/doctest.h>

#include <set>

#include "app/compare_model.h"
#include "app/network_settings.h"
#include "app/network_structure.h"

using namespace convbook;
using namespace convbook::app;

namespace {

struct Counted {
    explicit Counted(const NetSpec& net) : graph(build_net(net)), cost(count_cost(graph)), structure(find_structure(graph, cost)) {}
    Graph graph;
    NetCost cost;
    NetStructure structure;
};

const BlockView& block_named(const NetStructure& structure, const std::string& name) { return *std::ranges::find(structure.blocks, name, &BlockView::name); }

}  // namespace

TEST_CASE("structure: blocks hold every operation of every network once, and their counts add up to the network's") {
    for (const NetInfo& info : list_nets()) {
        CAPTURE(info.name);
        const Counted net({info.name, 1, {}});
        std::int64_t params = 0, macs = 0;
        std::size_t nodes = 0, layers = 0;
        for (const BlockView& block : net.structure.blocks) params += block.params, macs += block.macs, nodes += block.nodes.size(), layers += block.layers.size();
        CHECK(params == net.cost.params);
        CHECK(macs == net.cost.macs);
        CHECK(nodes + 1 == net.graph.nodes().size());  // and the input
        CHECK(layers == net.structure.layers.size());
        CHECK(net.structure.blocks.back().form == BlockForm::classifier);
    }
}

TEST_CASE("structure: the largest of the layers' memory bars is the network's peak") {
    for (const NetInfo& info : list_nets()) {
        CAPTURE(info.name);
        const Counted net({info.name, 1, {}});
        CHECK(std::ranges::max_element(net.structure.layers, {}, &LayerView::alive_bytes)->alive_bytes == net.cost.peak_bytes);
    }
}

TEST_CASE("structure: forms and titles are those of the papers") {
    const Counted v2({"mobilenet_v2", 1, {}}), resnet({"resnet50", 1, {}}), shuffle({"shufflenet_v1", 1, {.groups = 1}}), vgg({"vgg16", 1, {}});
    CHECK(v2.structure.blocks.front().title == "stem");
    CHECK(v2.structure.blocks[3].form == BlockForm::inverted_residual);
    CHECK(v2.structure.blocks[3].t == 6);
    CHECK(v2.structure.blocks[3].has_shortcut);
    CHECK(v2.structure.blocks[3].is_chain());
    CHECK(v2.structure.blocks[18].title == "head");
    CHECK_FALSE(block_named(resnet.structure, "layer1.0").has_shortcut);  // its shortcut is a convolution
    CHECK(block_named(resnet.structure, "layer1.1").has_shortcut);
    CHECK(block_named(resnet.structure, "layer1.1").form == BlockForm::residual);
    CHECK_FALSE(block_named(resnet.structure, "layer1.1").is_linear);     // a ReLU follows the addition
    CHECK(block_named(shuffle.structure, "stage2.1").form == BlockForm::shuffle_unit);
    CHECK(Counted({"squeezenet1_1", 1, {}}).structure.blocks[1].form == BlockForm::fire);
    CHECK(Counted({"mobilenet_v3_small", 1, {}}).structure.blocks[1].has_gate);
    CHECK(vgg.structure.blocks.front().title == "1");
    CHECK(vgg.structure.blocks.size() == 14);
}

TEST_CASE("structure: in a block's picture arrows go to the right, no two boxes share a place, and nothing is left out") {
    for (const NetInfo& info : list_nets()) {
        const Counted net({info.name, 1, {}});
        for (const BlockView& block : net.structure.blocks) {
            CAPTURE(info.name);
            CAPTURE(block.name);
            const BlockPicture picture = picture_of(net.graph, block);
            std::set<std::pair<int, int>> places;
            std::set<int> absorbed;
            for (const Part& part : picture.parts) {
                places.emplace(part.column, part.lane);
                for (int node = part.node; node > 0; node = net.graph.readers(node).front()) {
                    absorbed.insert(node);
                    if (node == part.end) break;
                }
            }
            CHECK(places.size() == picture.parts.size());
            CHECK(absorbed == std::set<int>(block.nodes.begin(), block.nodes.end()));
            for (const Edge& edge : picture.edges) CHECK(picture.parts[static_cast<std::size_t>(edge.from)].column < picture.parts[static_cast<std::size_t>(edge.to)].column);
            CHECK(picture.parts.back().lane == 0);
        }
    }
}

TEST_CASE("structure: a branch has a lane of its own, a gate's maps stay on the way through, and a shortcut goes around") {
    const Counted excited({"se_resnet50", 1, {}});
    const BlockPicture projected = picture_of(excited.graph, block_named(excited.structure, "layer1.0")), plain = picture_of(excited.graph, block_named(excited.structure, "layer1.1"));
    CHECK(projected.last_lane == 2);   // the gate and the projection
    CHECK(projected.first_lane == 0);
    CHECK(plain.last_lane == 1);
    CHECK(plain.first_lane == -1);
    CHECK(std::ranges::count_if(plain.edges, &Edge::is_arc) == 1);
}

TEST_CASE("structure: the graph of released weights may order its operations otherwise, and each finds its counterpart") {
    NetOptions released;
    released.conventions.is_megvii_shuffle = true;
    const Counted paper({"shufflenet_v1", 1, {}}), megvii({"shufflenet_v1", 1, released});
    REQUIRE(paper.structure.blocks.size() == megvii.structure.blocks.size());
    for (std::size_t i = 0; i < paper.structure.layers.size(); ++i) {
        const LayerView &here = paper.structure.layers[i], &there = megvii.structure.layers[i];
        const std::size_t block = static_cast<std::size_t>(here.block);
        CHECK(same_node(paper.graph, paper.structure.blocks[block], here.node, megvii.graph, megvii.structure.blocks[block]) == there.node);
    }
    const BlockView &unit = block_named(paper.structure, "stage2.1"), &other = megvii.structure.blocks[static_cast<std::size_t>(&unit - paper.structure.blocks.data())];
    const int shuffle = paper.graph.find("stage2.1.shuffle"), counterpart = same_node(paper.graph, unit, shuffle, megvii.graph, other);
    CHECK(std::holds_alternative<ShuffleNode>(megvii.graph.node(counterpart).operation));
}

TEST_CASE("options: a network's page has exactly the options that its builder reads, and every stop of every slider can be built") {
    for (const NetInfo& info : list_nets())
        for (const NetSlider& slider : sliders_of({info.name, 1, {}})) {
            CAPTURE(info.name);
            CAPTURE(slider.key);
            CHECK(is_net_option(info.name, slider.key));
            CHECK(std::ranges::find(slider.stops, slider.value) != slider.stops.end());
            for (const std::string& stop : slider.stops) {
                const NetSpec spec = spec_of(info.name, {{slider.key, stop}});
                const auto again = sliders_of(spec);
                CHECK(std::ranges::find(again, slider.key, &NetSlider::key)->value == stop);
                CHECK_NOTHROW(build_net(spec));
            }
        }
    CHECK_FALSE(is_net_option("mobilenet_v2", "scale"));
    CHECK_FALSE(is_net_option("resnet50", "alpha"));
    CHECK(is_net_option("shufflenet_v1", "groups"));
    CHECK_THROWS_AS(spec_of("mobilenet_v2", {{"alpha", "wide"}}), Error);
}

TEST_CASE("options: a value between the stops has a stop of its own, in order") {
    const std::vector<NetSlider> sliders = sliders_of({"mobilenet_v1", 0.6, {.resolution = 200}});
    CHECK(sliders[0].stops == std::vector<std::string>{"0.25", "0.5", "0.6", "0.75", "1"});
    CHECK(sliders[1].stops == std::vector<std::string>{"96", "128", "160", "192", "200", "224"});
}

TEST_CASE("compare: aligned blocks are every block of both networks once, in order, on the resolution that they leave") {
    for (const char* other : {"mobilenet_v3_small", "shufflenet_v1", "alexnet", "squeezenet1_1"}) {
        CAPTURE(other);
        const Counted left({"mobilenet_v2", 1, {}}), right({other, 1, {}});
        std::vector<int> lefts, rights;
        for (const AlignedGroup& group : align_blocks(left.structure, right.structure)) {
            for (const int block : group.left) CHECK((group.resolution == 1 || left.structure.blocks[static_cast<std::size_t>(block)].out.h == group.resolution));
            for (const int block : group.right) CHECK((group.resolution == 1 || right.structure.blocks[static_cast<std::size_t>(block)].out.h == group.resolution));
            lefts.insert(lefts.end(), group.left.begin(), group.left.end()), rights.insert(rights.end(), group.right.begin(), group.right.end());
        }
        CHECK(lefts.size() == left.structure.blocks.size());
        CHECK(rights.size() == right.structure.blocks.size());
        CHECK(std::ranges::is_sorted(lefts));
        CHECK(std::ranges::is_sorted(rights));
    }
}

TEST_CASE("compare: aligned layers are every layer of both networks once, in order, and resolutions fall") {
    for (const char* other : {"mobilenet_v2", "resnet50", "mobilenet_v3_large", "vgg16", "squeezenet1_0"}) {
        CAPTURE(other);
        const Counted left({"mobilenet_v1", 1, {}}), right({other, 1, {}});
        const std::vector<AlignedGroup> groups = align_layers(left.structure, right.structure);
        std::size_t lefts = 0, rights = 0;
        for (std::size_t i = 0; i < groups.size(); ++i) {
            if (i > 0) CHECK(groups[i].resolution < groups[i - 1].resolution);
            CHECK(std::ranges::is_sorted(groups[i].left));
            lefts += groups[i].left.size(), rights += groups[i].right.size();
        }
        CHECK(lefts == left.structure.layers.size());
        CHECK(rights == right.structure.layers.size());
        CHECK(groups.back().resolution == 1);
        // A gate's layers stand with the maps that they scale: only the classifier is left for vectors
        for (const int layer : groups.back().right) CHECK(right.structure.blocks[static_cast<std::size_t>(right.structure.layers[static_cast<std::size_t>(layer)].block)].form == BlockForm::classifier);
    }
}
