// The truth that the weaver and tests/book compare with: built lessons, real sources, and the folders of the book below a root.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "weave.h"

namespace convbook::docs {

std::string read_text_file(const std::filesystem::path& path);
/// chapters/NN_slug below root, sorted.
std::vector<std::filesystem::path> chapter_folders(const std::filesystem::path& root);
/// Every Markdown file that is woven: the chapters' READMEs in both languages and the root README.
std::vector<std::filesystem::path> woven_files(const std::filesystem::path& root);
/// What marks in `file` mean: values of the lesson of its folder, functions below root, the table of chapters.
Sources sources_for(const std::filesystem::path& root, const std::filesystem::path& file);

}  // namespace convbook::docs
