// The end of the road when an invariant of ours is broken: says which one, where, and with what values, then stops the program.
// Leaves out the caller's faults; those are convbook::Error and are thrown where the rule is known.
#include "convbook/error.h"

#include <cstdio>
#include <cstdlib>

namespace convbook {

void assertion_failed(const char* expression, const char* file, int line, const std::string& values) {
    std::fprintf(stderr, "%s:%d: ConvBook broke its own rule `%s`: %s\n", file, line, expression, values.c_str());
    std::abort();
}

}  // namespace convbook
