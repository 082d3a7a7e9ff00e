// The blocked kernels as plain loops, four lanes a block: the layout and the jobs of blocked.h without any speed.
// What they compute is defined by the planar operations, with which the tests compare them; leaves out tiles.
#include "kernels/blocked.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace convbook::kernels {
namespace {

using std::ptrdiff_t;
constexpr int kLanes = 4;

float clamped(float v, float low, float high) { return v < low ? low : v > high ? high : v; }

float finished(float v, const Epilogue& e) {
    switch (e.finish) {
        case Finish::none: return v;
        case Finish::relu: return v < 0.0f ? 0.0f : v;
        case Finish::clamp: return clamped(v, e.low, e.high);
        case Finish::hard_sigmoid: return clamped(v + 3.0f, 0.0f, 6.0f) / 6.0f;
        case Finish::hard_swish: return v * (clamped(v + 3.0f, 0.0f, 6.0f) / 6.0f);
    }
    return v;
}

bool is_inside(int i, int size) { return i >= 0 && i < size; }

void blocked_pointwise(const BlockedPointwise& job) {
    for (int o = 0; o < job.size.blocks * kLanes; ++o)
    for (int p = 0; p < job.pixels; ++p) {
        const ptrdiff_t block = o / kLanes, lane = o % kLanes, at = job.out_shift + p * kLanes + lane;
        const float* w = job.w + block * job.size.channels * kLanes + lane;
        float sum = job.bias ? job.bias[o] : 0.0f;
        for (const ChannelRun* run = job.in; run < job.in + job.runs; ++run)
        for (int k = 0; k < run->count; ++k, w += kLanes) sum += *w * run->at[job.in_shift + p * kLanes + k];
        if (job.residual) sum += job.residual[block][at];
        job.out[block][at] = finished(sum, job.epilogue);
    }
}

void blocked_depthwise(const BlockedDepthwise& job) {
    for (int y = 0; y < job.out_rows; ++y)
    for (int x = 0; x < job.out_width; ++x)
    for (int lane = 0; lane < kLanes; ++lane) {
        float sum = job.bias ? job.bias[lane] : 0.0f;
        for (int i = 0; i < job.kh; ++i)
        for (int j = 0; j < job.kw; ++j) {
            const int column = x * job.stride_w + j * job.dilation_w - job.pad_left;
            const float value = is_inside(column, job.width) ? job.rows[y * job.stride_h + i * job.dilation_h][column * kLanes + lane] : 0.0f;
            sum += job.w[(i * job.kw + j) * kLanes + lane] * value;
        }
        job.out[y * job.out_stride + x * kLanes + lane] = finished(sum, job.epilogue);
    }
}

float conv_input(const BlockedConv& job, int c, int y, int x) {
    if (!is_inside(y, job.h) || !is_inside(x, job.w_in)) return 0.0f;
    if (job.is_planar) return job.in[(static_cast<ptrdiff_t>(c) * job.h + y) * job.w_in + x];
    return job.in[((static_cast<ptrdiff_t>(c / kLanes) * job.h + y) * job.w_in + x) * kLanes + c % kLanes];
}

void blocked_conv(const BlockedConv& job) {
    for (int o = 0; o < job.blocks * kLanes; ++o)
    for (int y = job.first_row; y < job.first_row + job.rows; ++y)
    for (int x = 0; x < job.ow; ++x) {
        const ptrdiff_t block = o / kLanes, lane = o % kLanes, at = job.out_shift + ((y - job.first_row) * job.ow + x) * kLanes + lane;
        const float* w = job.w + block * job.kh * job.kw * job.cin * kLanes + lane;
        float sum = job.bias ? job.bias[o] : 0.0f;
        for (int i = 0; i < job.kh; ++i)
        for (int j = 0; j < job.kw; ++j)
        for (int c = 0; c < job.cin; ++c, w += kLanes)
            sum += *w * conv_input(job, c, y * job.stride_h + i * job.dilation_h - job.pad_top, x * job.stride_w + j * job.dilation_w - job.pad_left);
        if (job.residual) sum += job.residual[block][at];
        job.out[block][at] = finished(sum, job.epilogue);
    }
}

constexpr float kWindowMatrix[4][4] = {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}};  // B^T
constexpr float kOutputMatrix[2][4] = {{1, 1, 1, 0}, {0, 1, -1, -1}};                                // A^T

