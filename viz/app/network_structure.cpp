// Layers and blocks of a graph. Leaves out the picture of a block (network_picture.cpp).
#include "network_structure.h"

#include <algorithm>
#include <set>

namespace convbook::app {
namespace {

template <class Operation>
bool holds(const Node& node) { return std::holds_alternative<Operation>(node.operation); }

/// Bytes of activations alive while each node runs: its output and everything that it or a later node still reads.
std::vector<std::int64_t> alive_bytes(const Graph& graph) {
    const std::size_t count = graph.nodes().size();
    std::vector<int> last_reader(count);
    for (std::size_t i = 0; i < count; ++i) {
        last_reader[i] = std::max(last_reader[i], static_cast<int>(i));
        for (const int input : graph.nodes()[i].inputs) last_reader[static_cast<std::size_t>(input)] = static_cast<int>(i);
    }
    last_reader[count - 1] = static_cast<int>(count);
    std::vector<std::int64_t> alive(count);
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t step = i; step < count && static_cast<int>(step) <= last_reader[i]; ++step) alive[step] += static_cast<std::int64_t>(graph.nodes()[i].out.count() * sizeof(float));
    return alive;
}

/// Layers in order, with the memory of the nodes up to the next one.
void find_layers(const Graph& graph, const NetCost& cost, NetStructure& structure) {
    const std::vector<std::int64_t> alive = alive_bytes(graph);
    for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
        const Node& node = graph.nodes()[i];
        if (is_layer(node))
            structure.layers.push_back({.node = static_cast<int>(i), .name = node.name, .kind = cost.layers[i].kind, .in = graph.node(node.inputs.front()).out, .out = node.out,
                                        .params = cost.layers[i].params, .macs = cost.layers[i].macs});
        if (!structure.layers.empty()) structure.layers.back().alive_bytes = std::max(structure.layers.back().alive_bytes, alive[i]);
    }
}

/// Nodes of one name stand together; a name without a layer (a pool, an activation) goes to the block before it.
void find_blocks(const Graph& graph, const NetCost& cost, NetStructure& structure) {
    std::set<std::string> with_layers;
    for (const LayerView& layer : structure.layers) with_layers.insert(graph.node(layer.node).block);
    std::size_t layer = 0;
    for (std::size_t i = 1; i < graph.nodes().size(); ++i) {
        const Node& node = graph.nodes()[i];
        const bool is_new = structure.blocks.empty() || (node.block != structure.blocks.back().name && with_layers.contains(node.block));
        if (is_new) structure.blocks.push_back({.name = node.block, .source = node.inputs.front(), .in = graph.node(node.inputs.front()).out});
        BlockView& block = structure.blocks.back();
        block.nodes.push_back(static_cast<int>(i));
        block.out = node.out;
        block.params += cost.layers[i].params;
        block.macs += cost.layers[i].macs;
        if (!is_layer(node)) continue;
        block.layers.push_back(static_cast<int>(layer));
        structure.layers[layer++].block = static_cast<int>(structure.blocks.size()) - 1;
    }
}

bool has_kind(const NetStructure& structure, const BlockView& block, const char* kind) {
    return std::ranges::any_of(block.layers, [&](int layer) { return structure.layers[static_cast<std::size_t>(layer)].kind == kind; });
}

BlockForm form_of(const Graph& graph, const NetStructure& structure, const BlockView& block) {
    const auto has = [&](auto is) { return std::ranges::any_of(block.nodes, [&](int node) { return is(graph.node(node)); }); };
    if (block.name == "classifier") return BlockForm::classifier;
    if (has(holds<ShuffleNode>)) return BlockForm::shuffle_unit;
    const bool joins = has(holds<ConcatNode>), adds = has(holds<AddNode>), filters = has_kind(structure, block, "depthwise");
    // A unit of one group has nothing to shuffle, but joins as its neighbours do
    if (joins) return filters ? BlockForm::shuffle_unit : BlockForm::fire;
    if (!filters) return adds ? BlockForm::residual : BlockForm::plain;
    if (!block.is_linear) return adds ? BlockForm::shuffle_unit : BlockForm::separable;
    return BlockForm::inverted_residual;
}

