// Claims about links, legal values, numbers as the book prints them, and the registry of lessons.
#include "convbook/lesson.h"

#include <doctest/doctest.h>

using namespace convbook;

namespace {

struct Params {
    int cin = 16, k = 3;
    std::string weights;
};

const std::vector<Member<Params>>& members() {
    static const std::vector<Member<Params>> list = {
        whole_number("cin", &Params::cin, Text{"Channels in", "输入通道"}, Role::input, {1, 2, 4, 8, 16, 32}),
        whole_number("k", &Params::k, Text{"Kernel", "卷积核"}, Role::weights, {1, 2, 3, 4, 5}),
        words("weights", &Params::weights, Text{"Weights", "权重"}, {}),
    };
    return list;
}

std::optional<Refusal> refuse(const Params& p) {
    if (p.cin >= p.k) return {};
    return Refusal{{"what", ""}, {"why", ""}, "k", {"1"}};
}

Values values(const Params& p) {
    Values out;
    out.add("weights", static_cast<long long>(p.cin) * p.k * p.k);
    return out;
}

}  // namespace

TEST_CASE("a query and its settings are two spellings of one state") {
    const Settings settings = {{"cin", "16"}, {"weights", "1,-2;3 & 100% = 三"}};
    CHECK(parse_query(to_query(settings)) == settings);
    CHECK(to_query({{"cin", "16"}, {"k", "3"}}) == "cin=16&k=3");
    CHECK(parse_query("").empty());
    CHECK(parse_query("k=") == Settings{{"k", ""}});
}

TEST_CASE("a query that is neither is refused in one sentence") {
    CHECK_THROWS_WITH_AS(parse_query("cin"), "link: settings are key=value joined by &; found \"cin\". Write for example cin=16&k=3.", Error);
    CHECK_THROWS_AS(parse_query("=3"), Error);
    CHECK_THROWS_AS(parse_query("k=3&&cin=1"), Error);
    CHECK_THROWS_AS(parse_query("k=%4"), Error);
    CHECK_THROWS_AS(parse_query("k=%zz"), Error);
    CHECK_THROWS_WITH_AS(parse_query("k=3&k=5"), "link: a key is given once; k is 3 and again 5. Keep one.", Error);
}

TEST_CASE("absent settings are the defaults, and defaults are absent from settings") {
    CHECK(read_params(members(), {}).cin == 16);
    CHECK(read_params(members(), {{"cin", "4"}}).cin == 4);
    CHECK(to_settings(members(), Params{4, 3, ""}) == Settings{{"cin", "4"}});
    CHECK(to_settings(members(), Params{}).empty());
}

TEST_CASE("an unknown key or an illegal value is named with what would work") {
    CHECK_THROWS_WITH_AS(read_params(members(), {{"cin", "17"}}), "cin: Channels in cannot be \"17\". Choose 1, 2, 4, 8, 16, 32.", Error);
    CHECK_THROWS_WITH_AS(read_params(members(), {{"k", "03"}}), "k: Kernel cannot be \"03\". Choose 1 to 5.", Error);
    CHECK_THROWS_WITH_AS(read_params(members(), {{"q", "1"}}), "link: this chapter has no setting \"q\". It has cin, k, weights.", Error);
}

TEST_CASE("a lesson over Params speaks settings") {
    const LessonOf<Params> lesson(members(), refuse, values);
    CHECK(lesson.fields().size() == 3);
    CHECK(lesson.fields()[0].fallback == "16");
    CHECK(lesson.values({{"cin", "2"}, {"k", "5"}}).find("weights")->number == 50);
    CHECK(lesson.refuse({{"cin", "2"}, {"k", "5"}})->key == "k");
    CHECK_FALSE(lesson.refuse({}));
    CHECK(lesson.values({}).find("nothing") == nullptr);
}

TEST_CASE("whole numbers get commas from five digits and a true minus sign") {
    CHECK(format_count(0) == "0");
    CHECK(format_count(4640) == "4640");
    CHECK(format_count(10838016) == "10,838,016");
    CHECK(format_count(-25088) == "−25,088");
    CHECK(format_count(-9223372036854775807LL - 1) == "−9,223,372,036,854,775,808");
}

TEST_CASE("decimals keep their digits, and a value that rounds to zero has no sign") {
    CHECK(format_decimal(0.14236, 4) == "0.1424");
    CHECK(format_decimal(-1.5, 1) == "−1.5");
    CHECK(format_decimal(-0.001, 2) == "0.00");
    CHECK(format_decimal(12345.678, 1) == "12,345.7");
    CHECK(format_millions(300774272) == "300.8\u2009M");
}

TEST_CASE("lessons are found by number or by folder, in the order of the book") {
    register_lesson("98_later", std::make_unique<LessonOf<Params>>(members(), refuse, values));
    register_lesson("97_sooner", std::make_unique<LessonOf<Params>>(members(), refuse, values));
    CHECK(list_lessons().front().folder == "97_sooner");
    CHECK(find_lesson("98") == list_lessons().back().lesson);
    CHECK(find_lesson("98_later") == find_lesson("98"));
    CHECK(find_lesson("9") == nullptr);
    CHECK(find_lesson("98_") == nullptr);
}
