// Claims about a figure's state, without any drawing.
#include <doctest/doctest.h>

#include "kit/exercise_view.h"
#include "kit/figure_host.h"
#include "kit/link.h"

namespace convbook {
namespace {

using namespace kit;

const Lesson& any_lesson() { return *list_chapters().front().lesson; }
const Field& any_slider() {
    for (const Field& field : any_lesson().fields())
        if (field.is_slider && field.legal.size() > 2) return field;
    return any_lesson().fields().front();
}
Settings another(const Field& field, std::size_t skip = 0) {
    for (const std::string& value : field.legal)
        if (value != field.fallback && !any_lesson().refuse({{field.key, value}}) && skip-- == 0) return {{field.key, value}};
    return {};
}

TEST_CASE("undo and redo walk the same states back and forth") {
    FigureState state(any_lesson());
    const Settings first = another(any_slider()), second = another(any_slider(), 1);
    CHECK(state.change(first));
    CHECK(state.change(second));
    CHECK(state.undo());
    CHECK(state.settings() == first);
    CHECK(state.undo());
    CHECK(state.settings().empty());
    CHECK_FALSE(state.undo());
    CHECK(state.redo());
    CHECK(state.redo());
    CHECK(state.settings() == second);
    CHECK_FALSE(state.redo());
}

TEST_CASE("a drag over several stops is one step of the history") {
    FigureState state(any_lesson());
    state.change(another(any_slider()));
    state.change(another(any_slider(), 1), true);
    CHECK(state.undo());
    CHECK(state.settings().empty());
}

TEST_CASE("reset goes back to the defaults and can itself be undone") {
    FigureState state(any_lesson());
    const Settings first = another(any_slider());
    state.change(first);
    CHECK(state.reset());
    CHECK(state.settings().empty());
    CHECK(state.undo());
    CHECK(state.settings() == first);
}

TEST_CASE("a value that is no stop is refused and the last legal state stays") {
    FigureState state(any_lesson());
    CHECK_FALSE(state.change({{any_slider().key, "999"}}));
    CHECK(state.settings().empty());
    REQUIRE(state.refusal());
    CHECK(state.refusal()->what.en.find("999") != std::string::npos);
    CHECK(state.change(another(any_slider())));
    CHECK_FALSE(state.refusal());
}

TEST_CASE("a setting equal to its default does not lengthen the link") {
    FigureState state(any_lesson());
    CHECK_FALSE(state.change({{any_slider().key, any_slider().fallback}}));
    CHECK(state.settings().empty());
}

TEST_CASE("links survive the way through text") {
    for (const char* text : {"contents", "07", "07?cin=16&k=3", "net/mobilenet_v2", "net/mobilenet_v2?alpha=0.5"}) CHECK(to_string(parse_link(text)) == text);
    CHECK(to_string(parse_link(" 07_depthwise_separable?k=3\n")) == "07?k=3");
    for (const char* text : {"", "chapter 7", "7", "07x", "net/", "07?k", "contents?x=1", "http://07"}) CHECK_THROWS_AS(parse_link(text), Error);
}

TEST_CASE("numbers are read as readers write them") {
    CHECK(read_number("704") == 704);
    CHECK(read_number(" 10,838,016 ") == 10838016);
    CHECK(read_number("−2") == -2);
    CHECK(read_number("14.2%") == doctest::Approx(0.142));
    CHECK(read_number("1/9") == doctest::Approx(1.0 / 9));
    CHECK(read_number("300.8 M") == doctest::Approx(300.8e6));
    for (const char* text : {"", "many", "1/0", "3x", "nan", "1e999"}) CHECK_FALSE(read_number(text));
}

}  // namespace
}  // namespace convbook
