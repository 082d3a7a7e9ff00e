// The two ways to carry out a plan behind the public class: on blocked values, or, while channels are not blocked, layer by layer on planar tensors.
#pragma once
#include "convbook/engine.h"
#include "engine/program.h"

namespace convbook {

class Plan::Body {
public:
    virtual ~Body() = default;
    /// One image in, one image out: planes of the graph's shapes. `ms`, if given, has room for every step's time, to which this run's is added.
    virtual void run(const float* image, float* out, double* ms) = 0;

    std::string name, backend_name;
    Shape input, output;   ///< of the graph
    std::vector<PlanStep> steps;
    Memory memory;
};

namespace engine {

std::unique_ptr<Plan::Body> blocked_plan(const Program& program, const PlanOptions& options);
std::unique_ptr<Plan::Body> planar_plan(Program program);
bool has_pass(const PlanOptions& options, Pass pass);

}  // namespace engine
}  // namespace convbook
