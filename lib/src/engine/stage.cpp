// What several stages need: windows and epilogues. Leaves out the stages (stage_<kind>.cpp).
#include "engine/stage.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace convbook::engine {

constexpr int kMostLanes = 16;  // of any backend

void Stage::write_weights(float* to) {
    if (packing_.count == 0) return;
    packing_.write(to);
    packing_.write = nullptr;  // the layer's own weights may go now
    weights_ = {to, packing_.count};
}

Range Window::rows_read(Range rows) const {
    const int first = rows.first * stride_h - pad_top, last = (rows.last - 1) * stride_h - pad_top + (kh - 1) * dilation_h + 1;
    return {std::clamp(first, 0, height), std::clamp(last, 0, height)};
}

Window window_of(const ConvParams& params, const Shape& in, const Shape& weight) {
    const Padding pad = resolve_padding(params.padding, {in.h, in.w}, {weight.h, weight.w}, params.stride, params.dilation);
    return {weight.h, weight.w, params.stride.h, params.stride.w, params.dilation.h, params.dilation.w, pad.top, pad.left, in.h};
}

kernels::Epilogue epilogue_of(Activation activation) {
    using kernels::Finish;
    switch (activation) {
        case Activation::relu: return {Finish::relu};
        case Activation::relu6: return {Finish::clamp, 0.0f, 6.0f};
        case Activation::hardsigmoid: return {Finish::hard_sigmoid};
        case Activation::hardswish: return {Finish::hard_swish};
        default: return {};
    }
}

bool is_finite(const BlockedTable& table, const float* block, int pixels) {
    float means[kMostLanes];
    table.blocked_mean({block, means, 1, pixels});
    return std::all_of(means, means + table.lanes, [](float mean) { return std::isfinite(mean); });
}

bool is_finite(const BlockedTable& table, const Rows& value, Range blocks, Range rows) {
    const int pixels = rows.count() * value.floats / table.lanes;
    for (int block = blocks.first; block < blocks.last; ++block)
        if (!is_finite(table, value.at(block, rows.first), pixels)) return false;
    return true;
}

}  // namespace convbook::engine
