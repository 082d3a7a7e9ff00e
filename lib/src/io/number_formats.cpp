// Sizes of stored numbers, and half, bfloat and double precision turned into float32. Leaves out formats of files.
#include "io/number_formats.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <map>

namespace convbook::io {
namespace {

template <class Stored>
Stored load(const unsigned char* bytes) {
    Stored value;
    std::memcpy(&value, bytes, sizeof(Stored));
    return value;
}

/// IEEE half to float: exponent and fraction are moved into place, then scaled by 2^112 to change the exponent's bias; subnormals come out right.
float float_from_half(std::uint16_t half) {
    const std::uint32_t magnitude = half & 0x7fffu;
    const float scaled = std::bit_cast<float>(magnitude << 13) * 0x1p112f;
    const std::uint32_t infinite = magnitude >= 0x7c00u ? 0x7f800000u : 0u;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(scaled) | infinite | (static_cast<std::uint32_t>(half & 0x8000u) << 16));
}

float float_from_bfloat(std::uint16_t bfloat) { return std::bit_cast<float>(static_cast<std::uint32_t>(bfloat) << 16); }
float float_from_double(double number) { return static_cast<float>(number); }

template <class Stored, float (*convert)(Stored)>
void read_converted(const unsigned char* from, std::size_t step, std::size_t count, float* to) {
    for (std::size_t i = 0; i < count; ++i) to[i] = convert(load<Stored>(from + i * step * sizeof(Stored)));
}

void read_float(const unsigned char* from, std::size_t step, std::size_t count, float* to) {
    if (step == 1 && count) std::memcpy(to, from, count * sizeof(float));
    else for (std::size_t i = 0; i < count; ++i) to[i] = load<float>(from + i * step * sizeof(float));
}

}  // namespace

std::size_t size_of_dtype(std::string_view dtype) {
    static const std::map<std::string_view, std::size_t> sizes = {{"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"I64", 8}, {"U64", 8},     {"I32", 4},
                                                                  {"U32", 4}, {"I16", 2}, {"U16", 2}, {"I8", 1},   {"U8", 1},  {"BOOL", 1}, {"F8_E4M3", 1}, {"F8_E5M2", 1}};
    const auto found = sizes.find(dtype);
    return found == sizes.end() ? 0 : found->second;
}

FloatReader float_reader(std::string_view dtype) {
    if (dtype == "F32") return read_float;
    if (dtype == "F16") return read_converted<std::uint16_t, float_from_half>;
    if (dtype == "BF16") return read_converted<std::uint16_t, float_from_bfloat>;
    if (dtype == "F64") return read_converted<double, float_from_double>;
    return nullptr;
}

Shape shape_of(const TensorEntry& entry, const std::string& file) {
    int dims[4] = {1, 1, 1, 1};
    CONVBOOK_REQUIRE(entry.dims.size() <= 4, file, ": tensors of this library have at most four dimensions; ", quote(entry.name), " has ", entry.dims.size(), ".");
    for (std::size_t i = 0; i < entry.dims.size(); ++i) {
        CONVBOOK_REQUIRE(entry.dims[i] <= 1 << 30, file, ": a dimension is at most 2^30; ", quote(entry.name), " has ", entry.dims[i], ".");
        dims[i] = static_cast<int>(entry.dims[i]);
    }
    return entry.dims.empty() ? Shape::of({1}) : Shape::of(dims, static_cast<int>(entry.dims.size()));
}

std::string dims_text(const std::vector<std::int64_t>& dims) {
    std::string text = "[";
    for (std::size_t i = 0; i < dims.size(); ++i) text += (i ? "," : "") + std::to_string(dims[i]);
    return text + "]";
}

std::string quote(std::string_view text) {
    constexpr std::size_t kMostBytes = 80;
    std::string shown = "\"";
    for (const char c : text.substr(0, kMostBytes)) shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return shown + (text.size() > kMostBytes ? "...\"" : "\"");
}

}  // namespace convbook::io
