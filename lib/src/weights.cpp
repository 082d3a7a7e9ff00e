// Weights that come from no file: PyTorch's default rule for a network about to be trained, and the integer-hash rule of the golden networks.
// Leaves out files (io/).
#include "convbook/weights.h"

#include <cmath>

namespace convbook {
namespace {

bool ends_with(std::string_view text, std::string_view end) { return text.size() >= end.size() && text.substr(text.size() - end.size()) == end; }

/// FNV-1a, 64 bits.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const unsigned char byte : text) hash = (hash ^ byte) * 0x100000001b3u;
    return hash;
}

/// Number i of the stream that `start` names, in [-1, 1): SplitMix64's finaliser, its highest 24 bits.
double hashed_uniform(std::uint64_t start, std::uint64_t i) {
    std::uint64_t z = start + (i + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return static_cast<double>(z >> 40) / (1 << 23) - 1.0;
}

/// Values that one output of this weight mixes: everything but the first dimension that was written down.
double fan_in(const Shape& shape) {
    if (shape.rank <= 2) return shape.w;
    return static_cast<double>(shape.c) * shape.h * shape.w;
}

}  // namespace

Weights default_weights(const Graph& graph, std::uint64_t seed) {
    Random random(seed);
    std::vector<Tensor> tensors;
    for (const Parameter& parameter : graph.parameters()) tensors.emplace_back(parameter.shape);
    const auto fill = [&](int index, float value) {
        if (index >= 0) tensors[static_cast<std::size_t>(index)] = Tensor(graph.parameter(index).shape, value);
    };
    const auto draw = [&](int index, float bound) {
        if (index >= 0) tensors[static_cast<std::size_t>(index)] = random.uniform_tensor(graph.parameter(index).shape, -bound, bound);
    };
    for (const Node& node : graph.nodes()) {
        if (const auto* conv = std::get_if<Conv2dNode>(&node.operation)) {
            const float bound = default_init_bound(graph.parameter(conv->weight).shape);
            draw(conv->weight, bound), draw(conv->bias, bound);
        } else if (const auto* linear = std::get_if<LinearNode>(&node.operation)) {
            const Shape& w = graph.parameter(linear->weight).shape;
            const float bound = default_init_bound(Shape(w.h, w.w, 1, 1));
            draw(linear->weight, bound), draw(linear->bias, bound);
        } else if (const auto* norm = std::get_if<BatchNormNode>(&node.operation)) {
            fill(norm->weight, 1), fill(norm->bias, 0), fill(norm->mean, 0), fill(norm->var, 1);
        }
    }
    return Weights(std::move(tensors));
}

Tensor rule_tensor(const std::string& salt, const std::string& key, Shape shape, double gain) {
    const std::uint64_t start = hash_of(salt + "/" + key);
    // Choose the rule by the key's end
    double offset = 0, factor = std::sqrt(gain / fan_in(shape));
    if (key == "input") factor = 1;
    else if (ends_with(key, "running_var")) offset = 1, factor = 0.5;
    else if (ends_with(key, "running_mean") || ends_with(key, "bias")) factor = 0.1;
    else if (shape.rank == 1) offset = 1, factor = 0.2;
    // Draw in double, round once
    Tensor out(shape);
    std::span<float> values = out.values();
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(offset + factor * hashed_uniform(start, i));
    return out;
}

Weights rule_weights(const Graph& graph, const std::string& salt, double gain) {
    std::vector<Tensor> tensors;
    for (const Parameter& parameter : graph.parameters()) tensors.push_back(rule_tensor(salt, parameter.name, parameter.shape, gain));
    return Weights(std::move(tensors));
}

}  // namespace convbook
