// What the vocabularies have in common before their first word: choices that each instruction set makes by measurement.
#pragma once

// For helpers that take the sums of a register tile by reference: as a function of its own, such a helper would push the sums through memory, and whether
// the compiler inlines it would depend on how large the file has grown (tests/lib/kernels/symbols.cpp looks).
#define CONVBOOK_INLINE __attribute__((always_inline)) inline
#define CONVBOOK_INLINE_LAMBDA __attribute__((always_inline))

namespace convbook::kernels {
namespace {

/// Where the horizontal shifts of an image row are spliced together in registers rather than loaded one by one (depthwise_conv2d.inl).
enum class Splices { never, at_row_ends, always };

/// Keeps the compiler from holding what it has loaded before: the next load reads memory again, as an operand of the arithmetic, instead of taking a register.
inline void forget_loads() { __asm__ volatile("" : : : "memory"); }

constexpr int kLineFloats = 16;  // 64 bytes: a cache line

/// p[0] and p[1] as the bits of one number, for instructions that load eight bytes and repeat them.
using BothFloats = double __attribute__((may_alias, aligned(4)));
inline double both_bits(const float* p) { return *reinterpret_cast<const BothFloats*>(p); }

/// Asks for the cache line at p ahead of time; any address will do.
inline void prefetch(const float* p) { __builtin_prefetch(p, 0, 2); }

}  // namespace
}  // namespace convbook::kernels
