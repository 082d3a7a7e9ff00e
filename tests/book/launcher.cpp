// Claims about the launcher, in a sandbox where the program, the package tools and CMake only say how they were called.
// Leaves out real installation and building: a bare Debian does that.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "files.h"

using namespace convbook;
using namespace convbook::book_test;

namespace {

struct Outcome {
    int exit_code = -1;
    std::string text;  // both streams
};

class Sandbox {
public:
    Sandbox() {
        char name[] = "/tmp/convbook-launcher-XXXXXX";
        REQUIRE(mkdtemp(name) != nullptr);
        folder_ = name;
        for (const char* sub : {"book/build/release/bin", "book/lib", "tools"}) fs::create_directories(folder_ / sub);
        fs::copy_file(root() / "convbook", folder_ / "book/convbook");
        script("book/build/release/bin/convbook", "echo \"program $# $*; data ${CONVBOOK_DATA:-none}\"; exit ${PROGRAM_EXIT:-0}");
        script("tools/dpkg-query", "[[ -e $SANDBOX/installed || ${@: -1} != cmake ]] && printf installed");
        script("tools/apt-get", "echo \"apt-get $*\" >&2; touch \"$SANDBOX/installed\"; exit ${APT_EXIT:-0}");
        script("tools/id", "echo ${FAKE_ID:-0}");
        script("tools/cmake", "echo \"cmake $*\"; [[ $1 == --preset ]] && touch \"$SANDBOX/book/build/release/build.ninja\"; exit ${CMAKE_EXIT:-0}");
        for (const char* tool : {"bash", "env", "find", "grep", "sed", "awk", "cut", "head", "tail", "tee", "touch", "mv", "mkdir", "dirname", "readlink", "printf", "nproc", "rm", "basename"})
            if (fs::exists(fs::path("/usr/bin") / tool)) fs::create_symlink(fs::path("/usr/bin") / tool, folder_ / "tools" / tool);
        mark_built();
    }
    ~Sandbox() { fs::remove_all(folder_); }
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    void mark_built() { std::ofstream(folder_ / "book/build/release/.built-all"); }
    void mark_unbuilt() { fs::remove(folder_ / "book/build/release/.built-all"); }
    void touch(const std::string& file) { std::ofstream(folder_ / file); }
    void script(const std::string& file, const std::string& body) {
        std::ofstream(folder_ / file) << "#!/usr/bin/env bash\n" << body << "\n";
        fs::permissions(folder_ / file, fs::perms::owner_all);
    }
    fs::path folder() const { return folder_; }

