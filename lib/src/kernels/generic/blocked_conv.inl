// Dense K x K convolution to the blocked layout. Leaves out a network's first layer, which reads planes (blocked_conv_planes.inl), and Winograd's transforms.
//
// The ladder
//   1 naive          seven loops around one multiply-add.
//   2 this: tile     the register tile of blocked_pointwise.inl, once for every tap of the window: weights lie as [tile][tap][channel][block][lane].
//   3 this: pointers each pixel of the tile has its own pointer, set once a tap; outside the image it rests on zeros. So the pixels of a tile run on over row ends
//                    (7x7 and 14x14 fill it), and nothing is padded or unfolded.
//   4 this: parts    all pixels are made for one part of the depth, and their sums wait in `out`, before the next: the weights of 512 channels, 1.2 MB a tile, come from
//                    memory once, not once for every 6 pixels, and each part is asked for while the one before is multiplied.
// What bounds it: the multiply-add pipes. Measured, one thread. EPYC Zen 4 (AVX-512, peak 118 GFLOP/s): 3x3 on 64 channels of 56x56 98 %; Xeon with
//                    AVX-512 (217, about 180 beside loads): 3x3 on 64 channels 170; rung 4 took 3x3 on
//                    512 channels of 7x7, its weights in memory, from 90 to 145, and all of ResNet-18 from 27.4 to 24.0 ms.
#pragma once
#include "generic/blocked_conv_planes.inl"

namespace convbook::kernels {
namespace {

/// Adds one step of the depth: pixel p reads x[p][k].
template <int Blocks, int Pixels>
CONVBOOK_INLINE void add_tap_step(Vec (&sum)[Blocks][Pixels], const float* (&x)[Pixels], int k, const float* w) {
    Vec weight[Blocks];
    #pragma GCC unroll 8
    for (int b = 0; b < Blocks; ++b) weight[b] = load(w + b * kLanes);
    #pragma GCC unroll 32
    for (int p = 0; p < Pixels; ++p) {
        const Vec value = broadcast(x[p][k]);
        #pragma GCC unroll 8
        for (int b = 0; b < Blocks; ++b) sum[b][p] = fma(value, weight[b], sum[b][p]);
    }
}

/// Adds one tap, `depth` steps; returns the weights behind those it used.
template <int Blocks, int Pixels>
CONVBOOK_INLINE const float* add_tap(Vec (&sum)[Blocks][Pixels], const float* (&x)[Pixels], int depth, const float* w) {
    int k = 0;
    for (; k + kDepthSteps <= depth; k += kDepthSteps) {
        #pragma GCC unroll 4
        for (int step = 0; step < kDepthSteps; ++step, w += Blocks * kLanes) add_tap_step<Blocks, Pixels>(sum, x, k + step, w);
    }
    if constexpr (kDepthSteps > 1) {
        for (; k < depth; ++k, w += Blocks * kLanes) add_tap_step<Blocks, Pixels>(sum, x, k, w);
    }
    return w;
}

/// A stretch of the depth, counted in units: what one tap reads of one block of channels (of one plane). As DepthPart.
struct ConvPart {
    int first, end;
    bool is_first, is_last;
};

/// Where the pixels of a tile stand: window row and column of their first tap, which may lie outside the image.
template <int Pixels>
struct ConvWindows {
    int top[Pixels], left[Pixels];

    ConvWindows(const BlockedConv& job, int pixel) {
        for (int p = 0; p < Pixels; ++p) {
            top[p] = (pixel + p) / job.ow * job.stride_h - job.pad_top;
            left[p] = (pixel + p) % job.ow * job.stride_w - job.pad_left;
        }
    }

