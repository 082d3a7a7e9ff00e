// Optimisers and learning rates: one rule a function, value by value, in PyTorch's order of operations.
// Leaves out where gradients come from (backward.cpp).
#include <algorithm>
#include <cmath>
#include <numbers>

#include "convbook/train.h"

namespace convbook {
namespace {

void require_share(const char* rule, const char* name, float value) {
    CONVBOOK_REQUIRE(value >= 0.0f && value <= 1.0f, rule, ": ", name, " is a share; ", name, "=", value, ". Use a number from 0 to 1.");
}
void require_not_negative(const char* rule, const char* name, float value) {
    CONVBOOK_REQUIRE(value >= 0.0f && std::isfinite(value), rule, ": ", name, " is at least 0; ", name, "=", value, ". Use 0 or a small number.");
}

void check(const Sgd& sgd) {
    require_share("Sgd", "momentum", sgd.momentum);
    require_share("Sgd", "dampening", sgd.dampening);
    require_not_negative("Sgd", "weight_decay", sgd.weight_decay);
    CONVBOOK_REQUIRE(!sgd.is_nesterov || (sgd.momentum > 0.0f && sgd.dampening == 0.0f), "Sgd: Nesterov's step looks ahead along the momentum, undampened; momentum=", sgd.momentum,
                     ", dampening=", sgd.dampening, ". Use a momentum above 0 and no dampening.");
}
void check(const Adam& adam) {
    require_share("Adam", "beta1", adam.beta1);
    require_share("Adam", "beta2", adam.beta2);
    CONVBOOK_REQUIRE(adam.beta1 < 1.0f && adam.beta2 < 1.0f, "Adam: means that never move cannot be corrected; beta1=", adam.beta1, ", beta2=", adam.beta2, ". Use less than 1.");
    require_not_negative("Adam", "eps", adam.eps);
    require_not_negative("Adam", "weight_decay", adam.weight_decay);
}
void check(const RmsProp& rms) {
    require_share("RmsProp", "decay", rms.decay);
    require_share("RmsProp", "momentum", rms.momentum);
    require_not_negative("RmsProp", "eps", rms.eps);
    require_not_negative("RmsProp", "weight_decay", rms.weight_decay);
}

/// One parameter and its gradient.
struct Values { std::span<float> p; std::span<const float> g; };

/// An array of a rule's memory; zeros before the first step.
float* remembered(Tensor& memory, const Tensor& like) {
    if (memory.is_empty()) memory = Tensor(like.shape());
    return memory.data();
}

void move(const Sgd& sgd, const Values& of, float* v, float lr, bool is_first) {
    for (std::size_t i = 0; i < of.p.size(); ++i) {
        const float g = of.g[i] + sgd.weight_decay * of.p[i];
        v[i] = is_first ? g : sgd.momentum * v[i] + (1.0f - sgd.dampening) * g;
        of.p[i] -= lr * (sgd.is_nesterov ? g + sgd.momentum * v[i] : sgd.momentum > 0.0f ? v[i] : g);
    }
}

/// `largest` is null without amsgrad.
void move(const Adam& adam, const Values& of, float* m, float* v, float* largest, float lr, int step) {
    const double correction1 = 1.0 - std::pow(static_cast<double>(adam.beta1), step), correction2 = 1.0 - std::pow(static_cast<double>(adam.beta2), step);
    const auto rate = static_cast<float>(lr / correction1), root = static_cast<float>(std::sqrt(correction2));
    for (std::size_t i = 0; i < of.p.size(); ++i) {
        if (adam.is_decoupled) of.p[i] *= 1.0f - lr * adam.weight_decay;
        const float g = adam.is_decoupled ? of.g[i] : of.g[i] + adam.weight_decay * of.p[i];
        m[i] = adam.beta1 * m[i] + (1.0f - adam.beta1) * g;
        v[i] = adam.beta2 * v[i] + (1.0f - adam.beta2) * g * g;
        if (largest) largest[i] = std::max(largest[i], v[i]);
        of.p[i] -= rate * m[i] / (std::sqrt(largest ? largest[i] : v[i]) / root + adam.eps);
    }
}

/// `mean` is null unless centred.
void move(const RmsProp& rms, const Values& of, float* v, float* u, float* mean, float lr) {
    for (std::size_t i = 0; i < of.p.size(); ++i) {
        const float g = of.g[i] + rms.weight_decay * of.p[i];
        v[i] = rms.decay * v[i] + (1.0f - rms.decay) * g * g;
        if (mean) mean[i] = rms.decay * mean[i] + (1.0f - rms.decay) * g;
        const float variance = mean ? v[i] - mean[i] * mean[i] : v[i];
        u[i] = rms.momentum * u[i] + g / (std::sqrt(variance) + rms.eps);
        of.p[i] -= lr * u[i];
    }
}

}  // namespace

Optimiser::Optimiser(const Rule& rule) : rule_(rule) {
    std::visit([](const auto& of) { check(of); }, rule_);
}

void Optimiser::step(Weights& weights, std::span<const Tensor> gradients, float learning_rate) {
    CONVBOOK_REQUIRE(gradients.size() == weights.size(), "Optimiser: one gradient a parameter; ", weights.size(), " parameters, ", gradients.size(),
                     " gradients. Pass what backward() returned for these weights.");
    require_not_negative("Optimiser", "learning_rate", learning_rate);
    memories_.resize(weights.size());
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        if (gradients[i].is_empty()) continue;
        Tensor& parameter = weights.at(static_cast<int>(i));
        CONVBOOK_REQUIRE(gradients[i].shape() == parameter.shape(), "Optimiser: a gradient has its parameter's shape; parameter ", i, "=", parameter.shape(),
                         ", gradient=", gradients[i].shape(), ". Pass what backward() returned for these weights.");
        Memory& memory = memories_[i];
        const Values of{parameter.values(), gradients[i].values()};
        const auto array = [&](Tensor& tensor) { return remembered(tensor, parameter); };
        ++memory.steps;
        if (const auto* sgd = std::get_if<Sgd>(&rule_)) move(*sgd, of, array(memory.first), learning_rate, memory.steps == 1);
        if (const auto* adam = std::get_if<Adam>(&rule_))
            move(*adam, of, array(memory.first), array(memory.second), adam->is_amsgrad ? array(memory.third) : nullptr, learning_rate, memory.steps);
        if (const auto* rms = std::get_if<RmsProp>(&rule_))
            move(*rms, of, array(memory.first), array(memory.second), rms->is_centered ? array(memory.third) : nullptr, learning_rate);
    }
}

float cosine_rate(float base, int step, int steps) {
    CONVBOOK_REQUIRE(steps >= 1 && step >= 0, "cosine_rate: there is at least one step, counted from 0; step=", step, ", steps=", steps, ". Use steps of 1 or more.");
    const double progress = std::min(1.0, static_cast<double>(step) / steps);
    return static_cast<float>(base * 0.5 * (1.0 + std::cos(std::numbers::pi * progress)));
}

float step_rate(float base, int step, int every, float factor) {
    CONVBOOK_REQUIRE(every >= 1 && step >= 0, "step_rate: the rate falls every step or less often, counted from 0; step=", step, ", every=", every, ". Use every = 1 or more.");
    return static_cast<float>(base * std::pow(static_cast<double>(factor), step / every));
}

float warm_up(int step, int steps) {
    CONVBOOK_REQUIRE(steps >= 1 && step >= 0, "warm_up: it takes at least one step, counted from 0; step=", step, ", steps=", steps, ". Use steps of 1 or more.");
    return std::min(1.0f, static_cast<float>(step + 1) / static_cast<float>(steps));
}

}  // namespace convbook
