// Claims about the texts as texts: links lead somewhere, both languages say the same things, every chapter has its parts.
#include <doctest/doctest.h>

#include <regex>
#include <set>

#include "convbook/comparison.h"
#include "convbook/lesson.h"
#include "files.h"
#include "kit/chapter_head.h"
#include "prose.h"

using namespace convbook;
using namespace convbook::book_test;

namespace {

std::vector<fs::path> texts() {
    std::vector<fs::path> files = docs::woven_files(root());
    for (const fs::path& file : files_below("docs", {".md"})) files.push_back(file);
    for (const fs::path& file : files_below("chapters/_template", {".md"})) files.push_back(file);
    for (const fs::path& file : files_below("assets", {".md"})) files.push_back(file);
    return files;
}

bool chapter_exists(const std::string& number) {
    for (const fs::path& folder : docs::chapter_folders(root()))
        if (folder.filename().string().starts_with(number + "_")) return true;
    return false;
}

// "?k=5" sets this chapter's figure, "07?k=5" another's
void check_state(const std::string& chapter, const std::string& query) {
    const Lesson* lesson = find_lesson(chapter);
    REQUIRE(lesson != nullptr);
    CHECK_NOTHROW((void)lesson->refuse(parse_query(query)));
}

void check_link(const fs::path& file, const std::string& target) {
    static const std::regex chapter_link(R"(^(\d\d)(\?(.*))?$)");
    std::smatch match;
    if (target.starts_with("http://") || target.starts_with("https://")) return;
    const std::string folder = file.parent_path().filename().string();
    if (target.starts_with("role:")) {
        CHECK(std::set<std::string>{"input", "weights", "output", "gradient", "accent"}.contains(target.substr(5)));
    } else if (target.starts_with("?")) {
        if (folder != "_template") check_state(folder, target.substr(1));
    } else if (target.starts_with("net/")) {
        CHECK(find_net(target.substr(4, target.find('?') - 4)) != nullptr);
    } else if (target.starts_with("compare/")) {
        CHECK_NOTHROW(parse_net_list(target.substr(8, target.find('?') - 8)));
    } else if (target.starts_with("#")) {
        CHECK(heading_anchors(docs::read_text_file(file)).contains(target.substr(1)));
    } else if (std::regex_match(target, match, chapter_link)) {
        CHECK(chapter_exists(match[1]));
        if (match[3].length()) check_state(match[1], match[3]);
    } else {
        CHECK(fs::exists(file.parent_path() / target.substr(0, target.find('#'))));
    }
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::set<std::string> names_of(const std::vector<Mark>& marks) {
    std::set<std::string> names;
    for (const Mark& mark : marks) names.insert(mark.name);
    return names;
}

}  // namespace

TEST_CASE("every link of every text leads somewhere") {
    for (const fs::path& file : texts())
        for (const std::string& target : link_targets(docs::read_text_file(file))) {
            INFO(name_of(file), " -> ", target);
            check_link(file, target);
        }
}

TEST_CASE("both languages of a chapter quote the same values and the same code") {
    for (const fs::path& folder : docs::chapter_folders(root())) {
        const std::string en = docs::read_text_file(folder / "README.md"), zh = docs::read_text_file(folder / "README.zh-CN.md");
        INFO(name_of(folder));
        CHECK(names_of(value_marks(en)) == names_of(value_marks(zh)));
        CHECK(code_marks(en) == code_marks(zh));
    }
}

TEST_CASE("every chapter has its seven parts") {
    for (const fs::path& folder : docs::chapter_folders(root())) {
        for (const std::string part : {"README.md", "README.zh-CN.md", "lesson.h", "lesson.cpp", "main.cpp", "figure.cpp", "exercises.cpp", "claims.cpp"}) {
            INFO(name_of(folder), "/", part);
            CHECK(fs::exists(folder / part));
        }
        INFO(name_of(folder));
        CHECK(find_lesson(folder.filename().string()) != nullptr);
        CHECK_FALSE(code_marks(docs::read_text_file(folder / "README.md")).empty());
        CHECK_FALSE(value_marks(docs::read_text_file(folder / "README.md")).empty());
    }
}

TEST_CASE("every chapter opens with a title and the question it answers, in both languages") {
    for (const fs::path& folder : docs::chapter_folders(root()))
        for (const std::string name : {"README.md", "README.zh-CN.md"}) {
            INFO(name_of(folder / name));
            const kit::ChapterHead head = kit::read_chapter_head(docs::read_text_file(folder / name));
            CHECK_FALSE(head.title.empty());
            CHECK((head.question.ends_with("?") || head.question.ends_with("？")));
        }
}

TEST_CASE("every chapter is short: 600 to 1,500 words of prose, or as many Chinese characters as say the same") {
    for (const fs::path& folder : docs::chapter_folders(root())) {
        const int words = prose_words(docs::read_text_file(folder / "README.md")), characters = prose_characters(docs::read_text_file(folder / "README.zh-CN.md"));
        INFO(name_of(folder), ": ", words, " words, ", characters, " characters");
        CHECK(words >= 600);
        CHECK(words <= 1500);
        CHECK(characters >= 900);
        CHECK(characters <= 2700);
    }
}

TEST_CASE("every chapter tells what people get wrong, sums up, and names its sources") {
    for (const fs::path& folder : docs::chapter_folders(root())) {
        INFO(name_of(folder));
        const std::set<std::string> anchors = heading_anchors(docs::read_text_file(folder / "README.md"));
        CHECK(anchors.contains("what-people-get-wrong"));
        CHECK(anchors.contains("summary"));
        CHECK(anchors.contains("sources"));
        CHECK(heading_anchors(docs::read_text_file(folder / "README.zh-CN.md")).size() == anchors.size());
    }
}

TEST_CASE("every number woven into a text is what the lesson computes now") {
    for (const fs::path& file : docs::woven_files(root())) {
        const docs::Woven woven = docs::weave(docs::read_text_file(file), docs::sources_for(root(), file));
        for (const docs::Stale& stale : woven.stale)
            FAIL_CHECK(name_of(file) << ":" << stale.line << ": " << stale.mark << " was \"" << first_line(stale.was) << "\", is \"" << first_line(stale.is) << "\"");
        for (const std::string& fault : woven.faults) FAIL_CHECK(name_of(file) << ":" << fault);
    }
}
