// Pieces that the network builders share and readers of a Graph do not need. Leaves out the public convolution block (nets.h).
#pragma once
#include "convbook/nets.h"

namespace convbook {

/// Appends a convolution named conv_name and, if separate, its batch norm named norm_name; params.activation is not appended. Returns the last node.
int append_conv_and_norm(Graph& graph, int input, const std::string& conv_name, const std::string& norm_name, const ConvBlockParams& params, const NetOptions& options);
/// Appends global average pool, flatten and, if asked for, dropout and a linear layer of options.classes outputs. Returns the last node.
struct ClassifierNames { std::string dropout, linear; };  ///< dropout may be empty: there is none
int append_classifier(Graph& graph, int input, const ClassifierNames& names, const NetOptions& options);
/// [1,3,resolution,resolution]; throws convbook::Error if there is no such image.
Shape image_shape(const std::string& net, const NetOptions& options);
/// Throws convbook::Error unless `scale` is a usable channel factor.
void require_scale(const std::string& net, const std::string& what, double scale);

}  // namespace convbook
