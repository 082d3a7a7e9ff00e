// Claims about how threads share a step: every row of every tile is made by exactly one of them, and none gets much more than another.
// Leaves out what they compute (threads.cpp).
#include <algorithm>
#include <map>

#include "convbook/engine.h"
#include "engine/look_ahead.h"
#include "engine/passes.h"
#include "engine/plan.h"
#include "lib/data.h"

using namespace convbook;
using namespace convbook::engine;

namespace {

struct Steps {
    BlockedProgram program;
    std::vector<Step> steps;
    std::vector<Tensor> written;  ///< the stages' weights
    const Stage& last(std::size_t step) const { return *program.stages[static_cast<std::size_t>(steps[step].stages.back())]; }
};

/// Weights go to `weights`, one stage's behind the other's, or without it to memory of their own.
Steps steps_of(const char* net, bool streams, float* weights_at = nullptr) {
    const Graph graph = build_net(net, 1.0);
    const Weights weights = default_weights(graph, 1);
    Program lowered = lower(graph, weights);
    drop_unread(lowered);
    fold_batch_norms(lowered);
    fuse_additions(lowered);
    fuse_activations(lowered);
    gate_weights(lowered);
    const BlockedTable& table = kernels::active_blocked();
    Steps made{block_channels(lowered, table, {}), {}, {}};
    made.steps = form_steps(made.program, table, streams, std::size_t{2} << 20);
    for (const StagePtr& stage : made.program.stages) {
        const std::size_t floats = (stage->weight_count() + 15) / 16 * 16;
        if (!weights_at) stage->write_weights(made.written.emplace_back(Shape::of({std::max(16, static_cast<int>(floats))})).data());
        else stage->write_weights(weights_at), weights_at += floats;
    }
    return made;
}

/// By thread, by step.
std::vector<std::vector<Share>> shares_of_all(const Steps& made, int threads) {
    std::vector<std::vector<Share>> all;
    for (int thread = 0; thread < threads; ++thread) all.push_back(deal_out(made.program, made.steps, thread, threads));
    return all;
}

/// The weights that a part reads first; if it has none, what comes behind it.
std::span<const float> read_first(const Steps& made, const Step& step, const Part& part) {
    for (const int index : step.stages) {
        const Stage& stage = *made.program.stages[static_cast<std::size_t>(index)];
        if (stage.weight_count() > 0) return stage.weights_of(step.is_stream() ? 0 : part.tiles.first);
    }
    return part.next;
}

}  // namespace

TEST_CASE("shares: every row of every tile is made once, whatever the number of threads") {
    for (const char* net : {"mobilenet_v3_small", "shufflenet_v1", "squeezenet1_1"}) {
        for (const bool streams : {false, true}) {
            const Steps made = steps_of(net, streams);
            for (const int threads : {1, 2, 3, 7, 64}) {
                const std::vector<std::vector<Share>> shares = shares_of_all(made, threads);
                for (std::size_t s = 0; s < made.steps.size(); ++s) {
                    const Stage& last = made.last(s);
                    CAPTURE(last.name());
                    std::vector<int> times(static_cast<std::size_t>(last.out().shape.h * last.tiles()));
                    for (const std::vector<Share>& own : shares)
                        for (const Part& part : own[s])
                            for (int tile = part.tiles.first; tile < part.tiles.last; ++tile)
                                for (int row = part.rows.first; row < part.rows.last; ++row) ++times[static_cast<std::size_t>(tile * last.out().shape.h + row)];
                    CHECK(std::ranges::all_of(times, [](int t) { return t == 1; }));
                }
            }
        }
    }
}

TEST_CASE("shares: two threads get halves of every layer that multiplies, gated ones too") {
    for (const char* net : {"mobilenet_v2", "mobilenet_v3_large", "shufflenet_v2"}) {
        const Steps made = steps_of(net, false);
        const std::vector<std::vector<Share>> shares = shares_of_all(made, 2);
        for (std::size_t s = 0; s < made.steps.size(); ++s) {
            const Stage& stage = made.last(s);
            const std::string kind = stage.kind();
            if (kind != "convolution" && kind != "pointwise" && kind != "depthwise") continue;
            CAPTURE(stage.name());
            int all = 0;
            for (int tile = 0; tile < stage.tiles(); ++tile) all += stage.out().shape.h * stage.cost_of(tile);
            for (const std::vector<Share>& of_thread : shares) {
                int own = 0;
                for (const Part& part : of_thread[s])
                    for (int tile = part.tiles.first; tile < part.tiles.last; ++tile) own += part.rows.count() * stage.cost_of(tile);
                CHECK(own <= (all + 4) / 2 + all / 50);
            }
        }
    }
}

