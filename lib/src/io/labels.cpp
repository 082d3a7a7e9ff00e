// Class names: a text file of one label a line. Leaves out which file belongs to which network (conventions.cpp).

#include "io/mapped_file.h"
#include "convbook/weights.h"

namespace convbook {

std::vector<std::string> load_labels(const std::filesystem::path& path) {
    constexpr std::size_t kMaxFileBytes = 16u << 20;  // ImageNet's 1000 labels need 30 KB
    const io::MappedFile file(path, "load_labels", kMaxFileBytes);
    std::vector<std::string> labels;
    std::string line;
    for (const unsigned char byte : file.bytes()) {
        if (byte == '\n') labels.push_back(std::move(line)), line.clear();
        else if (byte != '\r') line += static_cast<char>(byte);
    }
    if (!line.empty()) labels.push_back(std::move(line));
    CONVBOOK_REQUIRE(!labels.empty(), "load_labels: ", path.string(), " has no line. Give a file of one label a line.");
    return labels;
}

}  // namespace convbook
