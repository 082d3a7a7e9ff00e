// Claims that hold for every kernel of blocked.inc on every backend: carried to the blocked layout and back, it is the planar definition, only faster.
// Leaves out speed (tests/bench).
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <span>

#include "convbook/backend.h"
#include "convbook/ops.h"
#include "convbook/tensor.h"
#include "kernels/reference/reference.h"
#include "lib/backends.h"
#include "lib/kernels/blocked_stage.h"
#include "lib/kernels/sweeps.h"

namespace convbook::test {
namespace {

using kernels::BlockedTable;
using kernels::Epilogue;
using kernels::Finish;
using Side = Guarded::Side;
using Value = std::function<float()>;
using Run = std::function<Floats(const BlockedTable&, const PlanarConv&, Side)>;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Calls check(its table) for every backend that works here.
void for_each_table(const std::function<void(const BlockedTable&)>& check) {
    on_each_backend([&] { check(kernels::active_blocked()); });
}

float clamped(float v, float low, float high) { return v < low ? low : v > high ? high : v; }
float finished(float v, const Epilogue& e) {
    const float gate = clamped(v + 3.0f, 0.0f, 6.0f) / 6.0f;
    return e.finish == Finish::relu ? clamped(v, 0.0f, kInfinity) : e.finish == Finish::clamp ? clamped(v, e.low, e.high) : e.finish == Finish::hard_sigmoid ? gate : e.finish == Finish::hard_swish ? v * gate : v;
}

constexpr Epilogue kExact[] = {{}, {Finish::relu}, {Finish::clamp, 0.0f, 6.0f}};
constexpr Epilogue kAll[] = {{}, {Finish::relu}, {Finish::clamp, 0.0f, 6.0f}, {Finish::hard_swish}, {Finish::hard_sigmoid}};

Floats draw(std::size_t count, const Value& value) {
    Floats values(count);
    for (float& v : values) v = value();
    return values;
}

/// The definition: conv2d's plain loops, the residual, the activation.
Floats defined(const PlanarConv& conv) {
    Floats out(sizes_of(conv.d).out);
    kernels::reference::conv2d(conv.in.data(), conv.w.data(), conv.bias.data(), out.data(), conv.d);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = finished(out[i] + (conv.residual.empty() ? 0.0f : conv.residual[i]), conv.epilogue);
    return out;
}

bool is_same(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }
bool is_same(const Floats& a, const Floats& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!is_same(a[i], b[i])) return false;
    }
    return a.size() == b.size();
}

/// Largest |out - expected| as a share of what two orders of K additions may differ by; hard_swish multiplies a difference by at most 1.5.
float worst_share(PlanarConv conv, const Floats& expected, const Floats& out) {
    for (Floats* values : {&conv.in, &conv.w, &conv.bias, &conv.residual}) {
        for (float& v : *values) v = std::abs(v);
    }
    conv.epilogue = {};
    const Floats magnitude = defined(conv);
    float worst = 0.0f;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const float allowed = 0x1p-24f * (3.0f * static_cast<float>(sizes_of(conv.d).terms + 2) * magnitude[i] + 8.0f * std::abs(expected[i]) + 1e-30f);
        worst = std::max(worst, std::abs(out[i] - expected[i]) / allowed);
    }
    return worst;
}

/// Draws arrays for each shape, takes the epilogues in turn, and a residual every second time where the kernel knows one.
template <class Check>
void sweep(const std::vector<kernels::ConvDims>& shapes, bool has_residual, std::span<const Epilogue> epilogues, const Value& value, const Run& run, const Check& check) {
    for_each_table([&](const BlockedTable& table) {
        std::size_t turn = 0;
        for (kernels::ConvDims d : shapes) {
            d.n = 1;
            const Sizes sizes = sizes_of(d);
            ++turn;
            const PlanarConv conv{d, draw(sizes.first, value), draw(sizes.second, value), draw(sizes.bias, value), draw(has_residual && turn % 2 ? sizes.out : 0, value), epilogues[turn % epilogues.size()]};
            INFO(describe(d), ", epilogue ", turn % epilogues.size());
            check(conv, defined(conv), run(table, conv, turn % 4 < 2 ? Side::before : Side::behind));
        }
    });
}

/// Whether a kernel may multiply values of one group by weights of 0 for the outputs of another (packing.h says so): what is not finite then reaches them.
enum class Groups { apart, may_share_a_block };

