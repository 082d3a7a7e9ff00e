// A file's bytes without copying them: mapped read-only for as long as the object lives. Leaves out writing and formats.
#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace convbook::io {

/// Throws convbook::Error naming `reader`, file and reason if it is missing, no regular file, unreadable, or larger than `max_bytes`.
class MappedFile {
public:
    MappedFile(const std::filesystem::path& path, const std::string& reader, std::size_t max_bytes);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    std::span<const unsigned char> bytes() const { return {static_cast<const unsigned char*>(data_), size_}; }

private:
    void* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace convbook::io
