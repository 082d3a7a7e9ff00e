// Reads a zip file's central directory and checks it against the local headers, so that no entry reaches over another or out of the file.
// Leaves out inflating (a compressed entry is only marked), the 64-bit extension and checksums. PKWARE, .ZIP File Format Specification 6.3, section 4.3
#include "io/zip_directory.h"

#include <algorithm>
#include <cstdint>

#include "convbook/error.h"
#include "io/number_formats.h"

namespace convbook::io {
namespace {

using Bytes = std::span<const unsigned char>;

constexpr std::uint32_t kLocalMark = 0x04034b50, kCentralMark = 0x02014b50, kEndMark = 0x06054b50;
constexpr std::size_t kLocalBytes = 30, kCentralBytes = 46, kEndBytes = 22;  // of each record before its variable fields
constexpr std::size_t kMaxNameBytes = 1024;                                  // torch.save's are "archive/data/123"

std::uint32_t u16(Bytes bytes, std::size_t at) { return bytes[at] | static_cast<std::uint32_t>(bytes[at + 1]) << 8; }
std::uint32_t u32(Bytes bytes, std::size_t at) { return u16(bytes, at) | u16(bytes, at + 2) << 16; }
std::string_view text_at(Bytes bytes, std::size_t at, std::size_t length) { return {reinterpret_cast<const char*>(bytes.data()) + at, length}; }

/// Where the central directory lies and how many entries it has.
struct Directory { std::size_t begin, end, count; };

Directory find_directory(Bytes bytes, const std::string& file) {
    // torch.save writes no comment, so the end record is the last of the file
    const std::size_t at = bytes.size() - std::min(bytes.size(), kEndBytes);
    CONVBOOK_REQUIRE(bytes.size() >= kEndBytes && u32(bytes, at) == kEndMark && u16(bytes, at + 20) == 0, file,
                     ": a zip file ends with its directory, and this one does not; size=", bytes.size(), " bytes. The file was cut off; get it again.");
    const std::size_t count = u16(bytes, at + 10), size = u32(bytes, at + 12), begin = u32(bytes, at + 16);
    CONVBOOK_REQUIRE(count < 0xffff && begin < 0xffffffff, file, ": files of 65,535 entries or of 4 GiB and more are not read here; no network of this book is near.");
    CONVBOOK_REQUIRE(u16(bytes, at + 4) == 0 && u16(bytes, at + 6) == 0 && u16(bytes, at + 8) == count, file, ": the zip file says that it has several parts; join them first.");
    CONVBOOK_REQUIRE(begin <= at && size <= at - begin, file, ": the zip directory lies outside the file; begin=", begin, ", size=", size, ", file=", bytes.size(),
                     " bytes. The file is damaged; get it again.");
    return {begin, begin + size, count};
}

/// An entry and the whole range that it takes, its local header included.
struct Located { ZipEntry entry; std::size_t begin, end; };

/// The range of an entry's bytes, from its local header.
Located locate(Bytes bytes, std::string_view name, std::size_t begin, std::size_t size, std::size_t room, const std::string& file) {
    CONVBOOK_REQUIRE(begin <= room && room - begin >= kLocalBytes && u32(bytes, begin) == kLocalMark, file, ": ", quote(name), " has no local header at byte ", begin,
                     ". The file is damaged; get it again.");
    const std::size_t name_bytes = u16(bytes, begin + 26), skipped = kLocalBytes + name_bytes + u16(bytes, begin + 28);
    CONVBOOK_REQUIRE(skipped <= room - begin && size <= room - begin - skipped, file, ": ", quote(name), " lies outside the file; begin=", begin + skipped, ", size=", size,
                     ", directory at ", room, ". The file is damaged; get it again.");
    CONVBOOK_REQUIRE(text_at(bytes, begin + kLocalBytes, name_bytes) == name, file, ": ", quote(name), " has another name in its local header. The file is damaged; get it again.");
    return {{name, bytes.subspan(begin + skipped, size), true}, begin, begin + skipped + size};
}

/// Reads the directory's record at `at` and moves behind it.
Located read_record(Bytes bytes, std::size_t& at, const Directory& directory, const std::string& file) {
    CONVBOOK_REQUIRE(directory.end - at >= kCentralBytes && u32(bytes, at) == kCentralMark, file, ": the zip directory has no record at byte ", at, ". The file is damaged; get it again.");
    const std::size_t name_bytes = u16(bytes, at + 28), record = kCentralBytes + name_bytes + u16(bytes, at + 30) + u16(bytes, at + 32);
    CONVBOOK_REQUIRE(record <= directory.end - at && name_bytes <= kMaxNameBytes, file, ": a record of the zip directory is too long; at byte ", at, ". The file is damaged; get it again.");
    const std::string_view name = text_at(bytes, at + kCentralBytes, name_bytes);
    const std::uint32_t flags = u16(bytes, at + 8), method = u16(bytes, at + 10), packed = u32(bytes, at + 20), size = u32(bytes, at + 24), begin = u32(bytes, at + 42);
    CONVBOOK_REQUIRE((flags & 1) == 0, file, ": ", quote(name), " is encrypted, which is not read here. Save it again with torch.save.");
    CONVBOOK_REQUIRE((method != 0 || packed == size) && packed < 0xffffffff, file, ": ", quote(name), " must have one size and less than 4 GiB; stored=", packed, ", unpacked=", size,
                     ". The file is damaged; get it again.");
    at += record;
    Located located = locate(bytes, name, begin, packed, directory.begin, file);
    located.entry.is_stored = method == 0;
    return located;
}

void check_layout(std::vector<Located> entries, const std::string& file) {
    std::sort(entries.begin(), entries.end(), [](auto& a, auto& b) { return a.begin < b.begin; });
    const auto overlap = std::adjacent_find(entries.begin(), entries.end(), [](auto& a, auto& b) { return b.begin < a.end; });
    CONVBOOK_REQUIRE(overlap == entries.end(), file, ": entries of a zip file do not overlap; ", quote(overlap->entry.name), " and ", quote((overlap + 1)->entry.name),
                     " do. The file is damaged; get it again.");
}

}  // namespace

std::vector<ZipEntry> read_zip_directory(Bytes bytes, const std::string& file) {
    const Directory directory = find_directory(bytes, file);
    std::vector<Located> located;
    std::size_t at = directory.begin;
    for (std::size_t i = 0; i < directory.count; ++i) located.push_back(read_record(bytes, at, directory, file));
    CONVBOOK_REQUIRE(at == directory.end, file, ": the zip directory is longer than its ", directory.count, " records. The file is damaged; get it again.");
    check_layout(located, file);
    std::vector<ZipEntry> entries;
    for (const Located& one : located) entries.push_back(one.entry);
    std::sort(entries.begin(), entries.end(), [](auto& a, auto& b) { return a.name < b.name; });
    const auto twice = std::adjacent_find(entries.begin(), entries.end(), [](auto& a, auto& b) { return a.name == b.name; });
    CONVBOOK_REQUIRE(twice == entries.end(), file, ": every entry of a zip file has its own name; ", quote(twice->name), " stands twice. The file is damaged; get it again.");
    return entries;
}

const ZipEntry* find_entry(const std::vector<ZipEntry>& sorted, std::string_view name) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), name, [](const ZipEntry& e, std::string_view n) { return e.name < n; });
    return at != sorted.end() && at->name == name ? &*at : nullptr;
}

}  // namespace convbook::io
