// Claims about plots: where ticks stand, which words they bear, and that a value is read off where it is drawn. Leaves out what is plotted.
#include <doctest/doctest.h>

#include <cmath>

#include "kit/plot.h"
#include "kit/record.h"
#include "kit_stage.h"

namespace convbook::test {
namespace {

using namespace kit;

std::string words_of(const std::vector<Tick>& ticks) {
    std::string all;
    for (const Tick& tick : ticks) all += tick.words + " ";
    return all;
}

}  // namespace

TEST_CASE("ticks are numbers that a person would write") {
    CHECK(words_of(choose_ticks({0, 10}, 5)) == "0 2 4 6 8 10 ");
    CHECK(words_of(choose_ticks({0, 1}, 4)) == "0 0.5 1 ");
    CHECK(words_of(choose_ticks({-28, 28}, 4)) == "−20 0 20 ");
    CHECK(words_of(choose_ticks({0.02, 1, true}, 4)) == "0.1 1 ");
    CHECK(words_of(choose_ticks({1, 1e6, true}, 4)) == "1 100 10000 1000000 ");
    CHECK(choose_ticks({3, 3}, 4).empty());
}

TEST_CASE("a place in the plot and the value it stands for are each other's inverse, on both kinds of axes") {
    KitStage stage(400, 300, [] {
        const Plot plot({0, 0, px(300), px(200)}, {1, 1024, true}, {-5, 5});
        for (const double x : {1.0, 32.0, 500.0, 1024.0}) CHECK(plot.x_at(plot.at(x, 0).x) == doctest::Approx(x).epsilon(1e-4));
        for (const double y : {-5.0, 0.0, 3.5}) CHECK(plot.y_at(plot.at(1, y).y) == doctest::Approx(y).epsilon(1e-4));
        CHECK(plot.at(32, 0).x == doctest::Approx((plot.at(1, 0).x + plot.at(1024, 0).x) / 2).epsilon(1e-3));
    });
    stage.frame();
}

TEST_CASE("a plot's words stay inside its area and off each other, at every scale") {
    for (const float scale : {1.0f, 1.5f, 2.0f}) {
        KitStage stage(400, 300, [] {
            Axis x{1, 1024, true, {{1, "1"}, {8, "8"}, {32, "32", true}, {128, "128"}, {1024, "1024"}}, "output channels N"};
            const Plot plot({px(10), px(10), px(300), px(200)}, x, {0.02, 1, true, {}, "ratio"});
            plot.axes();
            plot.curve([](double n) { return 1 / n + 1.0 / 9; }, 1, 1024, colour(Ink::ink), 2, "K=3");
        }, KitStage::Screen::none, scale);
        CHECK(stage.play("expect no-overlap\nexpect text \"output channels N\"\nexpect text 1024") == "");
        for (const SeenText& seen : seen_texts()) CHECK(seen.area.bottom() <= px(212));
    }
}

TEST_CASE("the pointer reads the value under it") {
    Plot::Reading reading;
    KitStage stage(400, 300, [&] {
        const Plot plot({0, 0, px(300), px(200)}, {0, 10}, {0, 1});
        reading = plot.read("plot");
    });
    stage.play("move @plot");
    CHECK(reading.is_on);
    CHECK(reading.x == doctest::Approx(5).epsilon(0.02));
    CHECK(reading.y == doctest::Approx(0.5).epsilon(0.02));
    stage.play("move 390 290");
    CHECK_FALSE(reading.is_on);
}

}  // namespace convbook::test
