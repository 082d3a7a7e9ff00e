// How weights files store numbers, under the names that safetensors gives them, and the way from there to float32.
// Leaves out where in a file a number lies.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "convbook/weights.h"

namespace convbook::io {

/// Bytes of one number, 0 for an unknown type.
std::size_t size_of_dtype(std::string_view dtype);
/// Writes `count` numbers to `to`, read from `from` at every `step`-th place of its type.
using FloatReader = void (*)(const unsigned char* from, std::size_t step, std::size_t count, float* to);
/// For F64, F32, F16 and BF16; nullptr for types that hold no real numbers.
FloatReader float_reader(std::string_view dtype);
/// [] is one number; fewer than four dimensions are right-aligned. Throws convbook::Error beginning with `file` for what no Tensor holds.
Shape shape_of(const TensorEntry& entry, const std::string& file);
/// "[64,3,7,7]"
std::string dims_text(const std::vector<std::int64_t>& dims);
/// A text out of a file as a message may show it: at most 80 bytes, no control characters, in quotation marks.
std::string quote(std::string_view text);

}  // namespace convbook::io
