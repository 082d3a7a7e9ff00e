// Claims about colours: everything that is read has contrast, in both themes and on every ramp. Leaves out where colours are used.
#include <doctest/doctest.h>

#include <cmath>

#include "kit/theme.h"

namespace convbook::test {
namespace {

using namespace kit;

struct Theme {
    explicit Theme(bool is_dark) { ui().is_dark = is_dark; }
    ~Theme() { ui() = {}; }
};

}  // namespace

TEST_CASE("every role of text reaches 4.5 : 1 on paper and on sunk, in both themes") {
    for (const bool is_dark : {false, true}) {
        const Theme theme(is_dark);
        for (const Ink back : {Ink::paper, Ink::sunk})
            for (const Ink ink : {Ink::ink, Ink::ink2, Ink::ink3, Ink::input, Ink::weights, Ink::output, Ink::gradient, Ink::accent, Ink::bad}) {
                CAPTURE(is_dark);
                CAPTURE(static_cast<int>(ink));
                CHECK(contrast(colour(ink), colour(back)) >= 4.5);
            }
    }
}

TEST_CASE("a number can be read on every colour of every ramp") {  // two inks cannot do better than the root of their own contrast, 3.8 in dark
    for (const bool is_dark : {false, true}) {
        const Theme theme(is_dark);
        for (int i = 0; i <= 100; ++i) {
            const float t = static_cast<float>(i) / 100;
            for (const Colour back : {signed_colour(2 * t - 1, 1), magnitude_colour(t), input_colour(t)}) {
                CAPTURE(is_dark);
                CAPTURE(t);
                CHECK(contrast(text_on(back), back) >= 3.8);
            }
        }
    }
}

TEST_CASE("contrast is 21 between black and white and does not depend on the order") {
    CHECK(contrast(0xFF000000u, 0xFFFFFFFFu) == doctest::Approx(21));
    CHECK(contrast(colour(Ink::ink), colour(Ink::paper)) == contrast(colour(Ink::paper), colour(Ink::ink)));
}

TEST_CASE("zero disappears into the ramp's neutral and opposite values take opposite ends") {
    CHECK(signed_colour(0, 5) == colour(Ink::paper));
    CHECK(signed_colour(5, 5) == signed_colour(500, 5));
    CHECK(signed_colour(-5, 5) != signed_colour(5, 5));
    CHECK(signed_colour(NAN, 5) == colour(Ink::paper));
    CHECK(signed_colour(3, 0) == colour(Ink::paper));
}

TEST_CASE("lengths are rounded to whole device pixels at every scale") {
    for (const float factor : {1.0f, 1.25f, 1.5f, 2.0f}) {
        ui().pixel_scale = factor;
        for (int length = 0; length < 50; ++length) CHECK(px(static_cast<float>(length)) == std::round(static_cast<float>(length) * factor));
    }
    ui() = {};
}

TEST_CASE("seven groups have their own colours, the eighth is neutral, then they repeat") {
    for (int i = 0; i < 8; ++i)
        for (int j = 0; j < i; ++j) CHECK(channel_colour(i) != channel_colour(j));
    CHECK(channel_colour(7) == colour(Ink::inner));
    CHECK(channel_colour(8) == channel_colour(0));
}

}  // namespace convbook::test
