// The built programs as a reader starts them: what they print where, and how they end.
#pragma once
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace convbook::book_test {

struct Outcome {
    int exit_code = -1;
    std::string out, error;
};

inline std::string run_and_read(const std::string& command, int& status) {
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    char buffer[4096];
    for (std::size_t size; (size = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, size);
    status = WEXITSTATUS(pclose(pipe));
    return text;
}

/// Twice, so that each stream is seen alone
inline Outcome run(const std::string& command) {
    Outcome outcome;
    outcome.error = run_and_read(command + " 2>&1 >/dev/null </dev/null", outcome.exit_code);
    outcome.out = run_and_read(command + " 2>/dev/null </dev/null", outcome.exit_code);
    return outcome;
}

inline std::string program(const std::string& name) { return std::string(CONVBOOK_BINARY_DIR) + "/bin/" + name; }

/// Exit code 2, nothing on standard output, one line on standard error.
inline void check_refused(const std::string& command) {
    const Outcome outcome = run(command);
    INFO(command, ": ", outcome.error);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.out.empty());
    CHECK(std::count(outcome.error.begin(), outcome.error.end(), '\n') == 1);
}

}  // namespace convbook::book_test
