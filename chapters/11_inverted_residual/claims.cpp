// Every sentence of chapter 11 that could be false.
#include <doctest/doctest.h>

#include "convbook/engine.h"
#include "convbook/ops.h"
#include "lesson.h"

using namespace convbook;
using namespace convbook::ch11;

namespace {

template <class Check>
void for_each_block(const Check& check) {
    for (int t : {1, 2, 6})
        for (int cin : {16, 24, 64})
            for (int cout : {16, 24, 96})
                for (int s : {1, 2}) check(Params{.t = t, .cin = cin, .cout = cout, .s = s, .h = 14});
}

}  // namespace

TEST_CASE("11: at stride 1 a block costs HW * tC * (C + 9 + C') multiply-adds") {
    for_each_block([](const Params& p) {
        if (p.s == 1 && p.t > 1) CHECK(inverted_block(p).macs == 14LL * 14 * p.wide() * (p.cin + 9 + p.cout));
    });
    CHECK(inverted_block({}).macs == 25740288);
}

TEST_CASE("11: without expansion the first term is gone") {
    CHECK(inverted_block({.t = 1, .h = 14}).stages.size() == 2);
    CHECK(inverted_block({.t = 1, .h = 14}).macs == 14LL * 14 * 24 * (9 + 24));
}

TEST_CASE("11: the residual block with the same two widths needs 37.9 M multiply-adds") { CHECK(residual_block({}).macs == 37933056); }

TEST_CASE("11: stored whole both blocks peak at the same bytes, two wide tensors and a narrow one") {
    for (int t : {2, 3, 6}) {
        const Params p{.t = t};
        const std::int64_t wide = 4LL * p.wide() * 56 * 56, narrow = 4LL * 24 * 56 * 56;
        CHECK(inverted_block(p).peak() == 2 * wide + narrow);
        CHECK(residual_block(p).peak() == 2 * wide + narrow);
    }
    CHECK(inverted_block({}).peak() == doctest::Approx(3.91e6).epsilon(0.002));
}

TEST_CASE("11: row by row the inverted block needs 0.73 MB and the residual block 3.63 MB") {
    CHECK(inverted_block({}).peak_by_rows() == doctest::Approx(0.73e6).epsilon(0.01));
    CHECK(residual_block({}).peak_by_rows() == doctest::Approx(3.63e6).epsilon(0.002));
}

TEST_CASE("11: the block really runs row by row: the same numbers from three rows of the wide tensor, in the bytes that the chapter states") {
    for (const Params& p : {Params{.h = 14}, Params{.t = 2, .cin = 16, .cout = 32, .s = 2, .h = 14}, Params{.t = 3, .cin = 16, .cout = 16, .h = 7}, Params{.t = 1, .h = 7}}) {
        const BlockWeights weights = random_weights(p, 3);
        const Tensor in = Random(4).uniform_tensor(Shape(1, p.cin, p.h, p.h), -1, 1);
        std::int64_t peak = 0;
        const Tensor rows = run_by_rows(p, weights, in, &peak), whole = run_whole(p, weights, in);
        CHECK(max_abs_difference(rows, whole) <= 1e-4f);
        if (p.t > 1) CHECK(peak == inverted_block(p).peak_by_rows());
    }
}

TEST_CASE("11: a shortcut exists exactly at stride 1 and equal channels") {
    for_each_block([](const Params& p) {
        CHECK(inverted_block(p).has_shortcut == (p.s == 1 && p.cin == p.cout));
        CHECK(shortcut_reason(p).en.empty() == inverted_block(p).has_shortcut);
        CHECK(shortcut_reason(p).zh.empty() == shortcut_reason(p).en.empty());
    });
}

TEST_CASE("11: ten of the network's seventeen blocks have a shortcut") {
    int blocks = 0, with = 0;
    for (std::size_t row = 0; row < mobilenet_v2_table().size(); ++row) {
        blocks += mobilenet_v2_table()[row].n;
        with += shortcuts_in_row(static_cast<int>(row));
    }
    CHECK(blocks == 17);
    CHECK(with == 10);
    int adds = 0;
    const Graph net = mobilenet_v2();
    for (const Node& node : net.nodes()) adds += std::holds_alternative<AddNode>(node.operation);
    CHECK(adds == with);
}

TEST_CASE("11: MobileNet v2 has 3,504,872 parameters and 300.8 M multiply-adds; features 2,223,872; five classes 2,230,277") {
    const NetFigures net = net_figures(1.0);
    CHECK(net.params == 3504872);
    CHECK(net.macs / 100000 == 3007);
    CHECK(net.params - net.classifier_params == 2223872);
    CHECK(net_figures(1.0, 5).params == 2230277);
}

TEST_CASE("11: expanding at t = 1 too gives the other number of the web, 313.6 M and 3,505,960") {
    const NetFigures net = net_figures(1.0, 1000, true);
    CHECK(net.params == 3505960);
    CHECK(net.macs / 100000 == 3136);
}