    /// `variables` such as "DISPLAY=:0"; the words are the shell's.
    Outcome run(const std::string& words, const std::string& variables = "") const {
        const std::string command = "cd / && env -i PATH=" + (folder_ / "tools").string() + " SANDBOX=" + folder_.string() + " " + variables + " " +
                                    (folder_ / "book/convbook").string() + " " + words + " </dev/null 2>&1";
        Outcome outcome;
        FILE* pipe = popen(command.c_str(), "r");
        REQUIRE(pipe != nullptr);
        char buffer[4096];
        for (std::size_t size; (size = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) outcome.text.append(buffer, size);
        outcome.exit_code = WEXITSTATUS(pclose(pipe));
        return outcome;
    }

private:
    fs::path folder_;
};

bool contains(const Outcome& outcome, const std::string& words) { return outcome.text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("words that the launcher does not know go to the program with their options, and its exit code comes back") {
    const Sandbox sandbox;
    CHECK(sandbox.run("summary mobilenet_v2 --json 'a b'").text == "program 4 summary mobilenet_v2 --json a b; data none\n");
    CHECK(sandbox.run("nonsense", "PROGRAM_EXIT=2").exit_code == 2);
}

TEST_CASE("without a word, with `open`, with a chapter's state or a network, the book opens") {
    const Sandbox sandbox;
    const std::string display = "DISPLAY=:0";
    CHECK(sandbox.run("", display).text == "program 1 open; data none\n");
    CHECK(sandbox.run("open 07", display).text == "program 2 open 07; data none\n");
    CHECK(sandbox.run("'07?cin=16&k=3'", display).text == "program 2 open 07?cin=16&k=3; data none\n");
    CHECK(sandbox.run("net/mobilenet_v2", "WAYLAND_DISPLAY=w").text == "program 2 open net/mobilenet_v2; data none\n");
    CHECK(sandbox.run("compare/vgg16,resnet50", display).text == "program 2 open compare/vgg16,resnet50; data none\n");
}

TEST_CASE("without a display it exits 1 and says in one sentence what works without one") {
    const Sandbox sandbox;
    for (const std::string words : {"", "open", "open 07", "07"}) {
        const Outcome outcome = sandbox.run(words);
        CHECK(outcome.exit_code == 1);
        CHECK(std::count(outcome.text.begin(), outcome.text.end(), '\n') == 1);
        for (const std::string way : {"read 07", "chapter 07", "shot 07"}) CHECK(contains(outcome, way));
    }
}

TEST_CASE("data beside the checkout are found, and the reader's own choice wins") {
    const Sandbox sandbox;
    fs::create_directory(sandbox.folder() / "shared");
    CHECK(contains(sandbox.run("predict"), "data " + (sandbox.folder() / "book/../shared").string()));
    CHECK(contains(sandbox.run("predict", "CONVBOOK_DATA=/mine"), "data /mine"));
}

TEST_CASE("surplus words of build and test are refused with exit code 2") {
    const Sandbox sandbox;
    CHECK(sandbox.run("build now").exit_code == 2);
    CHECK(sandbox.run("test --al").exit_code == 2);
    CHECK(sandbox.run("test --all now").exit_code == 2);
}

TEST_CASE("nothing is installed or built when nothing changed, and a newer source is built") {
    Sandbox sandbox;
    CHECK(sandbox.run("build").text.empty());
    fs::last_write_time(sandbox.folder() / "book/build/release/.built-all", fs::file_time_type::clock::now() - std::chrono::hours(1));
    sandbox.touch("book/lib/new.cpp");
    const Outcome outcome = sandbox.run("build");
    CHECK(outcome.exit_code == 0);
    CHECK(contains(outcome, "Building ConvBook"));
    CHECK(fs::exists(sandbox.folder() / "book/build/release/.built-programs"));
}

TEST_CASE("missing packages are named, installed as root, and only those") {
    Sandbox sandbox;
    sandbox.mark_unbuilt();
    const Outcome outcome = sandbox.run("build");
    CHECK(outcome.exit_code == 0);
    CHECK(contains(outcome, "1 more Debian packages: cmake"));
    CHECK(contains(outcome, "install -y -qq --no-install-recommends cmake\n"));
}

TEST_CASE("an installation that cannot be done ends with the command to run by hand") {
    Sandbox sandbox;
    sandbox.mark_unbuilt();
    const Outcome no_root = sandbox.run("build", "FAKE_ID=1000");
    CHECK(no_root.exit_code == 1);
    CHECK(contains(no_root, "needs root and there is no sudo here; run as root: apt-get install --no-install-recommends cmake"));
    const Outcome no_network = sandbox.run("build", "APT_EXIT=100");
    CHECK(no_network.exit_code == 1);
    CHECK(contains(no_network, "by hand, run as root: apt-get install"));
}

TEST_CASE("a build that fails says so and where its log is, and is not taken for done") {
    Sandbox sandbox;
    sandbox.mark_unbuilt();
    sandbox.touch("installed");
    sandbox.script("tools/cmake", "[[ $1 == --preset ]] && exit 0; printf '[1/2] Building\\nFAILED: x.o\\nc++ -c x.cpp\\nx.cpp:1: error: oops\\nninja: build stopped\\n'; exit 1");
    const Outcome outcome = sandbox.run("build");
    CHECK(outcome.exit_code == 1);
    CHECK(contains(outcome, "x.cpp:1: error: oops"));
    CHECK(contains(outcome, "build/release/build.log"));
    CHECK_FALSE(contains(outcome, "c++ -c"));
    CHECK_FALSE(fs::exists(sandbox.folder() / "book/build/release/.built-programs"));
}

TEST_CASE("`test` ends in ctest's own closing lines and exit code, after the list of what was skipped and why") {
    Sandbox sandbox;
    fs::create_directories(sandbox.folder() / "book/build/release/Testing/Temporary");
    sandbox.script("tools/ctest", "echo 'data.cpp:24: MESSAGE: skipped: a photo is named: there is no photos/cat.jpg' >build/release/Testing/Temporary/LastTest.log\n"
                                  "printf '1/1 Test lib Passed\\n100%% tests passed, 0 tests failed out of 1\\n'; exit ${CTEST_EXIT:-0}");
    const Outcome outcome = sandbox.run("test");
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.text.ends_with("skipped: a photo is named: there is no photos/cat.jpg\n100% tests passed, 0 tests failed out of 1\n"));
    CHECK(sandbox.run("test", "CTEST_EXIT=8").exit_code == 8);
}

TEST_CASE("`test --all` runs every preset and every fuzz target, whatever could not be built or broke before, and names what failed") {
    Sandbox sandbox;
    sandbox.touch("installed");
    for (const char* sub : {"book/tests/fuzz", "book/build/fuzz/bin"}) fs::create_directories(sandbox.folder() / sub);
    for (const std::string target : {"one", "two"}) {
        sandbox.touch("book/tests/fuzz/" + target + ".cpp");
        sandbox.script("book/build/fuzz/bin/fuzz_" + target, "echo \"ran $0\"; exit ${FUZZ_EXIT:-0}");
    }
    sandbox.script("tools/cmake", "[[ \"$*\" != *\" ${BROKEN:-nothing} \"* ]]");
    sandbox.script("tools/ctest", "echo \"ctest $*\"");
    sandbox.mark_built();
    const Outcome good = sandbox.run("test --all");
    CHECK(good.exit_code == 0);
    for (const std::string preset : {"release", "asan", "tsan", "aarch64"}) CHECK(contains(good, "ctest --test-dir build/" + preset));
    CHECK(contains(good, "Every run passed"));
    const Outcome bad = sandbox.run("test --all", "BROKEN=asan FUZZ_EXIT=1");
    CHECK(bad.exit_code == 1);
    for (const std::string run : {"ctest --test-dir build/aarch64", "fuzz_one", "fuzz_two", "an input breaks these targets: one two", "these runs failed: asan fuzz"}) CHECK(contains(bad, run));
}
