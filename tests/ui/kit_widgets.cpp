// Claims about the controls: every stop can be reached by mouse and by keyboard, and nothing between. Leaves out what they change.
#include <doctest/doctest.h>

#include <set>

#include "kit/record.h"
#include "kit/tensor_grid.h"
#include "kit/widgets.h"
#include "kit_gallery.h"
#include "kit_stage.h"

namespace convbook::test {
namespace {

using namespace kit;

/// A slider over `stops` stops that remembers every position it was ever in.
struct SliderStage {
    int current = 0;
    std::set<int> visited;
    int stops;
    KitStage stage;
    explicit SliderStage(int count)
        : stops(count), stage(400, 120, [this] {
              std::vector<std::string> words;
              for (int i = 0; i < stops; ++i) words.push_back(std::to_string(1 << i));
              const SliderLook look{"Channels in", words[static_cast<std::size_t>(current)], 0, stops, words};
              if (const auto chosen = slider("slider/cin", {px(20), px(20), px(200), px(42)}, look, current)) current = *chosen;
              visited.insert(current);
          }) {}
};

/// One button and what became of it.
struct ButtonStage {
    int presses = 0;
    bool is_enabled = true;
    KitStage stage{300, 200, [this] {
                    if (button("go", {px(40), px(40)}, "Go", ButtonLook::plain, is_enabled)) ++presses;
                    if (button("other", {px(40), px(100)}, "Other")) presses += 100;
                }};
};

}  // namespace

TEST_CASE("dragging a slider through its range reaches every stop and never a place between") {
    SliderStage s(6);
    CHECK(s.stage.play("drag @slider/cin:0.02 200 0") == "");
    CHECK(s.current == 5);
    CHECK(s.visited == std::set<int>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("a slider's keyboard reaches every stop: arrows step, Home and End jump") {
    SliderStage s(5);
    CHECK(s.stage.play("key tab\nkey right\nkey right") == "");
    CHECK(s.current == 2);
    s.stage.play("key end");
    CHECK(s.current == 4);
    s.stage.play("key right");
    CHECK(s.current == 4);
    s.stage.play("key left\nkey home");
    CHECK(s.current == 0);
}

TEST_CASE("a typed number chooses its stop; one that is not legal is refused with the legal ones") {
    SliderStage s(5);
    CHECK(s.stage.play("key tab\ntype 8\nkey enter") == "");
    CHECK(s.current == 3);
    CHECK(s.stage.play("type 5\nkey enter\nexpect text \"1 · 2 · 4 · 8 · 16\"") == "");
    CHECK(s.current == 3);
    CHECK(s.stage.play("key escape\nexpect no text \"1 · 2 · 4\"") == "");
}

TEST_CASE("clicking beside a slider's handle jumps to the nearest stop") {
    SliderStage s(3);
    s.stage.play("click @slider/cin:0.9");
    CHECK(s.current == 2);
    s.stage.play("click @slider/cin:0.4");
    CHECK(s.current == 1);
}

TEST_CASE("a button is pressed by the pointer, by Enter and by Space, and only by a click that ends on it") {
    ButtonStage b;
    b.stage.play("click @go");
    CHECK(b.presses == 1);
    b.stage.play("key tab\nkey enter");  // the focus was on the clicked button, Tab moved it on
    CHECK(b.presses == 101);
    b.stage.play("key shift+tab\nkey space");
    CHECK(b.presses == 102);
    b.stage.play("drag @go 0 60");
    CHECK(b.presses == 102);
}

TEST_CASE("a disabled button neither reacts nor takes the focus") {
    ButtonStage b;
    b.is_enabled = false;
    b.stage.play("click 60 56\nkey tab\nkey enter");
    CHECK(b.presses == 100);
}

TEST_CASE("what can be touched is at least 28 pixels wide and high, however small its picture") {
    bool is_hovered = false;
    KitStage stage(200, 200, [&] { is_hovered = hit("dot", {px(100), px(100), px(4), px(4)}).is_hovered; });
    for (const char* place : {"move 89 102", "move 115 102", "move 102 89", "move 102 115"}) {
        stage.play(place);
        CHECK(is_hovered);
    }
    stage.play("move 86 102");
    CHECK_FALSE(is_hovered);
    stage.play("move 102 118");
    CHECK_FALSE(is_hovered);
}

TEST_CASE("where two grown areas overlap, the nearer picture has the pointer") {
    std::string hovered;
    KitStage stage(200, 200, [&] {
        hovered.clear();
        if (hit("left", {px(80), px(100), px(6), px(6)}).is_hovered) hovered += "left";
        if (hit("right", {px(92), px(100), px(6), px(6)}).is_hovered) hovered += "right";
    });
    stage.play("move 84 103");
    CHECK(hovered == "left");
    stage.play("move 94 103");
    CHECK(hovered == "right");
    stage.play("move 91 103");
    CHECK(hovered == "right");
}

TEST_CASE("what is drawn later lies on top and has the pointer") {
    std::string hovered;
    KitStage stage(200, 200, [&] {
        hovered.clear();
        if (hit("plane", {0, 0, px(200), px(200)}).is_hovered) hovered = "plane";
        if (hit("thing", {px(50), px(50), px(40), px(40)}).is_hovered) hovered += "thing";
    });
    stage.play("move 60 60");
    CHECK(hovered == "thing");
    stage.play("move 150 60");
    CHECK(hovered == "plane");
}

TEST_CASE("Tab visits every control once, in the order of drawing, and returns to the first") {
    GalleryState state;
    KitStage stage(800, 1000, [&] { draw_gallery({0, 0}, state); });
    stage.play("key tab\nkey enter");
    CHECK(state.pressed == "check");
    stage.play("key tab\nkey enter");
    CHECK(state.pressed == "reset");
    stage.play("key shift+tab\nkey shift+tab\nkey enter");
    CHECK(state.pressed == "where");  // backwards past the first is the last
    stage.play("key tab\nkey enter");
    CHECK(state.pressed == "check");
}

TEST_CASE("a number field hands over what was typed on Enter and takes it back on Escape") {
    std::string value = "32";
    std::vector<std::string> given;
    KitStage stage(200, 100, [&] {
        if (const auto typed = number_field("n", {px(20), px(20), px(64), px(32)}, value)) {
            given.push_back(*typed);
            value = *typed;
        }
    });
    stage.play("click @n\ntype 48\nkey enter");
    CHECK(given == std::vector<std::string>{"48"});
    stage.play("type 7\nkey escape\nkey enter");
    CHECK(given.back() == "48");
    stage.play("key backspace\ntype 9\nclick 180 90");
    CHECK(given.back() == "9");
}

TEST_CASE("a text field edits Chinese by characters, not by bytes") {
    std::string value;
    KitStage stage(300, 100, [&] { text_field("t", {px(20), px(20), px(200), px(32)}, value, "Search"); });
    stage.play("expect text Search\nclick @t\ntype 卷积x\nkey backspace\nkey backspace");
    CHECK(value == "卷");
    stage.play("key home\ntype 深\nkey delete");
    CHECK(value == "深");
}

TEST_CASE("while a field is being typed into, keys belong to it") {
    std::string value;
    int presses = 0;
    KitStage stage(300, 100, [&] {
        text_field("t", {px(20), px(20), px(100), px(32)}, value, "");
        if (key_pressed('K') || character_typed('k')) ++presses;
    });
    stage.play("key k");
    CHECK(presses == 1);
    stage.play("click @t\nkey k");
    CHECK(presses == 1);
    CHECK(value == "k");
}

TEST_CASE("the transport steps, plays to the end, stops there and begins again") {
    TransportState state{0, 4, false, 1, {}};
    KitStage stage(600, 100, [&] { transport("t", {px(20), px(20), px(500), px(36)}, state); });
    stage.play("click @t/forward\nclick @t/forward\nclick @t/back");
    CHECK(state.step == 1);
    stage.play("click @t/play\nwait 200");
    CHECK(state.step == 3);
    CHECK_FALSE(state.is_playing);
    stage.play("click @t/play\nwait 2");
    CHECK(state.step == 0);
    CHECK(state.is_playing);
    stage.play("drag @t/scrub:0.02 400 0\nexpect text \"4 of 4\"");
    CHECK(state.step == 3);
    CHECK_FALSE(state.is_playing);
}

TEST_CASE("arrow keys walk over the cells of a grid and Enter clicks one") {
    CellHit last, clicked;
    KitStage stage(300, 300, [&] {
        last = hit_grid("output", {px(20), px(20), px(120), px(120)}, 5, 5);
        if (last.was_clicked) clicked = last;
    });
    stage.play("key tab\nkey down\nkey down\nkey right");
    CHECK(last.row == 2);
    CHECK(last.column == 1);
    stage.play("key enter");
    CHECK(clicked.row == 2);
    stage.play("click @output/4/3");
    CHECK(clicked.row == 4);
    CHECK(clicked.column == 3);
}

TEST_CASE("a tooltip covers neither its target nor its partner, wherever they stand") {
    for (int step = 0; step < 60; ++step) {
        const float x = static_cast<float>(step % 10) * 58, y = static_cast<float>(step / 10) * 62;
        const Area target{x, y, 24, 24}, partner{x < 300 ? x + 60 : x - 60, y, 30, 30};
        KitStage stage(600, 400, [&] { tooltip(target, {{"weight, row 1, column 2", "2"}, {"input 9 × weight 2", "18"}}, partner); });
        CHECK(stage.play("expect mark tooltip\nexpect no-overlap") == "");
        const auto found = find_mark("tooltip");
        REQUIRE(found);
        const Area card = *found;
        const auto covers = [&](const Area& a) { return a.x < card.right() && card.x < a.right() && a.y < card.bottom() && card.y < a.bottom(); };
        CAPTURE(x);
        CAPTURE(y);
        CHECK_FALSE(covers(target));
        CHECK_FALSE(covers(partner));
    }
}

TEST_CASE("numbers in cells have a true minus, no trailing zeros and no negative zero") {
    CHECK(cell_text(-3, 0) == "−3");
    CHECK(cell_text(0.5f, 2) == "0.5");
    CHECK(cell_text(2, 2) == "2");
    CHECK(cell_text(-0.001f, 2) == "0");
    CHECK(cell_text(100, 0) == "100");
    CHECK(cell_text(1.0f / 3, 2) == "0.33");
}

}  // namespace convbook::test
