// What a network costs: parameters, multiply-adds (MACs), bytes, peak memory, receptive field, under a named counting convention.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "convbook/graph.h"

namespace convbook {

/// The choices on which published counts differ. The default is the papers': multiply-adds of convolution and linear layers, every parameter once.
struct CountingConvention {
    bool counts_bias = true;                ///< parameters: biases of convolution and linear layers
    bool counts_batch_norm = true;          ///< parameters: weight and bias of batch norms (their running statistics: counts_buffers)
    bool counts_buffers = false;            ///< parameters: the running mean and variance of batch norms too, which training does not learn
    bool counts_by_call = false;            ///< parameters: once per use instead of once per tensor
    bool counts_flops = false;              ///< operations: a multiply-add is 2
    bool counts_linear = true;              ///< operations: linear layers
    bool counts_squeeze_excite = true;      ///< operations: the layers that compute the gates of a squeeze-and-excitation
    bool counts_norms = false;              ///< operations: batch norms, one per output value
    bool counts_activations = false;        ///< operations: activations, one per output value
    bool counts_pooling = false;            ///< operations: pools, one per value read
    bool counts_joins = false;              ///< operations: additions of shortcuts and products with gates, one per output value
    bool counts_bias_adds = false;          ///< operations: one per output value of a layer with bias
    bool elementwise_in_place = false;      ///< peak memory: batch norm, activation, dropout and flatten overwrite an input that nobody else reads
};

struct LayerCost {
    int node = 0;
    std::string kind;            ///< as kind_of(): conv, pointwise, depthwise, grouped, linear, batch_norm, ...
    std::int64_t params = 0, macs = 0;
    std::int64_t bytes_in = 0, bytes_out = 0, bytes_weights = 0;  ///< float32
    int receptive_field = 1;     ///< rows of the input that one output value can see; what exceeds the input's height is padding
};
struct NetCost {
    std::vector<LayerCost> layers;  ///< one per node
    std::int64_t params = 0, macs = 0;
    std::map<std::string, std::int64_t> params_by_kind, macs_by_kind;
    std::int64_t peak_bytes = 0;    ///< largest sum of activations alive at one step (each freed after its last reader)
    int peak_node = 0;
    int depth = 0;                  ///< convolution and linear layers on the longest path
};
NetCost count_cost(const Graph& graph, const CountingConvention& convention = {});
/// The closing lines of torchsummary, in MB of 2^20 bytes: input, forward and backward (each output twice), parameters, total.
struct MemoryEstimate { double input_mb = 0, forward_backward_mb = 0, params_mb = 0, total_mb = 0; };
MemoryEstimate estimate_memory(const Graph& graph);
/// Table of layers (name, op, output, params, MACs) with the totals and the memory lines below.
std::string summary_table(const Graph& graph, const CountingConvention& convention = {});

// Closed forms of single layers, as the chapters write them.
struct ConvCount { int cin = 1, cout = 1; Pair k = 3; int groups = 1; bool has_bias = true; Pair out = 1; };
std::int64_t conv_params(const ConvCount& c);  ///< Cout*(Cin/G)*Kh*Kw (+ Cout)
std::int64_t conv_macs(const ConvCount& c);    ///< H'*W'*Cout*(Cin/G)*Kh*Kw
std::int64_t separable_params(const ConvCount& c);  ///< Cin*Kh*Kw (+Cin) + Cin*Cout (+Cout)
std::int64_t separable_macs(const ConvCount& c);
std::int64_t squeeze_excite_params(int channels, int reduction, bool has_bias = false);  ///< 2*C*(C/r) (+ C/r + C)

}  // namespace convbook
