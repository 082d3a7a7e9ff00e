// What a PyTorch state dict's file says of its tensors, checked against the file. Leaves out their values (state_dict.cpp).
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "convbook/weights.h"

namespace convbook::io {

/// A tensor and how far apart, in numbers, its neighbours along each dimension lie; begin and end count from the file's first byte.
struct StridedEntry { TensorEntry entry; std::vector<std::int64_t> strides; };
/// Sorted by name. Throws convbook::Error beginning with `file` for anything but a state dict as torch.save writes it, or a checkpoint that holds one.
std::vector<StridedEntry> read_state_dict(std::span<const unsigned char> bytes, const std::string& file);
/// Whether these are the first bytes of a file that PyTorch wrote, whichever of its formats it is.
bool is_from_torch(std::span<const unsigned char> bytes);

}  // namespace convbook::io
