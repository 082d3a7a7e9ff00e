// A graph as a reader would point at it: layers, blocks of layers, and the parts of a block with their arrows. Pure: no drawing, no weights, no run.
#pragma once
#include <string>
#include <vector>

#include "convbook/cost.h"

namespace convbook::app {

/// A convolution or linear layer with what follows it at once (batch norm, activation, addition, pool).
struct LayerView {
    int node = 0;               ///< in the graph
    std::string name, kind;     ///< conv, pointwise, depthwise, grouped, linear
    int block = 0;              ///< index into blocks
    Shape in, out;
    std::int64_t params = 0, macs = 0;
    std::int64_t alive_bytes = 0;  ///< most bytes of activations alive while it and what follows it run; the largest of all layers is the network's peak
    double ms = 0;              ///< measured; 0 until then
};

/// What a block is, told from its operations.
enum class BlockForm { plain, separable, inverted_residual, residual, shuffle_unit, fire, classifier };
/// Neighbouring nodes that the builder gave one name, with what follows them and has no layer of its own.
struct BlockView {
    std::string name, title;    ///< "features.3"; "3", "stem", "head", "classifier"
    BlockForm form = BlockForm::plain;
    std::vector<int> nodes;     ///< in the graph, in order
    std::vector<int> layers;    ///< indices into layers
    int source = 0;             ///< the node that it reads
    Shape in, out;
    int t = 0, stride = 1;      ///< t = 0: not an inverted residual
    bool has_shortcut = false;  ///< what goes in is added at the end
    bool has_gate = false;      ///< squeeze and excitation
    bool is_linear = false;     ///< no activation at its end: its values are signed
    bool is_numbered() const { return !title.empty() && title.front() >= '0' && title.front() <= '9'; }
    /// One layer after another, the one before the last keeping channels apart: as input, (expanded,) filtered and output maps show it best.
    bool is_chain() const { return !has_gate && (form == BlockForm::separable || form == BlockForm::inverted_residual); }
    int depthwise_layer() const { return is_chain() ? layers[layers.size() - 2] : -1; }
    int end() const { return nodes.back(); }
    std::int64_t params = 0, macs = 0;
};

struct NetStructure {
    std::vector<LayerView> layers;
    std::vector<BlockView> blocks;
    int layer_of(int node) const;   ///< index of the layer whose node it is, or -1
    int block_of(int node) const;   ///< index of the block that holds it, or -1
};
NetStructure find_structure(const Graph& graph, const NetCost& cost);

/// The node of another graph's block that is the same operation by kind and number, or -1. Both blocks are the same by structure, not by names.
int same_node(const Graph& graph, const BlockView& block, int node, const Graph& other_graph, const BlockView& other_block);

/// A box of a block's picture: an operation with the batch norm, activation, dropout and flattening behind it.
struct Part {
    int node = 0;               ///< the operation; -1: what goes into the block
    int end = 0;                ///< the node whose values leave the box
    int column = 0, lane = 0;   ///< place: columns from left to right, lane 0 is the way through, others are branches
};
struct Edge {
    int from = 0, to = 0;       ///< indices into parts
    bool is_arc = false;        ///< passes boxes in its own lane: drawn around them
};
struct BlockPicture {
    std::vector<Part> parts;
    std::vector<Edge> edges;
    int columns = 0, first_lane = 0, last_lane = 0;
};
/// The parts of a block and where they stand.
BlockPicture picture_of(const Graph& graph, const BlockView& block);

/// Whether the operation is a layer with weights.
bool is_layer(const Node& node);
/// The last of the nodes that only rework this one's values: batch norm, activation, dropout, flattening.
int settle(const Graph& graph, int node);
/// Whether no activation has made a node's values positive (a hard swish counts as one: it hardly leaves anything below 0).
bool is_signed(const Graph& graph, int node);

}  // namespace convbook::app