TEST_CASE("shares: a depthwise layer goes the way of the layer before it, so that a thread finds its input in its own cache") {
    const Steps made = steps_of("mobilenet_v1", false);
    const std::vector<Share> shares = deal_out(made.program, made.steps, 0, 2);
    int by_tiles = 0;
    for (std::size_t s = 1; s < made.steps.size(); ++s) {
        if (made.last(s).kind() != std::string("depthwise")) continue;
        CAPTURE(made.last(s).name());
        const bool has_all_rows = shares[s].front().rows.count() == made.last(s).out().shape.h, had_all_rows = shares[s - 1].front().rows.count() == made.last(s - 1).out().shape.h;
        CHECK(has_all_rows == had_all_rows);
        by_tiles += has_all_rows;
    }
    CHECK(by_tiles >= 5);
}

TEST_CASE("shares: an inverted residual goes by rows from end to end, so that threads exchange the rows at a border only; one that squeezes widens by tiles, whose blocks one thread sums up") {
    const auto is_by_rows = [](const Steps& made, const std::string& name) {
        const std::vector<Share> shares = deal_out(made.program, made.steps, 0, 2);
        for (std::size_t s = 0; s < made.steps.size(); ++s)
            if (made.last(s).name() == name) return shares[s].front().rows.count() < made.last(s).out().shape.h;
        FAIL(name);
        return false;
    };
    const Steps plain = steps_of("mobilenet_v2", false), squeezing = steps_of("mobilenet_v3_large", false);
    for (const char* layer : {"features.8.conv.0.2", "features.8.conv.1.2", "features.8.add"}) CHECK_MESSAGE(is_by_rows(plain, layer), layer);
    for (const char* layer : {"features.11.block.0.2", "features.11.block.1.2"}) CHECK_MESSAGE(!is_by_rows(squeezing, layer), layer);
}

TEST_CASE("shares: a thread fetches ahead what it reads next itself, not what its neighbour does") {
    for (const bool streams : {false, true}) {
        const Steps made = steps_of("mobilenet_v2", streams);
        for (int thread = 0; thread < 2; ++thread) {
            std::vector<Share> shares = deal_out(made.program, made.steps, thread, 2);
            look_ahead(made.program, made.steps, shares);
            const Part* before = nullptr;
            for (std::size_t s = 0; s < shares.size(); ++s) {
                for (const Part& part : shares[s]) {
                    if (before) CHECK(before->next.data() == read_first(made, made.steps[s], part).data());
                    before = &part;
                }
            }
            CHECK(before->next.empty());
        }
    }
}

TEST_CASE("shares: what is fetched before a depthwise layer is its weights and the first of the layer behind it, and never a whole dense layer") {
    constexpr std::size_t kFirst = 16384;  // floats of a layer that are worth fetching ahead
    for (const char* net : {"mobilenet_v2", "resnet18"}) {
        CAPTURE(net);
        Steps made = steps_of(net, false);
        // As a plan does it: one stage's weights behind the other's
        std::size_t floats = 0;
        for (const StagePtr& stage : made.program.stages) floats += (stage->weights().size() + 15) / 16 * 16;
        Tensor all(Shape::of({static_cast<int>(floats)}));
        made = steps_of(net, false, all.data());
        std::vector<Share> shares = deal_out(made.program, made.steps, 0, 1);
        look_ahead(made.program, made.steps, shares);
        int depthwise = 0, reach_behind = 0;
        for (std::size_t s = 0; s + 2 < shares.size(); ++s) {
            CAPTURE(made.last(s).name());
            const std::span<const float> next = shares[s].back().next;
            const bool is_before_depthwise = made.last(s + 1).kind() == std::string("depthwise");
            CHECK(next.size() <= kFirst + (is_before_depthwise ? made.last(s + 1).weights().size() + 15 : 0));
            if (!is_before_depthwise) continue;
            ++depthwise;
            const float* const behind = made.last(s + 2).weights().data();
            reach_behind += next.data() <= behind && behind < next.data() + next.size();
        }
        CHECK(reach_behind == depthwise);
    }
}
