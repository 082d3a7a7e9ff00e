// Formulas: text and assets belong together, and live values of any length leave every part its place.
#include <doctest/doctest.h>

#include <algorithm>

#include "kit/formula_sheet.h"
#include "kit/markdown.h"
#include "texts.h"

using namespace convbook;
using namespace convbook::kit;

namespace {

struct Box { float left, right, bottom, top; };
Box box_of(const FormulaSheet& sheet, const PlacedPart& part) {
    Box box{1e9f, -1e9f, 1e9f, -1e9f};
    for (const auto& step : sheet.outline(part.outline)) {
        box.left = std::min(box.left, part.x + step.x * part.scale), box.right = std::max(box.right, part.x + step.x * part.scale);
        box.bottom = std::min(box.bottom, part.y + step.y * part.scale), box.top = std::max(box.top, part.y + step.y * part.scale);
    }
    return box;
}

/// The string literals of a C++ source, neighbours joined and escapes undone; enough for the texts of exercises and figures.
std::vector<std::string> literals(std::string_view source) {
    std::vector<std::string> found;
    bool is_joining = false;
    for (std::size_t at = 0; at < source.size(); ++at) {
        const char sign = source[at];
        if (source.substr(at).starts_with("//")) { at = std::min(source.find('\n', at), source.size()); continue; }
        if (sign == '\'' ) { at = source.find('\'', at + (source[at + 1] == '\\' ? 3 : 2)); is_joining = false; continue; }
        if (sign == ' ' || sign == '\n') continue;
        const bool is_raw = source.substr(at).starts_with("R\"(");
        if (sign != '"' && !is_raw) { is_joining = false; continue; }
        std::string words;
        if (is_raw) {
            const auto end = source.find(")\"", at);
            words = source.substr(at + 3, end - at - 3), at = end + 1;
        } else {
            for (++at; source[at] != '"'; ++at) words += source[at] == '\\' ? (source[++at] == 'n' ? '\n' : source[at]) : source[at];
        }
        if (is_joining) found.back() += words;
        else found.push_back(words);
        is_joining = true;
    }
    return found;
}

/// How deep any two glyphs of a placed formula stand in each other, in thousandths of an em.
float deepest_overlap(const PlacedFormula& placed) {
    std::vector<Box> boxes;
    for (const auto& part : placed.parts) if (part.part == FormulaPart::glyph) boxes.push_back(box_of(formula_sheet(), part));
    float deepest = 0;
    for (std::size_t a = 0; a < boxes.size(); ++a)
        for (std::size_t b = a + 1; b < boxes.size(); ++b) {
            const float across = std::min(boxes[a].right, boxes[b].right) - std::max(boxes[a].left, boxes[b].left);
            const float along = std::min(boxes[a].top, boxes[b].top) - std::max(boxes[a].bottom, boxes[b].bottom);
            deepest = std::max(deepest, std::min(across, along));
        }
    return deepest;
}

/// One formula 1/slot: a bar of 700 over a slot of one digit, digits 500 wide.
FormulaSheet small_sheet() {
    char key[17];
    std::snprintf(key, sizeof key, "%016llx", static_cast<unsigned long long>(formula_key("1/x", true)));
    std::string text = "convbook formulas 1\ng 0 M0 0L500 0L500 700L0 700Z\n";
    for (char digit = '0'; digit <= '9'; ++digit) text += "c " + std::string(digit < 58 ? "3" : "") + digit + " 500 0\n";
    text += std::string("f ") + key + " 940 1300 700\nx 1/x\n0 row 0 0 1 940 -\n1 frac 0 0 1 940 -\n2 row 220 676 1 500 -\n3 glyph 0 0 1 0 - 0\n2 slot 220 -686 1 500 output k 9\n"
            "2 rect 120 220 1 700 - 60\n1 glyph 1200 0 1 0 - 0\n";
    FormulaSheet sheet;
    sheet.add("small.txt", text);
    return sheet;
}

}  // namespace

TEST_CASE("every formula of every chapter has been set by the authoring tool") {
    REQUIRE_FALSE(tests::chapter_texts().empty());
    for (const auto& chapter : tests::chapter_texts())
        for (const auto& use : list_formulas(parse_markdown(chapter.text))) {
            CAPTURE(chapter.path);
            CAPTURE(use.tex);
            CHECK_MESSAGE(formula_sheet().find(use.tex, use.is_display) != nullptr, "run: cd docs/tools/formulas && npm ci && node formulas.js");
        }
}

