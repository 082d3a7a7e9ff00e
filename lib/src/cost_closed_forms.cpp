// The counts of single layers as the chapters write them, without a Graph. Leaves out whole networks (cost.cpp), whose counts must agree with these.
#include "convbook/cost.h"

namespace convbook {
namespace {

void require_layer(const char* operation, const ConvCount& c) {
    CONVBOOK_REQUIRE(c.cin > 0 && c.cout > 0 && c.k.h > 0 && c.k.w > 0 && c.groups > 0, operation, ": channels, kernel and groups are at least 1; cin=", c.cin,
                     ", cout=", c.cout, ", k=", c.k, ", groups=", c.groups, ".");
    CONVBOOK_REQUIRE(c.cin % c.groups == 0 && c.cout % c.groups == 0, operation, ": the groups divide the channels on both sides; cin=", c.cin, ", cout=", c.cout,
                     ", groups=", c.groups, ". Choose a common divisor.");
}
std::int64_t area(Pair p) { return static_cast<std::int64_t>(p.h) * p.w; }

}  // namespace

std::int64_t conv_params(const ConvCount& c) {
    require_layer("conv_params", c);
    const std::int64_t weights = static_cast<std::int64_t>(c.cout) * (c.cin / c.groups) * area(c.k);
    return weights + (c.has_bias ? c.cout : 0);
}

std::int64_t conv_macs(const ConvCount& c) {
    require_layer("conv_macs", c);
    return area(c.out) * c.cout * (c.cin / c.groups) * area(c.k);
}

std::int64_t separable_params(const ConvCount& c) {
    const ConvCount depthwise{.cin = c.cin, .cout = c.cin, .k = c.k, .groups = c.cin, .has_bias = c.has_bias, .out = c.out};
    const ConvCount pointwise{.cin = c.cin, .cout = c.cout, .k = 1, .groups = 1, .has_bias = c.has_bias, .out = c.out};
    return conv_params(depthwise) + conv_params(pointwise);
}

std::int64_t separable_macs(const ConvCount& c) {
    const ConvCount depthwise{.cin = c.cin, .cout = c.cin, .k = c.k, .groups = c.cin, .has_bias = c.has_bias, .out = c.out};
    const ConvCount pointwise{.cin = c.cin, .cout = c.cout, .k = 1, .groups = 1, .has_bias = c.has_bias, .out = c.out};
    return conv_macs(depthwise) + conv_macs(pointwise);
}

std::int64_t squeeze_excite_params(int channels, int reduction, bool has_bias) {
    CONVBOOK_REQUIRE(channels > 0 && reduction > 0 && channels % reduction == 0, "squeeze_excite_params: r divides the channels; channels=", channels, ", r=", reduction,
                     ". Choose a divisor.");
    const std::int64_t c = channels, squeezed = channels / reduction;
    return 2 * c * squeezed + (has_bias ? squeezed + c : 0);
}

}  // namespace convbook
