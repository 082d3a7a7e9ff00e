// The page: lines obey both languages' rules at every width, and pointer and keys do what a reader expects.
#include <doctest/doctest.h>


#include "kit/compat.h"
#include "kit/page.h"
#include "kit/page_layout.h"
#include "kit/page_select.h"
#include "kit/record.h"
#include "kit/utf8.h"
#include "stopwatch.h"
#include "texts.h"

using namespace convbook;
using namespace convbook::kit;

namespace {

std::string words_of(const TextLine& line) {
    std::string words;
    for (const auto& piece : line.pieces) words += piece.kind == SpanKind::formula ? "x" : piece.text;
    return words;
}
bool is_one_of(std::u32string_view set, char32_t sign) { return set.find(sign) != std::u32string_view::npos; }

PageSheet lay_out(const Document& document, float measure, Language language) {
    auto sheet = lay_out_page(document, "", measure, language, {});
    if (!fonts_are_stale()) return sheet;
    build_fonts();
    return lay_out_page(document, "", measure, language, {});
}

/// A page on a screen that nobody sees, with a pointer.
struct Reader {
    tests::BlindScreen screen;
    Page page;
    PageContext context;
    std::vector<std::string> states, opened, lit;
    explicit Reader(std::string_view text, Language language = Language::en) : screen(language) {
        page.set_text(text, language);
        context.set_state = [this](const std::string& query) { states.push_back(query); };
        context.open = [this](const std::string& link) { opened.push_back(link); };
        context.light = [this](const std::string& name) { lit.push_back(name); };
        set_recording(true);
        compat::name_keys(ImGui::GetIO());
        frames(3);
    }
    ~Reader() { set_recording(false); }
    void frames(int count) {
        for (int index = 0; index < count; ++index) screen.frame([this] { page.draw({0, 0, 600, 1000}, 40, 518, context); });
    }
    void point(ImVec2 at) { compat::send_position(ImGui::GetIO(), at); frames(2); }
    void press(bool is_down) { compat::send_button(ImGui::GetIO(), is_down); frames(2); }
    void click(ImVec2 at) { point(at); press(true); press(false); }
    ImVec2 link_place(const std::string& name) {
        for (const auto& mark : seen_marks()) if (mark.name.starts_with("link/" + name)) return mark.area.center();
        FAIL("no link ", name);
        return {};
    }
};

std::string long_text() {
    std::string text = "# Title\n\n*Why?*\n\n";
    for (int number = 1; number <= 12; ++number)
        text += "## Part " + std::to_string(number) + "\n\nA layer looks around each pixel and mixes channels, and nothing forces it to do both in one step, so that it may be cut in two.\n\n";
    return text;
}

}  // namespace

TEST_CASE("no line of any chapter is wider than its measure, at any width and in both languages") {
    for (const auto& chapter : tests::chapter_texts()) {
        const tests::BlindScreen screen(chapter.language);
        const auto document = parse_markdown(chapter.text);
        CAPTURE(chapter.path);
        for (const float measure : {300.0f, 414.0f, 518.0f, 700.0f})
            for (const auto& line : lay_out(document, measure, chapter.language).lines)
                if (!line.pieces.empty() && line.x + line.pieces.back().right() > measure + 1) FAIL_CHECK(measure << ": " << words_of(line));
    }
}

TEST_CASE("no Chinese line begins with a closing sign or ends with an opening one") {
    for (const auto& chapter : tests::chapter_texts()) {
        if (chapter.language != Language::zh) continue;
        const tests::BlindScreen screen(Language::zh);
        const auto document = parse_markdown(chapter.text);
        CAPTURE(chapter.path);
        for (float measure = 380; measure < 560; measure += 17)
            for (const auto& line : lay_out(document, measure, Language::zh).lines) {
                const auto words = to_utf32(words_of(line));
                if (words.empty() || line.pieces.front().kind == SpanKind::code) continue;
                if (is_one_of(U"，。；：？！）」』、”", words.front())) FAIL_CHECK(measure << ": " << words_of(line));
                if (is_one_of(U"（「『“", words.back())) FAIL_CHECK(measure << ": " << words_of(line));
            }
    }
}

