// `convbook chapter 07 [options]`: the chapter's console face, the same as its own executable.
// Leaves the options to the chapter: they are its link keys.
#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "console/console.h"

namespace convbook::cli {
namespace {

std::string known_chapters() {
    std::string names;
    for (const auto& face : console::list_faces()) names += (names.empty() ? "" : ", ") + face.folder;
    return names;
}

Run set_up(CLI::App& options) {
    // Leave every word to the chapter, --help included
    options.set_help_flag();
    options.prefix_command();
    return [&options] {
        std::vector<std::string> words = options.remaining();
        if (words.empty()) throw UsageError("chapter: which one? Choose one of " + known_chapters() + ".");
        if (words[0] == "--help" || words[0] == "-h") {
            std::puts(("convbook chapter NUMBER [options]\nThe chapter's tables in the terminal; `convbook chapter NUMBER --help` lists its options.\n"
                       "Chapters: " + known_chapters()).c_str());
            return 0;
        }
        const console::Face face = console::find_face(words[0]);
        if (!face) throw UsageError(message("chapter: there is no chapter \"", words[0], "\". Choose one of ", known_chapters(), "."));
        std::vector<char*> argv;
        for (std::string& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        return face(static_cast<int>(words.size()), argv.data());
    };
}

}  // namespace

REGISTER_COMMAND("chapter", "Runs a chapter's console face: convbook chapter 07 --cin 16 --cout 32", set_up);

}  // namespace convbook::cli
