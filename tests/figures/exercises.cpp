// Claims about the exercises of every chapter: they can be solved, and whoever errs is told why. The lessons compute all answers.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "convbook/lesson.h"
#include "kit/exercise_view.h"
#include "kit/registry.h"

using namespace convbook;
using namespace convbook::kit;

namespace {

bool is_bilingual(const Text& text) { return !text.en.empty() && !text.zh.empty(); }

bool is_legal(const Chapter& chapter, const std::string& query) { return !chapter.lesson->refuse(parse_query(query)); }

template <class Claim>
void for_each_exercise(Claim claim) {
    for (const Chapter& chapter : list_chapters())
        for (const Exercise& exercise : chapter.exercises) {
            INFO(chapter.folder, " ", exercise.id);
            claim(chapter, exercise);
        }
}

int count(const Chapter& chapter, bool (*is_such)(const Exercise&)) { return static_cast<int>(std::count_if(chapter.exercises.begin(), chapter.exercises.end(), is_such)); }

}  // namespace

TEST_CASE("every chapter asks at least six questions: one to predict, one to make happen, one solved, one half solved, most of them why or which") {
    REQUIRE_FALSE(list_chapters().empty());
    for (const Chapter& chapter : list_chapters()) {
        INFO(chapter.folder);
        CHECK(chapter.exercises.size() >= 6);
        CHECK(count(chapter, [](const Exercise& e) { return e.kind == ExerciseKind::predict; }) >= 1);
        CHECK(count(chapter, [](const Exercise& e) { return e.kind == ExerciseKind::goal; }) >= 1);
        CHECK(count(chapter, [](const Exercise& e) { return e.kind == ExerciseKind::number; }) >= 1);
        CHECK(count(chapter, [](const Exercise& e) { return e.kind == ExerciseKind::choice; }) >= 1);
        CHECK(count(chapter, [](const Exercise& e) { return e.support == Support::worked; }) >= 1);
        CHECK(count(chapter, [](const Exercise& e) { return e.support == Support::half_worked; }) >= 1);
    }
}

TEST_CASE("progress is kept under ids: each is given once in its chapter") {
    for (const Chapter& chapter : list_chapters()) {
        std::set<std::string> ids;
        for (const Exercise& exercise : chapter.exercises) {
            INFO(chapter.folder, " ", exercise.id);
            CHECK(ids.insert(exercise.id).second);
        }
    }
}

TEST_CASE("every exercise is asked, hinted at and explained in both languages") {
    for_each_exercise([](const Chapter&, const Exercise& e) {
        CHECK(is_bilingual(e.question));
        CHECK(is_bilingual(e.explanation));
        for (const Text& hint : e.hints) CHECK(is_bilingual(hint));
    });
}

TEST_CASE("every option says why it is right or wrong, and exactly one is right") {
    for_each_exercise([](const Chapter&, const Exercise& e) {
        CHECK((e.options.empty() ? e.kind != ExerciseKind::choice : e.options.size() >= 2));
        if (e.options.empty()) return;
        CHECK(std::count_if(e.options.begin(), e.options.end(), [](const Option& o) { return o.is_right; }) == 1);
        for (const Option& option : e.options) {
            CHECK(is_bilingual(option.words));
            CHECK(is_bilingual(option.why));
        }
    });
}

TEST_CASE("numbers that are asked for have an answer, computed and finite") {
    for_each_exercise([](const Chapter&, const Exercise& e) {
        if (e.kind != ExerciseKind::number && e.kind != ExerciseKind::predict) return;
        REQUIRE(e.answer);
        CHECK(std::isfinite(e.answer()));
        CHECK(e.tolerance >= 0);
    });
}

TEST_CASE("the state that shows a solution is legal; a goal is reached there and not at the start") {
    for_each_exercise([](const Chapter& chapter, const Exercise& e) {
        CHECK(is_legal(chapter, e.solution));
        if (e.kind != ExerciseKind::goal) return;
        REQUIRE(e.is_reached);
        CHECK(e.is_reached(parse_query(e.solution)));
        CHECK_FALSE(e.is_reached({}));
    });
}

TEST_CASE("a guess stands beside a value that the lesson has") {
    for_each_exercise([](const Chapter& chapter, const Exercise& e) {
        if (e.kind != ExerciseKind::predict || e.value_name.empty()) return;
        const Value* value = nullptr;
        const Values values = chapter.lesson->values(parse_query(e.solution));
        value = values.find(e.value_name);
        REQUIRE(value != nullptr);
        CHECK(std::abs(value->number - e.answer()) <= e.tolerance + 1e-9);
    });
}

TEST_CASE("whoever writes a wrong number is told what was probably overlooked: known mistakes are wrong, different, and explained in both languages") {
    for_each_exercise([](const Chapter&, const Exercise& e) {
        if (e.kind != ExerciseKind::number || e.support == Support::worked) return;
        CHECK(e.mistakes.size() >= 2);
        for (std::size_t i = 0; i < e.mistakes.size(); ++i) {
            CAPTURE(e.mistakes[i].value);
            CHECK(is_bilingual(e.mistakes[i].words));
            CHECK(std::abs(e.mistakes[i].value - e.answer()) > e.tolerance + 1e-9);
            CHECK(find_mistake(e, e.mistakes[i].value) == &e.mistakes[i]);
        }
        CHECK(find_mistake(e, e.answer()) == nullptr);
    });
}

TEST_CASE("words about a known mistake do not give the answer away") {
    for_each_exercise([](const Chapter&, const Exercise& e) {
        for (const Mistake& mistake : e.mistakes) CHECK(mistake.words.en.find(format_answer(e.answer(), e.tolerance)) == std::string::npos);
    });
}