TEST_CASE("Chinese lines are filled by at most 0.08 em a character, or left ragged") {
    const tests::BlindScreen screen(Language::zh);
    const auto document = parse_markdown("标准卷积同时做两件事：在每个像素周围取样，并把各通道混合起来。这两件事本不必绑在一起，先用一层逐通道地取样，再用一层逐像素地混合。");
    const auto sheet = lay_out(document, 518, Language::zh);
    REQUIRE(sheet.lines.size() == 3);
    for (const auto& line : sheet.lines) for (const auto& piece : line.pieces) CHECK(piece.spread <= 0.08f * 17 + 0.001f);
    CHECK(sheet.lines[0].pieces.back().right() == doctest::Approx(518).epsilon(0.002));
    CHECK(sheet.lines[2].pieces.back().spread == 0);
}

TEST_CASE("a number keeps its operator and its unit on its line") {
    const tests::BlindScreen screen;
    const auto document = parse_markdown("For kernels of 3 × 3 the saving is at most 78 % of what it was, 0.73 MB, and K = 3 it stays at [stride 3](?s=3).");
    for (float measure = 90; measure < 400; measure += 7)
        for (const auto& line : lay_out(document, measure, Language::en).lines) {
            const auto words = words_of(line);
            CHECK_FALSE(words.ends_with("×"));
            CHECK_FALSE(words.starts_with("%"));
            CHECK_FALSE(words.ends_with("="));
            CHECK_FALSE(words.starts_with("MB"));
            CHECK_FALSE(words.ends_with("stride"));
        }
}

TEST_CASE("words that set the figure set it when clicked") {
    Reader reader("Let it [look](?step=1) first, see [grouped](../04_grouped_convolution/README.md) and [v2](net/mobilenet_v2).");
    reader.click(reader.link_place("step=1"));
    CHECK(reader.states == std::vector<std::string>{"step=1"});
    reader.click(reader.link_place("../04"));
    reader.click(reader.link_place("net/"));
    CHECK(reader.opened == std::vector<std::string>{"04", "net/mobilenet_v2"});
}

TEST_CASE("pointing at a value or a coloured word lights it") {
    Reader reader("<!-- value: cin role=input -->16<!-- / --> channels");
    reader.point({46, 46});
    CHECK(reader.lit.back() == "cin");
}

TEST_CASE("dragging selects, and what is selected is the text as read") {
    Reader reader("One layer $a$ and **another** layer.");
    reader.point({41, 46});
    reader.press(true);
    reader.point({500, 46});
    reader.press(false);
    CHECK(reader.page.selected_text() == "One layer a and another layer.");
}

TEST_CASE("a double click selects a word") {
    Reader reader("Channels never mix.");
    reader.point({150, 46});
    for (const bool is_down : {true, false, true, false}) compat::send_button(ImGui::GetIO(), is_down), reader.frames(1);
    CHECK(reader.page.selected_text() == "never");
}

TEST_CASE("paging moves by a screen and stops at both ends") {
    Reader reader(long_text());
    const auto key = [&](int code) { compat::send_key(ImGui::GetIO(), code, true), reader.frames(2), compat::send_key(ImGui::GetIO(), code, false), reader.frames(2); };
    key(ImGuiKey_PageUp);
    CHECK(reader.page.scroll() == 0);
    key(ImGuiKey_PageDown);
    const float first = reader.page.scroll();
    CHECK(first > 100);
    for (int count = 0; count < 20; ++count) key(ImGuiKey_PageDown);
    const float end = reader.page.scroll();
    key(ImGuiKey_PageDown);
    CHECK(reader.page.scroll() == end);
}

TEST_CASE("a larger text keeps the reader at the same heading") {
    Reader reader(long_text());
    reader.page.scroll_to_heading("Part 5");
    reader.frames(3);
    CHECK(reader.page.current_heading() == "Part 5");
    ui().text_scale = 1.5f;
    reader.frames(3);
    CHECK(reader.page.current_heading() == "Part 5");
    ui().text_scale = 1;
}

TEST_CASE("a search hit is brought into view") {
    Reader reader(long_text() + "The needle is here.");
    reader.page.scroll_to_text("NEEDLE");
    reader.frames(3);
    CHECK(reader.page.scroll() > 0);
    CHECK(visible_words().find("The needle is here.") != std::string::npos);
}

TEST_CASE("a page that nobody touches costs less than a millisecond a frame") {
    for (const auto& chapter : tests::chapter_texts()) {
        Reader reader(chapter.text, chapter.language);
        set_recording(false);
        std::vector<double> times;
        for (int count = 0; count < 60; ++count) {
            const test::Stopwatch stopwatch;
            reader.frames(1);
            times.push_back(stopwatch.milliseconds());
        }
        std::sort(times.begin(), times.end());
        CAPTURE(chapter.path);
        CHECK(times[30] < 1.0 * test::kSlowdown);
    }
}
