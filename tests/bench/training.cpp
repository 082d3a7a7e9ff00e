// A step of training as chapter 15 takes it: forward with batch statistics, loss, the way back, optimiser; a batch of small images, one thread.
// Leaves out gradients kernel by kernel (gradients.cpp).
#include "bench/bench.h"
#include "convbook/cost.h"
#include "convbook/nets.h"
#include "convbook/train.h"

namespace convbook::bench {
namespace {

constexpr int kImages = 16, kClasses = 10;

std::vector<double> time_steps(const Graph& graph, double seconds) {
    const Shape& one = graph.input_shape();
    const Tensor images = Random(1).normal_tensor(Shape(kImages, one.c, one.h, one.w));
    std::vector<int> labels;
    for (int i = 0; i < kImages; ++i) labels.push_back(i % kClasses);
    Trainer trainer(graph, default_weights(graph, 2), Sgd{.momentum = 0.9f});
    return time_calls(seconds * 5, [&] { trainer.step(images, labels, 0.01f); });
}

}  // namespace

std::vector<Benchmark> training_benchmarks() {
    std::vector<Benchmark> benchmarks;
    for (const auto& [net, scale] : {std::pair{"mobilenet_v1", 0.25}, {"mobilenet_v2", 0.35}, {"shufflenet_v2", 0.5}, {"resnet18", 1.0}}) {
        const Graph graph = build_net(net, scale, {.classes = kClasses, .resolution = 96});
        // Forward, and the gradients of inputs and of weights: each as many multiply-adds
        benchmarks.push_back({.kind = "train", .name = net, .run = [graph](const Conditions& at) { return time_steps(graph, at.seconds); },
                              .flops = 3 * 2.0 * kImages * static_cast<double>(count_cost(graph).macs)});
    }
    return benchmarks;
}

}  // namespace convbook::bench