TEST_CASE("11: channels are rounded to a multiple of 8, never more than 10 % below what was wanted") {
    for (int c = 8; c <= 1280; c += 8)
        for (double alpha = 0.1; alpha < 2; alpha += 0.05) {
            const Rounding r = round_channels(c, alpha);
            CHECK(r.used % 8 == 0);
            CHECK(r.used >= 0.9 * r.wanted);
            CHECK((r.used == r.nearest || r.used == r.nearest + 8));
            CHECK(r.was_raised == (r.nearest < 0.9 * r.wanted));
        }
    CHECK(round_channels(96, 0.35).used == 32);
    CHECK(round_channels(32, 0.35).used == 16);
    CHECK(round_channels(32, 0.35).nearest == 8);
}

TEST_CASE("11: channel counts climb in a staircase: they never fall as alpha grows") {
    for (int c : {16, 24, 32, 64, 96, 160, 320}) {
        int before = 0;
        for (double alpha = 0.1; alpha < 2; alpha += 0.01) {
            if (c * alpha < 8) continue;
            CHECK(round_channels(c, alpha).used >= before - 8);
            before = round_channels(c, alpha).used;
        }
    }
}

TEST_CASE("11: the depthwise layer is the smallest of the three terms while K^2 is below both channel counts") {
    for_each_block([](const Params& p) {
        if (p.t == 1 || p.s == 2) return;
        const Block block = inverted_block(p);
        CHECK(block.stages[1].macs < block.stages[0].macs);
        CHECK(block.stages[1].macs < block.stages[2].macs);
    });
}

TEST_CASE("11: the projection is linear and the two layers before it end in ReLU6") {
    Graph graph("block", Shape(1, 24, 14, 14));
    append_inverted_residual(graph, 0, "block", {.cin = 24, .cout = 24, .stride = 1, .t = 6});
    int relu6 = 0;
    for (const Node& node : graph.nodes())
        if (const auto* activation = std::get_if<ActivationNode>(&node.operation)) relu6 += activation->activation == Activation::relu6;
    CHECK(relu6 == 2);
    CHECK(std::holds_alternative<AddNode>(graph.nodes().back().operation));
}

TEST_CASE("11: the network's own block and the lesson's run agree") {
    const Params p{.t = 6, .cin = 16, .cout = 16, .h = 14};
    Graph graph("block", Shape(1, p.cin, p.h, p.h));
    NetOptions folded;
    folded.conventions.has_batch_norm = false;
    append_inverted_residual(graph, 0, "block", {.cin = p.cin, .cout = p.cout, .stride = 1, .t = p.t}, folded);
    const BlockWeights w = random_weights(p, 5);
    std::vector<Tensor> tensors;
    for (const Parameter& parameter : graph.parameters()) {
        if (parameter.name.ends_with("bias")) tensors.emplace_back(parameter.shape);
        else tensors.push_back(parameter.shape == w.expand.shape() ? w.expand : parameter.shape == w.depthwise.shape() ? w.depthwise : w.project);
    }
    const Tensor in = Random(6).uniform_tensor(Shape(1, p.cin, p.h, p.h), -1, 1);
    CHECK(max_abs_difference(run(graph, Weights(std::move(tensors)), in), run_whole(p, w, in)) <= 1e-4f);
}

TEST_CASE("11: the numbers that the exercises state are counted ones") {
    CHECK(inverted_block({.t = 6, .cin = 16, .cout = 16, .h = 14}).macs == 771456);
    const Block strided = inverted_block({.t = 6, .cin = 16, .cout = 32, .s = 2, .h = 14});
    CHECK(strided.stages[0].macs == 301056);
    CHECK(strided.stages[1].macs == 42336);
    CHECK(strided.stages[2].macs == 150528);
    CHECK(strided.macs == 493920);
    // Input and output take 0.60 MB whatever t is, the rows of the wide tensors 0.13 MB at t = 6 and 0.06 MB at t = 3
    for (const int t : {3, 6}) {
        const Alive rows = inverted_block({.t = t}).alive.back();
        CHECK(rows.input + rows.output == doctest::Approx(0.60e6).epsilon(0.005));
        CHECK(rows.inner + rows.inner2 == doctest::Approx(t == 6 ? 0.13e6 : 0.064e6).epsilon(0.02));
    }
    // "a fifth of the memory", and 16 channels at 56 x 56 are 0.2 MB
    CHECK(inverted_block({}).peak() > 5 * inverted_block({}).peak_by_rows());
    CHECK(4 * 16 * 56 * 56 == doctest::Approx(0.2e6).epsilon(0.005));
    CHECK(round_channels(24, 0.75).wanted == doctest::Approx(18));
    CHECK(round_channels(24, 0.75).used == 24);
}
