// Passes over a blocked map that multiply little or nothing: pooling, mean, gate, sum; and the classifier's row of dot products.
// All are bound by reading and writing, so each does one pass, a vector at a time. Leaves out what an epilogue does for free.
#pragma once
#include "generic/blocked_epilogue.inl"

namespace convbook::kernels {
namespace {

/// The part of a window that lies inside 0..size-1: first and behind the last.
struct Span { int first, last; };
inline Span span_inside(int begin, int count, int size) { return {begin < 0 ? -begin : 0, begin + count > size ? size - begin : count}; }

struct Largest {
    static Vec none() { return broadcast(-__builtin_inff()); }
    static Vec with(Vec a, Vec b) { return larger(a, b); }
};
struct Sum {
    static Vec none() { return zero(); }
    static Vec with(Vec a, Vec b) { return add(a, b); }
};

constexpr int kPooled = 4;  // columns or outputs side by side: one waits for the value before, and asking whether a row is there serves all

/// What Count columns of a window's rows come to.
template <class Of, int Count>
CONVBOOK_INLINE void pool_rows(const BlockedPool& job, const float* const* rows, int x) {
    Vec result[Count];
    for (int c = 0; c < Count; ++c) result[c] = Of::none();
    for (int i = 0; i < job.kh; ++i) {
        if (!rows[i]) continue;
        for (int c = 0; c < Count; ++c) result[c] = Of::with(result[c], load(rows[i] + static_cast<ptrdiff_t>(x + c) * kLanes));
    }
    for (int c = 0; c < Count; ++c) store(job.columns + static_cast<ptrdiff_t>(x + c) * kLanes, result[c]);
}

/// Count outputs whose windows have the same columns inside the image.
template <class Of, int Count>
CONVBOOK_INLINE void pool_columns(const BlockedPool& job, int y, int x) {
    const int left = x * job.stride_w - job.pad_left;
    const Span inside = span_inside(left, job.kw, job.width);
    Vec result[Count];
    for (int c = 0; c < Count; ++c) result[c] = Of::none();
    for (int j = inside.first; j < inside.last; ++j) {
        for (int c = 0; c < Count; ++c) result[c] = Of::with(result[c], load(job.columns + static_cast<ptrdiff_t>(left + c * job.stride_w + j) * kLanes));
    }
    if (!job.is_max) {
        for (int c = 0; c < Count; ++c) result[c] = mul(result[c], broadcast(job.scale[y * job.out_width + x + c]));
    }
    store_finished(job.out + y * job.out_stride + static_cast<ptrdiff_t>(x) * kLanes, result, job.epilogue);
}

/// Windows overlap: 3x3 at stride 2 takes 9 values an output, 3 of them for each of two columns and 3 columns, of which none is asked for twice.
template <class Of>
void pool(const BlockedPool& job) {
    for (int y = 0; y < job.out_rows; ++y) {
        const float* const* rows = job.rows + y * job.stride_h;
        int x = 0;
        for (; x + kPooled <= job.width; x += kPooled) pool_rows<Of, kPooled>(job, rows, x);
        for (; x < job.width; ++x) pool_rows<Of, 1>(job, rows, x);
        for (x = 0; x < job.out_width;) {
            const int left = x * job.stride_w - job.pad_left, right = left + (kPooled - 1) * job.stride_w + job.kw;
            const bool are_inside = left >= 0 && right <= job.width && x + kPooled <= job.out_width;
            are_inside ? pool_columns<Of, kPooled>(job, y, x) : pool_columns<Of, 1>(job, y, x);
            x += are_inside ? kPooled : 1;
        }
    }
}

void blocked_pool(const BlockedPool& job) { job.is_max ? pool<Largest>(job) : pool<Sum>(job); }

void blocked_mean(const BlockedMean& job) {
    constexpr int kChains = 4;  // additions in flight: one waits 3 or 4 cycles for the one before
    const float* in = job.in;
    for (int block = 0; block < job.blocks; ++block, in += static_cast<ptrdiff_t>(job.pixels) * kLanes) {
        Vec sum[kChains] = {zero(), zero(), zero(), zero()};
        int p = 0;
        for (; p + kChains <= job.pixels; p += kChains) {
            #pragma GCC unroll 4
            for (int i = 0; i < kChains; ++i) sum[i] = add(sum[i], load(in + static_cast<ptrdiff_t>(p + i) * kLanes));
        }
        for (; p < job.pixels; ++p) sum[0] = add(sum[0], load(in + static_cast<ptrdiff_t>(p) * kLanes));
        store(job.out + block * kLanes, mul(add(add(sum[0], sum[1]), add(sum[2], sum[3])), broadcast(1.0f / static_cast<float>(job.pixels))));
    }
}

void blocked_map(const BlockedMap& job) {
    ptrdiff_t at = 0;
    for (int block = 0; block < job.blocks; ++block) {
        const Vec gate = job.gate ? load(job.gate + block * kLanes) : broadcast(1.0f);
        for (int p = 0; p < job.pixels; ++p, at += kLanes) {
            Vec v = mul(load(job.a + at), gate);
            if (job.b) v = add(v, load(job.b + at));
            store(job.out + at, finished(v, job.epilogue));
        }
    }
}

/// `Rows` dot products side by side, two sums each: what bounds it is reading the weights.
template <int Rows>
inline void linear_rows(const LinearRow& job, int o) {
    const float* w = job.w + static_cast<ptrdiff_t>(o) * job.inputs;
    Vec sum[Rows][2];
    for (int r = 0; r < Rows; ++r) sum[r][0] = sum[r][1] = zero();
    int i = 0;
    for (; i + 2 * kLanes <= job.inputs; i += 2 * kLanes) {
        // The same place in the rows that come next: no prefetcher of the CPU follows so many streams across pages
        #pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r) {
            #pragma GCC unroll 2
            for (int line = 0; line < 2 * kLanes; line += kLineFloats) prefetch(w + static_cast<ptrdiff_t>(Rows + r) * job.inputs + i + line);
        }
        #pragma GCC unroll 2
        for (int half = 0; half < 2; ++half) {
            const Vec x = load(job.in + i + half * kLanes);
            #pragma GCC unroll 8
            for (int r = 0; r < Rows; ++r) sum[r][half] = fma(x, load(w + static_cast<ptrdiff_t>(r) * job.inputs + i + half * kLanes), sum[r][half]);
        }
    }
    for (; i < job.inputs; i += kLanes) {
        const LaneSet rest = lanes(0, job.inputs - i < kLanes ? job.inputs - i : kLanes);
        for (int r = 0; r < Rows; ++r) sum[r][0] = fma(load_part(job.in + i, rest), load_part(w + static_cast<ptrdiff_t>(r) * job.inputs + i, rest), sum[r][0]);
    }
    for (int r = 0; r < Rows; ++r) {
        const float total = (job.bias ? job.bias[o + r] : 0.0f) + sum_lanes(add(sum[r][0], sum[r][1]));
        store_part(job.out + o + r, finished(broadcast(total), job.epilogue), lanes(0, 1));
    }
}

void linear_row(const LinearRow& job) {
    int o = 0;
    for (; o + 4 <= job.outputs; o += 4) linear_rows<4>(job, o);
    for (; o < job.outputs; ++o) linear_rows<1>(job, o);
}

}  // namespace
}  // namespace convbook::kernels
