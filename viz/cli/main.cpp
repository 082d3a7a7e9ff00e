// Entry of the program `convbook`. Everything else is in command.cpp and in one file per command.
#include "cli/command.h"
#include "console/memory.h"

int main(int argc, char** argv) {
    convbook::console::keep_freed_memory();
    return convbook::cli::run_program(argc, argv);
}
