// The JSON header of a safetensors file, checked while it is read. Leaves out the tensors' values (safetensors.cpp).
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "convbook/weights.h"

namespace convbook::io {

struct SafetensorsHeader {
    std::vector<TensorEntry> entries;  ///< sorted by name; begin and end count from the first byte of data
    std::map<std::string, std::string> metadata;
    std::size_t data_begin = 0;        ///< of the first byte of data in the file
};
/// Checks everything a header can lie about. Throws convbook::Error whose text begins with "safetensors: NAME".
SafetensorsHeader read_safetensors_header(std::span<const unsigned char> file, const std::string& name);

}  // namespace convbook::io
