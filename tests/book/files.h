// The project's own files, for tests that read them as text. Leaves out whatever a build or an editor adds.
#pragma once
#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "book_sources.h"

namespace convbook::book_test {

namespace fs = std::filesystem;

inline fs::path root() { return CONVBOOK_SOURCE_DIR; }
inline std::string name_of(const fs::path& path) { return fs::relative(path, root()).generic_string(); }

/// Files below a folder of the project with one of these extensions, sorted.
inline std::vector<fs::path> files_below(const std::string& folder, const std::vector<std::string>& extensions) {
    std::vector<fs::path> files;
    if (!fs::exists(root() / folder)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(root() / folder))
        if (entry.is_regular_file() && name_of(entry.path()).find("node_modules/") == std::string::npos && std::find(extensions.begin(), extensions.end(), entry.path().extension()) != extensions.end()) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

inline std::vector<fs::path> source_files() {
    std::vector<fs::path> files;
    for (const char* folder : {"lib", "chapters", "viz", "tests", "docs"})
        for (const fs::path& file : files_below(folder, {".cpp", ".h", ".inl", ".inc"})) files.push_back(file);
    return files;
}

inline std::vector<std::string> lines_of(const fs::path& path) {
    std::istringstream text(docs::read_text_file(path));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
}

}  // namespace convbook::book_test
