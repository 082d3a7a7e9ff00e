// A network as a plan sees it: the layers of a graph with their weights, and with whatever the passes have folded into them. Layer i leaves value i.
// Leaves out where values lie in memory (places.h) and how layers run (stage.h).
#pragma once
#include <deque>
#include <string>
#include <vector>

#include "convbook/graph.h"
#include "convbook/weights.h"

namespace convbook::engine {

/// value = activation(operation(gate * input) + addend). A batch norm is `weight` (its factor a channel) and `bias`.
struct Layer {
    std::string name;          ///< of the last graph node in it
    std::vector<int> nodes;    ///< those graph nodes
    Operation operation;
    std::vector<int> inputs;   ///< earlier layers
    TensorView weight, bias;
    TensorView factor;         ///< multiplies each output channel's weights; absent: 1
    int gate = -1;             ///< a layer whose value, one number a channel, multiplies the input
    int addend = -1;           ///< a layer whose value is added
    Activation activation = Activation::identity;
    Shape out;                 ///< of one image
    bool is_gone = false;      ///< absorbed by a later layer, or read by nobody
};

struct Program {
    std::vector<Layer> layers;  ///< in topological order; the last one leaves the result
    std::deque<Tensor> tensors; ///< weights that passes have made; the others lie in the caller's Weights

    Layer& layer(int index) { return layers[static_cast<std::size_t>(index)]; }
    const Layer& layer(int index) const { return layers[static_cast<std::size_t>(index)]; }
    int last() const { return static_cast<int>(layers.size()) - 1; }
    TensorView keep(Tensor tensor) { return tensors.emplace_back(std::move(tensor)); }
    /// Layers that read value `index`, as input, gate or addend.
    std::vector<int> readers(int index) const;
    /// The one layer that reads value `index`, or -1 if there are several or it is the result.
    int only_reader(int index) const;
    /// The later layer takes over what the earlier one does; what it did itself is up to the caller.
    void absorb(int earlier, int later);
};

/// One layer a node, for one image; what does nothing in inference (dropout, identity) is skipped. `weights` must outlive the program.
Program lower(const Graph& graph, const Weights& weights);
/// Marks what the result does not depend on as gone.
void drop_unread(Program& program);

/// What a convolution is to the kernels.
bool is_depthwise(const Program& program, const Layer& layer);
bool is_plain_pointwise(const Layer& layer);  ///< 1x1, stride 1, no padding; groups allowed

}  // namespace convbook::engine
