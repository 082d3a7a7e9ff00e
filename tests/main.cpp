// main() of every test executable, and what only the build knows. Leaves out every claim: they stand in the files beside it.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "stopwatch.h"

const double convbook::test::kSlowdown = CONVBOOK_TEST_SLOWDOWN;
