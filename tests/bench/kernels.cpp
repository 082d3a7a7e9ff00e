// Kernels on the layers of MobileNet v2 at 224 x 224, each on warm buffers of its own. A name is a layer: dw3_144_56_s1 is depthwise, 3x3, 144 channels of
// 56x56, stride 1; pw_96_24_56 is pointwise, 96 to 24 channels of 56x56; stem_3_32_224 is the first convolution. Leaves out whole networks (nets.cpp).
#include <memory>

#include "bench/bench.h"
#include "convbook/tensor.h"
#include "kernels/kernels.h"

namespace convbook::bench {
namespace {

using kernels::ConvDims;

enum class Kind { conv2d, depthwise_conv2d, pointwise_conv2d };
struct Layer { Kind kind; const char* name; int cin, cout, k, stride, size; };

constexpr Kind kStem = Kind::conv2d, kDw = Kind::depthwise_conv2d, kPw = Kind::pointwise_conv2d;
constexpr Layer kLayers[] = {
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

ConvDims dims_of(const Layer& layer) {
    const int pad = layer.k / 2, out = (layer.size + 2 * pad - layer.k) / layer.stride + 1;
    const int groups = layer.kind == Kind::depthwise_conv2d ? layer.cin : 1;
    return {1, layer.cin, layer.size, layer.size, layer.cout, layer.k, layer.k, out, out, layer.stride, layer.stride, pad, pad, 1, 1, groups};
}

void call(Kind kind, const Tensor& in, const Tensor& w, const Tensor& bias, Tensor& out, const ConvDims& d) {
    const kernels::KernelTable& table = kernels::active_kernels();
    switch (kind) {
        case Kind::conv2d: return table.conv2d(in.data(), w.data(), bias.data(), out.data(), d);
        case Kind::depthwise_conv2d: return table.depthwise_conv2d(in.data(), w.data(), bias.data(), out.data(), d);
        case Kind::pointwise_conv2d: return table.pointwise_conv2d(in.data(), w.data(), bias.data(), out.data(), {d.n, d.cin, d.cout, d.h * d.w});
    }
}

std::vector<double> time_layer(const Layer& layer, double seconds) {
    const ConvDims d = dims_of(layer);
    Random random(1);
    const Tensor in = random.normal_tensor({1, d.cin, d.h, d.w}), w = random.normal_tensor({d.cout, d.cin / d.groups, d.kh, d.kw});
    const Tensor bias = random.normal_tensor({1, 1, 1, d.cout});
    Tensor out({1, d.cout, d.oh, d.ow});
    return time_calls(seconds, [&] { call(layer.kind, in, w, bias, out, d); });
}

}  // namespace

std::vector<Benchmark> kernel_benchmarks() {
    std::vector<Benchmark> benchmarks;
    for (const Layer& layer : kLayers) {
        const ConvDims d = dims_of(layer);
        const double weights = static_cast<double>(d.cout) * (d.cin / d.groups) * d.kh * d.kw;
        const double in = static_cast<double>(d.cin) * d.h * d.w, out = static_cast<double>(d.cout) * d.oh * d.ow;
        const double flops = 2.0 * weights * d.oh * d.ow, bytes = 4.0 * (in + weights + out);
        benchmarks.push_back({"kernel", layer.name, [&layer](const Conditions& at) { return time_layer(layer, at.seconds); }, flops,
                              [flops, bytes](const MachineSpeed& speed) { return speed.least_seconds(flops, bytes); }});
    }
    return benchmarks;
}

}  // namespace convbook::bench
