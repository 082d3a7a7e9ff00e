// The pass that lets a convolution add the shortcut while its sums are still in registers.
#include "engine/passes.h"

namespace convbook::engine {

void fuse_additions(Program& program) {
    for (int i = 1; i <= program.last(); ++i) {
        if (program.layer(i).is_gone || !std::holds_alternative<AddNode>(program.layer(i).operation)) continue;
        const std::vector<int> sides = program.layer(i).inputs;
        for (const int side : {1, 0}) {
            const int conv = sides[static_cast<std::size_t>(side)], shortcut = sides[static_cast<std::size_t>(1 - side)];
            const Layer& candidate = program.layer(conv);
            const bool is_bare = candidate.activation == Activation::identity && candidate.addend < 0;
            if (!std::holds_alternative<Conv2dNode>(candidate.operation) || is_depthwise(program, candidate) || !is_bare || program.only_reader(conv) != i || conv == shortcut) continue;
            program.absorb(conv, i);
            program.layer(i).addend = shortcut;
            break;
        }
    }
}

}  // namespace convbook::engine
