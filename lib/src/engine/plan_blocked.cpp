// Carries out a blocked program: lays its memory out, binds every stage for every thread, and runs step after step, all threads side by side.
// Leaves out what stages do (stage_<kind>.cpp) and which of them run together (steps.cpp).
#include <chrono>
#include <cstring>

#include "engine/arena.h"
#include "engine/look_ahead.h"
#include "engine/pages.h"
#include "engine/plan.h"
#include "engine/shares.h"
#include "engine/team.h"
#include "kernels/cache.h"

namespace convbook::engine {
namespace {

using Clock = std::chrono::steady_clock;

/// Rows of one buffer that a stream keeps, in one thread's memory.
struct Ring { int held = 0; std::size_t offset = 0; };

/// Which buffers are rings, and when the others are alive.
struct Layout {
    Arena arena;
    std::vector<Ring> rings;       ///< by buffer; held 0: it lies in the arena
    std::size_t ring_floats = 0;   ///< of one thread
};

Layout lay_out(const BlockedProgram& program, const std::vector<Step>& steps, int lanes) {
    Layout layout;
    layout.rings.resize(program.buffers.size());
    std::vector<Lifetime> lifetimes(program.buffers.size());
    const auto touch = [&](const BlockedValue& value, int step) {
        for (const BlockRef& block : value.blocks) {
            Lifetime& life = lifetimes[static_cast<std::size_t>(block.buffer)];
            if (life.bytes == 0) life = {program.buffers[static_cast<std::size_t>(block.buffer)].floats(lanes) * sizeof(float), step, step};
            life.last = step;
        }
    };
    for (int s = 0; s < static_cast<int>(steps.size()); ++s) {
        std::size_t ring_end = 0;
        for (std::size_t k = 0; k < steps[static_cast<std::size_t>(s)].stages.size(); ++k) {
            const Step& step = steps[static_cast<std::size_t>(s)];
            const Stage& stage = *program.stages[static_cast<std::size_t>(step.stages[k])];
            touch(stage.in(), s);
            for (const BlockedValue& other : stage.others()) touch(other, s);
            touch(stage.out(), s);
            if (k + 1 == step.stages.size()) continue;
            // What the next stage of the stream reads is a ring; streams follow one another, so their rings share one place
            const Buffer& buffer = program.buffers[static_cast<std::size_t>(stage.out().blocks[0].buffer)];
            layout.rings[static_cast<std::size_t>(stage.out().blocks[0].buffer)] = {step.held[k], ring_end};
            ring_end += Buffer{buffer.blocks, step.held[k], buffer.w}.floats(lanes);
            layout.ring_floats = std::max(layout.ring_floats, ring_end);
        }
    }
    touch(program.result, static_cast<int>(steps.size()));
    for (std::size_t b = 0; b < lifetimes.size(); ++b)
        if (layout.rings[b].held > 0) lifetimes[b].bytes = 0;
    layout.arena = plan_arena(lifetimes);
    return layout;
}

class ThreadBinding : public Binding {
public:
    ThreadBinding(const Layout& layout, int lanes, float* arena, float* rings, float* scratch, const float* zeros, const float* const* image)
        : layout_(layout), lanes_(lanes), arena_(arena), rings_(rings), scratch_(scratch), zeros_(zeros), image_(image) {}
    Rows rows(const BlockedValue& value) const override {
        Rows rows{{}, value.shape.h, value.shape.w * lanes_};
        for (const BlockRef& ref : value.blocks) {
            const auto at = static_cast<std::size_t>(ref.buffer);
            const Ring& ring = layout_.rings[at];
            if (ring.held > 0) rows.held = ring.held;
            float* base = ring.held > 0 ? rings_ + ring.offset : arena_ + layout_.arena.offsets[at] / sizeof(float);
            rows.blocks.push_back(base + static_cast<std::ptrdiff_t>(ref.block) * rows.held * rows.floats);
        }
        return rows;
    }
    const float* const* image() const override { return image_; }
    const float* zeros() const override { return zeros_; }
    float* scratch() const override { return scratch_; }

private:
    const Layout& layout_;
    int lanes_;
    float *arena_, *rings_, *scratch_;
    const float* zeros_;
    const float* const* image_;
};

/// A step as one thread does it.
class BoundStep {
public:
    BoundStep(const BlockedProgram& program, const Step& step, const Binding& binding, Share share) : strip_(step.strip), share_(std::move(share)) {
        for (const int index : step.stages) {
            stages_.push_back(program.stages[static_cast<std::size_t>(index)].get());
            works_.push_back(stages_.back()->bind(binding));
        }
    }

    void run() {
        if (stages_.size() == 1) {
            for (const Part& part : share_) works_[0](part);
            return;
        }
        // Strips as even as they can be: 7 rows are 4 and 3 rather than 6 and 1
        done_.assign(stages_.size(), 0);
        const Range all = share_.front().rows;
        const int rows = all.count(), strips = (rows + strip_ - 1) / strip_;
        for (int i = 0; i < strips; ++i) advance(stages_.size() - 1, {all.first + rows * i / strips, all.first + rows * (i + 1) / strips});
    }

private:
    /// Makes these rows of stage k, after the rows of the stages before it that they depend on.
    void advance(std::size_t k, Range rows) {
        if (k > 0) {
            const Range needed = stages_[k]->rows_read(rows);
            const Range missing{std::max(done_[k - 1], needed.first), needed.last};
            if (missing.count() > 0) advance(k - 1, missing);
            done_[k - 1] = std::max(done_[k - 1], needed.last);
        }
        works_[k]({rows, {0, stages_[k]->tiles()}, k + 1 < stages_.size() ? std::span<const float>{} : share_.front().next});
    }

