// Kernels on the layers of MobileNet v2 at 224 x 224, each on warm buffers of its own; a name is a layer (kernel_layer.h).
// Leaves out gradients (gradients.cpp) and whole networks (nets.cpp).
#include <memory>

#include "bench/bench.h"
#include "bench/kernel_layer.h"
#include "convbook/tensor.h"
#include "kernels/kernels.h"

namespace convbook::bench {
namespace {

using kernels::ConvDims;

using Kind = KernelLayer::Kind;

constexpr Kind kStem = Kind::conv2d, kDw = Kind::depthwise_conv2d, kPw = Kind::pointwise_conv2d;
constexpr KernelLayer kLayers[] = {
    {kStem, "stem_3_32_224", 3, 32, 3, 2, 224},
    {kDw, "dw3_32_112_s1", 32, 32, 3, 1, 112}, {kDw, "dw3_96_112_s2", 96, 96, 3, 2, 112}, {kDw, "dw3_144_56_s1", 144, 144, 3, 1, 56},
    {kDw, "dw3_144_56_s2", 144, 144, 3, 2, 56}, {kDw, "dw3_192_28_s1", 192, 192, 3, 1, 28}, {kDw, "dw3_192_28_s2", 192, 192, 3, 2, 28},
    {kDw, "dw3_384_14_s1", 384, 384, 3, 1, 14}, {kDw, "dw3_576_14_s1", 576, 576, 3, 1, 14}, {kDw, "dw3_576_14_s2", 576, 576, 3, 2, 14},
    {kDw, "dw3_960_7_s1", 960, 960, 3, 1, 7},
    {kPw, "pw_32_16_112", 32, 16, 1, 1, 112}, {kPw, "pw_16_96_112", 16, 96, 1, 1, 112}, {kPw, "pw_96_24_56", 96, 24, 1, 1, 56},
    {kPw, "pw_24_144_56", 24, 144, 1, 1, 56}, {kPw, "pw_144_24_56", 144, 24, 1, 1, 56}, {kPw, "pw_144_32_28", 144, 32, 1, 1, 28},
    {kPw, "pw_32_192_28", 32, 192, 1, 1, 28}, {kPw, "pw_192_32_28", 192, 32, 1, 1, 28}, {kPw, "pw_192_64_14", 192, 64, 1, 1, 14},
    {kPw, "pw_64_384_14", 64, 384, 1, 1, 14}, {kPw, "pw_384_64_14", 384, 64, 1, 1, 14}, {kPw, "pw_384_96_14", 384, 96, 1, 1, 14},
    {kPw, "pw_96_576_14", 96, 576, 1, 1, 14}, {kPw, "pw_576_96_14", 576, 96, 1, 1, 14}, {kPw, "pw_576_160_7", 576, 160, 1, 1, 7},
    {kPw, "pw_160_960_7", 160, 960, 1, 1, 7}, {kPw, "pw_960_160_7", 960, 160, 1, 1, 7}, {kPw, "pw_960_320_7", 960, 320, 1, 1, 7},
    {kPw, "pw_320_1280_7", 320, 1280, 1, 1, 7},
};

void call(Kind kind, const Tensor& in, const Tensor& w, const Tensor& bias, Tensor& out, const ConvDims& d) {
    const kernels::KernelTable& table = kernels::active_kernels();
    switch (kind) {
        case Kind::conv2d: return table.conv2d(in.data(), w.data(), bias.data(), out.data(), d);
        case Kind::depthwise_conv2d: return table.depthwise_conv2d(in.data(), w.data(), bias.data(), out.data(), d);
        case Kind::pointwise_conv2d: return table.pointwise_conv2d(in.data(), w.data(), bias.data(), out.data(), {d.n, d.cin, d.cout, d.h * d.w});
    }
}

std::vector<double> time_layer(const KernelLayer& layer, double seconds) {
    const ConvDims d = layer.dims(1);
    Random random(1);
    const Tensor in = random.normal_tensor({1, d.cin, d.h, d.w}), w = random.normal_tensor({d.cout, d.cin / d.groups, d.kh, d.kw});
    const Tensor bias = random.normal_tensor({1, 1, 1, d.cout});
    Tensor out({1, d.cout, d.oh, d.ow});
    return time_calls(seconds, [&] { call(layer.kind, in, w, bias, out, d); });
}

}  // namespace

std::vector<Benchmark> kernel_benchmarks() {
    std::vector<Benchmark> benchmarks;
    for (const KernelLayer& layer : kLayers) {
        const KernelCost cost(layer.dims(1));
        benchmarks.push_back({"kernel", layer.name, [&layer](const Conditions& at) { return time_layer(layer, at.seconds); }, cost.flops, cost.bytes()});
    }
    return benchmarks;
}

}  // namespace convbook::bench