    /// Pointers to what tap (i, j) reads of block `block`, `plane` floats from one block to the next; and how far each moves for the next one, not at all if it rests on zeros.
    CONVBOOK_INLINE void find_tap(const BlockedConv& job, int i, int j, int block, ptrdiff_t plane, const float* (&x)[Pixels], ptrdiff_t (&hop)[Pixels]) const {
        const int down = i * job.dilation_h, across = j * job.dilation_w, channels = job.is_planar ? 1 : kLanes;
        for (int p = 0; p < Pixels; ++p) {
            const int row = top[p] + down, column = left[p] + across;
            const bool is_inside = static_cast<unsigned>(row) < static_cast<unsigned>(job.h) && static_cast<unsigned>(column) < static_cast<unsigned>(job.w_in);
            x[p] = is_inside ? job.in + block * plane + (static_cast<ptrdiff_t>(row) * job.w_in + column) * channels : kZeroPixel;
            hop[p] = is_inside ? plane : 0;
        }
    }
};

/// Channels a unit of the depth has side by side: a plane one, a block kLanes.
inline int channels_of_unit(const BlockedConv& job) { return job.is_planar ? 1 : kLanes; }
inline int units_of_tap(const BlockedConv& job) { return (job.cin + channels_of_unit(job) - 1) / channels_of_unit(job); }

/// Steps of the depth, a channel of a tap each, before this unit.
inline ptrdiff_t steps_before(const BlockedConv& job, int unit) {
    const int units = units_of_tap(job), channels = channels_of_unit(job);
    return static_cast<ptrdiff_t>(unit / units) * job.cin + unit % units * channels;
}

/// Blocks x Pixels outputs from output pixel `pixel` (y * ow + x) on, over one part of the depth.
template <int Blocks, int Pixels>
void conv_tile(const BlockedConv& job, const ConvPart& part, const float* w, int block, int pixel, Fetch& fetch) {
    Vec sum[Blocks][Pixels];
    const ptrdiff_t shift = job.out_shift + static_cast<ptrdiff_t>(pixel - job.first_row * job.ow) * kLanes;
    if (part.is_first) start_sums(sum);
    else load_sums(sum, job.out + block, shift);
    const ConvWindows<Pixels> windows(job, pixel);
    const int channels = channels_of_unit(job), units = units_of_tap(job);
    const ptrdiff_t plane = static_cast<ptrdiff_t>(job.h) * job.w_in * channels;
    const float *fetched = fetch.now.at, *const fetched_end = fetch.now.end;
    int i = part.first / units / job.kw, j = part.first / units % job.kw, unit = part.first % units;
    for (int rest = part.end - part.first; rest > 0; unit = 0) {
        const float* x[Pixels];
        ptrdiff_t hop[Pixels];
        windows.find_tap(job, i, j, unit, plane, x, hop);
        const int count = rest < units - unit ? rest : units - unit;
        rest -= count;
        for (int depth = job.cin - unit * channels, last = depth - count * channels; depth > last; depth -= channels) {
            fetch_lines(fetched, fetched_end, fetch.lines);
            w = add_tap<Blocks, Pixels>(sum, x, depth < channels ? depth : channels, w);
            for (int p = 0; p < Pixels; ++p) x[p] += hop[p];
        }
        if (++j == job.kw) j = 0, ++i;
    }
    fetch.now.at = fetched;
    if (part.is_last) finish_sums(sum, tile_end(job, block, shift));
    else store_sums(sum, job.out + block, shift);
}

template <int Blocks, int Pixels>
void conv_pixels(const BlockedConv& job, const ConvPart& part, const float* w, int block, int pixel, int end, Fetch& fetch) {
    for (; pixel + Pixels <= end; pixel += Pixels) conv_tile<Blocks, Pixels>(job, part, w, block, pixel, fetch);
    if constexpr (Pixels > 1) {
        if (pixel < end) conv_pixels<Blocks, Pixels / 2>(job, part, w, block, pixel, end, fetch);
    }
}

/// One tile of blocks, part by part of the depth: all pixels use a part's weights while they are near, and the next part is fetched meanwhile.
template <int Blocks, int Pixels>
void conv_parts(const BlockedConv& job, const float* w, int block) {
    const int units = job.kh * job.kw * units_of_tap(job), most = kConvPart / channels_of_unit(job);
    const int parts = units > most + most / 2 ? (units + most - 1) / most : 1;
    const int first = job.first_row * job.ow, end = (job.first_row + job.rows) * job.ow;
    for (int i = 0; i < parts; ++i) {
        const ConvPart part{units * i / parts, units * (i + 1) / parts, i == 0, i + 1 == parts};
        const float* const here = w + steps_before(job, part.first) * Blocks * kLanes;
        const float* const next = w + steps_before(job, part.end) * Blocks * kLanes;
        // Behind the last part lie the next tile's weights, or the next layer's
        Fetch fetch{{next, next + (next - here)}, {}, lines_a_turn(next - here, static_cast<ptrdiff_t>((end - first + Pixels - 1) / Pixels) * (part.end - part.first))};
        conv_pixels<Blocks, Pixels>(job, part, here, block, first, end, fetch);
    }
}

/// One tile of blocks.
template <int Blocks, int Pixels>
void conv_blocks(const BlockedConv& job, const float* w, int block) {
    is_planar_tile(job) ? conv_planes<Blocks, Pixels>(job, w, block) : conv_parts<Blocks, Pixels>(job, w, block);
}

void blocked_conv(const BlockedConv& job) {
    const float* w = job.w;
    for (int block = 0, blocks = 0; block < job.blocks; block += blocks) {
        blocks = tile_of(job.blocks - block, kTileBlocks);
        switch (blocks) {
            case 1: conv_blocks<1, kPixelsOf1Block>(job, w, block); break;
            case 2: conv_blocks<2, kPixelsOf2Blocks>(job, w, block); break;
            case 3: if constexpr (kTileBlocks >= 3) conv_blocks<3, kPixelsOf3Blocks>(job, w, block); break;
            default: if constexpr (kTileBlocks >= 4) conv_blocks<4, kPixelsOf4Blocks>(job, w, block); break;
        }
        w += static_cast<ptrdiff_t>(blocks) * kLanes * job.cin * job.kh * job.kw;
    }
}

}  // namespace
}  // namespace convbook::kernels
