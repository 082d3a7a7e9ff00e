// The shapes on which every kernel must agree with the reference: the sizes where vectors, tiles and panels end, and the layers of real networks.
#include "lib/kernels/sweeps.h"

#include <string>

#include "convbook/tensor.h"

namespace convbook::test {
namespace {

constexpr int kDraws = 400;  // of each kernel; enough that a fault in one tail of one tile shows up several times

/// One of the listed values.
int draw(Random& random, std::initializer_list<int> values) { return values.begin()[random.integer(0, static_cast<int>(values.size()) - 1)]; }

/// Around the ends of vectors of 4, 8 and 16 floats, and primes.
int draw_width(Random& random) { return draw(random, {1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 19, 23, 28, 29, 31, 32, 33, 35, 47, 49, 53, 65}); }
int draw_height(Random& random) { return draw(random, {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 14, 15, 17}); }

int output_size(int size, int k, int stride, int before, int after, int dilation) {
    const int window = dilation * (k - 1) + 1;
    return size + before + after < window ? 0 : (size + before + after - window) / stride + 1;
}

/// Completes the output size; an output of 0 means that the window does not fit.
ConvDims with_output(ConvDims d, int pad_bottom, int pad_right) {
    d.oh = output_size(d.h, d.kh, d.stride_h, d.pad_top, pad_bottom, d.dilation_h);
    d.ow = output_size(d.w, d.kw, d.stride_w, d.pad_left, pad_right, d.dilation_w);
    return d;
}

/// Any image, kernel, stride, padding (also larger than the kernel, also different on each side) and dilation; half of them the square ones of networks.
ConvDims draw_window(Random& random) {
    ConvDims d{};
    d.n = draw(random, {1, 1, 2, 5});
    d.h = draw_height(random);
    d.w = draw_width(random);
    if (random.integer(0, 1)) {
        d.kh = d.kw = draw(random, {1, 3, 3, 3, 5, 5, 7});
        d.stride_h = d.stride_w = draw(random, {1, 2});
        d.dilation_h = d.dilation_w = 1;
        d.pad_top = d.pad_left = d.kh / 2;
        return with_output(d, d.pad_top, d.pad_left);
    }
    d.kh = draw(random, {1, 2, 3, 5});
    d.kw = draw(random, {1, 2, 3, 3, 4, 5, 7});
    if (random.integer(0, 1)) d.kw = d.kh;
    d.stride_h = draw(random, {1, 2, 3});
    d.stride_w = random.integer(0, 1) ? d.stride_h : draw(random, {1, 2, 3, 4});
    d.dilation_h = draw(random, {1, 1, 2});
    d.dilation_w = random.integer(0, 1) ? d.dilation_h : draw(random, {1, 2, 3});
    d.pad_top = draw(random, {0, 1, 2, 4, 8});
    d.pad_left = draw(random, {0, 1, 2, 3, 9, 20});
    return with_output(d, draw(random, {0, 1, 2, 6}), draw(random, {0, 1, 2, 3, 18}));
}

ConvDims layer(int cin, int cout, int k, int stride, int groups, int size) {
    ConvDims d{1, cin, size, size, cout, k, k, 0, 0, stride, stride, k / 2, k / 2, 1, 1, groups};
    return with_output(d, k / 2, k / 2);
}

std::string numbers(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) text += (text.empty() ? "[" : ",") + std::to_string(value);
    return text + "]";
}

std::size_t product(std::initializer_list<int> factors) {
    std::size_t result = 1;
    for (const int factor : factors) result *= static_cast<std::size_t>(factor);
    return result;
}

/// Of the gradients of the result and the weights.
Sizes input_gradient(const ConvDims& d) {
    const Sizes of = sizes_of(d);
    return {of.out, of.second, 0, of.first, d.cout / d.groups * d.kh * d.kw};
}

/// Of the input and the gradients of the result.
Sizes weight_gradient(const ConvDims& d) {
    const Sizes of = sizes_of(d);
    return {of.first, of.out, 0, of.second, d.n * d.oh * d.ow};
}

/// A pointwise convolution as what it is a special case of.
ConvDims general(const PointwiseDims& d) { return {d.n, d.cin, 1, d.pixels, d.cout, 1, 1, 1, d.pixels, 1, 1, 0, 0, 1, 1, 1}; }

}  // namespace

std::vector<ConvDims> shapes_conv2d() {
    // The first layer of a network, a last one, grouped 1x1, plain 1x1 at stride 2, a long depth, a kernel as large as the image
    std::vector<ConvDims> shapes{layer(3, 32, 3, 2, 1, 37), layer(5, 9, 3, 1, 1, 7), layer(12, 24, 1, 1, 3, 14), layer(6, 7, 1, 2, 1, 9), layer(70, 3, 3, 1, 1, 5), layer(4, 4, 7, 1, 1, 7), layer(3, 5, 3, 1, 1, 25)};
    shapes.push_back(layer(6, 14, 3, 2, 2, 9)), shapes.back().n = 23;
    // Small maps of many images, which share vectors, panels and slices; more outputs than are copied together
    shapes.push_back(layer(23, 30, 3, 1, 1, 3)), shapes.back().n = 25;
    shapes.push_back(layer(1, 270, 2, 1, 1, 2)), shapes.back().n = 3;
    Random random(1);
    while (static_cast<int>(shapes.size()) < kDraws) {
        ConvDims d = draw_window(random);
        d.groups = draw(random, {1, 1, 2, 3});
        d.cin = d.groups * draw(random, {1, 2, 3, 5});
        d.cout = d.groups * draw(random, {1, 2, 3, 4, 7, 8, 9, 17});
        if (d.oh > 0 && d.ow > 0) shapes.push_back(d);
    }
    return shapes;
}

