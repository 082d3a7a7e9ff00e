// `convbook ui SCRIPT`: replays input against the off-screen book, takes pictures, checks what is shown; exit code 1 if something was not so.
// Leaves out the language of scripts (kit/script.h).
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "app/headless.h"
#include "cli/command.h"
#include "cli/screen_options.h"

namespace convbook::cli {
namespace {

struct Options {
    std::string script, link = "contents";
    ScreenOptions screen;
};

constexpr std::size_t kMaxScriptBytes = 1u << 20;  // far more than a script has: /dev/zero and the like never end

/// The beginning, one byte longer than a script may be.
std::string read_beginning(std::istream& in) {
    std::string text(kMaxScriptBytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

std::string read_script(const std::string& path) {
    std::error_code ignored;
    std::ifstream file(path, std::ios::binary);
    CONVBOOK_REQUIRE(path == "-" || (file && !std::filesystem::is_directory(path, ignored)), "ui: the script ", path,
                     " cannot be read; give the path of a text file, or - for standard input.");
    const std::string script = read_beginning(path == "-" ? std::cin : file);
    const bool is_text = std::none_of(script.begin(), script.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\r' && c != '\t'; });
    CONVBOOK_REQUIRE(is_text, "ui: ", path, " is not a text file; a script has one command a line, `convbook ui --help` lists them.");
    CONVBOOK_REQUIRE(script.size() <= kMaxScriptBytes, "ui: ", path, " is larger than a script can be; limit=", kMaxScriptBytes, " bytes. Split it into several.");
    return script;
}

int replay(Options& options) {
    options.screen.apply();
    const std::string script = read_script(options.script);
    app::Headless book(options.screen.width, options.screen.height, options.screen.scale);
    understand([&] { book.book().open(options.link); return 0; });
    kit::InputScript player(book.host([](const std::string& words) { std::printf("%s\n", words.c_str()); }));
    player.draw(3);
    const bool is_good = player.run(script, options.script);
    for (const std::string& failure : player.failures()) std::fprintf(stderr, "%s\n", failure.c_str());
    return is_good ? 0 : 1;
}

Run set_up(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_option("script", options->script, "A text file with one command a line, or - for standard input")->required();
    app.add_option("--open", options->link, "The state to begin in");
    options->screen.add_to(app);
    app.footer("Commands, one a line; # begins a comment:\n" + kit::script_words());
    return [options] { return replay(*options); };
}

}  // namespace

REGISTER_COMMAND("ui", "Replays input without a display and checks what is shown: convbook ui figure.script", set_up);

}  // namespace convbook::cli
