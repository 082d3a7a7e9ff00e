// Dense K x K convolution from the planes of a network's input, to the blocked layout: the first layer of every network here. Leaves out all later ones (blocked_conv.inl).
//
// The ladder
//   1 naive          seven loops around one multiply-add.
//   2 this: tile     the register tile of blocked_pointwise.inl, within one output row: 3 planes are too few channels for a pointer to each pixel, but pixel p stands Stride * p
//                    floats on. A tile that hangs over the image copies its patch into a small array with the zeros around it and reads that.
// What bounds it: the multiply-add pipes, and the stores of a network's largest map. Measured, one thread, EPYC Zen 4 (AVX-512, peak 118 GFLOP/s): 3 -> 32 planes at stride 2
//                    went from 33 % with pointers to 80 % with rung 2.
#pragma once
#include "generic/blocked_pointwise.inl"

namespace convbook::kernels {
namespace {

/// Stores a tile's sums from output pixel `pixel` (y * ow + x) on.
template <int Blocks, int Pixels>
CONVBOOK_INLINE void finish_conv_sums(const BlockedConv& job, Vec (&sum)[Blocks][Pixels], int block, int pixel) {
    const ptrdiff_t shift = job.out_shift + static_cast<ptrdiff_t>(pixel - job.first_row * job.ow) * kLanes;
    finish_sums(sum, tile_end(job, block, shift));
}

constexpr int kPatchFloats = 4096;  // rows x columns x planes under one tile; 3 planes of 7x7 at stride 2 take 3 * 7 * 61 with 28 pixels
constexpr int kPlanarDepth = 256;   // taps x planes: 147 for 3 planes of 7x7

/// Where step k of the depth reads, floats from the tile's first pixel on: in the image, and in a copy of the patch.
struct PlanarSteps {
    int count;
    ptrdiff_t in_image[kPlanarDepth], in_copy[kPlanarDepth];
};

inline int patch_width(const BlockedConv& job, int pixels) { return (pixels - 1) * job.stride_w + (job.kw - 1) * job.dilation_w + 1; }

/// In the order of the weights: row, column, plane.
inline void find_planar_steps(const BlockedConv& job, int pixels, PlanarSteps& steps) {
    const ptrdiff_t plane = static_cast<ptrdiff_t>(job.h) * job.w_in, width = patch_width(job, pixels);
    int k = 0;
    for (int i = 0; i < job.kh; ++i) {
        for (int j = 0; j < job.kw; ++j) {
            for (int c = 0; c < job.cin; ++c, ++k) {
                steps.in_image[k] = c * plane + static_cast<ptrdiff_t>(i) * job.dilation_h * job.w_in + j * job.dilation_w;
                steps.in_copy[k] = (static_cast<ptrdiff_t>(c) * job.kh + i) * width + j * job.dilation_w;
            }
        }
    }
    steps.count = k;
}

/// The patch whose first row and column are these, with zeros for what lies outside the image: [plane][row of the window][column].
inline void copy_patch(const BlockedConv& job, int top, int left, int width, float* to) {
    // Columns first .. last-1 of the patch lie inside the image
    const int first = left < 0 ? (-left < width ? -left : width) : 0, rest = job.w_in - left, last = rest < first ? first : rest < width ? rest : width;
    for (int c = 0; c < job.cin; ++c) {
        for (int i = 0; i < job.kh; ++i, to += width) {
            for (int j = 0; j < width; ++j) to[j] = 0.0f;
            const int row = top + i * job.dilation_h;
            if (row < 0 || row >= job.h) continue;
            const float* from = job.in + (static_cast<ptrdiff_t>(c) * job.h + row) * job.w_in;
            for (int j = first; j < last; ++j) to[j] = from[left + j];
        }
    }
}

template <int Blocks, int Pixels, int Stride>
inline void planar_tile(const BlockedConv& job, const float* in, const ptrdiff_t* steps, int depth, const float* w, int block, int y, int x) {
    Vec sum[Blocks][Pixels];
    start_sums(sum);
    for (int k = 0; k < depth; ++k, w += Blocks * kLanes) add_step<Stride>(sum, in + steps[k], w);
    finish_conv_sums<Blocks, Pixels>(job, sum, block, y * job.ow + x);
}

/// Output rows of the job. The last tile of a row moves left to end with it; rows of fewer pixels take narrower tiles.
template <int Blocks, int Pixels, int Stride>
void planar_rows(const BlockedConv& job, const float* w, int block) {
    if constexpr (Pixels > 1) {
        if (job.ow < Pixels) return planar_rows<Blocks, Pixels / 2, Stride>(job, w, block);
    }
    PlanarSteps steps;
    find_planar_steps(job, Pixels, steps);
    const int width = patch_width(job, Pixels);
    alignas(64) float copy[kPatchFloats];
    for (int y = job.first_row; y < job.first_row + job.rows; ++y) {
        const int top = y * job.stride_h - job.pad_top;
        const bool is_row_inside = top >= 0 && top + (job.kh - 1) * job.dilation_h < job.h;
        for (int next = 0; next < job.ow; next += Pixels) {
            const int x = next + Pixels <= job.ow ? next : job.ow - Pixels;
            const int left = x * Stride - job.pad_left;
            if (is_row_inside && left >= 0 && left + width <= job.w_in) {
                planar_tile<Blocks, Pixels, Stride>(job, job.in + static_cast<ptrdiff_t>(top) * job.w_in + left, steps.in_image, steps.count, w, block, y, x);
            } else {
                copy_patch(job, top, left, width, copy);
                planar_tile<Blocks, Pixels, Stride>(job, copy, steps.in_copy, steps.count, w, block, y, x);
            }
        }
    }
}

/// Does the patch of the widest tile fit its array?
inline bool is_planar_tile(const BlockedConv& job) {
    return job.is_planar && job.stride_w <= 2 && job.cin * job.kh * job.kw <= kPlanarDepth && static_cast<ptrdiff_t>(job.cin) * job.kh * patch_width(job, kPixelsOf1Block) <= kPatchFloats;
}

/// One tile of blocks.
template <int Blocks, int Pixels>
void conv_planes(const BlockedConv& job, const float* w, int block) {
    if (job.stride_w == 1) planar_rows<Blocks, Pixels, 1>(job, w, block);
    else planar_rows<Blocks, Pixels, 2>(job, w, block);
}

}  // namespace
}  // namespace convbook::kernels
