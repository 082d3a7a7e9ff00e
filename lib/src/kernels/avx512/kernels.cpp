// The AVX-512 backend: the generic algorithms in this instruction set's vocabulary. Exports fill_avx512 and nothing else.
#include "kernels.h"
#include "avx512/simd.h"
#include "generic/blocked_conv.inl"
#include "generic/blocked_depthwise.inl"
#include "generic/blocked_passes.inl"
#include "generic/blocked_pointwise.inl"
#include "generic/blocked_winograd.inl"
#include "generic/conv2d.inl"
#include "generic/conv2d_gradient.inl"
#include "generic/depthwise_conv2d.inl"
#include "generic/depthwise_conv2d_input_gradient.inl"
#include "generic/depthwise_conv2d_weight_gradient.inl"
#include "generic/pointwise_conv2d.inl"
#include "generic/pointwise_conv2d_gradient.inl"
#include "generic/probe.inl"

void convbook::kernels::fill_avx512(BackendTable& table) {
    #include "generic/fill_table.inl"
}
