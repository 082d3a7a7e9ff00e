// The gradient kernels beside the forward pass of the same layer, on a batch of kImages images: dw3_144_56_s1_forward, _input (the gradient with respect to
// it) and _weight. All three do as many multiply-adds, so their GFLOP/s compare directly. Leaves out one image without gradients (kernels.cpp).
#include "bench/bench.h"
#include "bench/kernel_layer.h"
#include "convbook/tensor.h"

namespace convbook::bench {
namespace {

using kernels::ConvDims;
using kernels::KernelTable;
using Kind = KernelLayer::Kind;

constexpr int kImages = 4;

constexpr KernelLayer kLayers[] = {
    {Kind::conv2d, "stem_3_32_224", 3, 32, 3, 2, 224},          {Kind::conv2d, "conv3_64_28", 64, 64, 3, 1, 28},
    {Kind::conv2d, "conv3_64_28_s2", 64, 64, 3, 2, 28},         {Kind::depthwise_conv2d, "dw3_32_112_s1", 32, 32, 3, 1, 112},
    {Kind::depthwise_conv2d, "dw3_96_112_s2", 96, 96, 3, 2, 112}, {Kind::depthwise_conv2d, "dw3_144_56_s1", 144, 144, 3, 1, 56},
    {Kind::depthwise_conv2d, "dw3_192_28_s2", 192, 192, 3, 2, 28}, {Kind::depthwise_conv2d, "dw3_384_14_s1", 384, 384, 3, 1, 14},
    {Kind::depthwise_conv2d, "dw3_960_7_s1", 960, 960, 3, 1, 7}, {Kind::depthwise_conv2d, "dw5_120_28_s1", 120, 120, 5, 1, 28},
    {Kind::depthwise_conv2d, "dw5_72_56_s2", 72, 72, 5, 2, 56}, {Kind::pointwise_conv2d, "pw_16_96_112", 16, 96, 1, 1, 112},
    {Kind::pointwise_conv2d, "pw_96_24_56", 96, 24, 1, 1, 56},  {Kind::pointwise_conv2d, "pw_192_64_14", 192, 64, 1, 1, 14},
    {Kind::pointwise_conv2d, "pw_96_576_14", 96, 576, 1, 1, 14}, {Kind::pointwise_conv2d, "pw_960_160_7", 960, 160, 1, 1, 7},
};

enum class Direction { forward, input, weight };
constexpr std::pair<Direction, const char*> kDirections[] = {{Direction::forward, "forward"}, {Direction::input, "input"}, {Direction::weight, "weight"}};

/// in, weights and out; a gradient overwrites the array that it is the gradient of.
struct Arrays {
    Tensor in, w, out;
    explicit Arrays(const ConvDims& d) {
        Random random(1);
        in = random.normal_tensor({d.n, d.cin, d.h, d.w});
        w = random.normal_tensor({d.cout, d.cin / d.groups, d.kh, d.kw});
        out = random.normal_tensor({d.n, d.cout, d.oh, d.ow});
    }
};

struct KernelsOfKind {
    kernels::Conv2dKernel KernelTable::* forward;
    kernels::Conv2dGradientKernel KernelTable::*input, KernelTable::*weight;
};
constexpr KernelsOfKind kGeneral{&KernelTable::conv2d, &KernelTable::conv2d_input_gradient, &KernelTable::conv2d_weight_gradient};
constexpr KernelsOfKind kDepthwise{&KernelTable::depthwise_conv2d, &KernelTable::depthwise_conv2d_input_gradient, &KernelTable::depthwise_conv2d_weight_gradient};

void call(const KernelsOfKind& of, Direction direction, Arrays& a, const ConvDims& d) {
    const KernelTable& table = kernels::active_kernels();
    if (direction == Direction::forward) (table.*of.forward)(a.in.data(), a.w.data(), nullptr, a.out.data(), d);
    if (direction == Direction::input) (table.*of.input)(a.out.data(), a.w.data(), a.in.data(), d);
    if (direction == Direction::weight) (table.*of.weight)(a.in.data(), a.out.data(), a.w.data(), d);
}

void call_pointwise(Direction direction, Arrays& a, const kernels::PointwiseDims& d) {
    const KernelTable& table = kernels::active_kernels();
    if (direction == Direction::forward) table.pointwise_conv2d(a.in.data(), a.w.data(), nullptr, a.out.data(), d);
    if (direction == Direction::input) table.pointwise_conv2d_input_gradient(a.out.data(), a.w.data(), a.in.data(), d);
    if (direction == Direction::weight) table.pointwise_conv2d_weight_gradient(a.in.data(), a.out.data(), a.w.data(), d);
}

std::vector<double> time_layer(const KernelLayer& layer, Direction direction, double seconds) {
    const ConvDims d = layer.dims(kImages);
    Arrays arrays(d);
    return time_calls(seconds, [&] {
        if (layer.kind == Kind::pointwise_conv2d) call_pointwise(direction, arrays, {d.n, d.cin, d.cout, d.h * d.w});
        else call(layer.kind == Kind::conv2d ? kGeneral : kDepthwise, direction, arrays, d);
    });
}

}  // namespace

std::vector<Benchmark> gradient_benchmarks() {
    std::vector<Benchmark> benchmarks;
    for (const KernelLayer& layer : kLayers) {
        const KernelCost cost(layer.dims(kImages));
        for (const auto& [direction, name] : kDirections) {
            benchmarks.push_back({"gradient", layer.name + std::string("_") + name,
                                  [&layer, direction = direction](const Conditions& at) { return time_layer(layer, direction, at.seconds); }, cost.flops, cost.bytes()});
        }
    }
    return benchmarks;
}

}  // namespace convbook::bench
