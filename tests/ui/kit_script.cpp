// Claims about replayed input: what a script finds on screen, what it reports instead, what it refuses.
#include <doctest/doctest.h>

#include "kit/record.h"
#include "kit/script.h"
#include "kit/widgets.h"
#include "kit_stage.h"

namespace convbook::test {
namespace {

using namespace kit;

void two_texts(float second_x) {
    text({px(10), px(10)}, Type::label, colour(Ink::ink), "first words");
    text({px(second_x), px(10)}, Type::label, colour(Ink::ink), "second words");
}

}  // namespace

TEST_CASE("a script reads what is on screen and says what it found instead") {
    KitStage stage(300, 100, [] { two_texts(150); });
    CHECK(stage.play("expect text \"second\"\nexpect no text third") == "");
    const std::string failures = stage.play("\n# a comment\nexpect text third");
    CHECK(failures.find("script:3: expect text third") == 0);
    CHECK(failures.find("first words") != std::string::npos);
}

TEST_CASE("texts on each other are found, with their words and their place") {
    KitStage apart(300, 100, [] { two_texts(150); }), together(300, 100, [] { two_texts(40); });
    CHECK(together.play("expect no-overlap").find("texts on each other: \"first words\" and \"second words\"") != std::string::npos);
}

TEST_CASE("a text that its window cuts or that stands beyond the screen is found") {
    KitStage cut(300, 100, [] {
        const Clip clip({0, 0, px(40), px(100)});
        text({px(10), px(10)}, Type::label, colour(Ink::ink), "long words");
    });
    CHECK(cut.play("expect no-overlap").find("text cut by its window: \"long words\"") != std::string::npos);
    KitStage beyond(300, 100, [] { text({px(280), px(10)}, Type::label, colour(Ink::ink), "too far right"); });
    CHECK(beyond.play("expect no-overlap").find("text beyond the screen") != std::string::npos);
}

TEST_CASE("a line through a text and a text painted over are found; a faint line, an underline and a line that paper covers are none") {
    const auto stage_of = [](auto draw) { return KitStage(300, 100, draw); };
    const auto words = [] { text({px(10), px(10)}, Type::label, colour(Ink::ink), "some words"); };
    const auto middle = [] { return line_height(Type::label) / 2; };
    auto crossed = stage_of([=] { words(), line({px(5), px(10) + middle()}, {px(90), px(10) + middle()}, colour(Ink::rule)); });
    CHECK(crossed.play("expect no-overlap").find("a line through a text: \"some words\"") != std::string::npos);
    auto slanted = stage_of([=] { line({px(20), 0}, {px(30), px(60)}, colour(Ink::accent)), words(); });
    CHECK(slanted.play("expect no-overlap").find("a line through a text") != std::string::npos);
    auto edged = stage_of([=] { fill({px(30), 0, px(100), px(60)}, colour(Ink::weights)), words(); });
    CHECK(edged.play("expect no-overlap").find("a line through a text") != std::string::npos);
    auto hidden = stage_of([=] { words(), fill({px(30), 0, px(100), px(60)}, colour(Ink::paper)); });
    CHECK(hidden.play("expect no-overlap").find("text painted over: \"some words\"") != std::string::npos);
    auto fine = stage_of([=] {
        line({px(20), 0}, {px(30), px(60)}, colour(Ink::accent));
        fill({px(2), px(2), px(120), px(40)}, colour(Ink::paper));
        line({px(5), px(10) + middle()}, {px(90), px(10) + middle()}, colour(Ink::hair));
        dotted_underline({px(10), px(10) + line_height(Type::label)}, px(60), colour(Ink::ink3));
        words();
    });
    CHECK(fine.play("expect no-overlap") == "");
}

TEST_CASE("an unknown command, name or key is refused in one message that lists what there is") {
    KitStage stage(300, 100, [] { hit("one", {px(10), px(10), px(40), px(40)}); });
    CHECK_THROWS_WITH_AS(stage.play("jump 3"), doctest::Contains("script:1: jump 3: unknown command"), Error);
    CHECK_THROWS_WITH_AS(stage.play("click @two"), doctest::Contains("nothing of that name is on screen; there are: one"), Error);
    CHECK_THROWS_WITH_AS(stage.play("key hyper"), doctest::Contains("unknown key"), Error);
    CHECK_THROWS_WITH_AS(stage.play("move 3"), doctest::Contains("y is missing"), Error);
    CHECK_THROWS_WITH_AS(stage.play("move a b"), doctest::Contains("must be a number"), Error);
    CHECK_THROWS_WITH_AS(stage.play("open 07"), doctest::Contains("this program cannot do that here"), Error);
}

TEST_CASE("names that occur twice can both be reached") {
    KitStage stage(300, 100, [] {
        mark("cell", {0, 0, 10, 10});
        mark("cell", {50, 0, 10, 10});
    });
    CHECK(stage.play("expect mark cell\nexpect mark cell#2\nexpect no mark cell#3") == "");
}

TEST_CASE("a double click, a held press, the wheel and the modifiers arrive") {
    int doubles = 0, undos = 0;
    float wheel = 0;
    bool was_held = false;
    KitStage stage(300, 100, [&] {
        const Hit area = hit("area", {px(10), px(10), px(80), px(80)});
        doubles += area.was_double_clicked;
        was_held |= area.is_held && area.drag.x > 20;
        wheel += ImGui::GetIO().MouseWheel;
        undos += key_pressed('Z', true);
    });
    stage.play("double @area\nwheel -2\nkey ctrl+z\npress @area\nmove 80 50\nrelease");
    CHECK(doubles == 1);
    CHECK(wheel == doctest::Approx(-2));
    CHECK(undos == 1);
    CHECK(was_held);
}

}  // namespace convbook::test
