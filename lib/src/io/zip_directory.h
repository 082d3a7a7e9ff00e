// The entries of a zip file, as byte ranges of it. Leaves out what is in them, and inflating: torch.save stores.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace convbook::io {

/// Name and bytes point into the file; the bytes are as they stand there, so they mean something only if `is_stored`.
struct ZipEntry { std::string_view name; std::span<const unsigned char> bytes; bool is_stored; };
/// Sorted by name. Throws convbook::Error beginning with `file` for anything encrypted, lying, overlapping, named twice, or too large.
std::vector<ZipEntry> read_zip_directory(std::span<const unsigned char> bytes, const std::string& file);
/// The entry of that name, or nullptr.
const ZipEntry* find_entry(const std::vector<ZipEntry>& sorted, std::string_view name);

}  // namespace convbook::io
