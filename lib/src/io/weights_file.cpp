// One face for every format of weights, chosen by a file's first bytes, never by its name. Leaves out the formats (safetensors.cpp, state_dict.cpp).
#include <array>
#include <fstream>

#include "convbook/weights.h"
#include "io/state_dict_entries.h"

namespace convbook {

WeightsFile WeightsFile::open(const std::filesystem::path& path) {
    // What cannot be opened is explained by the reader that maps it
    std::array<unsigned char, 16> start{};
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) std::ifstream(path, std::ios::binary).read(reinterpret_cast<char*>(start.data()), start.size());
    if (io::is_from_torch(start)) return StateDictFile::open(path);
    return SafetensorsFile::open(path);
}

WeightsFile WeightsFile::parse(std::span<const unsigned char> bytes, const std::string& name) {
    if (io::is_from_torch(bytes)) return StateDictFile::parse(bytes, name);
    return SafetensorsFile::parse(bytes, name);
}

const std::string& WeightsFile::name() const { return std::visit([](const auto& file) -> const std::string& { return file.name(); }, file_); }
const std::vector<TensorEntry>& WeightsFile::entries() const { return std::visit([](const auto& file) -> const std::vector<TensorEntry>& { return file.entries(); }, file_); }
bool WeightsFile::contains(std::string_view name) const { return std::visit([&](const auto& file) { return file.contains(name); }, file_); }
Tensor WeightsFile::tensor(std::string_view name) const { return std::visit([&](const auto& file) { return file.tensor(name); }, file_); }

const std::map<std::string, std::string>& WeightsFile::metadata() const {
    static const std::map<std::string, std::string> none;  // a state dict says nothing of itself
    const auto* file = std::get_if<SafetensorsFile>(&file_);
    return file ? file->metadata() : none;
}

}  // namespace convbook
