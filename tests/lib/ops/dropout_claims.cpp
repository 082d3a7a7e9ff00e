// Claims about dropout.
#include <doctest/doctest.h>

#include "lib/ops/algebra.h"

using namespace convbook;

TEST_CASE("dropout is the identity in eval") {
    Random random(5);
    const Tensor in = random.normal_tensor({1, 2, 3, 4});
    CHECK(dropout(in, 0.9f, false, random) == in);
}

TEST_CASE("dropout in training keeps a share 1-p, scaled so that the mean stays") {
    Random random(6);
    const Tensor out = dropout(Tensor(Shape::of({100000}), 1.0f), 0.2f, true, random);
    const auto kept = std::count(out.values().begin(), out.values().end(), 1.25f),
               dropped = std::count(out.values().begin(), out.values().end(), 0.0f);
    CHECK(kept + dropped == 100000);
    CHECK(std::abs(static_cast<double>(kept) / 1e5 - 0.8) < 4 * std::sqrt(0.16 / 1e5));  // four standard errors
    CHECK(largest(dropout(Tensor(Shape::of({9}), 1.0f), 1.0f, true, random)) == 0.0f);
    CHECK_THROWS_WITH_AS(dropout(out, 1.5f, true, random), "dropout: p is a probability; p=1.5. Use a number from 0 to 1.", Error);
}
