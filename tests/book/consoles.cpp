// Claims about the executables of the chapters and the program's dispatch: what they print where, and how they end.
#include <nlohmann/json.hpp>

#include "convbook/lesson.h"
#include "files.h"
#include "process.h"

using namespace convbook;
using namespace convbook::book_test;

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

TEST_CASE("numbers that are none, in range or out of it, are refused in a sentence of ours") {
    const std::string cb = program("convbook"), net = cb + " summary mobilenet_v2 ";
    for (const std::string words : {"--alpha nan", "--alpha inf", "--alpha -1", "--alpha x", "--resolution 0", "--resolution 1.5", "--resolution 99999999999", "--classes -1", "--nope"}) check_refused(net + words);
    CHECK(run(net + "--alpha x").error.find("--alpha takes a number; got \"x\"") != std::string::npos);
    CHECK(run(net + "--resolution 1.5").error.find("--resolution takes a whole number") != std::string::npos);
    CHECK(run(program("ch07_depthwise_separable") + " --cin").error.find("--cin needs a value") != std::string::npos);
    CHECK(run(net + "--json=x").error.find("--json takes no value") != std::string::npos);
    check_refused(cb + " bench --sec nan");
    check_refused(net + "--classes ''");
}

TEST_CASE("a wrong CONVBOOK_BACKEND fails before anything is printed, and an empty one is none") {
    for (const std::string words : {"/convbook read 07", "/convbook chapter 07", "/convbook backends", "/ch07_depthwise_separable"}) {
        const std::string command = std::string(CONVBOOK_BINARY_DIR) + "/bin" + words;
        INFO(words);
        const Outcome wrong = run("CONVBOOK_BACKEND=avx1024 " + command);
        CHECK(wrong.exit_code == 1);
        CHECK(wrong.out.empty());
        CHECK(wrong.error.find("got \"avx1024\"") != std::string::npos);
        CHECK(run("CONVBOOK_BACKEND= " + command).exit_code == 0);
    }
}

TEST_CASE("a CONVBOOK_DATA that is no folder is named") {
    for (const std::string& data : {std::string("/no/such/folder"), std::string("/dev/null"), std::string(5000, 'x')}) {
        const Outcome outcome = run("CONVBOOK_DATA=" + data + " " + program("convbook") + " predict photo.jpg --net mobilenet_v2");
        CHECK(outcome.exit_code == 1);
        CHECK(outcome.error.find("CONVBOOK_DATA is \"" + data + "\"") != std::string::npos);
    }
}

TEST_CASE("what cannot be printed fails: a full disk and a closed output give one line on stderr and exit code 1") {
    for (const std::string words : {"convbook --help", "convbook read 07", "convbook summary mobilenet_v2", "ch07_depthwise_separable", "ch07_depthwise_separable --help"})
        for (const std::string target : {" 2>&1 >/dev/full", " 2>&1 >&-"}) {
            int code = 0;
            const std::string complaint = run_and_read(program(words) + target, code);
            INFO(words, target, ": ", complaint);
            CHECK(code == 1);
            CHECK(std::count(complaint.begin(), complaint.end(), '\n') == 1);
        }
}

TEST_CASE("ui: a folder or a picture in a script's place is said to be none") {
    const std::string ui = program("convbook") + " ui ";
    if (run(ui + "--help").exit_code != 0) return;  // built without the app
    CHECK(run(ui + root().string()).error.find("cannot be read") != std::string::npos);
    CHECK(run(ui + program("convbook")).error.find("is not a text file") != std::string::npos);
    CHECK(run(ui + "/dev/zero").error.find("is not a text file") != std::string::npos);
    CHECK(run("sh -c 'yes | " + ui + "-'").error.find("is larger than a script can be") != std::string::npos);
    check_refused(program("convbook") + " shot 07 --out /dev/null --scale nan");
}
