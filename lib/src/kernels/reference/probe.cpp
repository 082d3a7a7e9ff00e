// The reference backend's probes: what plain C++ reaches, compiled for every CPU. Leaves out the clock (backend.cpp has it).
#include "kernels/kernels.h"

namespace convbook::kernels {
namespace {

constexpr int kChains = 8;  // independent sums, so that one waits for none of the others

float multiply_adds(long rounds) {
    float sum[kChains] = {0, 1, 2, 3, 4, 5, 6, 7};
    for (long round = 0; round < rounds; ++round) {
        for (float& s : sum) s = s * 0.5f + 1.0f;
    }
    float total = 0.0f;
    for (const float s : sum) total += s;
    return total;
}

float read(const float* data, std::size_t count) {
    float sum[kChains] = {};
    for (std::size_t i = 0; i + kChains <= count; i += kChains) {
        for (int chain = 0; chain < kChains; ++chain) sum[chain] += data[i + static_cast<std::size_t>(chain)];
    }
    float total = 0.0f;
    for (const float s : sum) total += s;
    return total;
}

}  // namespace

const Probes& reference_probes() {
    static constexpr Probes probes{kChains, multiply_adds, read};
    return probes;
}

}  // namespace convbook::kernels
