// The console face: one table, computed by the lesson.
#include <fmt/format.h>

#include "console/console.h"
#include "lesson.h"

namespace convbook::template_chapter {
namespace {

void print(const Settings& settings, const Values&) {
    const Result result = compute(read_params(members(), settings));
    console::Table table({"cell", "windows that cover it"});
    for (std::size_t cell = 0; cell < result.visits.size(); ++cell) table.row({std::to_string(cell), std::to_string(result.visits[cell])});
    fmt::print("A window of {} in steps of {} over {} cells: {} positions, {} cells never reached at the end.\n\n", result.params.k, result.params.s,
               result.params.w, result.positions, result.unused);
    table.print();
}

int console(int argc, char** argv) {
    return console::run(CONVBOOK_CHAPTER, "How many places can a window stand in?", argc, argv, print);
}

}  // namespace

REGISTER_CONSOLE(console);

}  // namespace convbook::template_chapter
