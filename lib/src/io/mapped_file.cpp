// Maps a file read-only through POSIX. Leaves out formats: those read the span they are given.
#include "io/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "convbook/error.h"

namespace convbook::io {
namespace {

struct Descriptor {
    int number;
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
};

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path, const std::string& reader, std::size_t max_bytes) {
    // Open what is a regular file; a pipe or a device would wait or never end
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    CONVBOOK_REQUIRE(file.number >= 0, reader, ": ", path.string(), " cannot be opened: ", std::strerror(errno), ". Check the path.");
    struct stat status {};
    CONVBOOK_REQUIRE(::fstat(file.number, &status) == 0 && S_ISREG(status.st_mode), reader, ": ", path.string(),
                     " is not a regular file (a folder, a pipe or a device). Give the path of a file.");
    size_ = static_cast<std::size_t>(status.st_size);
    CONVBOOK_REQUIRE(size_ <= max_bytes, reader, ": ", path.string(), " is larger than what is read here; size=", size_, " bytes, limit=", max_bytes, " bytes.");
    if (size_ == 0) return;
    // Map it
    void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.number, 0);
    CONVBOOK_REQUIRE(mapped != MAP_FAILED, reader, ": ", path.string(), " cannot be mapped: ", std::strerror(errno), ".");
    data_ = mapped;
}

MappedFile::~MappedFile() {
    if (data_) ::munmap(data_, size_);
}

}  // namespace convbook::io
