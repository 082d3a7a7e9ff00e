// What the console faces of all chapters share: options made from the lesson's fields, --json, --help, exit codes, a registry.
// Knows no chapter; a chapter's main.cpp says only what to print.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "console/table.h"
#include "convbook/lesson.h"

namespace CLI {
class App;
class ParseError;
}

namespace convbook::console {

/// A chapter's console face, called like main(); argv[0] is not read.
using Face = int (*)(int argc, char** argv);
struct FaceEntry {
    std::string folder;
    Face face;
};
bool register_face(const char* folder, Face face);
/// Sorted by folder.
const std::vector<FaceEntry>& list_faces();
/// By number "07" or whole folder name; null if there is none.
Face find_face(std::string_view chapter);

/// Prints the tables of one state: `settings` as given (defaults absent), `values` as the lesson computed them.
using Print = void (*)(const Settings& settings, const Values& values);
/// Reads the options of the lesson in `folder`, computes, prints; returns the exit code: 0, or 2 with one line on stderr for a state
/// that the lesson refuses or an option it does not know, or 1 if the computation failed. `add_own` adds the options that only this face has.
int run(const char* folder, const char* about, int argc, char** argv, Print print, const std::function<void(CLI::App&)>& add_own = {});

/// What was wrong with the command line, without the full stop: CLI11's own words, in a sentence where they are none.
std::string explain(const CLI::App& app, const CLI::ParseError& error);

/// An option that takes a number and was given "", which CLI11 takes for 0; empty if there is none.
std::string find_empty_number(const CLI::App& app);

/// The text of one value by name; our own fault if the lesson has none of that name.
std::string text_of(const Values& values, std::string_view name);

}  // namespace convbook::console

/// At the end of main.cpp: REGISTER_CONSOLE(console);   CONVBOOK_CHAPTER comes from the build.
#define REGISTER_CONSOLE(face) static const bool console_is_registered = ::convbook::console::register_face(CONVBOOK_CHAPTER, face)
