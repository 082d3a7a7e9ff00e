// One function per sign; positions are fractions of the 40 x 40 area.
#include "signs.h"

#include <cmath>
#include <vector>

#include "kit/registry.h"

namespace convbook::app {
namespace {

using namespace kit;

struct Pen {
    Area area;
    ImVec2 at(float x, float y) const { return {area.x + area.w * x / 40, area.y + area.h * y / 40}; }
    float size(float s) const { return area.w * s / 40; }
    Area box(float x, float y, float w, float h) const { return {at(x, y).x, at(x, y).y, size(w), size(h)}; }
    void square(float x, float y, float s, Colour tone) const { fill(box(x, y, s, s), tone, 1); }
};

void convolution(const Pen& pen) {
    for (int i = 0; i < 16; ++i) pen.square(2 + 9 * static_cast<float>(i % 4), 2 + 9 * static_cast<float>(i / 4), 8, with_alpha(colour(Ink::input), 0.25f + 0.12f * static_cast<float>((i * 7) % 5)));
    frame(pen.box(1, 1, 28, 28), colour(Ink::weights), 2, 2);
}

void padding(const Pen& pen) {
    for (int y = 0; y < 5; ++y)
        for (int x = 0; x < 5; ++x) {
            const bool inside = x > 0 && x < 4 && y > 0 && y < 4;
            const Area cell = pen.box(static_cast<float>(x) * 8 + 0.5f, static_cast<float>(y) * 8 + 0.5f, 7, 7);
            if (inside) fill(cell, with_alpha(colour(Ink::input), 0.7f), 1);
            else frame(cell, with_alpha(colour(Ink::input), 0.5f), 1, 1);
        }
}

void transposed(const Pen& pen) {
    for (const ImVec2 at : {ImVec2{2, 2}, ImVec2{14, 2}, ImVec2{2, 14}, ImVec2{14, 14}}) {
        fill(pen.box(at.x, at.y, 24, 24), with_alpha(colour(Ink::output), 0.2f), 2);
        frame(pen.box(at.x, at.y, 24, 24), with_alpha(colour(Ink::output), 0.7f), 1, 2);
    }
}

// Two rows of four channels and the wires between them
struct Wire { int from, to; Colour tone; };
void wires(const Pen& pen, const std::vector<Wire>& list, const std::vector<Colour>& top, const std::vector<Colour>& bottom) {
    const auto x = [](int i) { return 4.5f + 10.3f * static_cast<float>(i); };
    for (const Wire& wire : list) line(pen.at(x(wire.from), 8), pen.at(x(wire.to), 32), wire.tone, 1.5f);
    for (int i = 0; i < 4; ++i) {
        pen.square(x(i) - 4, 1, 8, top[static_cast<std::size_t>(i)]);
        pen.square(x(i) - 4, 31, 8, bottom[static_cast<std::size_t>(i)]);
    }
}

void grouped(const Pen& pen) {
    const Colour a = channel_colour(0), b = channel_colour(1);
    wires(pen, {{0, 0, a}, {0, 1, a}, {1, 0, a}, {1, 1, a}, {2, 2, b}, {2, 3, b}, {3, 2, b}, {3, 3, b}}, {a, a, b, b}, {a, a, b, b});
}

void depthwise(const Pen& pen) {
    const Colour in = colour(Ink::input), w = colour(Ink::weights), out = colour(Ink::output);
    wires(pen, {{0, 0, w}, {1, 1, w}, {2, 2, w}, {3, 3, w}}, {in, in, in, in}, {out, out, out, out});
}

void pointwise(const Pen& pen) {
    const Colour in = colour(Ink::input), w = with_alpha(colour(Ink::weights), 0.7f), out = colour(Ink::output);
    std::vector<Wire> all;
    for (int i = 0; i < 16; ++i) all.push_back({i / 4, i % 4, w});
    wires(pen, all, {in, in, in, in}, {out, out, out, out});
}

void separable(const Pen& pen) {
    fill(pen.box(1, 2, 38, 3.5f), colour(Ink::weights));
    fill(pen.box(1, 8, 8, 31), with_alpha(colour(Ink::weights), 0.75f));
    dashed_frame(pen.box(9, 8, 30, 31), colour(Ink::rule), 1);
}

void shuffle(const Pen& pen) {
    const std::vector<Colour> in{channel_colour(0), channel_colour(1), channel_colour(2), channel_colour(3)};
    wires(pen, {{0, 0, in[0]}, {1, 2, in[1]}, {2, 1, in[2]}, {3, 3, in[3]}}, in, {in[0], in[2], in[1], in[3]});
}

void shufflenet(const Pen& pen) {
    shuffle({pen.box(4, 0, 32, 40)});
    line(pen.at(0, 2), pen.at(0, 38), colour(Ink::inner), 2);
    line(pen.at(40, 2), pen.at(40, 38), colour(Ink::inner), 2);
}

void mobilenet(const Pen& pen) {
    const float heights[] = {36, 22, 15, 10, 7};
    for (int i = 0; i < 5; ++i) {
        const float h = heights[i];
        fill(pen.box(static_cast<float>(i) * 8.6f, 20 - h / 2, i == 4 ? 7 : 4, h), colour(i == 0 ? Ink::input : i == 4 ? Ink::output : Ink::inner), 1);
    }
}

void relu(const Pen& pen) {
    line(pen.at(0, 20), pen.at(40, 20), colour(Ink::rule), 1);
    std::vector<ImVec2> spiral;
    for (int i = 0; i <= 60; ++i) {
        const float t = static_cast<float>(i) / 60, angle = t * 9.5f;
        spiral.push_back(pen.at(20 + 17 * t * std::cos(angle), 20 + 17 * t * std::sin(angle)));
    }
    polyline(spiral.data(), static_cast<int>(spiral.size()), colour(Ink::input), 1.5f);
}

void inverted(const Pen& pen) {
    quad(pen.at(3, 15), pen.at(15, 2), pen.at(15, 38), pen.at(3, 25), colour(Ink::weights_tint));
    quad(pen.at(25, 2), pen.at(37, 15), pen.at(37, 25), pen.at(25, 38), colour(Ink::weights_tint));
    fill(pen.box(0, 14, 4, 12), colour(Ink::input), 1);
    fill(pen.box(13, 2, 4, 36), colour(Ink::inner), 1);
    fill(pen.box(23, 2, 4, 36), colour(Ink::inner), 1);
    fill(pen.box(36, 14, 4, 12), colour(Ink::output), 1);
}

void gates(const Pen& pen) {
    const float share[] = {0.8f, 0.25f, 0.55f, 1.0f, 0.35f};
    for (int i = 0; i < 5; ++i) {
        const float x = 1 + static_cast<float>(i) * 8.2f;
        fill(pen.box(x, 2, 5, 36), colour(Ink::inner_tint), 1);
        fill(pen.box(x, 38 - 36 * share[i], 5, 36 * share[i]), channel_colour(i), 1);
    }
}

void speed(const Pen& pen) {
    const ImVec2 roof[] = {pen.at(2, 34), pen.at(17, 8), pen.at(39, 8)};
    polyline(roof, 3, colour(Ink::ink), 2);
    line(pen.at(0, 37), pen.at(40, 37), colour(Ink::rule), 1);
    disc(pen.at(9, 30), pen.size(2.6f), colour(Ink::weights));
    disc(pen.at(14, 24), pen.size(2.6f), colour(Ink::weights));
    disc(pen.at(27, 18), pen.size(2.6f), colour(Ink::input));
    disc(pen.at(34, 13), pen.size(2.6f), colour(Ink::input));
}

void training(const Pen& pen) {
    bezier(pen.at(1, 4), pen.at(8, 34), pen.at(16, 32), pen.at(39, 33), colour(Ink::gradient), 2);
    bezier(pen.at(1, 32), pen.at(8, 10), pen.at(18, 8), pen.at(39, 5), colour(Ink::output), 2);
    line(pen.at(0, 37), pen.at(40, 37), colour(Ink::rule), 1);
}

void prediction(const Pen& pen) {
    const float share[] = {1, 0.4f, 0.24f, 0.14f, 0.08f};
    for (int i = 0; i < 5; ++i) fill(pen.box(0, 2 + static_cast<float>(i) * 8, 40 * share[i], 5), colour(i == 0 ? Ink::output : Ink::inner), 1);
}

}  // namespace

void draw_sign(std::string_view number, const Area& area) {
    using Draw = void (*)(const Pen&);
    constexpr Draw kSigns[] = {convolution, padding, transposed, grouped, depthwise, pointwise, separable, shuffle, mobilenet, relu, inverted, shufflenet, gates, speed, training, prediction};
    const int index = (number[0] - '0') * 10 + number[1] - '0' - 1;
    if (index >= 0 && index < 16) kSigns[index]({area});
}

}  // namespace convbook::app
