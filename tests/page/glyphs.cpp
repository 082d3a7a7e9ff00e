// No reader ever meets an empty box: every character of the texts and of the program's own words is in the face that shows it.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "kit/markdown.h"
#include "kit/utf8.h"
#include "texts.h"

using namespace convbook;
using namespace convbook::kit;

namespace {

std::string written(const std::u32string& signs) {
    std::string text;
    for (const char32_t sign : signs) append_utf8(text, sign);
    return text;
}

std::string without_comments(std::string_view source) {
    std::string result;
    while (!source.empty()) {
        const auto line = source.substr(0, source.find('\n'));
        source.remove_prefix(std::min(source.size(), line.size() + 1));
        result.append(line.substr(0, line.find("//"))).push_back('\n');
    }
    return result;
}

}  // namespace

TEST_CASE("every character of every chapter is in the faces that set it") {
    const tests::BlindScreen screen;
    for (const auto& chapter : tests::chapter_texts())
        for (const auto& block : parse_markdown(chapter.text).blocks) {
            CAPTURE(chapter.path);
            const bool is_title = block.kind == BlockKind::heading || block.kind == BlockKind::question;
            for (const Type type : is_title ? std::vector{Type::chapter_title, Type::heading, Type::question, Type::label} : std::vector{Type::body, Type::body_bold, Type::body_italic, Type::note})
                CHECK(written(missing_glyphs(type, plain_text(block.spans))) == "");
            CHECK(written(missing_glyphs(Type::code, block.text)) == "");
            for (const auto& row : block.rows) for (const auto& cell : row) CHECK(written(missing_glyphs(Type::table, plain_text(cell.spans))) == "");
        }
}

TEST_CASE("every character of the figures' and the app's own words is in the interface faces") {
    const tests::BlindScreen screen;
    for (const char* folder : {"chapters", "viz"})
        for (const auto& entry : std::filesystem::recursive_directory_iterator(std::filesystem::path(CONVBOOK_SOURCE_DIR) / folder)) {
            if (entry.path().extension() != ".cpp") continue;
            std::ifstream file(entry.path());
            std::stringstream words;
            words << file.rdbuf();
            CAPTURE(entry.path().string());
            const auto source = without_comments(words.str());
            if (source.find("FFFD") != std::string::npos || entry.path().filename() == "fonts.cpp" || entry.path().filename() == "plain_text.cpp" || entry.path().filename() == "markdown.cpp") continue;
            for (const Type type : {Type::label, Type::label_strong, Type::figure_question, Type::table, Type::caption}) CHECK(written(missing_glyphs(type, source)) == "");
        }
}

TEST_CASE("figures of the interface all have one width, so that numbers stand under each other") {
    const tests::BlindScreen screen;
    for (const Type type : {Type::cell, Type::label, Type::label_strong, Type::table, Type::answer, Type::ratio})
        for (const char* digit : {"1", "4", "7", "9"}) CHECK(text_width(type, digit) == doctest::Approx(text_width(type, "0")).epsilon(0.005));  // two of Inter's 2816 units
}

TEST_CASE("a character that was not baked is there after the next build") {
    const tests::BlindScreen screen;
    CHECK_FALSE(fonts_are_stale());
    const float before = text_width(Type::label, "粥");  // level 1 of GB2312, in no text of ours
    CHECK(fonts_are_stale());
    build_fonts();
    CHECK(text_width(Type::label, "粥") != before);
    CHECK(text_width(Type::label, "粥") == doctest::Approx(font_size(Type::label)));
}

TEST_CASE("a character that no shipped face has is named") {
    const tests::BlindScreen screen;
    CHECK(missing_glyphs(Type::body, "a\U0001F600b") == U"\U0001F600");
}

TEST_CASE("the atlas of an English reader stays small, a Chinese one at twice the size fits") {
    tests::BlindScreen screen;
    CHECK(ImGui::GetIO().Fonts->TexHeight <= 2048);
    ui().text_scale = 2;
    for (int type = 0; type < static_cast<int>(Type::count); ++type) request_glyphs(static_cast<Type>(type), "中");
    build_fonts();
    CHECK(ImGui::GetIO().Fonts->TexWidth <= 4096);
    CHECK(ImGui::GetIO().Fonts->TexHeight <= 8192);
    ui().text_scale = 1;
}
