// Which stages run together. A step is one stage, or a stream: several in a row, of which each makes only the rows that the next one needs, so that wide
// values between them never leave the cache. Leaves out running (plan.cpp).
#pragma once
#include "engine/blocked_program.h"

namespace convbook::engine {

struct Step {
    std::vector<int> stages;    ///< indices, one behind the other
    int strip = 0;              ///< rows of the last stage's output at a time; 0: all
    std::vector<int> held;      ///< rows of each stage's output that its ring holds; for all but the last
    bool is_stream() const { return stages.size() > 1; }
};

/// Forms streams where the value between two stages is larger than what the cache keeps anyway, if `streams`; else each stage is a step.
std::vector<Step> form_steps(const BlockedProgram& program, const BlockedTable& table, bool streams, std::size_t cache_bytes);

}  // namespace convbook::engine