void winograd_input(const WinogradInput& job) {
    for (int tile = 0; tile < job.tile_rows * job.tile_columns; ++tile)
    for (int lane = 0; lane < kLanes; ++lane)
    for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) {
        float sum = 0.0f;
        for (int k = 0; k < 4; ++k)
        for (int l = 0; l < 4; ++l) {
            const int y = tile / job.tile_columns * 2 + k, x = tile % job.tile_columns * 2 + l - job.pad_left;
            if (is_inside(x, job.width)) sum += kWindowMatrix[i][k] * kWindowMatrix[j][l] * job.rows[y][x * kLanes + lane];
        }
        job.out[(4 * i + j) * job.out_stride + tile * kLanes + lane] = sum;
    }
}

void winograd_output(const WinogradOutput& job) {
    const int tile_columns = (job.out_width + 1) / 2;
    for (int y = job.first_row; y < job.out_rows; ++y)
    for (int x = 0; x < job.out_width; ++x)
    for (int lane = 0; lane < kLanes; ++lane) {
        const ptrdiff_t tile = y / 2 * tile_columns + x / 2, at = y * job.out_stride + x * kLanes + lane;
        float sum = job.bias ? job.bias[lane] : 0.0f;
        for (int k = 0; k < 4; ++k)
        for (int l = 0; l < 4; ++l) sum += kOutputMatrix[y % 2][k] * kOutputMatrix[x % 2][l] * job.in[(4 * k + l) * job.in_stride + tile * kLanes + lane];
        job.out[at] = finished(sum + (job.residual ? job.residual[at] : 0.0f), job.epilogue);
    }
}

void blocked_pool(const BlockedPool& job) {
    for (int y = 0; y < job.out_rows; ++y)
    for (int x = 0; x < job.out_width; ++x)
    for (int lane = 0; lane < kLanes; ++lane) {
        float best = -std::numeric_limits<float>::infinity(), sum = 0.0f;
        for (int i = 0; i < job.kh; ++i)
        for (int j = 0; j < job.kw; ++j) {
            const float* row = job.rows[y * job.stride_h + i];
            const int column = x * job.stride_w + j - job.pad_left;
            if (!row || !is_inside(column, job.width)) continue;
            const float value = row[column * kLanes + lane];
            if (value > best || std::isnan(value)) best = value;
            sum += value;
        }
        job.out[y * job.out_stride + x * kLanes + lane] = finished(job.is_max ? best : sum * job.scale[y * job.out_width + x], job.epilogue);
    }
}

void blocked_mean(const BlockedMean& job) {
    for (int c = 0; c < job.blocks * kLanes; ++c) {
        const float* in = job.in + static_cast<ptrdiff_t>(c / kLanes) * job.pixels * kLanes + c % kLanes;
        float sum = 0.0f;
        for (int p = 0; p < job.pixels; ++p) sum += in[p * kLanes];
        job.out[c] = sum / static_cast<float>(job.pixels);
    }
}

void blocked_map(const BlockedMap& job) {
    for (int block = 0; block < job.blocks; ++block)
    for (int i = 0; i < job.pixels * kLanes; ++i) {
        const ptrdiff_t at = static_cast<ptrdiff_t>(block) * job.pixels * kLanes + i;
        const float gate = job.gate ? job.gate[block * kLanes + i % kLanes] : 1.0f;
        job.out[at] = finished(job.a[at] * gate + (job.b ? job.b[at] : 0.0f), job.epilogue);
    }
}

void linear_row(const LinearRow& job) {
    for (int o = 0; o < job.outputs; ++o) {
        float sum = job.bias ? job.bias[o] : 0.0f;
        for (int i = 0; i < job.inputs; ++i) sum += job.w[static_cast<ptrdiff_t>(o) * job.inputs + i] * job.in[i];
        job.out[o] = finished(sum, job.epilogue);
    }
}

}  // namespace

const BlockedTable& reference_blocked() {
    static constexpr BlockedTable table{
        .lanes = kLanes,
        .tile_blocks = 1,
        .tile_rows = 1,
        .ignore_denormals = [] { return 0u; },  // the definition keeps them
        .set_float_mode = [](unsigned) {},
        .relax = [] {},
#define CONVBOOK_BLOCKED_KERNEL(name, Job) .name = name,
#include "kernels/blocked.inc"
#undef CONVBOOK_BLOCKED_KERNEL
    };
    return table;
}

}  // namespace convbook::kernels
