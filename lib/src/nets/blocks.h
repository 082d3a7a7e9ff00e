// Pieces that the network builders share and readers of a Graph do not need. Leaves out the public convolution block (nets.h) and residual networks (residual.h).
#pragma once
#include "convbook/nets.h"

namespace convbook {

/// The padding that keeps the size of a k x k window at stride 1, or TensorFlow's if the conventions say so.
Padding same_padding(int k, const NetOptions& options);
/// Appends a convolution named conv_name and, if separate, its batch norm named norm_name; params.activation is not appended. Returns the last node.
int append_conv_and_norm(Graph& graph, int input, const std::string& conv_name, const std::string& norm_name, const ConvBlockParams& params, const NetOptions& options);
/// Appends a convolution with bias and without batch norm, as networks before 2015 have it. Returns the node.
struct BiasedConvParams { int cout = 0, k = 3, stride = 1, padding = 0, groups = 1; };
int append_biased_conv(Graph& graph, int input, const std::string& name, const BiasedConvParams& params);

int append_activation(Graph& graph, int input, const std::string& name, Activation activation);
int append_max_pool(Graph& graph, int input, const std::string& name, const PoolParams& params);
/// [N,C,H,W] -> [N,C,1,1].
int append_global_pool(Graph& graph, int input, const std::string& name);
/// Appends a linear layer under the block's name. Returns the node.
struct LinearParams { int outputs = 0; bool has_bias = true; };
int append_linear(Graph& graph, int input, const std::string& name, const std::string& block, const LinearParams& params);

/// Appends global average pool, flatten and, if asked for, dropout and a linear layer of options.classes outputs. Returns the last node.
struct ClassifierNames { std::string dropout, linear; bool has_bias = true; };  ///< dropout may be empty: there is none
int append_classifier(Graph& graph, int input, const ClassifierNames& names, const NetOptions& options);
/// Whether there is a classifier; throws convbook::Error for a negative number of classes.
bool has_classifier(const std::string& net, const NetOptions& options);

/// Appends squeeze (mean of each channel), two layers prefix.fc1 and prefix.fc2 with `mid` numbers between them, and the scaling. Returns the last node.
struct SqueezeExciteParams {
    int mid = 1;
    bool is_convolution = false;  ///< the two layers are 1x1 convolutions (MobileNet v3) instead of linear ones
    bool has_bias = true;
    Activation gate = Activation::sigmoid;
};
int append_squeeze_excite(Graph& graph, int input, const std::string& prefix, const SqueezeExciteParams& params);

/// [1,3,resolution,resolution]; throws convbook::Error if there is no such image.
Shape image_shape(const std::string& net, const NetOptions& options);
/// Throws convbook::Error unless `scale` is a usable channel factor.
void require_scale(const std::string& net, const std::string& what, double scale);

}  // namespace convbook
