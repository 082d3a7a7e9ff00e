// Where the parts of a block stand: columns by the longest way from its input, one lane for the way through and one for each branch.
#include <algorithm>
#include <map>

#include "network_structure.h"

namespace convbook::app {
namespace {

template <class Operation>
bool holds(const Node& node) { return std::holds_alternative<Operation>(node.operation); }

/// Of a join the input that carries the block's own work: of a product with a gate the maps, else the one furthest from the input, the larger of equals.
int main_input(const Graph& graph, const BlockPicture& picture, const std::vector<int>& inputs, int part) {
    if (holds<ScaleChannelsNode>(graph.node(picture.parts[static_cast<std::size_t>(part)].node))) return inputs.front();
    return *std::ranges::max_element(inputs, {}, [&](int input) {
        const Part& p = picture.parts[static_cast<std::size_t>(input)];
        return std::pair{p.column, p.node < 0 ? 0 : static_cast<int>(graph.node(p.node).out.c)};
    });
}

std::vector<int> inputs_of(const BlockPicture& picture, int part) {
    std::vector<int> inputs;
    for (const Edge& edge : picture.edges)
        if (edge.to == part) inputs.push_back(edge.from);
    return inputs;
}

/// Boxes with their arrows and columns; what a box absorbs answers for it.
void find_parts(const Graph& graph, const BlockView& block, BlockPicture& picture) {
    std::map<int, int> part_of{{block.source, 0}};
    picture.parts.push_back({-1, block.source, 0, 0});
    for (const int node : block.nodes) {
        if (part_of.contains(node)) continue;
        const int own = static_cast<int>(picture.parts.size());
        Part part{node, settle(graph, node), 0, 0};
        if (!std::ranges::binary_search(block.nodes, part.end)) part.end = node;
        for (int step = node; step != part.end; step = graph.readers(step).front()) part_of[step] = own;
        part_of[part.end] = own;
        for (const int input : graph.node(node).inputs) {
            const auto from = part_of.find(input);
            const int source = from == part_of.end() ? 0 : from->second;
            picture.edges.push_back({source, own});
            part.column = std::max(part.column, picture.parts[static_cast<std::size_t>(source)].column + 1);
        }
        picture.columns = std::max(picture.columns, part.column + 1);
        picture.parts.push_back(part);
    }
}

/// Walks back from a part, gives its lane to what only leads there, and returns the part it came from.
int give_lane(const Graph& graph, BlockPicture& picture, std::vector<bool>& is_placed, int part, int lane) {
    while (!is_placed[static_cast<std::size_t>(part)]) {
        is_placed[static_cast<std::size_t>(part)] = true;
        picture.parts[static_cast<std::size_t>(part)].lane = lane;
        part = main_input(graph, picture, inputs_of(picture, part), part);
    }
    return part;
}

/// The way through has lane 0; of the branches the shortest is nearest to it, so that few lines cross.
void find_lanes(const Graph& graph, BlockPicture& picture) {
    const int last = static_cast<int>(picture.parts.size()) - 1;
    std::vector<bool> is_placed(picture.parts.size());
    is_placed[0] = true;
    give_lane(graph, picture, is_placed, last, 0);
    // From the last part back, so that each branch is walked whole
    std::vector<std::pair<int, int>> branches;  // columns, lane
    for (int part = last; part > 0; --part) {
        if (is_placed[static_cast<std::size_t>(part)]) continue;
        const int lane = static_cast<int>(branches.size()) + 1, from = give_lane(graph, picture, is_placed, part, lane);
        branches.emplace_back(picture.parts[static_cast<std::size_t>(part)].column - picture.parts[static_cast<std::size_t>(from)].column, lane);
    }
    std::ranges::stable_sort(branches);
    picture.last_lane = static_cast<int>(branches.size());
    for (Part& part : picture.parts)
        if (part.lane > 0) part.lane = 1 + static_cast<int>(std::ranges::find(branches, part.lane, &std::pair<int, int>::second) - branches.begin());
}

bool is_free(const BlockPicture& picture, int lane, int from_column, int to_column) {
    return std::ranges::none_of(picture.parts, [&](const Part& p) { return p.lane == lane && p.column > from_column && p.column < to_column; });
}

}  // namespace

BlockPicture picture_of(const Graph& graph, const BlockView& block) {
    BlockPicture picture;
    find_parts(graph, block, picture);
    find_lanes(graph, picture);
    for (Edge& edge : picture.edges) {
        const Part &from = picture.parts[static_cast<std::size_t>(edge.from)], &to = picture.parts[static_cast<std::size_t>(edge.to)];
        edge.is_arc = !is_free(picture, from.lane, from.column, to.column) && !is_free(picture, to.lane, from.column, to.column);
        if (edge.is_arc) picture.first_lane = -1;
    }
    return picture;
}

}  // namespace convbook::app
