// What a kernel sees: plain pointers and plain numbers, so that files compiled for one instruction set include nothing else.
// Kernels check nothing: ops/ has done it. Leaves out padding modes other than zeros (ops/pad2d writes those borders out first).
#pragma once
#include <cstddef>

#include "blocked.h"

namespace convbook::kernels {

/// Sizes of one convolution; `groups` divides both channel counts. Pad is what stands before the image (after follows from the output size).
struct ConvDims {
    int n, cin, h, w;          // input
    int cout, kh, kw;          // weights [cout, cin/groups, kh, kw]
    int oh, ow;                // output
    int stride_h, stride_w, pad_top, pad_left, dilation_h, dilation_w;
    int groups;
};

struct PointwiseDims { int n, cin, cout, pixels; };  // in [n,cin,pixels], w [cout,cin], out [n,cout,pixels]

using Conv2dKernel = void (*)(const float* in, const float* w, const float* bias, float* out, const ConvDims& d);
using PointwiseKernel = void (*)(const float* in, const float* w, const float* bias, float* out, const PointwiseDims& d);
// Gradients, over the sizes of the forward pass: with respect to the input (of grad and w), with respect to the weights (of in and grad).
using Conv2dGradientKernel = void (*)(const float* first, const float* second, float* gradient, const ConvDims& d);
using PointwiseGradientKernel = void (*)(const float* first, const float* second, float* gradient, const PointwiseDims& d);

/// One function per line of kernels.inc. A backend leaves null what it does not speed up; dispatch fills it from the next one.
struct KernelTable {
#define CONVBOOK_KERNEL(name, type) type name = nullptr;
#include "kernels.inc"
#undef CONVBOOK_KERNEL
};

/// What measure_machine() times: `rounds` rounds of multiply_adds_per_round multiply-adds, and one pass over an array.
struct Probes {
    int multiply_adds_per_round = 0;
    float (*multiply_adds)(long rounds) = nullptr;
    float (*read)(const float* data, std::size_t count) = nullptr;
};

/// All that one instruction set offers; each <isa>/kernels.cpp exports one function that fills it, and nothing else.
struct BackendTable {
    KernelTable kernels;
    Probes probes;
    BlockedTable blocked;
};
void fill_sse42(BackendTable& table);
void fill_avx2(BackendTable& table);
void fill_avx512(BackendTable& table);
void fill_neon(BackendTable& table);

/// The table of the backend in use.
const KernelTable& active_kernels();
/// Which backend is in use, for ThreadBackend.
std::size_t active_index();
/// While alive, this thread uses one backend, whatever is forced meanwhile.
class ThreadBackend {
public:
    explicit ThreadBackend(std::size_t index);
    ~ThreadBackend();
    ThreadBackend(const ThreadBackend&) = delete;
    ThreadBackend& operator=(const ThreadBackend&) = delete;

private:
    int before_;
};
/// The probes of the backend in use.
const Probes& active_probes();
/// The table of plain loops, complete by definition.
const KernelTable& reference_kernels();
const Probes& reference_probes();

}  // namespace convbook::kernels
