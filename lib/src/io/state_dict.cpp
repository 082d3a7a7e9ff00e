// A PyTorch state dict (.pth, .pt): finds every named tensor's bytes in the zip file that torch.save wrote, and reads those that are asked for.
// Leaves out the container (zip_directory.cpp), the pickle machine (pickle.cpp) and what values mean (state_dict_entries.cpp).
#include <algorithm>
#include <array>

#include "io/mapped_file.h"
#include "io/number_formats.h"
#include "io/state_dict_entries.h"

namespace convbook {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 32;  // VGG-16's has 0.5 GiB

bool is_contiguous(const io::StridedEntry& stored) {
    std::int64_t expected = 1;
    for (std::size_t i = stored.entry.dims.size(); i-- > 0;) {
        if (stored.entry.dims[i] != 1 && stored.strides[i] != expected) return false;
        expected *= stored.entry.dims[i];
    }
    return true;
}

/// Gathers a tensor whose numbers do not lie one after the other (transposed, channels last, a slice), row by row.
void read_strided(const io::StridedEntry& stored, io::FloatReader read, const unsigned char* bytes, Tensor& out) {
    std::size_t strides[4] = {0, 0, 0, 0};
    std::transform(stored.strides.rbegin(), stored.strides.rend(), std::rbegin(strides), [](std::int64_t stride) { return static_cast<std::size_t>(stride); });
    const auto [n, c, h, w] = [&] { const Shape& s = out.shape(); return std::array{s.n, s.c, s.h, s.w}; }();
    const std::size_t size = io::size_of_dtype(stored.entry.dtype);
    float* to = out.data();
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
        for (std::size_t j = 0; j < static_cast<std::size_t>(c); ++j)
            for (std::size_t y = 0; y < static_cast<std::size_t>(h); ++y, to += w)
                read(bytes + (i * strides[0] + j * strides[1] + y * strides[2]) * size, strides[3], static_cast<std::size_t>(w), to);
}

}  // namespace

struct StateDictFile::Contents {
    std::string name;
    std::unique_ptr<io::MappedFile> mapped;
    std::vector<unsigned char> copied;
    std::vector<TensorEntry> entries;
    std::vector<io::StridedEntry> stored;  // same order
    std::span<const unsigned char> file() const { return mapped ? mapped->bytes() : std::span<const unsigned char>(copied); }
    void read() {
        stored = io::read_state_dict(file(), "pth: " + name);
        for (const io::StridedEntry& one : stored) entries.push_back(one.entry);
    }
    const io::StridedEntry* find(std::string_view tensor) const {
        const auto at = std::lower_bound(stored.begin(), stored.end(), tensor, [](const io::StridedEntry& s, std::string_view n) { return s.entry.name < n; });
        return at != stored.end() && at->entry.name == tensor ? &*at : nullptr;
    }
};

StateDictFile StateDictFile::open(const std::filesystem::path& path) {
    auto contents = std::make_shared<Contents>();
    contents->name = path.string();
    contents->mapped = std::make_unique<io::MappedFile>(path, "pth", kMaxFileBytes);
    contents->read();
    StateDictFile file;
    file.contents_ = std::move(contents);
    return file;
}

StateDictFile StateDictFile::parse(std::span<const unsigned char> bytes, const std::string& name) {
    auto contents = std::make_shared<Contents>();
    contents->name = name;
    contents->copied.assign(bytes.begin(), bytes.end());
    contents->read();
    StateDictFile file;
    file.contents_ = std::move(contents);
    return file;
}

const std::string& StateDictFile::name() const { return contents_->name; }
const std::vector<TensorEntry>& StateDictFile::entries() const { return contents_->entries; }
bool StateDictFile::contains(std::string_view name) const { return contents_->find(name) != nullptr; }

Tensor StateDictFile::tensor(std::string_view name) const {
    const io::StridedEntry* stored = contents_->find(name);
    const std::string file = "pth: " + contents_->name;
    CONVBOOK_REQUIRE(stored, file, ": there is no tensor ", io::quote(name), " among its ", entries().size(), ". Look at its names first.");
    const io::FloatReader read = io::float_reader(stored->entry.dtype);
    CONVBOOK_REQUIRE(read, file, ": a tensor of real numbers is float64, float32, float16 or bfloat16; ", io::quote(name), " is ", stored->entry.dtype, ".");
    Tensor out(io::shape_of(stored->entry, file));
    const unsigned char* bytes = contents_->file().data() + stored->entry.begin;
    if (is_contiguous(*stored)) read(bytes, 1, out.count(), out.data());
    else read_strided(*stored, read, bytes, out);
    return out;
}

}  // namespace convbook
