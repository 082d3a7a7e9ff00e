// What tests of the library share: temporary files, hand-made safetensors, the reader's data folder with a named skip, numbers in NumPy files.
// Leaves out doctest's main.
#pragma once
#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "convbook/weights.h"

namespace convbook::test {

/// data_folder()/part if it is there; else says by name that the test is skipped and why.
inline std::optional<std::filesystem::path> data_or_skip(const std::string& part) {
    const std::filesystem::path folder = data_folder();
    if (!folder.empty() && std::filesystem::exists(folder / part)) return folder / part;
    MESSAGE("skipped: " << std::string(doctest::getContextOptions()->currentTest->m_name) << ": there is no " << part << " in CONVBOOK_DATA or ../shared");
    return std::nullopt;
}

inline nlohmann::json read_json(const std::filesystem::path& path) {
    std::ifstream in(path);
    return nlohmann::json::parse(in);
}

/// The float32 values of a NumPy file of version 1, little-endian, C order.
inline std::vector<float> read_npy(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    REQUIRE(bytes.size() > 10);
    REQUIRE(bytes.find("'<f4'") != std::string::npos);
    const std::size_t begin = 10 + static_cast<unsigned char>(bytes[8]) + 256u * static_cast<unsigned char>(bytes[9]);
    std::vector<float> values((bytes.size() - begin) / sizeof(float));
    std::memcpy(values.data(), bytes.data() + begin, values.size() * sizeof(float));
    return values;
}

using Bytes = std::vector<unsigned char>;

/// A safetensors file with this header text and these bytes of data.
inline Bytes safetensors(const std::string& header, const Bytes& data = {}) {
    Bytes file;
    for (int i = 0; i < 8; ++i) file.push_back(static_cast<unsigned char>(header.size() >> (8 * i)));
    file.insert(file.end(), header.begin(), header.end());
    file.insert(file.end(), data.begin(), data.end());
    return file;
}

/// A file with one F32 tensor of ones for every parameter, changed by `edit(name, dims)`; an empty name leaves it out.
template <class Edit>
Bytes safetensors_of(const Graph& graph, Edit edit, const std::string& metadata = "{}") {
    nlohmann::json header = {{"__metadata__", nlohmann::json::parse(metadata)}};
    std::size_t end = 0;
    for (const Parameter& parameter : graph.parameters()) {
        const int all[4] = {parameter.shape.n, parameter.shape.c, parameter.shape.h, parameter.shape.w};
        std::vector<int> dims(all + 4 - parameter.shape.rank, all + 4);
        std::string name = parameter.name;
        edit(name, dims);
        if (name.empty()) continue;
        std::size_t bytes = 4;
        for (const int d : dims) bytes *= static_cast<std::size_t>(d);
        header[name] = {{"dtype", "F32"}, {"shape", dims}, {"data_offsets", {end, end + bytes}}};
        end += bytes;
    }
    Bytes data(end);
    const float one = 1;
    for (std::size_t i = 0; i < end; i += 4) std::memcpy(&data[i], &one, 4);
    return safetensors(header.dump(), data);
}

/// A file in the temporary folder that goes when the test ends.
class TemporaryFile {
public:
    TemporaryFile(const std::string& name, const Bytes& bytes) : path_(std::filesystem::temp_directory_path() / ("convbook_test_" + name)) {
        std::ofstream(path_, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// The text of the Error that `action` throws; empty if it throws none.
template <class Action>
std::string error_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace convbook::test
