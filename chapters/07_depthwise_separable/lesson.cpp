#include "lesson.h"

#include <Eigen/SVD>
#include <charconv>
#include <cmath>
#include <numbers>

#include "convbook/nets.h"
#include "convbook/ops.h"

namespace convbook::ch07 {

const std::vector<Member<Params>>& members() {
    static const std::vector<Member<Params>> list = [] {
        auto k = whole_number("k", &Params::k, {"Kernel K", "卷积核 K"}, Role::weights, {1, 3, 5, 7});
        for (const auto& stop : k.field.legal) k.field.shown[stop] = {stop + " × " + stop, stop + " × " + stop};
        auto step = whole_number("step", &Params::step, {"Step", "步骤"}, Role::none, {1, 2});
        step.field.is_slider = false;
        return std::vector<Member<Params>>{
            whole_number("cin", &Params::cin, {"Channels in", "输入通道数"}, Role::input, {4, 8, 16, 32, 64}),
            whole_number("cout", &Params::cout, {"Channels out N", "输出通道数 N"}, Role::output, {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}),
            k,
            whole_number("h", &Params::h, {"Height, width", "高与宽"}, Role::none, {7, 14, 28, 56, 112}),
            whole_number("r", &Params::r, {"Separable layers r", "可分离层数 r"}, Role::weights, {1, 2, 3, 4, 5, 6, 7, 8, 9}),
            step,
            words("wire", &Params::wire, {"Wire: input channel - filter", "连线：输入通道-滤波器"}, {}),
            words("view", &Params::view, {"View", "视图"}, {"cost", "rank"}),
            words("dense", &Params::dense, {"Dense kernels", "稠密卷积核"}, {"edges", "random"}),
        };
    }();
    return list;
}

namespace {

/// One convolution of this chapter, stride 1, as the library counts it.
NetCost count_layer(const Params& p, int cin, int cout, int k, int groups, bool has_bias, bool has_batch_norm) {
    Graph graph("layer", Shape(1, cin, p.h, p.h));
    Conv2dNode conv{.params = {.padding = (k - 1) / 2, .groups = groups}, .weight = graph.add_parameter("weight", Shape(cout, cin / groups, k, k))};
    if (has_bias) conv.bias = graph.add_parameter("bias", Shape::of({cout}));
    const int last = graph.append({"conv", "", conv, {0}, {}});
    if (has_batch_norm) {
        BatchNormNode norm;
        norm.weight = graph.add_parameter("bn.weight", Shape::of({cout}));
        norm.bias = graph.add_parameter("bn.bias", Shape::of({cout}));
        norm.mean = graph.add_parameter("bn.running_mean", Shape::of({cout}));
        norm.var = graph.add_parameter("bn.running_var", Shape::of({cout}));
        graph.append({"bn", "", norm, {last}, {}});
    }
    return count_cost(graph);
}

}  // namespace

Costs count_costs(const Params& p) {
    const NetCost standard = count_layer(p, p.cin, p.cout, p.k, 1, true, false);
    const NetCost depthwise = count_layer(p, p.cin, p.cin, p.k, p.cin, true, false);
    const NetCost pointwise = count_layer(p, p.cin, p.cout, 1, 1, true, false);
    Costs costs;
    costs.standard_params = standard.params;
    costs.depthwise_params = depthwise.params;
    costs.pointwise_params = pointwise.params;
    costs.separable_params = depthwise.params + pointwise.params;
    costs.standard_macs = standard.macs;
    costs.depthwise_macs = depthwise.macs;
    costs.pointwise_macs = pointwise.macs;
    costs.separable_macs = depthwise.macs + pointwise.macs;
    costs.positions = static_cast<std::int64_t>(p.h) * p.h;
    costs.block_params = count_layer(p, p.cin, p.cin, p.k, p.cin, false, true).params + count_layer(p, p.cin, p.cout, 1, 1, false, true).params;
    return costs;
}

double closed_ratio(int cout, int k) { return 1.0 / cout + 1.0 / (static_cast<double>(k) * k); }

Tensor dense_kernels(const Params& p) {
    if (p.dense == "random") return Random(7).normal_tensor(Shape(p.cout, 1, p.k, p.k));
    // The slope of a round hill, uphill in `cout` directions: edge detectors, from which a directional one is a mix of two (Freeman and Adelson 1991)
    Tensor kernels(Shape(p.cout, 1, p.k, p.k));
    const double center = (p.k - 1) / 2.0, width = std::max(0.8, p.k / 4.0);
    for (int o = 0; o < p.cout; ++o) {
        const double angle = 2 * std::numbers::pi * o / p.cout;
        for (int i = 0; i < p.k; ++i)
            for (int j = 0; j < p.k; ++j) {
                const double y = i - center, x = j - center;
                kernels(o, 0, i, j) = static_cast<float>((x * std::cos(angle) + y * std::sin(angle)) * std::exp(-(x * x + y * y) / (2 * width * width)));
            }
    }
    if (p.k == 1) kernels = Tensor(Shape(p.cout, 1, 1, 1), 1.0f);  // a slope needs neighbours
    return kernels;
}

Rebuilt rebuild(const Params& p) {
    Rebuilt result;
    result.dense = dense_kernels(p);
    const int taps = p.k * p.k, most = std::min(p.cout, taps), terms = std::min(p.r, most);
    using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::Map<const Matrix> dense(result.dense.data(), p.cout, taps);
    const Eigen::JacobiSVD<Eigen::MatrixXf> svd(dense, Eigen::ComputeThinU | Eigen::ComputeThinV);
    result.singular_values.assign(svd.singularValues().data(), svd.singularValues().data() + most);
    // Depthwise kernel of a term = its right singular vector, pointwise column = its left one times the singular value
    result.depthwise = Tensor(Shape(terms, 1, p.k, p.k));
    result.pointwise = Tensor(Shape(p.cout, terms, 1, 1));
    for (int t = 0; t < terms; ++t) {
        for (int tap = 0; tap < taps; ++tap) result.depthwise.data()[t * taps + tap] = svd.matrixV()(tap, t);
        for (int o = 0; o < p.cout; ++o) result.pointwise(o, t, 0, 0) = svd.matrixU()(o, t) * svd.singularValues()(t);
    }
    // Run the sum of r separable layers on one impulse: what comes out is the kernel they express together
    result.approximation = Tensor(result.dense.shape());
    for (int t = 0; t < terms; ++t)
        for (int o = 0; o < p.cout; ++o)
            for (int tap = 0; tap < taps; ++tap)
                result.approximation.data()[o * taps + tap] += result.pointwise(o, t, 0, 0) * result.depthwise.data()[t * taps + tap];
    const Eigen::Map<const Matrix> rebuilt(result.approximation.data(), p.cout, taps);
    result.error = (dense - rebuilt).norm() / dense.norm();
    for (float value : result.singular_values) result.rank += value > 1e-5f * result.singular_values.front();
    return result;
}

Tensor equivalent_kernel(TensorView dw, TensorView pw) {
    CONVBOOK_REQUIRE(dw.shape.c == 1 && pw.shape.c == dw.shape.n, "equivalent_kernel: the pointwise layer reads what the depthwise layer writes; dw=", dw.shape,
                     ", pw=", pw.shape, ". Give pw as many input channels as dw has kernels.");
    Tensor w(Shape(pw.shape.n, dw.shape.n, dw.shape.h, dw.shape.w));
    for (int o = 0; o < pw.shape.n; ++o)
        for (int c = 0; c < dw.shape.n; ++c)
            for (int i = 0; i < dw.shape.h; ++i)
                for (int j = 0; j < dw.shape.w; ++j)
                    w(o, c, i, j) = pw(o, c, 0, 0) * dw(c, 0, i, j);
    return w;
}

Wire parse_wire(const Params& p) {
    Wire wire;
    const char* end = p.wire.data() + p.wire.size();
    const auto first = std::from_chars(p.wire.data(), end, wire.channel);
    const bool has_dash = first.ec == std::errc{} && first.ptr != end && *first.ptr == '-';
    const auto second = has_dash ? std::from_chars(first.ptr + 1, end, wire.filter) : first;
    CONVBOOK_REQUIRE(has_dash && second.ec == std::errc{} && second.ptr == end && wire.channel >= 0 && wire.filter >= 0,
                     "wire: an input channel and a filter with a dash between, such as 5-18; wire=", p.wire, ".");
    // A narrower layer keeps the wire inside
    wire.channel = std::min(wire.channel, p.cin - 1);
    wire.filter = std::min(wire.filter, p.cout - 1);
    return wire;
}

Result compute(const Params& p) { return {p, count_costs(p), parse_wire(p), rebuild(p)}; }

std::optional<Refusal> refuse(const Params& p) {
    parse_wire(p);  // throws on text that names no wire
    const int most = std::min(p.cout, p.k * p.k);
    if (p.view != "rank" || p.r <= most) return {};
    Refusal refusal;
    const std::string r = std::to_string(p.r), n = std::to_string(p.cout), k2 = std::to_string(p.k * p.k), m = std::to_string(most);
    refusal.what = {r + " terms are more than these kernels can need.", r + " 项多于这组卷积核所能用到的项数。"};
    refusal.why = {n + " kernels of " + k2 + " weights form a matrix of rank " + m + " at most; " + m + " separable layers rebuild any of them.",
                   n + " 个各含 " + k2 + " 个权重的卷积核，组成的矩阵秩至多为 " + m + "；" + m + " 个可分离层足以还原任何一组。"};
    refusal.key = "r";
    for (int r_works = 1; r_works <= most; ++r_works) refusal.working.push_back(std::to_string(r_works));
    return refusal;
}

namespace {

void add_costs(Values& v, const Params& p, const Costs& c) {
    v.add("standard.params", c.standard_params);
    v.add("separable.params", c.separable_params);
    v.add("depthwise.params", c.depthwise_params);
    v.add("pointwise.params", c.pointwise_params);
    v.add("block.params", c.block_params);
    v.add("standard.position", c.standard_per_position());
    v.add("separable.position", c.separable_per_position());
    v.add("depthwise.position", c.depthwise_per_position());
    v.add("pointwise.position", c.pointwise_per_position());
    v.add("standard.macs", format_millions(c.standard_macs, 2), static_cast<double>(c.standard_macs));
    v.add("separable.macs", format_millions(c.separable_macs, 2), static_cast<double>(c.separable_macs));
    v.add("depthwise.macs", format_millions(c.depthwise_macs, 2), static_cast<double>(c.depthwise_macs));
    v.add("pointwise.macs", format_millions(c.pointwise_macs, 2), static_cast<double>(c.pointwise_macs));
    v.add("ratio", c.ratio(), 4, Role::accent);
    v.add("saving", 1 / c.ratio(), 2);
    v.add("pointwise.over_depthwise", static_cast<double>(c.pointwise_macs) / static_cast<double>(c.depthwise_macs), 2);
    v.add("pointwise.share", 100.0 * static_cast<double>(c.pointwise_macs) / static_cast<double>(c.separable_macs), 0);
    // Multiply-adds for each number read or written, if every number of a position is fetched once
    v.add("depthwise.per_number", static_cast<double>(c.depthwise_per_position()) / (p.cin + p.cin), 1);
    v.add("pointwise.per_number", static_cast<double>(c.pointwise_per_position()) / (p.cin + p.cout), 1);
    v.add("one_over_n", 1.0 / p.cout, 4);
    v.add("one_over_k2", 1.0 / (p.k * p.k), 4);
    v.add("wires", static_cast<long long>(p.cin) * p.cout);
    v.add("separable.per_channel", static_cast<long long>(p.k) * p.k + p.cout);      // multiply-adds for one channel and position
    v.add("window.extra", 5LL * 5 - 3 * 3);                                      // what a 5 x 5 window adds to a 3 x 3 one, a channel
    v.add("window.growth", 25.0 / 9.0, 2);                                       // and what it multiplies the standard layer by
    v.add("weights.wrong", static_cast<long long>(p.cin) * p.k * p.k + p.cout);      // the formula with the missing factor
    v.add("weights.right", static_cast<long long>(p.cin) * p.k * p.k + static_cast<long long>(p.cin) * p.cout);
}

}  // namespace

Values values(const Params& p) {
    const Result result = compute(p);
    Values v;
    v.add("cin", static_cast<long long>(p.cin), Role::input);
    v.add("cout", static_cast<long long>(p.cout), Role::output);
    v.add("k", static_cast<long long>(p.k), Role::weights);
    v.add("k2", static_cast<long long>(p.k) * p.k, Role::weights);
    v.add("h", static_cast<long long>(p.h));
    v.add("r", static_cast<long long>(p.r), Role::weights);
    add_costs(v, p, result.costs);
    v.add("rank", static_cast<long long>(result.rebuilt.rank));
    v.add("rank.most", static_cast<long long>(std::min(p.cout, p.k * p.k)));
    v.add("rank.error", 100 * result.rebuilt.error, 1);
    return v;
}

REGISTER_LESSON(members(), refuse, values);

}  // namespace convbook::ch07
