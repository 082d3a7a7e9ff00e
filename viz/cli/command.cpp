// Registry and dispatch of the program's commands, and the one place where a fault becomes an exit code.
// Leaves out every command: each is a file of its own that registers itself.
#include "cli/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <new>

#include "console/console.h"
#include "convbook/backend.h"

namespace convbook::cli {
namespace {

std::vector<Command>& commands() {
    static std::vector<Command> list;
    return list;
}

int complain(int code, const std::string& sentence) {
    std::fflush(stdout);
    fmt::print(stderr, "convbook: {}\n", sentence);
    return code;
}

std::string command_names() {
    std::string names;
    for (const Command& command : commands()) names += (names.empty() ? "" : ", ") + command.name;
    return names;
}

// The first word, unless it asks for help, must be a command: CLI11's own message would not list them
void require_command(int argc, const char* const* argv) {
    if (argc < 2) throw UsageError("Which command? Choose one of " + command_names() + "; `convbook --help` explains them.");
    const std::string word = argv[1];
    if (word == "-h" || word == "--help") return;
    if (word.starts_with("-")) throw UsageError(message("A command comes before its options; got \"", word, "\". Choose one of ", command_names(), "."));
    const bool known = std::any_of(commands().begin(), commands().end(), [&](const Command& c) { return c.name == word; });
    if (!known) throw UsageError(message("There is no command \"", word, "\". Choose one of ", command_names(), "."));
}

int dispatch(int argc, const char* const* argv) {
    require_command(argc, argv);
    CLI::App program("ConvBook: an executable textbook of lightweight convolutional networks.\n"
                     "Exit codes: 0 good, 1 understood but failed, 2 the command line is wrong.", "convbook");
    program.require_subcommand(1);
    program.option_defaults()->always_capture_default();
    Run run;
    for (const Command& command : commands()) {
        CLI::App* options = program.add_subcommand(command.name, command.help);
        options->option_defaults()->always_capture_default();
        auto runner = std::make_shared<Run>(command.set_up(*options));
        options->callback([&run, runner] { run = *runner; });
    }
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return program.exit(error);  // --help: printed to stdout
        const std::vector<CLI::App*> chosen = program.get_subcommands();
        throw UsageError(message(console::explain(chosen.empty() ? program : *chosen.front(), error), ". `convbook ", chosen.empty() ? "" : chosen.front()->get_name() + " ",
                                 "--help` shows what there is."));
    }
    const std::string empty = console::find_empty_number(*program.get_subcommands().front());
    if (!empty.empty()) throw UsageError(message(empty, " needs a value."));
    // A wrong CONVBOOK_BACKEND is told before anything is printed
    active_backend_name();
    return run();
}

}  // namespace

CLI::Validator number_in(double low, double high) {
    const auto check = [low, high](std::string& text) {
        double number = 0;
        const bool is_good = CLI::detail::lexical_cast(text, number) && number >= low && number <= high;
        return is_good ? std::string() : message("a number in ", low, "..", high, " belongs here; got ", text);
    };
    return CLI::Validator(check, message("in ", low, "..", high), "number_in");
}

bool register_command(const char* name, const char* help, SetUp set_up) {
    const auto place = std::find_if(commands().begin(), commands().end(), [&](const Command& c) { return c.name > name; });
    commands().insert(place, {name, help, set_up});
    return true;
}

const std::vector<Command>& list_commands() { return commands(); }

int run_program(int argc, const char* const* argv) {
    try {
        const int code = dispatch(argc, argv);
        if (std::fflush(stdout) != 0) return complain(1, "Standard output could not be written; is the disk full or the pipe closed?");
        return code;
    } catch (const UsageError& error) {
        return complain(2, error.what());
    } catch (const Error& error) {
        return complain(1, error.what());
    } catch (const std::bad_alloc&) {
        return complain(1, "There is not enough memory for this; try a smaller input.");
    } catch (const std::exception& error) {
        return complain(1, error.what());
    }
}

}  // namespace convbook::cli
