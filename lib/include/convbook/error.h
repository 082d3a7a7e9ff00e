// The two kinds of fault, kept apart: convbook::Error is the caller's (a shape, a file, an option), CONVBOOK_ASSERT is ours.
// Every Error is one sentence: operation, rule, actual values, way out.
#pragma once
#include <sstream>
#include <stdexcept>
#include <string>

namespace convbook {

/// The caller's fault. what() names the operation, the rule, the actual values and the way out, in one sentence.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Streams its arguments into one string: message("in=", shape, ", w=", w.shape).
template <class... Parts>
std::string message(const Parts&... parts) {
    std::ostringstream text;
    (text << ... << parts);
    return text.str();
}

/// Our own fault: prints the expression and both values, then aborts.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line, const std::string& values);

}  // namespace convbook

/// Throws convbook::Error with the streamed message unless the rule holds.
#define CONVBOOK_REQUIRE(rule, ...) \
    do { \
        if (!(rule)) throw ::convbook::Error(::convbook::message(__VA_ARGS__)); \
    } while (false)

/// Stops the program if an invariant of ours is broken; the streamed values are printed.
#define CONVBOOK_ASSERT(invariant, ...) \
    do { \
        if (!(invariant)) ::convbook::assertion_failed(#invariant, __FILE__, __LINE__, ::convbook::message(__VA_ARGS__)); \
    } while (false)
