// The pass that turns the gate of a squeeze-and-excitation into a factor on the next convolution's weights, where these are fewer than the pixels: a channel has one weight for
// each output. (160 outputs of 7x7 pixels are left alone: 49 products a channel for 160.)
#include "engine/passes.h"

namespace convbook::engine {

void gate_weights(Program& program) {
    for (int i = 1; i <= program.last(); ++i) {
        Layer& conv = program.layer(i);
        if (conv.is_gone || !is_plain_pointwise(conv) || std::get<Conv2dNode>(conv.operation).params.groups != 1) continue;
        const int scaled = conv.inputs[0];
        Layer& scale = program.layer(scaled);
        if (conv.out.c > conv.out.h * conv.out.w) continue;
        if (!std::holds_alternative<ScaleChannelsNode>(scale.operation) || scale.activation != Activation::identity || program.only_reader(scaled) != i) continue;
        conv.inputs[0] = scale.inputs[0];
        conv.gate = scale.inputs[1];
        conv.nodes.insert(conv.nodes.begin(), scale.nodes.begin(), scale.nodes.end());
        scale.is_gone = true;
    }
}

}  // namespace convbook::engine
