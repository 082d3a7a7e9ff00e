// Claims about the executables of the chapters and the program's dispatch: what they print where, and how they end.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "convbook/lesson.h"
#include "files.h"

using namespace convbook;
using namespace convbook::book_test;

namespace {

struct Outcome {
    int exit_code = -1;
    std::string out, error;
};

std::string run_and_read(const std::string& command, int& status) {
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    char buffer[4096];
    for (std::size_t size; (size = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, size);
    status = WEXITSTATUS(pclose(pipe));
    return text;
}

// Twice, so that each stream is seen alone
Outcome run(const std::string& command) {
    Outcome outcome;
    outcome.error = run_and_read(command + " 2>&1 >/dev/null </dev/null", outcome.exit_code);
    outcome.out = run_and_read(command + " 2>/dev/null </dev/null", outcome.exit_code);
    return outcome;
}

std::string program(const std::string& name) { return std::string(CONVBOOK_BINARY_DIR) + "/bin/" + name; }

void check_refused(const std::string& command) {
    const Outcome outcome = run(command);
    INFO(command, ": ", outcome.error);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.out.empty());
    CHECK(std::count(outcome.error.begin(), outcome.error.end(), '\n') == 1);
}

}  // namespace

TEST_CASE("every chapter's executable prints its tables, and explains its options") {
    for (const LessonEntry& lesson : list_lessons()) {
        const std::string ch = program("ch" + lesson.folder);
        INFO(ch);
        const Outcome tables = run(ch), help = run(ch + " --help");
        CHECK(tables.exit_code == 0);
        CHECK_FALSE(tables.out.empty());
        CHECK(tables.error.empty());
        CHECK(help.exit_code == 0);
        for (const Field& field : lesson.lesson->fields()) CHECK(help.out.find("--" + field.key) != std::string::npos);
    }
}

TEST_CASE("--json is every value of the lesson, by name") {
    for (const LessonEntry& lesson : list_lessons()) {
        INFO(lesson.folder);
        const auto json = nlohmann::json::parse(run(program("ch" + lesson.folder) + " --json").out);
        const Values values = lesson.lesson->values({});
        CHECK(json["values"].size() == values.list().size());
        for (const Value& value : values.list()) {
            INFO(value.name);
            CHECK(json["values"][value.name].get<double>() == value.number);
        }
    }
}

TEST_CASE("a wrong option, value or word is one line on stderr and exit code 2") {
    for (const LessonEntry& lesson : list_lessons()) {
        const std::string ch = program("ch" + lesson.folder);
        check_refused(ch + " --no-such-option 1");
        check_refused(ch + " surplus");
        for (const Field& field : lesson.lesson->fields())
            if (!field.legal.empty()) {
                check_refused(ch + " --" + field.key + " nonsense");
                check_refused(ch + " --" + field.key);
            }
    }
}

TEST_CASE("`convbook chapter NN` is the chapter's own executable") {
    for (const LessonEntry& lesson : list_lessons())
        CHECK(run(program("convbook") + " chapter " + lesson.folder.substr(0, 2) + " --json").out == run(program("ch" + lesson.folder) + " --json").out);
}

TEST_CASE("the program refuses unknown words with exit code 2 and names what there is") {
    for (const std::string words : {"", "nonsense", "chapter", "chapter 99", "chapter 7", "read", "read 99", "read 07 --lang xx", "--nonsense"}) check_refused(program("convbook") + " " + words);
    CHECK(run(program("convbook") + " nonsense").error.find("chapter, ") != std::string::npos);
    CHECK(run(program("convbook") + " --help").exit_code == 0);
}
