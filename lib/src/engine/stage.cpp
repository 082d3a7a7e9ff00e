// What several stages need: windows and epilogues. Leaves out the stages (stage_<kind>.cpp).
#include "engine/stage.h"

#include <algorithm>
#include <limits>

namespace convbook::engine {

void Stage::hold_weights(Tensor packed) {
    own_weights_ = std::move(packed);
    weights_ = own_weights_.values();
}

void Stage::move_weights(std::span<float> to) {
    std::copy(weights_.begin(), weights_.end(), to.begin());
    weights_ = to;
    own_weights_ = {};
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

}  // namespace convbook::engine