TEST_CASE("every formula in the words of exercises and figures has been set too") {
    int formulas = 0;
    for (const auto& file : embedded::book()) {
        const bool holds_words = file.path.starts_with("chapters/") && file.path.ends_with(".cpp") && (file.path.find("/exercises") != std::string::npos || file.path.find("/figure") != std::string::npos);
        if (!holds_words) continue;
        for (const auto& words : literals(file.text()))
            for (const auto& use : list_formulas(parse_markdown(words))) {
                CAPTURE(file.path);
                CAPTURE(use.tex);
                CHECK_MESSAGE(formula_sheet().find(use.tex, use.is_display) != nullptr, "run: cd docs/tools/formulas && npm ci && node formulas.js");
                ++formulas;
            }
    }
    CHECK(formulas > 0);
}

TEST_CASE("the key of a formula does not depend on how its blanks are typed") {
    CHECK(formula_key(" a  +\n b ", true) == formula_key("a + b", true));
    CHECK(formula_key("a+b", true) != formula_key("a+b", false));
}

TEST_CASE("live values of eleven digits never make glyphs stand in each other") {
    int formulas_with_slots = 0;
    for (const auto& chapter : tests::chapter_texts())
        for (const auto& use : list_formulas(parse_markdown(chapter.text))) {
            const Formula* formula = formula_sheet().find(use.tex, use.is_display);
            if (!formula || use.tex.find("\\val") == std::string::npos) continue;
            CAPTURE(use.tex);
            const auto woven = formula_sheet().place(*formula, {});
            const auto live = formula_sheet().place(*formula, [](std::string_view) { return std::string("123,456,789"); });
            CHECK(live.width > woven.width);
            // Italics and braces touch a little even in the woven setting
            CHECK(deepest_overlap(live) <= deepest_overlap(woven) + 1);
            ++formulas_with_slots;
        }
    CHECK(formulas_with_slots > 0);
}

TEST_CASE("a fraction's bar stretches, its halves stay centred, and what follows moves on") {
    const auto sheet = small_sheet();
    const auto* formula = sheet.find("1/x", true);
    REQUIRE(formula != nullptr);
    const auto placed = sheet.place(*formula, [](std::string_view name) { return name == "k" ? std::string("1234") : std::string(); });
    const auto& parts = placed.parts;
    REQUIRE(parts.size() == 7);  // one, four digits, bar, what follows
    CHECK(placed.width == doctest::Approx(940 + 1500));
    CHECK(parts[0].x == doctest::Approx(220 + 750));
    CHECK(parts[1].x == doctest::Approx(220));
    CHECK(parts[4].x == doctest::Approx(220 + 1500));
    CHECK(parts[5].width == doctest::Approx(700 + 1500));
    CHECK(parts[6].x == doctest::Approx(1200 + 1500));
}

TEST_CASE("a shorter live value pulls everything back") {
    const auto sheet = small_sheet();
    const auto placed = sheet.place(*sheet.find("1/x", true), [](std::string_view) { return std::string("1"); });
    CHECK(placed.width == doctest::Approx(940));
}

TEST_CASE("an asset that lies is refused with file, line and remedy") {
    FormulaSheet sheet;
    CHECK_THROWS_WITH_AS(sheet.add("bad.txt", "convbook formulas 1\nf 00 1 1 1\n0 row 0 0 1 1 -\n1 glyph 0 0 1 0 - 7\n"),
                         doctest::Contains("bad.txt, line 4"), Error);
    CHECK_THROWS_AS(sheet.add("bad.txt", "convbook formulas 1\nf 00 1 1 1\n2 row 0 0 1 1 -\n"), Error);
}

TEST_CASE("formulas read as one line of text") {
    CHECK(plain_formula("\\frac{1}{\\textcolor{chocolate}{K}^2}") == "1/K²");
    CHECK(plain_formula("\\frac{\\textcolor{steelblue}{C}K^2+CN}{CNK^2}=\\val{ratio}{0.1424}") == "(CK² + CN)/CNK² = 0.1424");
    CHECK(plain_formula("\\val{ratio}{0.1424}", [](std::string_view) { return std::string("0.25"); }) == "0.25");
    CHECK(plain_formula("\\left\\lfloor\\frac{H+2p-K}{s}\\right\\rfloor+1") == "⌊(H + 2p−K)/s⌋ + 1");
    CHECK(plain_formula("\\underset{\\text{depthwise }\\val{n}{160}}{3\\cdot 3}") == "3·3 [depthwise 160]");
}
