// The two lines of a roofline, measured with this backend's own registers: multiply-adds per second, and bytes read per second.
// Leaves out the clock: measure_machine() calls these and times them.
#pragma once

namespace convbook::kernels {
namespace {

constexpr int kProbeChains = 10;  // more sums in flight than latency (4 cycles) times pipes (2), and few enough for 16 registers

/// `rounds` times kProbeChains independent multiply-adds of kLanes each; returns a number that depends on all of them.
float probe_multiply_adds(long rounds) {
    Vec sum[kProbeChains];
    for (int i = 0; i < kProbeChains; ++i) sum[i] = broadcast(static_cast<float>(i));
    const Vec factor = broadcast(0.5f), term = broadcast(1.0f);
    for (long round = 0; round < rounds; ++round) {
        #pragma GCC unroll 16
        for (int i = 0; i < kProbeChains; ++i) sum[i] = fma(sum[i], factor, term);
    }
    Vec total = zero();
    for (int i = 0; i < kProbeChains; ++i) total = add(total, sum[i]);
    return sum_lanes(total);
}

/// Reads `count` floats once, front to back; returns their sum.
float probe_read(const float* data, size_t count) {
    Vec sum[8];
    for (int i = 0; i < 8; ++i) sum[i] = zero();
    size_t at = 0;
    for (; at + 8 * kLanes <= count; at += 8 * kLanes) {
        #pragma GCC unroll 8
        for (int i = 0; i < 8; ++i) sum[i] = add(sum[i], load(data + at + static_cast<size_t>(i) * kLanes));
    }
    Vec total = zero();
    for (int i = 0; i < 8; ++i) total = add(total, sum[i]);
    return sum_lanes(total);
}

}  // namespace
}  // namespace convbook::kernels
