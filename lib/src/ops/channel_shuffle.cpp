// channel_shuffle and its index: validation, dispatch. Leaves out the moving of values (kernels/reference/channel_shuffle.cpp).
#include "convbook/grad.h"

#include "kernels/reference/reference.h"
#include "ops/checks.h"

namespace convbook {
namespace {

void require_divides(const char* operation, int channels, int groups) {
    CONVBOOK_REQUIRE(groups >= 1 && channels % groups == 0, operation, ": groups divides the channel count; channels=", channels, ", groups=", groups,
                     ". Choose a divisor of ", channels, ".");
}

}  // namespace

Tensor channel_shuffle(TensorView in, int groups) {
    ops::require_image("channel_shuffle", in);
    require_divides("channel_shuffle", in.shape.c, groups);
    Tensor out = Tensor::unset(in.shape);
    kernels::reference::channel_shuffle(in, out, groups);
    return out;
}

std::vector<int> channel_shuffle_index(int channels, int groups) {
    CONVBOOK_REQUIRE(channels >= 1, "channel_shuffle_index: there is at least one channel; channels=", channels, ". Use 1 or more.");
    require_divides("channel_shuffle_index", channels, groups);
    std::vector<int> source(static_cast<std::size_t>(channels));
    for (int o = 0; o < channels; ++o) source[static_cast<std::size_t>(o)] = o % groups * (channels / groups) + o / groups;
    return source;
}

Tensor channel_shuffle_gradient(TensorView grad, int groups) {
    ops::require_image("channel_shuffle_gradient", grad, "grad");
    require_divides("channel_shuffle_gradient", grad.shape.c, groups);
    return channel_shuffle(grad, grad.shape.c / groups);
}

}  // namespace convbook
