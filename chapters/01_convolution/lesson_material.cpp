// The fixed scene and the kernels of the presets; see lesson_material.h. Everything is a whole number except `init`, so every sum is exact.
#include "lesson_material.h"

#include <algorithm>
#include <array>

#include "convbook/ops.h"

namespace convbook::ch01 {
namespace {

// A bright blob, its dark twin, a ramp and a diagonal stroke; the upper left 7 x 7 of the first three is the picture's input
constexpr std::array<std::array<const char*, kMaxSize>, kMaxChannels> kScene = {{
    {"001121000", "012342110", "124763100", "137973210", "248742110", "135421000", "012110000", "011100000", "000000000"},
    {"786666788", "987635878", "755035677", "852024666", "640145689", "643457998", "785789887", "877899876", "788988765"},
    {"002334556", "222324456", "132235667", "324444578", "433446778", "245666578", "544467788", "555677889", "666778899"},
    {"100000014", "410000148", "841001484", "284114841", "028448410", "012884100", "014884210", "148428410", "484102841"},
}};

using Kernel3 = std::array<int, 9>;
constexpr Kernel3 kSobelX = {-1, 0, 1, -2, 0, 2, -1, 0, 1}, kMinusSobelY = {-1, -2, -1, 0, 0, 0, 1, 2, 1};
constexpr Kernel3 kLaplace = {0, 1, 0, 1, -4, 1, 0, 1, 0}, kCentre = {0, 0, 0, 0, 1, 0, 0, 0, 0};
constexpr Kernel3 kFallRight = {1, 0, -1, 1, 0, -1, 1, 0, -1}, kFallDown = {1, 1, 1, 0, 0, 0, -1, -1, -1};
constexpr Kernel3 kSharpen = {0, -1, 0, -1, 5, -1, 0, -1, 0}, kEmboss = {-2, -1, 0, -1, 1, 1, 0, 1, 2};
// The picture's filters: one row a filter, one kernel a channel
constexpr std::array<std::array<Kernel3, kMaxChannels>, kMaxFilters> kPicture = {{
    {kSobelX, kLaplace, kFallRight, kCentre},
    {kMinusSobelY, kCentre, kMinusSobelY, kLaplace},
    {kCentre, kFallDown, kLaplace, kSobelX},
    {kLaplace, kCentre, kCentre, kFallDown},
}};
constexpr std::array<float, kMaxFilters> kPictureBias = {2, 0, -1, 1};

// A quarter turn to the left, so that filter o of an oriented preset looks in the o-th direction
Kernel3 turned(Kernel3 kernel, int quarters) {
    for (; quarters > 0; --quarters) {
        const Kernel3 old = kernel;
        for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) kernel[(2 - j) * 3 + i] = old[i * 3 + j];
    }
    return kernel;
}

// Larger windows hold the 3 x 3 kernel in their middle; smaller ones keep its middle and what lies right and below
float fitted(const Kernel3& kernel, Pair window, int i, int j) {
    const int row = window.h >= 3 ? i - (window.h - 3) / 2 : i + 1, column = window.w >= 3 ? j - (window.w - 3) / 2 : j + 3 - window.w;
    return row >= 0 && row < 3 && column >= 0 && column < 3 ? static_cast<float>(kernel[row * 3 + column]) : 0.0f;
}

// Row k of Pascal's triangle: 1 2 1, 1 4 6 4 1
float binomial(int k, int i) {
    float value = 1;
    for (int t = 0; t < i; ++t) value = value * static_cast<float>(k - 1 - t) / static_cast<float>(t + 1);
    return value;
}

// Outside the middle 3 x 3 a large picture window gets small weights of its own, or it would be a 3 x 3 layer in disguise
float picture_weight(int o, int c, Pair window, int i, int j) {
    const bool is_outer = (window.h > 3 && (i == 0 || i == window.h - 1)) || (window.w > 3 && (j == 0 || j == window.w - 1));
    if (!is_outer) return fitted(kPicture[o][c], window, i, j);
    return static_cast<float>((i * 5 + j * 3 + c * 2 + o) % 3 - 1);
}

float weight_of(const std::string& preset, int o, int c, Pair window, int i, int j) {
    if (preset == "blur") return binomial(window.h, i) * binomial(window.w, j);
    if (preset == "sharpen") return fitted(kSharpen, window, i, j);
    if (preset == "sobel") return fitted(turned(kSobelX, o), window, i, j);
    if (preset == "emboss") return fitted(turned(kEmboss, o), window, i, j);
    return picture_weight(o, c, window, i, j);
}

constexpr std::uint64_t kSeed = 2017;  // any number: it only has to give the same weights on every machine

}  // namespace

Tensor scene(int channels, int h, int w) {
    Tensor tensor(Shape::of({channels, h, w}));
    for (int c = 0; c < channels; ++c)
        for (int y = 0; y < h; ++y)
            for (int x = 0; x < w; ++x) tensor(0, c, y, x) = static_cast<float>(kScene[c][y][x] - '0');
    return tensor;
}

Tensor preset_weights(const std::string& preset, int cout, int cin, Pair window) {
    const Shape shape(cout, cin, window.h, window.w);
    Random random(kSeed);
    if (preset == "random") return random.integer_tensor(shape, -3, 3);
    if (preset == "init") {
        const float bound = default_init_bound(shape);
        return random.uniform_tensor(shape, -bound, bound);
    }
    Tensor tensor(shape);
    for (int o = 0; o < cout; ++o)
        for (int c = 0; c < cin; ++c)
            for (int i = 0; i < window.h; ++i)
                for (int j = 0; j < window.w; ++j) tensor(o, c, i, j) = weight_of(preset, o, c, window, i, j);
    return tensor;
}

Tensor preset_bias(const std::string& preset, int cout, int cin, Pair window) {
    Random random(kSeed + 1);
    if (preset == "random") return random.integer_tensor(Shape::of({cout}), -3, 3);
    if (preset == "init") {
        const float bound = default_init_bound({cout, cin, window.h, window.w});
        return random.uniform_tensor(Shape::of({cout}), -bound, bound);
    }
    Tensor tensor(Shape::of({cout}));
    if (preset == "picture") std::copy_n(kPictureBias.begin(), cout, tensor.data());
    return tensor;
}

int smallest_window(const std::string& preset) { return preset == "sharpen" || preset == "sobel" || preset == "emboss" ? 3 : 1; }

}  // namespace convbook::ch01
