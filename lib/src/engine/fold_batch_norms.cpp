// The pass that makes batch norms vanish into the convolutions before them.
#include "engine/passes.h"

namespace convbook::engine {
namespace {

/// Each output channel's weights times its factor.
Tensor scaled_weights(TensorView weight, TensorView factor) {
    Tensor scaled(weight);
    const std::size_t outputs = factor.count(), count = weight.count() / outputs;
    float* w = scaled.data();
    for (std::size_t o = 0; o < outputs; ++o)
    for (std::size_t i = 0; i < count; ++i) *w++ *= factor.data[o];
    return scaled;
}

Tensor shifted_bias(TensorView bias, TensorView factor, TensorView shift) {
    Tensor out(shift);
    for (std::size_t o = 0; o < out.count() && !bias.is_absent(); ++o) out.data()[o] += bias.data[o] * factor.data[o];
    return out;
}

}  // namespace

void fold_batch_norms(Program& program) {
    for (int i = 1; i <= program.last(); ++i) {
        if (program.layer(i).is_gone || !std::holds_alternative<BatchNormNode>(program.layer(i).operation)) continue;
        const int conv = program.layer(i).inputs[0];
        const bool is_bare = std::holds_alternative<Conv2dNode>(program.layer(conv).operation) && program.layer(conv).activation == Activation::identity && program.layer(conv).addend < 0;
        if (!is_bare || program.only_reader(conv) != i) continue;
        const TensorView factor = program.layer(i).weight, shift = program.layer(i).bias;
        program.absorb(conv, i);
        Layer& merged = program.layer(i);
        merged.weight = program.keep(scaled_weights(merged.weight, factor));
        merged.bias = program.keep(shifted_bias(merged.bias, factor, shift));
    }
}

}  // namespace convbook::engine
