// Kernels on the blocked layout NCHWc: an image is [ceil(C/B)][H][W][B], B the lanes of the backend, so that one vector holds B channels of one pixel.
// A kernel takes one job: pointers, sizes and an epilogue. It covers any strip of pixels and any run of channel blocks, so that tiling, threads and
// fusing are the caller's choice. Leaves out who calls it and how weights get into their order (packing.h).
// Lanes beyond C are computed from weights of 0 and never reach another lane.
#pragma once
#include <cstddef>

namespace convbook::kernels {

/// What is done to a sum before it is stored: NaN stays NaN. relu6 is clamp(0, 6).
enum class Finish { none, relu, clamp, hard_sigmoid, hard_swish };
struct Epilogue {
    Finish finish = Finish::none;
    float low = 0.0f, high = 0.0f;  // of clamp
};

/// Channels that stand side by side in the vectors of their block: channel k of pixel p is at[p*B + k], k < count.
struct ChannelRun {
    const float* at;
    int count;
};

/// Floats from one address up to another.
struct Stretch {
    const float *at = nullptr, *end = nullptr;
};

/// Which register tiles of a pointwise convolution take more than one step of the depth at once (blocked_pointwise_steps.inl): none; the narrow ones, two (a single block, or the
/// last one at most half full) or four (the last one full to an odd number of quarters); or all, two.
enum class Pairing { never, narrow, always };

/// What a pointwise convolution's weights depend on.
struct PointwiseSize {
    int blocks, channels;          // of outputs; inputs
    int idle_lanes = 0;            // of the last block: those beyond the output channels
    int pairs = 0, quads = 0;      // of steps in the depth, those at a run's end that are not whole among them; 0: too many are not, and none is taken
};

/// out[o,p] = finish(bias[o] + sum_k w[o,k] in[k,p] + residual[o,p]), k over the channels of all runs, in their order: shuffles, slices and concatenations
/// are orders of channels, so a pointwise convolution after one reads where they lie. Weights: pack_pointwise.
struct BlockedPointwise {
    PointwiseSize size;
    const ChannelRun* in;
    int runs;
    std::ptrdiff_t in_shift;       // floats from a run's first pixel to the first of this strip
    const float *w, *bias;         // bias [blocks*B], or null
    const float* const* residual;  // one pointer a block of output channels, none into `out`; or null
    float* const* out;
    std::ptrdiff_t out_shift;      // as in_shift, for `out` and `residual`
    int pixels;
    Epilogue epilogue;
    Stretch next = {}, later = {};  // memory that will be read after this job: it is fetched into the caches while registers multiply
};

/// One block of channels: out[y,x] = finish(bias + sum_ij w[i,j] rows[y*stride + i*dilation][x*stride + j*dilation - pad_left]).
/// `rows` are pointers to input rows [width][B]; those above and below the image point to a row of zeros, so that padding copies nothing.
struct BlockedDepthwise {
    const float* const* rows;      // (out_rows-1)*stride_h + (kh-1)*dilation_h + 1 of them
    int kh, kw, stride_h, stride_w, dilation_h, dilation_w, pad_left, width;
    const float *w, *bias;         // w [kh*kw][B], bias [B] or null
    float* out;
    std::ptrdiff_t out_stride;     // floats from one output row to the next
    int out_rows, out_width;
    Epilogue epilogue;
};

/// out[o,y,x] = finish(bias[o] + sum_cij w[o,c,i,j] in[c, y*s + i*d - p, x*s + j*d - p] + residual[o,y,x]), a dense K x K convolution, output rows
/// first_row .. first_row+rows-1. With `is_planar` the input is [cin][h][w] as a network's first layer finds it, else [blocks][h][w][B]. Weights: pack_conv.
struct BlockedConv {
    const float* in;
    bool is_planar;
    int cin, h, w_in, kh, kw, stride_h, stride_w, pad_top, pad_left, dilation_h, dilation_w;
    const float *w, *bias;
    const float* const* residual;  // as in BlockedPointwise; the first row of this job begins `out_shift` floats behind these pointers
    float* const* out;
    std::ptrdiff_t out_shift;
    int blocks, ow, first_row, rows;
    Epilogue epilogue;
};

/// One block of channels of a 3x3 convolution at stride 1, in tiles of 2x2 outputs: out[4i+j][tile] = (B^T d B)[i,j], where d is the 4x4 inputs below the tile.
struct WinogradInput {
    const float* const* rows;      // 2 * tile_rows + 2 rows of input [width][B]; rows of zeros above and below the image
    int pad_left, width;
    float* out;                    // [16][...][tile][B], row of tiles after row of tiles
    std::ptrdiff_t out_stride;     // floats from one of the 16 to the next
    int tile_rows, tile_columns;
};

/// One block of channels: out[y,x] = finish(bias + (A^T m A) + residual[y,x]), m the 16 products of its tile.
struct WinogradOutput {
    const float* in;               // as WinogradInput::out
    std::ptrdiff_t in_stride;
    const float *bias, *residual;  // bias [B], residual laid out as out; or null
    float* out;
    std::ptrdiff_t out_stride;     // floats from one output row to the next
    int first_row, out_rows;       // of those below `out`: rows first_row .. out_rows-1 are made, where first_row is 0 or 1
    int out_width;
    Epilogue epilogue;
};

/// One block of channels: finish(the largest value (NaN wins), or the sum times `scale[y,x]`) of each window; rows as in BlockedDepthwise, null outside the image.
/// Two passes: over the rows of a window to `columns`, then over columns to `out`.
struct BlockedPool {
    const float* const* rows;
    bool is_max;
    int kh, kw, stride_h, stride_w, pad_left, width;
    const float* scale;            // mean: 1 / cells counted, [out_rows][out_width]
    float* columns;                // [width][B], overwritten
    float* out;
    std::ptrdiff_t out_stride;
    int out_rows, out_width;
    Epilogue epilogue;
};

/// out[c] = the mean of in[c,p] over all pixels, for some blocks of channels.
struct BlockedMean {
    const float* in;
    float* out;                    // [blocks][B]
    int blocks, pixels;
};

/// out[i] = finish(a[i] * gate[c] + b[i]) for `blocks` blocks of `pixels` pixels: the gate of squeeze-and-excitation, a residual, an activation alone.
/// `gate` ([blocks][B]) and `b` (laid out as a) may be null; `out` may be `a` or `b`.
struct BlockedMap {
    const float *a, *b, *gate;
    float* out;
    int blocks, pixels;
    Epilogue epilogue;
};

/// out[o] = finish(bias[o] + sum_i w[o,i] in[i]) for one row of inputs and `outputs` rows of plain weights [outputs][inputs].
struct LinearRow {
    const float *in, *w, *bias;    // bias may be null
    float* out;
    int inputs, outputs;
    Epilogue epilogue;
};

/// How many of `rest` blocks the next register tile takes, if it can take `most`: as many as it can, but rather 2 and 2 than 3 and 1, because a tile of one
/// block loads a pixel for every multiply-add. Weights lie in this order, and every loop over tiles asks here.
constexpr int tile_of(int rest, int most) { return rest <= most ? rest : rest == most + 1 ? (rest + 1) / 2 : most; }

/// How a backend cuts output channels into register tiles.
struct Tiling {
    int lanes, most_blocks;
    Pairing pairing;
};

/// One register tile of a pointwise convolution: `parts` vectors hold the outputs of its blocks, each for `steps` steps of the depth (1, 2 or 4).
/// Weights lie as [steps together][part][output][step].
struct PointwiseTile {
    int blocks, steps, parts;
    std::ptrdiff_t floats;         // of its weights
};
constexpr PointwiseTile next_pointwise_tile(const PointwiseSize& size, int block, const Tiling& tiling) {
    const bool is_narrow = tiling.pairing == Pairing::narrow;
    const int rest = size.blocks - block, lanes = tiling.lanes, last_quarters = 4 - size.idle_lanes / (lanes / 4);
    // The last block in quarters, of which one alone would load a pixel for every multiply-add: the block before it then, too
    const bool has_quarters = is_narrow && size.quads > 0 && last_quarters % 2 == 1;
    const int quartered = !has_quarters ? 0 : last_quarters == 1 && size.blocks > 1 ? 2 : 1;
    if (has_quarters && rest == quartered) {
        const int parts = 4 * (rest - 1) + last_quarters;
        return {rest, 4, parts, std::ptrdiff_t{size.quads} * parts * lanes};
    }
    const int blocks = tile_of(rest - quartered, tiling.most_blocks);
    const bool has_half = blocks == rest && 2 * size.idle_lanes >= lanes;
    if (size.pairs > 0 && (tiling.pairing == Pairing::always || (is_narrow && (has_half || blocks == 1)))) {
        const int halves = 2 * blocks - (has_half ? 1 : 0);
        return {blocks, 2, halves, std::ptrdiff_t{size.pairs} * halves * lanes};
    }
    return {blocks, 1, blocks, std::ptrdiff_t{size.channels} * blocks * lanes};
}

/// One function per line of blocked.inc, each complete on every backend: layouts of two backends do not mix.
struct BlockedTable {
    int lanes = 0;        ///< B
    int tile_blocks = 0;  ///< most blocks of output channels whose weights lie interleaved: see tile_of
    Pairing pairing = Pairing::never;
    int tile_rows = 0;    ///< output rows of a depthwise tile: strips of fewer leave sums idle
    Tiling tiling() const { return {lanes, tile_blocks, pairing}; }
    /// Denormal numbers cost some CPUs a hundred cycles each; this thread takes them as 0 from now on. Returns the mode before, for set_float_mode.
    unsigned (*ignore_denormals)() = nullptr;
    void (*set_float_mode)(unsigned mode) = nullptr;
    /// Inside a loop that waits for another thread: lets the other half of a shared core work.
    void (*relax)() = nullptr;
#define CONVBOOK_BLOCKED_KERNEL(name, Job) void (*name)(const Job& job) = nullptr;
#include "blocked.inc"
#undef CONVBOOK_BLOCKED_KERNEL
};

/// The blocked kernels of the backend in use, and those of the plain loops (4 lanes).
const BlockedTable& active_blocked();
const BlockedTable& reference_blocked();

}  // namespace convbook::kernels