    int strip_;
    Share share_;
    std::vector<const Stage*> stages_;
    std::vector<Work> works_;
    std::vector<int> done_;  // rows of each stage's output that exist
};

class BlockedBody : public Plan::Body {
public:
    BlockedBody(const Program& program, const PlanOptions& options)
        : table_(kernels::active_blocked()), cache_bytes_(options.cache_bytes ? options.cache_bytes : kernels::level2_cache_bytes()),
          blocked_(block_channels(program, table_, {has_pass(options, Pass::index_channels), has_pass(options, Pass::winograd), has_pass(options, Pass::strassen), cache_bytes_})),
          steps_(form_steps(blocked_, table_, has_pass(options, Pass::stream_rows), cache_bytes_)),
          layout_(lay_out(blocked_, steps_, table_.lanes)), memory_(floats_needed(options.threads)), team_(options.threads, table_.relax) {
        store_weights();
        look_ahead(blocked_, steps_);
        for (int t = 0; t < team_.size(); ++t) bind(t);
        describe();
    }

    void run(const float* image, float* out, double* ms) override {
        image_ = image;
        const auto work = [&](int thread) { run_thread(thread, ms); };
        team_.run(work);
        to_planes(blocked_.result, result_, table_.lanes, out);
    }

private:
    static std::size_t whole_lines(std::size_t floats) { return (floats + 15) / 16 * 16; }

    /// Of weights, arena, rings, scratch and zeros, in this order.
    std::size_t floats_needed(int threads) {
        for (const StagePtr& stage : blocked_.stages) {
            weight_floats_ += whole_lines(stage->weight_count());
            scratch_floats_ = std::max(scratch_floats_, whole_lines(stage->scratch_floats()));
        }
        int widest = 1;
        for (const Buffer& buffer : blocked_.buffers) widest = std::max(widest, buffer.w);
        arena_at_ = weight_floats_;
        rings_at_ = arena_at_ + whole_lines(layout_.arena.bytes / sizeof(float));
        scratch_at_ = rings_at_ + static_cast<std::size_t>(threads) * whole_lines(layout_.ring_floats);
        zeros_at_ = scratch_at_ + static_cast<std::size_t>(threads) * scratch_floats_;
        return zeros_at_ + static_cast<std::size_t>(widest * table_.lanes);
    }

    /// One stage's behind the other's, as they are read.
    void store_weights() {
        float* to = memory_.data();
        for (const StagePtr& stage : blocked_.stages) {
            stage->write_weights(to);
            to += whole_lines(stage->weight_count());
        }
    }

    void bind(int thread) {
        float* rings = memory_.data() + rings_at_ + static_cast<std::size_t>(thread) * whole_lines(layout_.ring_floats);
        float* scratch = memory_.data() + scratch_at_ + static_cast<std::size_t>(thread) * scratch_floats_;
        const ThreadBinding binding(layout_, table_.lanes, memory_.data() + arena_at_, rings, scratch, memory_.data() + zeros_at_, &image_);
        std::vector<BoundStep>& bound = bound_.emplace_back();
        std::vector<Share> shares = deal_out(blocked_, steps_, thread, team_.size());
        look_ahead(blocked_, steps_, shares);
        for (std::size_t s = 0; s < steps_.size(); ++s) bound.emplace_back(blocked_, steps_[s], binding, std::move(shares[s]));
        if (thread == 0) result_ = binding.rows(blocked_.result);
    }

    void run_thread(int thread, double* ms) {
        const unsigned mode = table_.ignore_denormals();
        auto begin = Clock::now();
        std::vector<BoundStep>& bound = bound_[static_cast<std::size_t>(thread)];
        for (std::size_t s = 0; s < bound.size(); ++s) {
            bound[s].run();
            team_.wait_for_all();
            if (ms && thread == 0) {
                const auto now = Clock::now();
                ms[s] += std::chrono::duration<double, std::milli>(now - begin).count();
                begin = now;
            }
        }
        table_.set_float_mode(mode);
    }

    void describe() {
        for (const Step& step : steps_) {
            PlanStep& told = steps.emplace_back();
            told.strip_rows = step.strip;
            for (const int index : step.stages) {
                const Stage& stage = *blocked_.stages[static_cast<std::size_t>(index)];
                told.name += (told.name.empty() ? "" : " + ") + stage.name();
                told.kind += (told.kind.empty() ? "" : ", ") + std::string(stage.kind());
                told.nodes.insert(told.nodes.end(), stage.nodes().begin(), stage.nodes().end());
            }
        }
        memory.weights = weight_floats_ * sizeof(float);
        memory.arena = layout_.arena.bytes;
        memory.least = layout_.arena.least_bytes;
        memory.rings = layout_.ring_floats * sizeof(float) * static_cast<std::size_t>(team_.size());
        memory.scratch = scratch_floats_ * sizeof(float) * static_cast<std::size_t>(team_.size());
    }

    const BlockedTable& table_;
    std::size_t cache_bytes_;
    BlockedProgram blocked_;
    std::vector<Step> steps_;
    Layout layout_;
    std::size_t weight_floats_ = 0, scratch_floats_ = 0, arena_at_ = 0, rings_at_ = 0, scratch_at_ = 0, zeros_at_ = 0;  // where each part of the memory begins
    Pages memory_;
    const float* image_ = nullptr;                // of the run under way
    std::vector<std::vector<BoundStep>> bound_;   // by thread, by step
    Rows result_;
    Team team_;
};

}  // namespace

std::unique_ptr<Plan::Body> blocked_plan(const Program& program, const PlanOptions& options) { return std::make_unique<BlockedBody>(program, options); }

}  // namespace convbook::engine