void describe(const Graph& graph, NetStructure& structure, BlockView& block) {
    for (const int layer : block.layers)
        if (const auto* conv = std::get_if<Conv2dNode>(&graph.node(structure.layers[static_cast<std::size_t>(layer)].node).operation)) block.stride = std::max(block.stride, conv->params.stride.h);
    for (const int node : block.nodes) {
        block.has_gate |= holds<ScaleChannelsNode>(graph.node(node));
        const auto& inputs = graph.node(node).inputs;
        block.has_shortcut |= holds<AddNode>(graph.node(node)) && std::ranges::find(inputs, block.source) != inputs.end();
    }
    if (block.layers.empty()) return;
    block.is_linear = is_signed(graph, block.end());
    block.form = form_of(graph, structure, block);
    if (block.form != BlockForm::inverted_residual) return;
    const LayerView& first = structure.layers[static_cast<std::size_t>(block.layers.front())];
    block.t = first.kind == "pointwise" ? std::max(1, first.out.c / std::max(1, block.in.c)) : 1;
}

/// "stem", "head" and "classifier" where the blocks between them have several layers; plain networks count all of theirs from 1.
void give_titles(NetStructure& structure) {
    const bool has_units = std::ranges::any_of(structure.blocks, [](const BlockView& b) { return b.form != BlockForm::plain && b.form != BlockForm::classifier; });
    int number = has_units ? 0 : 1;
    for (std::size_t i = 0; i < structure.blocks.size(); ++i, ++number) {
        BlockView& block = structure.blocks[i];
        const bool is_plain = has_units && block.form == BlockForm::plain;
        block.title = block.form == BlockForm::classifier ? "classifier" : is_plain && i == 0 ? "stem" : is_plain ? "head" : std::to_string(number);
    }
}

}  // namespace

bool is_layer(const Node& node) { return holds<Conv2dNode>(node) || holds<LinearNode>(node); }

int settle(const Graph& graph, int node) {
    for (;;) {
        const std::vector<int> readers = graph.readers(node);
        if (readers.size() != 1) return node;
        const Node& next = graph.node(readers.front());
        if (!holds<BatchNormNode>(next) && !holds<ActivationNode>(next) && !holds<DropoutNode>(next) && !holds<FlattenNode>(next)) return node;
        node = readers.front();
    }
}

bool is_signed(const Graph& graph, int node) {
    for (;;) {
        const Node& here = graph.node(node);
        if (const auto* activation = std::get_if<ActivationNode>(&here.operation)) return activation->activation == Activation::identity;
        const bool keeps = holds<MaxPoolNode>(here) || holds<AvgPoolNode>(here) || holds<AdaptiveAvgPoolNode>(here) || holds<FlattenNode>(here) || holds<DropoutNode>(here) || holds<ShuffleNode>(here) ||
                           holds<SliceNode>(here) || holds<ConcatNode>(here) || holds<ScaleChannelsNode>(here);
        if (!keeps) return true;
        node = here.inputs.front();
    }
}

int NetStructure::layer_of(int node) const {
    const auto found = std::ranges::find(layers, node, &LayerView::node);
    return found == layers.end() ? -1 : static_cast<int>(found - layers.begin());
}

int NetStructure::block_of(int node) const {
    const auto found = std::ranges::find_if(blocks, [&](const BlockView& block) { return std::ranges::binary_search(block.nodes, node); });
    return found == blocks.end() ? -1 : static_cast<int>(found - blocks.begin());
}

int same_node(const Graph& graph, const BlockView& block, int node, const Graph& other_graph, const BlockView& other_block) {
    const std::size_t kind = graph.node(node).operation.index();
    const auto number = std::ranges::count_if(block.nodes, [&](int n) { return n < node && graph.node(n).operation.index() == kind; });
    std::ptrdiff_t left = number;
    for (const int candidate : other_block.nodes)
        if (other_graph.node(candidate).operation.index() == kind && left-- == 0) return candidate;
    return -1;
}

NetStructure find_structure(const Graph& graph, const NetCost& cost) {
    NetStructure structure;
    find_layers(graph, cost, structure);
    find_blocks(graph, cost, structure);
    for (BlockView& block : structure.blocks) describe(graph, structure, block);
    give_titles(structure);
    return structure;
}

}  // namespace convbook::app
