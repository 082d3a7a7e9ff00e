// Entry of the program `convbook`. Everything else is in command.cpp and in one file per command.
#include "cli/command.h"

int main(int argc, char** argv) { return convbook::cli::run_program(argc, argv); }