void check_conv(const std::vector<kernels::ConvDims>& shapes, bool has_residual, Groups groups, const Run& run) {
    Random random(21);
    const auto small = [&] { return static_cast<float>(random.integer(-4, 4)); };
    const auto rarely_finite = [&] {
        const int kind = random.integer(0, 60);
        return kind == 0 ? kInfinity : kind == 1 ? -kInfinity : kind == 2 ? std::numeric_limits<float>::quiet_NaN() : small();
    };
    const auto same = [](const PlanarConv&, const Floats& expected, const Floats& out) { CHECK(is_same(expected, out)); };
    sweep(shapes, has_residual, kExact, small, run, same);
    std::vector<kernels::ConvDims> apart;
    std::copy_if(shapes.begin(), shapes.end(), std::back_inserter(apart), [&](const kernels::ConvDims& d) { return d.groups == 1 || groups == Groups::apart; });
    sweep(apart, has_residual, kExact, rarely_finite, run, same);
    sweep(shapes, has_residual, kAll, [&] { return random.normal(); }, run, [](const PlanarConv& conv, const Floats& expected, const Floats& out) {
        CHECK(worst_share(conv, expected, out) <= 1.0f);
    });
}

void check_blocked_pointwise() {
    std::vector<kernels::ConvDims> shapes;
    for (const PointwiseDims& d : shapes_pointwise_conv2d()) shapes.push_back({1, d.cin, 1, d.pixels, d.cout, 1, 1, 1, d.pixels, 1, 1, 0, 0, 1, 1, 1});
    const auto grouped = [&](int cin, int cout, int groups) { shapes.push_back({1, cin, 1, 14, cout, 1, 1, 1, 14, 1, 1, 0, 0, 1, 1, groups}); };
    for (const int groups : {2, 3, 4, 8}) grouped(groups * 5, groups * 3, groups), grouped(groups * 20, groups * 80, groups), grouped(groups * 80, groups * 20, groups), grouped(groups * 16, groups * 32, groups);
    grouped(240, 60, 3), grouped(480, 120, 3), grouped(960, 240, 3), grouped(60, 240, 3);
    check_conv(shapes, true, Groups::may_share_a_block, run_pointwise);
    // 24 outputs a group do not share a block, and each group has an odd run of inputs, whose last one stands beside another group's first
    check_conv({{1, 46, 1, 29, 48, 1, 1, 1, 29, 1, 1, 0, 0, 1, 1, 2}, {1, 69, 1, 14, 72, 1, 1, 1, 14, 1, 1, 0, 0, 1, 1, 3}}, true, Groups::apart, run_pointwise);
}

void check_blocked_depthwise() {
    std::vector<kernels::ConvDims> shapes;
    Random random(22);
    for (kernels::ConvDims d : shapes_depthwise_conv2d()) {
        d.cin = d.cout = d.groups = random.integer(1, 20);
        shapes.push_back(d);
    }
    check_conv(shapes, false, Groups::apart, run_depthwise);
}

void check_blocked_conv() {
    std::vector<kernels::ConvDims> shapes = shapes_conv2d(), dense;
    std::copy_if(shapes.begin(), shapes.end(), std::back_inserter(dense), [](const kernels::ConvDims& d) { return d.groups == 1; });
    check_conv(dense, true, Groups::apart, [](const BlockedTable& table, const PlanarConv& conv, Side side) { return run_conv(table, conv, true, side); });
    check_conv(shapes, true, Groups::may_share_a_block, [](const BlockedTable& table, const PlanarConv& conv, Side side) { return run_conv(table, conv, false, side); });
}

void check_winograd() {
    std::vector<kernels::ConvDims> shapes;
    const auto add = [&](int cin, int cout, int h, int w, int pad) { shapes.push_back({1, cin, h, w, cout, 3, 3, h + 2 * pad - 2, w + 2 * pad - 2, 1, 1, pad, pad, 1, 1, 1}); };
    add(1, 1, 1, 1, 1), add(3, 5, 3, 3, 0), add(5, 3, 2, 7, 1), add(16, 16, 4, 4, 1), add(17, 33, 5, 8, 1), add(40, 24, 13, 6, 2), add(64, 80, 7, 9, 1), add(4, 100, 27, 3, 0);
    Random random(26);
    sweep(shapes, true, kExact, [&] { return static_cast<float>(random.integer(-4, 4)); }, run_winograd, [](const PlanarConv&, const Floats& expected, const Floats& out) { CHECK(is_same(expected, out)); });
    // The sums of a window's inputs are up to four times as large as they, the products are summed again
    sweep(shapes, true, kAll, [&] { return random.normal(); }, run_winograd, [](const PlanarConv& conv, const Floats& expected, const Floats& out) { CHECK(worst_share(conv, expected, out) <= 8.0f); });
}
void check_winograd_input() { check_winograd(); }
void check_winograd_output() { check_winograd(); }

