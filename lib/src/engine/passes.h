// The passes that change a program without changing what it computes; each folds one kind of work into its neighbour, so that a value is written and read
// once less. Leaves out those that need to know where values lie: blocks, indexed channels, streamed rows, threads (plan.cpp).
#pragma once
#include "engine/program.h"

namespace convbook::engine {

/// A batch norm in inference multiplies and adds per channel; so does a convolution's weight and bias: w' = w * factor[o], b' = b * factor[o] + shift[o].
/// Needs: the convolution's value has no other reader. Jacob et al. 2018, arXiv:1712.05877, section 3.2
void fold_batch_norms(Program& program);
/// The addition of a shortcut becomes the convolution's last step, while its sums are still in registers.
/// Needs: a convolution other than depthwise on one side, whose value has no other reader.
void fuse_additions(Program& program);
/// An activation that the kernels know becomes the last step of the layer before it; behind a concatenation, of all the layers before that.
void fuse_activations(Program& program);
/// The gate of a squeeze-and-excitation multiplies the next pointwise convolution's weights instead of its larger input: w'[o,c] = w[o,c] * gate[c].
/// Needs: nobody else reads the gated value.
void gate_weights(Program& program);

/// Whether kernels can do it as their last step: relu, relu6, hardsigmoid, hardswish, or nothing.
bool is_epilogue(Activation activation);

}  // namespace convbook::engine
