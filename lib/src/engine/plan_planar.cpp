// A plan without blocked channels: the program layer by layer through ops.h, each value freed after its last reader. The lowest rungs of the ladder.
#include <chrono>

#include "engine/plan.h"
#include "engine/planar.h"
#include "kernels/kernels.h"

namespace convbook::engine {
namespace {

class PlanarBody : public Plan::Body {
public:
    explicit PlanarBody(Program program) : program_(std::move(program)), dead_after_(program_.layers.size()) {
        for (int i = 0; i <= program_.last(); ++i) {
            const Layer& layer = program_.layer(i);
            layers_.emplace_back(layer);
            if (i > 0 && !layer.is_gone) steps.push_back({layer.name, layer.nodes, operation_name(layer.operation), 0});
            const std::vector<int> readers = program_.readers(i);
            if (!layer.is_gone && i != program_.last() && !readers.empty()) dead_after_[static_cast<std::size_t>(readers.back())].push_back(i);
        }
    }

    void run(const float* image, float* out, double* ms) override {
        const kernels::ThreadBackend same(backend_);
        std::vector<Tensor> values(layers_.size());
        const auto view = [&](int i) { return i < 0 ? TensorView{} : i == 0 ? TensorView{image, program_.layer(0).out} : TensorView(values[static_cast<std::size_t>(i)]); };
        int step = 0;
        for (int i = 1; i <= program_.last(); ++i) {
            const Layer& layer = program_.layer(i);
            if (layer.is_gone) continue;
            const auto begin = std::chrono::steady_clock::now();
            std::vector<TensorView> inputs;
            for (const int input : layer.inputs) inputs.push_back(view(input));
            values[static_cast<std::size_t>(i)] = layers_[static_cast<std::size_t>(i)].run(inputs, view(layer.gate), view(layer.addend));
            for (const int dead : dead_after_[static_cast<std::size_t>(i)]) values[static_cast<std::size_t>(dead)] = Tensor();
            if (ms) ms[step++] += std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
        }
        const std::span<const float> result = view(program_.last()).values();
        std::copy(result.begin(), result.end(), out);
    }

private:
    std::size_t backend_ = kernels::active_index();  // of the moment when the plan is made
    Program program_;
    std::vector<PlanarLayer> layers_;
    std::vector<std::vector<int>> dead_after_;
};

}  // namespace

std::unique_ptr<Plan::Body> planar_plan(Program program) { return std::make_unique<PlanarBody>(std::move(program)); }

}  // namespace convbook::engine
