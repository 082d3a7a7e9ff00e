// The layers that every program of the comparison with other libraries times, as the engine runs them: blocked layout, packed weights, warm buffers, relu fused.
// A name says all: dw3_96_112_s2 is depthwise 3x3, 96 channels of 112x112, stride 2; pw_ and gpw3_ pointwise (in 3 groups), stem_ the first convolution,
// conv3_ a dense 3x3, fc_ a classifier's row. Leaves out the planar kernels (kernels.cpp) and whole networks (nets.cpp).
#include <sstream>

#include "bench/bench.h"
#include "convbook/tensor.h"
#include "kernels/packing.h"

namespace convbook::bench {
namespace {

using kernels::BlockedTable;

constexpr const char* kLayers[] = {
    "dw3_32_112_s1", "dw3_96_112_s2", "dw3_144_56_s1", "dw3_144_56_s2", "dw3_192_28_s1", "dw3_192_28_s2", "dw3_384_14_s1", "dw3_576_14_s1", "dw3_576_14_s2", "dw3_960_7_s1",
    "dw3_58_28_s1", "dw3_116_14_s1", "dw3_232_7_s1", "dw5_72_56_s2", "dw5_72_28_s1", "dw5_120_28_s1", "dw5_240_14_s1", "dw5_672_14_s2", "dw5_672_7_s1", "dw5_960_7_s1",
    "pw_32_16_112", "pw_16_96_112", "pw_96_24_56", "pw_24_144_56", "pw_144_24_56", "pw_144_32_28", "pw_32_192_28", "pw_192_32_28", "pw_192_64_14", "pw_64_384_14",
    "pw_384_64_14", "pw_384_96_14", "pw_96_576_14", "pw_576_96_14", "pw_576_160_7", "pw_160_960_7", "pw_960_160_7", "pw_960_320_7", "pw_320_1280_7",
    "pw_58_58_28", "pw_116_116_14", "pw_232_232_7", "pw_512_512_14",
    "gpw3_240_60_28", "gpw3_60_240_28", "gpw3_480_120_14", "gpw3_120_480_14", "gpw3_960_240_7", "gpw3_240_960_7",
    "stem_3_32_224", "stem_3_24_224", "conv3_64_56", "conv3_256_14", "fc_1024_1000", "fc_1280_1000",
};

/// What a name says; `kind` is its letters, the digits behind them the kernel size or the groups.
struct Layer {
    std::string kind;
    int cin = 0, cout = 0, k = 1, stride = 1, size = 1, groups = 1;
    int out_size() const { return (size + 2 * (k / 2) - k) / stride + 1; }
    double flops() const { return 2.0 * cout * (cin / groups) * k * k * out_size() * out_size(); }
    double bytes() const { return 4.0 * (static_cast<double>(cin) * size * size + static_cast<double>(cout) * (cin / groups) * k * k + static_cast<double>(cout) * out_size() * out_size()); }
};

Layer read_name(const std::string& name) {
    std::vector<std::string> parts;
    std::istringstream stream(name);
    for (std::string part; std::getline(stream, part, '_');) parts.push_back(part);
    const std::size_t letters = parts[0].find_first_of("0123456789");
    Layer layer;
    layer.kind = parts[0].substr(0, letters);
    const int digit = letters == std::string::npos ? 0 : std::stoi(parts[0].substr(letters));
    layer.cin = std::stoi(parts[1]);
    if (layer.kind == "dw") {
        layer.cout = layer.groups = layer.cin, layer.k = digit, layer.size = std::stoi(parts[2]), layer.stride = parts[3] == "s2" ? 2 : 1;
    } else {
        layer.cout = layer.kind == "conv" ? layer.cin : std::stoi(parts[2]);
        if (layer.kind != "fc") layer.size = std::stoi(parts.back());
        if (layer.kind == "stem") layer.k = 3, layer.stride = 2;
        if (layer.kind == "conv") layer.k = digit;
        if (layer.kind == "gpw") layer.groups = digit;
    }
    return layer;
}

constexpr kernels::Epilogue kRelu{kernels::Finish::relu};

/// Buffers of one layer in the layout of the backend in use.
struct Buffers {
    const BlockedTable& table = kernels::active_blocked();
    int lanes = table.lanes, in_blocks, out_blocks, in_pixels, out_pixels;
    Tensor in, w, bias, out;
    std::vector<float*> outputs;  // where each block of `out` begins
    explicit Buffers(const Layer& layer)
        : in_blocks((layer.cin + lanes - 1) / lanes), out_blocks((layer.cout + lanes - 1) / lanes), in_pixels(layer.size * layer.size), out_pixels(layer.out_size() * layer.out_size()) {
        Random random(1);
        in = random.normal_tensor({1, in_blocks, in_pixels, lanes});
        w = random.normal_tensor({layer.cout, layer.cin / layer.groups, layer.k, layer.k});
        set_blocks(out_blocks);
    }
    /// Room for so many blocks of outputs.
    void set_blocks(int blocks) {
        out_blocks = blocks;
        bias = Random(2).normal_tensor({1, 1, blocks, lanes});
        out = Tensor({1, blocks, out_pixels, lanes});
        outputs.clear();
        for (int block = 0; block < blocks; ++block) outputs.push_back(out.data() + out.shape().offset(0, block, 0, 0));
    }
};

std::vector<double> time_depthwise(const Layer& layer, double seconds) {
    Buffers b(layer);
    const Tensor w = kernels::pack_depthwise(b.w.data(), layer.k * layer.k, kernels::dense_order(layer.cin, b.lanes), b.lanes).tensor(), zeros({1, 1, layer.size, b.lanes});
    const int pad = layer.k / 2, size = layer.out_size(), row_floats = layer.size * b.lanes;
    std::vector<const float*> rows(static_cast<std::size_t>((size - 1) * layer.stride + layer.k));
    return time_calls(seconds, [&] {
        for (int block = 0; block < b.in_blocks; ++block) {
            const float* in = b.in.data() + static_cast<std::ptrdiff_t>(block) * layer.size * row_floats;
            for (int r = 0; r < static_cast<int>(rows.size()); ++r) {
                const bool is_inside = r >= pad && r - pad < layer.size;
                rows[static_cast<std::size_t>(r)] = is_inside ? in + static_cast<std::ptrdiff_t>(r - pad) * row_floats : zeros.data();
            }
            b.table.blocked_depthwise({rows.data(), layer.k, layer.k, layer.stride, layer.stride, 1, 1, pad, layer.size, w.data() + block * layer.k * layer.k * b.lanes,
                                       b.bias.data() + block * b.lanes, b.out.data() + static_cast<std::ptrdiff_t>(block) * b.out_pixels * b.lanes, size * b.lanes, size, size, kRelu});
        }
    });
}

std::vector<double> time_pointwise(const Layer& layer, double seconds) {
    Buffers b(layer);
    const kernels::ChannelOrder order = kernels::output_order(layer.cout, layer.groups, b.lanes);
    b.set_blocks(static_cast<int>(order.size()) / b.lanes);
    const auto runs = kernels::pack_pointwise(b.w.data(), layer.cin, layer.cout, layer.groups, kernels::dense_order(layer.cin, b.lanes), order, b.table);
    const Tensor packed = kernels::joined_weights(runs).tensor();
    std::vector<std::vector<kernels::ChannelRun>> channels(runs.size());
    for (std::size_t i = 0; i < runs.size(); ++i) {
        for (const kernels::PlaceRun& run : runs[i].in) channels[i].push_back({b.in.data() + (run.first / b.lanes * b.in_pixels) * b.lanes + run.first % b.lanes, run.count});
    }
    return time_calls(seconds, [&] {
        const float* w = packed.data();
        for (std::size_t i = 0; i < runs.size(); ++i) {
            const kernels::PointwiseRun& run = runs[i];
            b.table.blocked_pointwise({run.size, channels[i].data(), static_cast<int>(channels[i].size()), 0, w, b.bias.data() + run.first_block * b.lanes, nullptr,
                                       b.outputs.data() + run.first_block, 0, b.in_pixels, kRelu});
            w += run.w.count;
        }
    });
}

std::vector<double> time_conv(const Layer& layer, double seconds) {
    Buffers b(layer);
    const bool is_planar = layer.kind == "stem";
    const Tensor packed = kernels::joined_weights(kernels::pack_conv(b.w.data(), layer.cin, layer.cout, layer.k * layer.k, 1, kernels::dense_order(layer.cin, is_planar ? 1 : b.lanes), kernels::dense_order(layer.cout, b.lanes), b.table)).tensor();
    const int pad = layer.k / 2, size = layer.out_size();
    return time_calls(seconds, [&] {
        b.table.blocked_conv({b.in.data(), is_planar, layer.cin, layer.size, layer.size, layer.k, layer.k, layer.stride, layer.stride, pad, pad, 1, 1, packed.data(), b.bias.data(),
                              nullptr, b.outputs.data(), 0, b.out_blocks, size, 0, size, kRelu});
    });
}

std::vector<double> time_row(const Layer& layer, double seconds) {
    Buffers b(layer);
    return time_calls(seconds, [&] { b.table.linear_row({b.in.data(), b.w.data(), b.bias.data(), b.out.data(), layer.cin, layer.cout, {}}); });
}

std::vector<double> time_layer(const Layer& layer, double seconds) {
    if (layer.kind == "dw") return time_depthwise(layer, seconds);
    if (layer.kind == "stem" || layer.kind == "conv") return time_conv(layer, seconds);
    if (layer.kind == "fc") return time_row(layer, seconds);
    return time_pointwise(layer, seconds);
}

}  // namespace

std::vector<Benchmark> layer_benchmarks() {
    std::vector<Benchmark> benchmarks;
    for (const char* name : kLayers) {
        const Layer layer = read_name(name);
        benchmarks.push_back({"layer", name, [layer](const Conditions& at) { return time_layer(layer, at.seconds); }, layer.flops(), layer.bytes()});
    }
    return benchmarks;
}

}  // namespace convbook::bench
