// Tensors out of a safetensors file, looked up by name.
// Leaves out the header and its checks (safetensors_header.cpp), the conversion of numbers (number_formats.cpp) and the fitting of a file to a network (bind_weights.cpp).
#include <algorithm>
#include <cstring>

#include "io/mapped_file.h"
#include "io/number_formats.h"
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
    const io::FloatReader read = io::float_reader(entry.dtype);
    CONVBOOK_REQUIRE(read, "safetensors: ", contents_->name, ": a tensor of real numbers is F64, F32, F16 or BF16; ", entry.name, " is ", entry.dtype, ".");
    // The header's checks made sure that the bytes are there
    Tensor out(io::shape_of(entry, "safetensors: " + contents_->name));
    read(bytes, 1, out.count(), out.data());
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
