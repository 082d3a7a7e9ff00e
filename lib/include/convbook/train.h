// Training: a forward pass that remembers, the way back through a Graph, optimisers, learning rates, and the step that joins them.
// The same seed, batches and backend give the same weights, bit by bit. Leaves out gradients (grad.h), initialisation (default_weights) and batches.
#pragma once
#include <set>

#include "convbook/grad.h"
#include "convbook/weights.h"

namespace convbook {

/// Parameters (indices of Graph::parameters) that do not learn. A batch norm whose running mean is frozen normalises by its running statistics, as in use.
using Frozen = std::set<int>;
Frozen parameters_below(const Graph& graph, std::string_view path);  ///< those whose name begins with it: "features" freezes all but the classifier

/// What the way back needs to know of the way there, by node; a mask is what dropout multiplied by, means and variances are a batch norm's of this batch; empty elsewhere.
struct TrainingRun {
    std::vector<Tensor> activations, masks, means, vars;
    const Tensor& output() const { return activations.back(); }
};
/// Every node as in training: batch norms use this batch's statistics and move the running ones in `weights`, dropout draws. Any number of images.
TrainingRun run_training(const Graph& graph, Weights& weights, TensorView input, Random& random, const Frozen& frozen = {});

/// By parameter, empty where nothing learns (frozen ones, running statistics); of the input only if it was asked for.
struct Gradients { std::vector<Tensor> parameters; Tensor input; };
/// The chain rule from the last node to the first; a tensor that several nodes read receives the sum of what they hand back.   grad = dL/doutput
/// Cost: two forward passes, less the layers before the first that learns.   Rumelhart, Hinton and Williams 1986, Nature 323
Gradients backward(const Graph& graph, const Weights& weights, const TrainingRun& run, TensorView grad, const Frozen& frozen = {}, bool wants_input = false);

// ---- Optimisers: p the parameter, g its gradient, lr the learning rate; all as PyTorch computes them --------------------------------
/// g += weight_decay p;  v = momentum v + (1 - dampening) g (at first v = g);  p -= lr v, or lr (g + momentum v).   Sutskever et al. 2013, ICML
struct Sgd { float momentum = 0, dampening = 0, weight_decay = 0; bool is_nesterov = false; };
/// m = beta1 m + (1-beta1) g;  v = beta2 v + (1-beta2) g^2;  p -= lr m^ / (sqrt(v^) + eps), m^ = m / (1 - beta1^t), v^ = v / (1 - beta2^t).
/// Weight decay as in Sgd (Kingma and Ba 2014, arXiv:1412.6980), or decoupled (AdamW): p -= lr weight_decay p (arXiv:1711.05101); amsgrad: v^ of the largest v.
struct Adam { float beta1 = 0.9f, beta2 = 0.999f, eps = 1e-8f, weight_decay = 0; bool is_decoupled = false, is_amsgrad = false; };
/// v = decay v + (1-decay) g^2;  u = momentum u + g / (sqrt(v) + eps);  p -= lr u.   The MobileNets' optimiser; Hinton 2012, lecture 6. Centred: v - mean(g)^2
struct RmsProp { float decay = 0.99f, eps = 1e-8f, momentum = 0, weight_decay = 0; bool is_centered = false; };

class Optimiser {
public:
    using Rule = std::variant<Sgd, Adam, RmsProp>;
    /// Throws convbook::Error for factors outside 0..1 (eps, weight decay: negative), and for Nesterov without momentum or with dampening.
    explicit Optimiser(const Rule& rule);
    /// Moves every parameter that has a gradient. `gradients` as backward() returns them.
    void step(Weights& weights, std::span<const Tensor> gradients, float learning_rate);

private:
    struct Memory { int steps = 0; Tensor first, second, third; };
    Rule rule_;
    std::vector<Memory> memories_;  // what the rule remembers of each parameter
};

float cosine_rate(float base, int step, int steps);              ///< base/2 (1 + cos(pi step/steps)); 0 from `steps` on. arXiv:1608.03983
float step_rate(float base, int step, int every, float factor);  ///< base * factor^floor(step/every)
float warm_up(int step, int steps);                              ///< min(1, (step+1)/steps), a factor for the first steps. arXiv:1706.02677

// ---- A step of training -----------------------------------------------------------------------------------------------------------
struct TrainingStep { float loss = 0; int right = 0; };  ///< mean cross entropy of the batch, and how many of its images were named rightly
class Trainer {
public:
    /// Copies the graph, whose output is a row of logits an image. `seed` is dropout's.
    Trainer(Graph graph, Weights weights, const Optimiser::Rule& rule, std::uint64_t seed = 1, Frozen frozen = {});
    /// Forward, loss, backward, optimiser. Throws convbook::Error if the images do not fit the graph or a label names no class.
    TrainingStep step(TensorView images, std::span<const int> labels, float learning_rate, float label_smoothing = 0);
    const Weights& weights() const { return weights_; }

private:
    Graph graph_;
    Weights weights_;
    Optimiser optimiser_;
    Random random_;
    Frozen frozen_;
};

}  // namespace convbook
