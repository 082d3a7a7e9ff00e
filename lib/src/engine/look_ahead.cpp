// Deals the weights of linear layers out to the stages before them. Leaves out streams: they make a strip at a time and would fetch the same again.
#include "engine/look_ahead.h"

#include <algorithm>

namespace convbook::engine {
namespace {

constexpr std::size_t kNextFloats = 16384;      // 64 KiB: what stays in the second-level cache until it is read
constexpr std::ptrdiff_t kLineFloats = 16;      // a cache line, on which a plan begins each stage's weights
constexpr double kFloatsAMultiplyAdd = 0.04;    // 16 bytes in the time of 100 multiply-adds: about 10 GB/s on a CPU of 60 G multiply-adds a second

double multiply_adds(const Stage& stage) { return static_cast<double>(stage.weights().size()) * stage.out().pixels(); }

/// Weights of stages first .. last-1, which lie side by side.
std::span<const float> weights_between(const BlockedProgram& program, std::size_t first, std::size_t last) {
    const float *begin = nullptr, *end = nullptr;
    for (std::size_t i = first; i < last; ++i) {
        const std::span<const float> weights = program.stages[i]->weights();
        if (weights.empty()) continue;
        if (!begin) begin = weights.data();
        end = weights.data() + weights.size();
    }
    return {begin, static_cast<std::size_t>(end - begin)};
}

/// Stages that run alone and have weights to multiply.
std::vector<bool> who_can_fetch(const BlockedProgram& program, const std::vector<Step>& steps) {
    std::vector<bool> can(program.stages.size());
    for (const Step& step : steps) {
        const auto at = static_cast<std::size_t>(step.stages.front());
        can[at] = !step.is_stream() && program.stages[at]->mixes_channels_only();
    }
    return can;
}

/// Does it begin on the cache line where the other ends, or on the next one?
bool is_right_behind(std::span<const float> weights, std::span<const float> before) {
    const float* const end = before.data() + before.size();
    return !weights.empty() && weights.data() >= end && weights.data() - end < kLineFloats;
}

}  // namespace

void look_ahead(BlockedProgram& program, const std::vector<Step>& steps) {
    const std::size_t count = program.stages.size();
    const std::vector<bool> can_fetch = who_can_fetch(program, steps);
    std::vector<std::span<const float>> later(count);
    for (std::size_t first = 0; first < count; ++first) {
        if (!program.stages[first]->is_bound_by_weights()) continue;
        // Linear layers in a row, with what has no weights between them
        std::size_t last = first + 1;
        while (last < count && (program.stages[last]->is_bound_by_weights() || program.stages[last]->weights().empty())) ++last;
        // The nearest stage fetches what is read first, as much as it has time for
        std::span<const float> rest = weights_between(program, first, last);
        for (std::size_t i = first; i-- > 0 && !rest.empty();) {
            if (program.stages[i]->is_bound_by_weights()) break;
            if (!can_fetch[i]) continue;
            const std::size_t part = std::min(rest.size(), static_cast<std::size_t>(multiply_adds(*program.stages[i]) * kFloatsAMultiplyAdd));
            later[i] = rest.first(part);
            rest = rest.subspan(part);
        }
        first = last - 1;
    }
    for (std::size_t i = 0; i < count; ++i) program.stages[i]->set_later(later[i]);
}

void look_ahead(const BlockedProgram& program, const std::vector<Step>& steps, std::vector<Share>& shares) {
    std::span<const float> next;  // first weights of what comes behind
    for (std::size_t s = steps.size(); s-- > 0;) {
        for (std::size_t p = shares[s].size(); p-- > 0;) {
            Part& part = shares[s][p];
            part.next = next;
            // A stream begins with its first stage that has weights
            for (std::size_t k = steps[s].stages.size(); k-- > 0 && part.tiles.count() > 0;) {
                const Stage& stage = *program.stages[static_cast<std::size_t>(steps[s].stages[k])];
                if (stage.weight_count() == 0) continue;
                const std::span<const float> first = stage.weights_of(steps[s].is_stream() ? 0 : part.tiles.first);
                // A depthwise layer has few weights and fetches nothing: the stage before it asks for what lies behind as well
                if (stage.keeps_blocks() && is_right_behind(next, first)) next = {first.data(), next.data() + next.size()};
                else next = first.first(std::min(first.size(), kNextFloats));
            }
        }
    }
}

}  // namespace convbook::engine