std::vector<ConvDims> shapes_depthwise_conv2d() {
    std::vector<ConvDims> shapes{layer(3, 3, 3, 1, 3, 112), layer(3, 3, 3, 2, 3, 112), layer(3, 3, 5, 2, 3, 56), layer(3, 3, 3, 1, 3, 300)};
    // Wider than one group of strips
    shapes.push_back(with_output({1, 2, 5, 1100, 2, 3, 3, 0, 0, 2, 2, 1, 1, 1, 1, 2}, 1, 1));
    Random random(2);
    while (static_cast<int>(shapes.size()) < kDraws) {
        ConvDims d = draw_window(random);
        d.groups = d.cin = draw(random, {1, 2, 3});
        d.cout = d.cin * draw(random, {1, 1, 2, 3});
        if (d.oh > 0 && d.ow > 0) shapes.push_back(d);
    }
    return shapes;
}

std::vector<PointwiseDims> shapes_pointwise_conv2d() {
    // Narrow and wide, the few pixels of the last layers, one pixel (a classifier), depths beyond one slice of panel and column
    std::vector<PointwiseDims> shapes{{1, 32, 16, 196}, {1, 16, 96, 100}, {1, 200, 24, 49}, {1, 1100, 5, 1}, {1, 1030, 9, 3}, {1, 390, 8, 52}, {1, 1, 1, 1}, {15, 9, 14, 49}, {2, 5, 7, 1030},
                                      // Images that share vectors, panels and slices; more outputs than are copied together
                                      {50, 5, 7, 1}, {23, 200, 30, 9}, {3, 2, 270, 5}};
    Random random(3);
    while (static_cast<int>(shapes.size()) < kDraws) {
        shapes.push_back({draw(random, {1, 1, 2, 6}), draw(random, {1, 2, 3, 5, 7, 8, 16, 17, 31, 33, 64, 67, 130, 193}), draw(random, {1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 33, 34, 50}),
                          draw(random, {1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 17, 24, 25, 31, 33, 47, 48, 49, 50, 56, 64, 65, 81, 97})});
    }
    return shapes;
}

Sizes sizes_of(const ConvDims& d) {
    const int terms = d.cin / d.groups * d.kh * d.kw;
    return {product({d.n, d.cin, d.h, d.w}), product({d.cout, terms}), product({d.cout}), product({d.n, d.cout, d.oh, d.ow}), terms};
}

Sweep<ConvDims> sweep_conv2d() { return {shapes_conv2d(), sizes_of}; }
Sweep<ConvDims> sweep_conv2d_input_gradient() { return {shapes_conv2d(), input_gradient, true}; }
Sweep<ConvDims> sweep_conv2d_weight_gradient() { return {shapes_conv2d(), weight_gradient}; }
Sweep<ConvDims> sweep_depthwise_conv2d() { return {shapes_depthwise_conv2d(), sizes_of}; }
Sweep<ConvDims> sweep_depthwise_conv2d_input_gradient() { return {shapes_depthwise_conv2d(), input_gradient, true}; }
Sweep<ConvDims> sweep_depthwise_conv2d_weight_gradient() { return {shapes_depthwise_conv2d(), weight_gradient}; }
Sweep<PointwiseDims> sweep_pointwise_conv2d() {
    return {shapes_pointwise_conv2d(), [](const PointwiseDims& d) { return sizes_of(general(d)); }};
}
Sweep<PointwiseDims> sweep_pointwise_conv2d_input_gradient() {
    return {shapes_pointwise_conv2d(), [](const PointwiseDims& d) { return input_gradient(general(d)); }, true};
}
Sweep<PointwiseDims> sweep_pointwise_conv2d_weight_gradient() {
    return {shapes_pointwise_conv2d(), [](const PointwiseDims& d) { return weight_gradient(general(d)); }};
}

std::string describe(const ConvDims& d) {
    return "in " + numbers({d.n, d.cin, d.h, d.w}) + ", w " + numbers({d.cout, d.cin / d.groups, d.kh, d.kw}) + ", out " + numbers({d.oh, d.ow}) + ", s " +
           numbers({d.stride_h, d.stride_w}) + ", p " + numbers({d.pad_top, d.pad_left}) + ", d " + numbers({d.dilation_h, d.dilation_w}) + ", g " + std::to_string(d.groups);
}

std::string describe(const PointwiseDims& d) { return "in " + numbers({d.n, d.cin, d.pixels}) + ", w " + numbers({d.cout, d.cin}); }

}  // namespace convbook::test
