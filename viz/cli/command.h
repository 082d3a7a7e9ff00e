// One command of the program is one file viz/cli/<command>.cpp that ends in REGISTER_COMMAND; main.cpp only dispatches.
// Exit codes are decided here and nowhere else: 0 good, 1 understood but failed, 2 the command line is wrong.
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "convbook/error.h"

namespace convbook::cli {

/// The command line is wrong (unknown word, option, network or chapter; value out of range): exit code 2. One sentence.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Calls `read` and turns a convbook::Error into a UsageError: for the part of a command that understands its arguments.
///     const Graph graph = understand([&] { return build_net(name, options); });
template <class Read>
auto understand(Read&& read) {
    try {
        return read();
    } catch (const Error& error) {
        throw UsageError(error.what());
    }
}

/// Accepts numbers in low..high; CLI::Range lets nan through.
CLI::Validator number_in(double low, double high);

using Run = std::function<int()>;
/// Adds a command's options to `options` and returns what runs it after they were read. Results go to stdout, all else to stderr.
using SetUp = Run (*)(CLI::App& options);

struct Command {
    std::string name, help;
    SetUp set_up = nullptr;
};
bool register_command(const char* name, const char* help, SetUp set_up);
/// Sorted by name.
const std::vector<Command>& list_commands();

/// The whole program: reads the command line, runs one command, returns the exit code.
int run_program(int argc, const char* const* argv);

}  // namespace convbook::cli

/// At the end of a command's file: REGISTER_COMMAND("read", "Prints a chapter as plain text", set_up);
#define REGISTER_COMMAND(name, help, set_up) static const bool command_is_registered = ::convbook::cli::register_command(name, help, set_up)
