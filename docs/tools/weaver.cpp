// convbook_weave [--check] [ROOT]: writes what every mark of the book means now; with --check it only says what is stale and exits 1.
// Leaves the marks to weave.cpp, and the truth to the built lessons and the sources (book_sources.cpp).
#include <cstdio>
#include <fstream>
#include <string>

#include "book_sources.h"
#include "convbook/error.h"

namespace {

using namespace convbook;
namespace fs = std::filesystem;

std::string shortened(const std::string& text) {
    const std::size_t end = text.find('\n');
    return end == text.npos ? text : text.substr(0, end) + " ...";
}

void write_text_file(const fs::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    CONVBOOK_REQUIRE(file, "could not write ", path.string(), "; is it writable?");
}

/// Returns how many marks of this file are stale or wrong.
int weave_file(const fs::path& root, const fs::path& path, bool only_check) {
    const std::string text = docs::read_text_file(path), name = fs::relative(path, root).string();
    const docs::Woven woven = docs::weave(text, docs::sources_for(root, path));
    for (const std::string& fault : woven.faults) std::fprintf(stderr, "%s:%s\n", name.c_str(), fault.c_str());
    for (const docs::Stale& stale : woven.stale)
        std::fprintf(only_check ? stderr : stdout, "%s:%d: %s %s: \"%s\" -> \"%s\"\n", name.c_str(), stale.line, only_check ? "stale" : "woven", stale.mark.c_str(),
                     shortened(stale.was).c_str(), shortened(stale.is).c_str());
    if (!only_check && woven.text != text) write_text_file(path, woven.text);
    const bool is_unwoven = only_check && woven.stale.empty() && woven.text != text;
    if (is_unwoven) std::fprintf(stderr, "%s: a code mark has no block yet\n", name.c_str());
    return static_cast<int>(woven.faults.size()) + (only_check ? static_cast<int>(woven.stale.size()) + is_unwoven : 0);
}

int weave_book(const fs::path& root, bool only_check) {
    int wrong = 0;
    for (const fs::path& path : docs::woven_files(root)) wrong += weave_file(root, path, only_check);
    if (wrong && only_check) std::fprintf(stderr, "%d marks are stale or wrong; `convbook_weave` rewrites the stale ones.\n", wrong);
    return wrong ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    bool only_check = false;
    fs::path root = CONVBOOK_SOURCE_DIR;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--check") only_check = true;
        else if (!word.starts_with("-") && fs::is_directory(fs::path(word) / "chapters")) root = word;
        else return std::fprintf(stderr, "usage: convbook_weave [--check] [ROOT], where ROOT holds chapters/; found \"%s\"\n", word.c_str()), 2;
    }
    try {
        return weave_book(fs::canonical(root), only_check);
    } catch (const std::exception& error) {
        return std::fprintf(stderr, "convbook_weave: %s\n", error.what()), 1;
    }
}
