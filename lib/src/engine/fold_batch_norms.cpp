// The pass that makes batch norms vanish into the convolutions before them.
#include "engine/passes.h"

namespace convbook::engine {
namespace {

Tensor product(TensorView a, TensorView b) {
    Tensor out(a);
    for (std::size_t i = 0; i < out.count(); ++i) out.data()[i] *= b.data[i];
    return out;
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
        // The weights themselves are multiplied where they are packed
        merged.factor = merged.factor.is_absent() ? factor : program.keep(product(merged.factor, factor));
        merged.bias = program.keep(shifted_bias(merged.bias, factor, shift));
    }
}

}  // namespace convbook::engine
