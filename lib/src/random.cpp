// Reproducible random numbers: SplitMix64 and what is drawn from it. Not for secrets.
// Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", doi:10.1145/2660193.2660195
#include <cmath>

#include "convbook/tensor.h"

namespace convbook {
namespace {

template <class Draw>
Tensor filled(Shape shape, const Draw& draw) {
    Tensor tensor(shape);
    for (float& value : tensor.values()) value = draw();
    return tensor;
}

/// The top 53 bits as a double in [0, 1).
double unit(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

}  // namespace

std::uint64_t Random::next() {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

float Random::uniform(float low, float high) {
    CONVBOOK_REQUIRE(low <= high, "Random::uniform: low is not above high; low=", low, ", high=", high, ". Swap them.");
    const auto value = static_cast<float>(low + (static_cast<double>(high) - low) * unit(next()));
    return value < high ? value : std::nextafter(high, low);  // rounding to float may land on `high`, which the interval leaves out
}

float Random::normal() {
    // Box and Muller 1958: a random radius and a random angle; 1 - u keeps the logarithm's argument above 0
    const double radius = std::sqrt(-2.0 * std::log(1.0 - unit(next())));
    return static_cast<float>(radius * std::cos(6.283185307179586 * unit(next())));
}

int Random::integer(int low, int high) {
    CONVBOOK_REQUIRE(low <= high, "Random::integer: low is not above high; low=", low, ", high=", high, ". Swap them.");
    const auto choices = static_cast<std::uint64_t>(static_cast<std::int64_t>(high) - low + 1);
    return static_cast<int>(low + static_cast<std::int64_t>(next() % choices));
}

Tensor Random::uniform_tensor(Shape shape, float low, float high) {
    return filled(shape, [&] { return uniform(low, high); });
}
Tensor Random::normal_tensor(Shape shape) {
    return filled(shape, [&] { return normal(); });
}
Tensor Random::integer_tensor(Shape shape, int low, int high) {
    return filled(shape, [&] { return static_cast<float>(integer(low, high)); });
}

}  // namespace convbook
