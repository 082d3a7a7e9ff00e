// Claims about the figures of every chapter that need no screen: what they say, which code they show, in every state a slider can reach.
#include "kit/figure.h"

#include <doctest/doctest.h>

#include "kit/code_view.h"
#include "kit/registry.h"

using namespace convbook;
using namespace convbook::kit;

namespace {

bool is_bilingual(const Text& text) { return !text.en.empty() && !text.zh.empty(); }

// Every stop of every slider, the others at their defaults; refused states are left to the lesson's own tests
template <class Claim>
void for_each_slider_stop(Claim claim) {
    for (const Chapter& chapter : list_chapters()) {
        const auto figure = chapter.make_figure();
        for (const Field& field : chapter.lesson->fields())
            for (const std::string& value : field.legal) {
                const Settings settings = {{field.key, value}};
                if (chapter.lesson->refuse(settings)) continue;
                INFO(chapter.folder, "?", to_query(settings));
                figure->update(settings);
                claim(*figure);
            }
    }
}

}  // namespace

TEST_CASE("every chapter has a title and a question in both languages, and a figure") {
    REQUIRE(list_chapters().size() == list_lessons().size());
    for (const Chapter& chapter : list_chapters()) {
        INFO(chapter.folder);
        CHECK(is_bilingual(chapter.title));
        CHECK(is_bilingual(chapter.question));
        CHECK(chapter.make_figure() != nullptr);
    }
}

TEST_CASE("in every state a figure asks, hints and describes itself in both languages") {
    for_each_slider_stop([](const Figure& figure) {
        CHECK(is_bilingual(figure.question()));
        CHECK(is_bilingual(figure.hint()));
        CHECK(is_bilingual(figure.describe()));
    });
}

TEST_CASE("in every state the code on show exists, and so does its running line") {
    for_each_slider_stop([](const Figure& figure) {
        const CodeOnShow code = figure.code();
        INFO(code.path, "#", code.function, ": ", code.line_words);
        const CodeExcerpt excerpt = find_function(code.path, code.function);
        REQUIRE_FALSE(excerpt.lines.empty());
        if (!code.line_words.empty()) CHECK(line_with(excerpt, code.line_words) > 0);
    });
}

TEST_CASE("in every state the exported table is rectangular and not empty") {
    for_each_slider_stop([](const Figure& figure) {
        const DataTable table = figure.data();
        CHECK_FALSE(table.rows.empty());
        for (const auto& row : table.rows) CHECK(row.size() == table.header.size());
    });
}
