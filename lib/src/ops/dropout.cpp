// dropout: validation and the draw. Identity in eval, so that a network in use never sees it.
#include "ops/checks.h"

namespace convbook {

Tensor dropout(TensorView in, float p, bool training, Random& random) {
    CONVBOOK_REQUIRE(!in.is_absent(), "dropout: in is a tensor; got none. Pass the input.");
    CONVBOOK_REQUIRE(p >= 0.0f && p <= 1.0f, "dropout: p is a probability; p=", p, ". Use a number from 0 to 1.");
    Tensor out(in);
    if (!training || p == 0.0f) return out;
    const auto kept = [&](float x) { return random.uniform(0.0f, 1.0f) < p ? 0.0f : x / (1.0f - p); };
    for (float& value : out.values()) value = kept(value);
    return out;
}

}  // namespace convbook
