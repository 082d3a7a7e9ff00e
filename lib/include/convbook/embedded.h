// Files that were built into the program (texts, fonts, formulas, quoted code), so that it runs from any folder. See lib/cmake/ConvbookEmbed.cmake.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace convbook::embedded {

struct File {
    std::string_view path;  ///< relative to the folder they were taken from
    std::span<const unsigned char> bytes;
    std::string_view text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

/// assets/: fonts, formulas, labels, photos.
std::span<const File> assets();
/// chapters/NN_slug/README*.md, and the sources that chapters quote (paths from the project's root).
std::span<const File> book();

}  // namespace convbook::embedded
