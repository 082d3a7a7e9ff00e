// Makes plans: lowers the graph, applies the passes, and chooses how to carry the program out. Leaves out carrying it out (plan_blocked.cpp, plan_planar.cpp).
#include "engine/plan.h"

#include <algorithm>
#include <chrono>

#include "convbook/backend.h"
#include "engine/checks.h"
#include "engine/passes.h"

namespace convbook {
namespace {

constexpr PassInfo kPasses[] = {
    {Pass::fold_batch_norms, "fold_batch_norms", "a batch norm becomes part of the weights and bias of the convolution before it"},
    {Pass::block_channels, "block_channels", "channels lie in blocks as wide as a vector register, so that every kernel reads whole registers"},
    {Pass::fuse_activations, "fuse_activations", "an activation is applied while the sum is still in its register"},
    {Pass::fuse_additions, "fuse_additions", "a shortcut is added while the sum is still in its register"},
    {Pass::index_channels, "index_channels", "shuffle, slice and concatenation move nothing: the next layer reads channels where they lie"},
    {Pass::gate_weights, "gate_weights", "the gate of a squeeze-and-excitation multiplies the next layer's few weights, not its many pixels"},
    {Pass::stream_rows, "stream_rows", "expand, depthwise and project run a few rows at a time, so that wide values never leave the cache"},
    {Pass::winograd, "winograd", "a 3x3 convolution at stride 1 takes 16 products for four outputs, not 36, between two transforms of additions"},
    {Pass::strassen, "strassen", "a wide 1x1 convolution takes seven products of half its channels and pixels, not eight, between additions"},
};

/// Rows of a matrix, or images.
int batch_of(const Shape& shape) { return shape.rank == 2 ? shape.h : shape.n; }
Shape with_batch(Shape shape, int count) {
    (shape.rank == 2 ? shape.h : shape.n) = count;
    if (count > 1 && shape.rank == 3) shape.rank = 4;
    return shape;
}

engine::Program make_program(const Graph& graph, const Weights& weights, const PlanOptions& options) {
    engine::Program program = engine::lower(graph, weights);
    engine::drop_unread(program);
    if (engine::has_pass(options, Pass::fold_batch_norms)) engine::fold_batch_norms(program);
    if (engine::has_pass(options, Pass::fuse_additions)) engine::fuse_additions(program);
    if (engine::has_pass(options, Pass::fuse_activations)) engine::fuse_activations(program);
    if (engine::has_pass(options, Pass::gate_weights)) engine::gate_weights(program);
    return program;
}

}  // namespace

namespace engine {

bool has_pass(const PlanOptions& options, Pass pass) { return std::find(options.without.begin(), options.without.end(), pass) == options.without.end(); }

}  // namespace engine

std::span<const PassInfo> list_passes() { return kPasses; }

Pass find_pass(const std::string& name) {
    std::string names;
    for (const PassInfo& info : kPasses) {
        if (name == info.name) return info.pass;
        names += (names.empty() ? "" : ", ") + std::string(info.name);
    }
    throw Error(message("plan: the name of a pass; got \"", name, "\". Use one of: ", names, "."));
}

Plan::Plan(const Graph& graph, const Weights& weights, const PlanOptions& options) {
    engine::check_weights(graph, weights);
    CONVBOOK_REQUIRE(options.threads >= 1 && options.threads <= 256, "plan: threads are 1 to 256; threads=", options.threads, ". Use one for each processor that should work.");
    engine::Program program = make_program(graph, weights, options);
    body_ = engine::has_pass(options, Pass::block_channels) ? engine::blocked_plan(program, options) : engine::planar_plan(std::move(program));
    body_->name = graph.name();
    body_->backend_name = active_backend_name();
    body_->input = graph.input_shape();
    body_->output = graph.output_shape();
}

Plan::~Plan() = default;
Plan::Plan(Plan&&) noexcept = default;
Plan& Plan::operator=(Plan&&) noexcept = default;

Tensor Plan::run(TensorView input, std::vector<double>* step_ms) {
    engine::check_input(body_->name, body_->input, input);
    if (step_ms) step_ms->assign(body_->steps.size(), 0.0);
    const int images = batch_of(input.shape);
    Tensor out(with_batch(body_->output, images));
    const std::size_t in_floats = input.count() / static_cast<std::size_t>(images), out_floats = out.count() / static_cast<std::size_t>(images);
    for (std::size_t i = 0; i < static_cast<std::size_t>(images); ++i) body_->run(input.data + i * in_floats, out.data() + i * out_floats, step_ms ? step_ms->data() : nullptr);
    return out;
}

const std::vector<PlanStep>& Plan::steps() const { return body_->steps; }
const Plan::Memory& Plan::memory() const { return body_->memory; }
const std::string& Plan::backend() const { return body_->backend_name; }

}  // namespace convbook