void check_blocked_pool() {
    Random random(23);
    const auto value = [&] { return random.integer(0, 30) == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(random.integer(-8, 8)); };
    for_each_table([&](const BlockedTable& table) {
        for (kernels::ConvDims d : shapes_depthwise_conv2d()) {
            if (d.dilation_h != 1 || d.dilation_w != 1) continue;
            d.n = 1, d.cin = d.cout = d.groups = 5;
            const PlanarConv pool{d, draw(sizes_of(d).first, value), {}, {}, {}, {}};
            const TensorView in{pool.in.data(), {1, d.cin, d.h, d.w}};
            const kernels::reference::PoolDims dims{{d.kh, d.kw}, {d.stride_h, d.stride_w}, {1, 1}, d.pad_top, d.pad_left, 0, 0, true, d.kh * d.kw};
            Tensor largest({1, d.cin, d.oh, d.ow}), mean(largest.shape());
            kernels::reference::max_pool2d(in, largest, dims);
            kernels::reference::avg_pool2d(in, mean, dims);
            INFO(describe(d));
            CHECK(is_same(Floats(largest.data(), largest.data() + largest.count()), run_pool(table, pool, true, Side::behind)));
            const Floats means = run_pool(table, pool, false, Side::before);
            for (std::size_t i = 0; i < means.size(); ++i) CHECK((is_same(means[i], mean.data()[i]) || means[i] == doctest::Approx(mean.data()[i])));
        }
    });
}

void check_blocked_mean() {
    Random random(24);
    for_each_table([&](const BlockedTable& table) {
        for (const int pixels : {1, 2, 3, 4, 5, 7, 49, 196}) {
            const int lanes = table.lanes;
            const Floats in = draw(static_cast<std::size_t>(2 * lanes * pixels), [&] { return static_cast<float>(random.integer(-9, 9)); });
            Floats out(static_cast<std::size_t>(2 * lanes));
            table.blocked_mean({in.data(), out.data(), 2, pixels});
            const Floats planar = to_planar(in, 2 * lanes, pixels, lanes);
            for (int c = 0; c < 2 * lanes; ++c) {
                float sum = 0.0f;
                for (int p = 0; p < pixels; ++p) sum += planar[static_cast<std::size_t>(c * pixels + p)];
                CHECK(out[static_cast<std::size_t>(c)] == doctest::Approx(sum / static_cast<float>(pixels)));
            }
        }
    });
}

void check_blocked_map() {
    Random random(25);
    const Value value = [&] { return static_cast<float>(random.integer(-4, 4)); };
    for_each_table([&](const BlockedTable& table) {
        const int lanes = table.lanes, blocks = 3, pixels = 5;
        const std::size_t count = static_cast<std::size_t>(blocks * pixels * lanes);
        for (const Epilogue& epilogue : kExact) {
            const Floats a = draw(count, value), b = draw(count, value), gate = draw(static_cast<std::size_t>(blocks * lanes), value);
            Floats gated(count), added = a;
            table.blocked_map({a.data(), nullptr, gate.data(), gated.data(), blocks, pixels, epilogue});
            table.blocked_map({added.data(), b.data(), nullptr, added.data(), blocks, pixels, epilogue});
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t lane = i % static_cast<std::size_t>(lanes), block = i / static_cast<std::size_t>(pixels * lanes);
                CHECK(gated[i] == finished(a[i] * gate[block * static_cast<std::size_t>(lanes) + lane], epilogue));
                CHECK(added[i] == finished(a[i] + b[i], epilogue));
            }
        }
    });
}

void check_linear_row() {
    std::vector<kernels::ConvDims> shapes;
    for (const int inputs : {1, 3, 4, 7, 16, 31, 32, 33, 100, 1024}) {
        for (const int outputs : {1, 2, 3, 4, 5, 10}) shapes.push_back({1, inputs, 1, 1, outputs, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1});
    }
    check_conv(shapes, false, Groups::apart, [](const BlockedTable& table, const PlanarConv& conv, Side side) {
        Guarded in(conv.in.size(), side), w(conv.w.size(), side), out(conv.bias.size(), side);
        std::copy(conv.in.begin(), conv.in.end(), in.begin());
        std::copy(conv.w.begin(), conv.w.end(), w.begin());
        table.linear_row({in.data(), w.data(), conv.bias.data(), out.data(), conv.d.cin, conv.d.cout, conv.epilogue});
        return Floats(out.begin(), out.end());
    });
}

}  // namespace

#define CONVBOOK_BLOCKED_KERNEL(name, Job) \
    TEST_CASE("kernel " #name ": every backend equals the planar definition, exactly on small integers, and touches no memory but its own") { check_##name(); }
#include "kernels/blocked.inc"
#undef CONVBOOK_BLOCKED_KERNEL

}  // namespace convbook::test
