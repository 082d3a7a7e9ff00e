// Tensors out of a safetensors file: looks them up by name and converts half precision on the way to float32.
// Leaves out the header and its checks (safetensors_header.cpp) and the fitting of a file to a network (bind_weights.cpp).
#include <algorithm>
#include <bit>
#include <cstring>

#include "io/mapped_file.h"
#include "io/safetensors_header.h"

namespace convbook {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 36;  // 64 GiB: no network of this book is near

template <class Stored>
Stored load(const unsigned char* bytes, std::size_t index) {
    Stored value;
    std::memcpy(&value, bytes + index * sizeof(Stored), sizeof(Stored));
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

/// [] is one number; fewer than four dimensions are right-aligned.
Shape shape_of(const TensorEntry& entry, const std::string& file) {
    int dims[4] = {1, 1, 1, 1};
    CONVBOOK_REQUIRE(entry.dims.size() <= 4, "safetensors: ", file, ": tensors of this library have at most four dimensions; ", entry.name, " has ", entry.dims.size(), ".");
    for (std::size_t i = 0; i < entry.dims.size(); ++i) {
        CONVBOOK_REQUIRE(entry.dims[i] <= 1 << 30, "safetensors: ", file, ": a dimension is at most 2^30; ", entry.name, " has ", entry.dims[i], ".");
        dims[i] = static_cast<int>(entry.dims[i]);
    }
    return entry.dims.empty() ? Shape::of({1}) : Shape::of(dims, static_cast<int>(entry.dims.size()));
}

}  // namespace

struct SafetensorsFile::Contents {
    std::string name;
    std::unique_ptr<io::MappedFile> mapped;
    std::vector<unsigned char> copied;
    io::SafetensorsHeader header;
    std::span<const unsigned char> file() const { return mapped ? mapped->bytes() : std::span<const unsigned char>(copied); }
    const TensorEntry* find(std::string_view tensor) const {
        const auto& entries = header.entries;
        const auto at = std::lower_bound(entries.begin(), entries.end(), tensor, [](const TensorEntry& e, std::string_view n) { return e.name < n; });
        return at != entries.end() && at->name == tensor ? &*at : nullptr;
    }
    const TensorEntry& get(std::string_view tensor) const {
        const TensorEntry* entry = find(tensor);
        CONVBOOK_REQUIRE(entry, "safetensors: ", name, ": there is no tensor \"", tensor, "\" among its ", header.entries.size(), ". Look at its names first.");
        return *entry;
    }
    const unsigned char* data(const TensorEntry& entry) const { return file().data() + header.data_begin + entry.begin; }
};

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& path) {
    auto contents = std::make_shared<Contents>();
    contents->name = path.string();
    contents->mapped = std::make_unique<io::MappedFile>(path, "safetensors", kMaxFileBytes);
    contents->header = io::read_safetensors_header(contents->file(), contents->name);
    SafetensorsFile file;
    file.contents_ = std::move(contents);
    return file;
}

SafetensorsFile SafetensorsFile::parse(std::span<const unsigned char> bytes, const std::string& name) {
    auto contents = std::make_shared<Contents>();
    contents->name = name;
    contents->copied.assign(bytes.begin(), bytes.end());
    contents->header = io::read_safetensors_header(contents->file(), name);
    SafetensorsFile file;
    file.contents_ = std::move(contents);
    return file;
}

const std::string& SafetensorsFile::name() const { return contents_->name; }
const std::vector<TensorEntry>& SafetensorsFile::entries() const { return contents_->header.entries; }
const std::map<std::string, std::string>& SafetensorsFile::metadata() const { return contents_->header.metadata; }
bool SafetensorsFile::contains(std::string_view name) const { return contents_->find(name) != nullptr; }

Tensor SafetensorsFile::tensor(std::string_view name) const {
    const TensorEntry& entry = contents_->get(name);
    const unsigned char* bytes = contents_->data(entry);
    Tensor out(shape_of(entry, contents_->name));
    float* values = out.data();
    const std::size_t count = out.count();
    // Convert; the header's checks made sure that the bytes are there
    if (entry.dtype == "F32") {
        if (count) std::memcpy(values, bytes, count * sizeof(float));
    } else if (entry.dtype == "F16") {
        for (std::size_t i = 0; i < count; ++i) values[i] = float_from_half(load<std::uint16_t>(bytes, i));
    } else if (entry.dtype == "BF16") {
        for (std::size_t i = 0; i < count; ++i) values[i] = float_from_bfloat(load<std::uint16_t>(bytes, i));
    } else if (entry.dtype == "F64") {
        for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(load<double>(bytes, i));
    } else {
        throw Error(message("safetensors: ", contents_->name, ": a tensor of real numbers is F64, F32, F16 or BF16; ", entry.name, " is ", entry.dtype, "."));
    }
    return out;
}

std::vector<std::int64_t> SafetensorsFile::integers(std::string_view name) const {
    const TensorEntry& entry = contents_->get(name);
    const unsigned char* bytes = contents_->data(entry);
    std::vector<std::int64_t> out((entry.end - entry.begin) / std::max<std::size_t>(1, io::size_of_dtype(entry.dtype)));
    const auto convert = [&]<class Stored>(Stored) {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::int64_t>(load<Stored>(bytes, i));
    };
    if (entry.dtype == "I64") convert(std::int64_t{});
    else if (entry.dtype == "I32") convert(std::int32_t{});
    else if (entry.dtype == "U8") convert(std::uint8_t{});
    else throw Error(message("safetensors: ", contents_->name, ": a tensor of whole numbers is I64, I32 or U8; ", entry.name, " is ", entry.dtype, "."));
    return out;
}

std::span<const unsigned char> SafetensorsFile::bytes(std::string_view name) const {
    const TensorEntry& entry = contents_->get(name);
    return {contents_->data(entry), entry.end - entry.begin};
}

}  // namespace convbook
