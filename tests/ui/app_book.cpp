// Claims about the whole app: what the reader does with keys and pointer, and what is kept.
#include <doctest/doctest.h>
#include <imgui.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "app_stage.h"
#include "kit/markdown.h"
#include "kit/registry.h"
#include "kit/ui_text.h"

namespace convbook {
namespace {

using test::Folder;
using test::AppStage;

#define NEEDS_A_PICTURE() \
    if (!AppStage::is_possible()) { \
        MESSAGE("skipped: this machine has no EGL, so nothing can be drawn"); \
        return; \
    }

std::string first_chapter() { return kit::list_chapters().front().number; }
std::string other_state(const std::string& number) {
    const Lesson& lesson = *kit::find_chapter(number)->lesson;
    for (const Field& field : lesson.fields())
        for (const std::string& value : field.legal)
            if (field.is_slider && value != field.fallback && !lesson.refuse({{field.key, value}})) return field.key + "=" + value;
    return "";
}
std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST_CASE("switching the language does not move the figure") {
    NEEDS_A_PICTURE();
    for (const kit::Chapter& chapter : kit::list_chapters()) {
        AppStage stage(chapter.number);
        CAPTURE(chapter.number);
        const kit::Area before = stage.book.figure()->picture();
        stage.press('L', true, true);
        CHECK(kit::ui().language == Language::zh);
        const kit::Area after = stage.book.figure()->picture();
        CHECK(before.y == after.y);
        CHECK(before.h == after.h);
        CHECK(before.x == after.x);
        CHECK(stage.shows(chapter.title.zh.substr(0, 6)));
    }
}

TEST_CASE("undo, redo and reset have keys") {
    NEEDS_A_PICTURE();
    AppStage stage(first_chapter());
    const std::string query = other_state(first_chapter()), there = first_chapter() + "?" + query;
    stage.book.set_settings(query);
    CHECK(stage.book.link() == there);
    stage.press('Z', true);
    CHECK(stage.book.link() == first_chapter());
    stage.press('Y', true);
    CHECK(stage.book.link() == there);
    stage.press('R', true);
    CHECK(stage.book.link() == first_chapter());
}

TEST_CASE("a copied link opens the same state again") {
    NEEDS_A_PICTURE();
    AppStage stage(first_chapter());
    stage.book.set_settings(other_state(first_chapter()));
    const std::string link = stage.book.link();
    stage.press('L', true);
    CHECK(std::string(ImGui::GetClipboardText()) == link);
    stage.book.open("contents");
    stage.frames();
    CHECK(stage.book.link() == "contents");
    stage.press('V', true, true);
    CHECK(stage.book.link() == link);
}

TEST_CASE("a link that is none leaves the page and says what links look like") {
    NEEDS_A_PICTURE();
    AppStage stage(first_chapter());
    ImGui::SetClipboardText("to be or not to be");
    stage.press('V', true, true);
    CHECK(stage.book.link() == first_chapter());
    CHECK(stage.book.message().find("07?cin=16") != std::string::npos);
    CHECK_THROWS_WITH_AS(stage.book.open("99"), doctest::Contains("no chapter 99"), Error);
    CHECK_THROWS_AS(stage.book.open(first_chapter() + "?nonsense=1"), Error);
    CHECK(stage.book.link() == first_chapter());
}

TEST_CASE("answers and place are kept between runs") {
    NEEDS_A_PICTURE();
    const Folder folder;
    const auto file = folder.path / "deep" / "progress.json";
    std::string id;
    {
        AppStage stage(first_chapter(), 1600, 1000, file);
        id = stage.book.exercises()->current().id;
        stage.press('D', true);
        stage.press('=', true);
        stage.book.exercises()->answer_number("-12345");
    }
    AppStage stage("contents", 1600, 1000, file);
    CHECK(kit::ui().is_dark);
    CHECK(kit::ui().text_scale == doctest::Approx(1.1f));
    CHECK(stage.book.progress().link == first_chapter());
    const auto& kept = stage.book.progress().chapters.at(first_chapter()).exercises;
    REQUIRE(kept.contains(id));
    CHECK(kept.at(id).is_worth_another_look);
    CHECK_FALSE(kept.at(id).is_solved);
}

TEST_CASE("a progress file that cannot be read is kept aside and explained") {
    NEEDS_A_PICTURE();
    const Folder folder;
    const auto file = folder.path / "progress.json";
    for (const std::string broken : {"{ not json", "[]", "{\"version\": 77}", "{\"version\": 1, \"chapters\": 3}"}) {
        CAPTURE(broken);
        std::filesystem::remove_all(folder.path / "progress.json.unreadable");
        std::ofstream(file) << broken;
        AppStage stage("contents", 1600, 1000, file);
        CHECK(stage.book.message().find("progress.json.unreadable") != std::string::npos);
        CHECK(text_of(folder.path / "progress.json.unreadable") == broken);
        CHECK(stage.book.progress().chapters.empty());
    }
}

TEST_CASE("search finds titles, text, symbols and code, and jumps there") {
    NEEDS_A_PICTURE();
    AppStage stage("contents");
    const kit::Chapter& chapter = kit::list_chapters().back();
    stage.press('F', true);
    CHECK(stage.book.overlay().what() == app::Floating::search);
    stage.type(chapter.title.en);
    REQUIRE_FALSE(stage.book.overlay().results().empty());
    CHECK(stage.book.overlay().results().front().kind == app::FoundKind::title);
    stage.press(ImGuiKey_Enter);
    CHECK(stage.book.link() == chapter.number);
    const app::SearchIndex index;
    for (const kit::Chapter& each : kit::list_chapters()) {
        CAPTURE(each.number);
        CHECK_FALSE(index.find(each.title.zh, Language::zh).empty());
        CHECK_FALSE(index.find(each.lesson->fields().front().label.en, Language::en).empty());
    }
    CHECK(index.find("for int", Language::en).front().kind == app::FoundKind::code);
    CHECK(index.find("07?k=3", Language::en).front().kind == app::FoundKind::link);
    CHECK(index.find("qqqq", Language::en).empty());
}

TEST_CASE("search finds a table by its rows, and shows a row with the heads of its columns") {
    const app::SearchIndex index;
    for (const kit::Chapter& each : kit::list_chapters())
        for (const Language language : {Language::en, Language::zh})
            for (const kit::Block& block : kit::parse_markdown(kit::chapter_text(each, language)).blocks) {
                if (block.rows.size() < 2) continue;
                const std::string head = kit::plain_text(block.rows[0].back().spans), cell = kit::plain_text(block.rows[1].back().spans);
                CAPTURE(each.number);
                CAPTURE(cell);
                const auto found = index.find(head + " " + cell, language);
                REQUIRE_FALSE(found.empty());
                CHECK(std::ranges::any_of(found, [&](const app::Found& one) { return one.words.find(head + " " + cell) != std::string::npos; }));
                CHECK(std::ranges::none_of(found, [](const app::Found& one) { return one.words.find("   ") != std::string::npos; }));
            }
}

TEST_CASE("a first wrong number is met with what was overlooked, a second one with the solution, and the review asks it again") {
    NEEDS_A_PICTURE();
    AppStage stage("07");
    kit::ExerciseView& exercises = *stage.book.exercises();
    exercises.show("half-worked-count");
    const kit::Exercise& exercise = exercises.current();
    exercises.answer_number("2880");
    CHECK_FALSE(exercises.is_revealed());
    stage.frames();
    exercises.answer_number("896");
    CHECK(exercises.is_revealed());
    // An option that was wrong is ruled out and the others remain to choose from
    exercises.show("which-changes");
    exercises.answer_option(1);
    CHECK_FALSE(exercises.is_revealed());
    exercises.answer_option(0);
    CHECK(exercises.is_revealed());
    CHECK(exercises.solved_count() == 1);
    // After the last one the missed one comes back, asked afresh
    exercises.show("read-the-stride");
    exercises.show_next();
    CHECK(exercises.is_reviewing());
    exercises.show(exercise.id);
    CHECK_FALSE(exercises.is_revealed());
    CHECK_FALSE(exercises.is_reviewing());
    exercises.answer_number("2944");
    CHECK(exercises.is_revealed());
    CHECK(exercises.solved_count() == 2);
}

TEST_CASE("the solution may be asked for after a miss; the exercise stays worth another look") {
    NEEDS_A_PICTURE();
    AppStage stage("07");
    kit::ExerciseView& exercises = *stage.book.exercises();
    exercises.show("half-worked-count");
    exercises.answer_number("1");
    exercises.reveal();
    CHECK(exercises.is_revealed());
    CHECK(stage.book.progress().chapters.at("07").exercises.at("half-worked-count").is_worth_another_look);
    CHECK(exercises.solved_count() == 0);
}

TEST_CASE("every shortcut of the sheet does what it says") {
    NEEDS_A_PICTURE();
    AppStage stage(first_chapter());
    stage.press('D', true);
    CHECK(kit::ui().is_dark);
    stage.press('=', true);
    CHECK(kit::ui().text_scale == doctest::Approx(1.1f));
    stage.press('-', true);
    stage.press('-', true);
    CHECK(kit::ui().text_scale == doctest::Approx(1.0f));
    stage.press('=', true);
    stage.press('0', true);
    CHECK(kit::ui().text_scale == doctest::Approx(1.0f));
    stage.type("?");
    CHECK(stage.book.overlay().what() == app::Floating::sheet);
    stage.press(ImGuiKey_Escape);
    CHECK_FALSE(stage.book.overlay().is_open());
    stage.type("/");
    CHECK(stage.book.overlay().what() == app::Floating::search);
    stage.press(ImGuiKey_Escape);
    stage.frames();
    if (stage.book.overlay().is_open()) stage.press(ImGuiKey_Escape);
    CHECK_FALSE(stage.book.overlay().is_open());
    const bool was_open = stage.book.figure()->is_drawer_open;
    stage.press('J', true);
    CHECK(stage.book.figure()->is_drawer_open != was_open);
    stage.press(ImGuiKey_Home, false, false, true);
    CHECK(stage.book.link() == "contents");
    stage.press(ImGuiKey_RightArrow, false, false, true);
    CHECK(stage.book.link() == first_chapter());
    if (kit::list_chapters().size() > 1) {
        stage.press(ImGuiKey_RightArrow, false, false, true);
        CHECK(stage.book.link() == kit::list_chapters()[1].number);
        stage.press(ImGuiKey_LeftArrow, false, false, true);
        CHECK(stage.book.link() == first_chapter());
    }
    if (stage.book.figure()->figure().playback().steps > 1) {
        stage.press(ImGuiKey_Space);
        CHECK(stage.book.figure()->is_playing());
        stage.press(ImGuiKey_Space);
        CHECK_FALSE(stage.book.figure()->is_playing());
    }
}

TEST_CASE("export writes the figure's picture and its data side by side") {
    NEEDS_A_PICTURE();
    const Folder folder;
    AppStage stage(first_chapter());
    stage.book.export_folder = folder.path;
    stage.press('E', true);
    const auto picture = folder.path / ("convbook-" + first_chapter() + ".png"), data = folder.path / ("convbook-" + first_chapter() + ".csv");
    REQUIRE(std::filesystem::exists(picture));
    CHECK(load_image(picture).width == doctest::Approx(stage.book.figure()->picture().w).epsilon(0.01));
    const kit::DataTable table = stage.book.figure()->figure().data();
    CHECK(text_of(data).starts_with(table.header.front()));
    CHECK(stage.book.message().find(picture.string()) != std::string::npos);
    stage.press('E', true);
    CHECK(std::filesystem::exists(folder.path / ("convbook-" + first_chapter() + "-2.png")));
}

}  // namespace
}  // namespace convbook
