// Claims about how threads share a step: every row of every tile is made by exactly one of them, and none gets much more than another.
// Leaves out what they compute (threads.cpp).
#include <algorithm>
#include <map>

#include "convbook/engine.h"
#include "engine/plan.h"
#include "engine/steps.h"
#include "kernels/cache.h"
#include "lib/data.h"

using namespace convbook;
using namespace convbook::engine;

namespace {

struct Steps {
    BlockedProgram program;
    std::vector<Step> steps;
};

Steps steps_of(const char* net, bool streams) {
    const Graph graph = build_net(net, 1.0);
    const Weights weights = default_weights(graph, 1);
    Program lowered = lower(graph, weights);
    drop_unread(lowered);
    const BlockedTable& table = kernels::active_blocked();
    Steps made{block_channels(lowered, table, true), {}};
    made.steps = form_steps(made.program, table, streams, std::size_t{2} << 20);
    return made;
}

}  // namespace

TEST_CASE("shares: every row of every tile is made once, whatever the number of threads") {
    for (const char* net : {"mobilenet_v3_small", "shufflenet_v1", "squeezenet1_1"}) {
        for (const bool streams : {false, true}) {
            const Steps made = steps_of(net, streams);
            for (const int threads : {1, 2, 3, 7, 64}) {
                for (const Step& step : made.steps) {
                    const Stage& last = *made.program.stages[static_cast<std::size_t>(step.stages.back())];
                    CAPTURE(last.name());
                    std::vector<int> times(static_cast<std::size_t>(last.out().shape.h * last.tiles()));
                    for (int thread = 0; thread < threads; ++thread)
                        for (const Part& part : share_of(made.program, step, thread, threads))
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
        for (const Step& step : made.steps) {
            const Stage& stage = *made.program.stages[static_cast<std::size_t>(step.stages.back())];
            if (!stage.shares_rows()) continue;
            CAPTURE(stage.name());
            const int all = stage.out().shape.h * stage.tiles();
            for (int thread = 0; thread < 2; ++thread) {
                int own = 0;
                for (const Part& part : share_of(made.program, step, thread, 2)) own += part.rows.count() * part.tiles.count();
                CHECK(own <= (all + 1) / 2 + all / 50);
            }
        }
    }
}
