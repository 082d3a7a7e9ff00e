// View "rank" of chapter 07: which dense kernels a sum of r separable layers can make. Left the kernels one channel feeds, in the middle the terms,
// right what the terms add up to and what is missing; below, how large each term is. All from the lesson's singular value decomposition.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "figure_views.h"
#include "kit/interact.h"
#include "kit/widgets.h"

namespace convbook::ch07 {
namespace {

using namespace kit;

constexpr int kMostShown = 32;  // kernels drawn; more filters are counted, not drawn

float largest(TensorView values) {
    float most = 1e-6f;
    for (const float value : values.values()) most = std::max(most, std::abs(value));
    return most;
}

void draw_kernel(const Area& area, const float* taps, int k, float limit) {
    const float cell = area.w / static_cast<float>(k);
    for (int i = 0; i < k; ++i)
        for (int j = 0; j < k; ++j)
            fill({area.x + cell * static_cast<float>(j), area.y + cell * static_cast<float>(i), cell - 1, cell - 1}, signed_colour(taps[i * k + j], limit), 1);
}

/// A set of kernels as tiles, `columns` a row; returns the height used.
float draw_set(ImVec2 at, float width, TensorView kernels, TensorView minus, float limit) {
    const int count = std::min(kernels.shape.n, kMostShown), k = kernels.shape.h, columns = 8;
    const float pitch = width / columns, size = pitch - std::min(px(6), pitch * 0.2f);
    std::vector<float> taps(static_cast<std::size_t>(k * k));
    for (int o = 0; o < count; ++o) {
        const float* own = kernels.data + o * k * k;
        for (int tap = 0; tap < k * k; ++tap) taps[static_cast<std::size_t>(tap)] = own[tap] - (minus.is_absent() ? 0 : minus.data[o * k * k + tap]);
        draw_kernel({at.x + pitch * static_cast<float>(o % columns), at.y + pitch * static_cast<float>(o / columns), size, size}, taps.data(), k, limit);
    }
    return pitch * static_cast<float>((count + columns - 1) / columns);
}

/// One depthwise kernel a term, and beside it how much of it each filter takes.
void draw_terms(const Area& area, const Rebuilt& rebuilt) {
    const int terms = rebuilt.depthwise.shape().n, k = rebuilt.depthwise.shape().h, filters = std::min(rebuilt.pointwise.shape().n, kMostShown);
    const float pitch = std::min(area.w / static_cast<float>(std::max(terms, 5)), px(100)), size = std::min(pitch - px(26), px(48));
    const float limit = largest(rebuilt.depthwise), strength = largest(rebuilt.pointwise);
    const float title = text_block({area.x, area.y}, area.w, Type::label_strong, colour(Ink::ink),
                                   tr({"Depthwise kernel of each term, and the weight every filter gives it", "每一项的深度卷积核，以及各滤波器给它的权重"})) + px(10);
    const float row = std::min((area.h - title - px(6)) / static_cast<float>(filters), px(4));
    for (int t = 0; t < terms; ++t) {
        const float x = area.x + pitch * static_cast<float>(t), y = area.y + title;
        frame(Area{x, y, size, size}.grown(px(1.5f)), colour(Ink::weights), 1.5f, 3);
        draw_kernel({x, y, size, size}, rebuilt.depthwise.data() + t * k * k, k, limit);
        for (int o = 0; o < filters; ++o)
            fill({x + size + px(8), y + row * static_cast<float>(o), px(9), row - (row > px(2) ? 1 : 0)}, signed_colour(rebuilt.pointwise(o, t, 0, 0), strength));
    }
}

void draw_singular_values(const Area& area, const Rebuilt& rebuilt, int r) {
    text({area.x, area.y}, Type::label_strong, colour(Ink::ink), tr({"Size of each term", "每一项的大小"}));
    text({area.right(), area.y}, Type::caption, colour(Ink::ink3), tr({"singular values, no unit", "奇异值，无单位"}), AlignX::right);
    const int count = std::min<int>(static_cast<int>(rebuilt.singular_values.size()), 25);
    const float pitch = std::min(area.w / static_cast<float>(count), px(46)), base = area.bottom() - px(20), room = base - area.y - px(44);
    for (int t = 0; t < count; ++t) {
        const float height = std::max(room * rebuilt.singular_values[static_cast<std::size_t>(t)] / rebuilt.singular_values.front(), 1.0f);
        const float x = area.x + pitch * static_cast<float>(t);
        fill({x, base - height, pitch - px(6), height}, t < r ? colour(Ink::weights) : with_alpha(colour(Ink::inner), 0.5f), 1);
        text({x + (pitch - px(6)) / 2, base + px(4)}, Type::caption, colour(Ink::ink3), std::to_string(t + 1), AlignX::center);
        if (pitch > px(34))
            text({x + (pitch - px(6)) / 2, base - height - px(17)}, Type::caption, colour(t < r ? Ink::weights : Ink::ink3),
                 fmt::format("{:.2f}", rebuilt.singular_values[static_cast<std::size_t>(t)]), AlignX::center);
    }
    line({area.x, base}, {area.x + pitch * static_cast<float>(count), base}, colour(Ink::rule));
}

void choose_kernels(FigureFrame& frame, ImVec2 at, const Params& p) {
    const std::string edges = tr({"edges, every direction", "各方向的边缘"}), random = tr({"random", "随机"});
    if (words_link("dense/edges", at, Type::label, edges, p.dense == "edges")) frame.set("dense", "edges");
    if (words_link("dense/random", {at.x + text_width(Type::label, edges) + px(20), at.y}, Type::label, random, p.dense == "random")) frame.set("dense", "random");
}

}  // namespace

void draw_rank(FigureFrame& frame, const Result& result) {
    Area room = frame.area;
    const Rebuilt& rebuilt = result.rebuilt;
    choose_kernels(frame, {room.x, room.y + px(2)}, result.params);
    room.cut_top(px(34));
    const float limit = largest(rebuilt.dense), third = (room.w - 2 * px(28)) / 3;
    const float step = third + px(28);
    const std::array<Text, 3> titles{{{"Dense kernels of one channel", "一个通道的稠密卷积核"},
                                      {fmt::format("Rebuilt from {} {}", result.params.r, result.params.r == 1 ? "layer" : "layers"), fmt::format("用 {} 个可分离层还原", result.params.r)},
                                      {"What is missing", "还差的部分"}}};
    float height = 0;
    for (std::size_t i = 0; i < titles.size(); ++i)
        height = std::max(height, text_block({room.x + step * static_cast<float>(i), room.y}, third, Type::label_strong, colour(Ink::ink), tr(titles[i])));
    room.cut_top(height + px(8));
    draw_set({room.x, room.y}, third, rebuilt.dense, {}, limit);
    draw_set({room.x + step, room.y}, third, rebuilt.approximation, {}, limit);
    const float used = draw_set({room.x + 2 * step, room.y}, third, rebuilt.dense, rebuilt.approximation, limit);
    room.cut_top(used + px(14));
    scale_signed({room.x, room.y}, px(150), limit, tr({"weight, no unit", "权重，无单位"}));
    text({room.right(), room.y - px(4)}, Type::ratio, colour(Ink::accent), fmt::format("{:.1f} %", 100 * rebuilt.error), AlignX::right);
    text({room.right(), room.y + px(36)}, Type::label, colour(Ink::ink2), tr({"of the kernels' size is missing", "的大小没有还原出来"}), AlignX::right);
    room.cut_top(px(72));
    draw_terms(room.cut_top(std::min(room.h * 0.48f, px(180))), rebuilt);
    room.cut_top(px(10));
    if (room.h > px(110)) draw_singular_values(room, rebuilt, result.params.r);
}

}  // namespace convbook::ch07
