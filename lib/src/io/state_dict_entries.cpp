// Finds the state dict in an unpickled file and checks every tensor of it against the storage it lies in.
// Leaves out zip (zip_directory.cpp) and pickle (pickle.cpp). The calls are those of PyTorch's torch/_utils.py and torch/serialization.py
#include "io/state_dict_entries.h"

#include <algorithm>

#include "io/number_formats.h"
#include "io/pickle.h"
#include "io/zip_directory.h"

namespace convbook::io {
namespace {

constexpr std::size_t kMaxTensors = 20'000;  // the largest language models have a few thousand
constexpr std::size_t kMaxNameBytes = 4096;  // a module path of a hundred levels is shorter
constexpr std::string_view kTensorCall = "torch._utils._rebuild_tensor_v2", kParameterCall = "torch._utils._rebuild_parameter";

/// Everything a state dict may name, and for storages the type of their numbers.
constexpr std::string_view kGlobals[] = {"collections.OrderedDict", kTensorCall,          kParameterCall,        "torch.FloatStorage", "torch.DoubleStorage", "torch.HalfStorage",
                                         "torch.BFloat16Storage",   "torch.LongStorage", "torch.IntStorage", "torch.ShortStorage", "torch.CharStorage",   "torch.ByteStorage", "torch.BoolStorage"};
constexpr std::string_view kStorageTypes[] = {"", "", "", "F32", "F64", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL"};
static_assert(std::size(kGlobals) == std::size(kStorageTypes));

std::string_view storage_type(std::string_view global) { return kStorageTypes[std::find(std::begin(kGlobals), std::end(kGlobals), global) - std::begin(kGlobals)]; }

bool begins_with(std::span<const unsigned char> bytes, std::string_view start) {
    return bytes.size() >= start.size() && std::equal(start.begin(), start.end(), bytes.begin(), [](char a, unsigned char b) { return static_cast<unsigned char>(a) == b; });
}
constexpr std::string_view kZipStart = "PK\x03\x04", kOldStart = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9";  // the old one: a pickled magic number

/// The folder inside the archive that holds data.pkl.
std::string archive_of(const std::vector<ZipEntry>& entries, const std::string& file) {
    const auto is_pickle = [](const ZipEntry& e) { return e.name.ends_with("/data.pkl") && std::count(e.name.begin(), e.name.end(), '/') == 1; };
    const auto pickle = std::find_if(entries.begin(), entries.end(), is_pickle);
    CONVBOOK_REQUIRE(pickle != entries.end(), file, ": the zip file holds no data.pkl, so torch.save did not write it. Give the file that torch.save(model.state_dict(), ...) wrote.");
    const std::string archive(pickle->name.substr(0, pickle->name.size() - std::string_view("data.pkl").size()));
    const auto is_script = [&](const ZipEntry& e) { return e.name.starts_with(archive + "code/") || e.name == archive + "constants.pkl"; };
    CONVBOOK_REQUIRE(std::none_of(entries.begin(), entries.end(), is_script), file, ": this is a TorchScript program, not a state dict. Save its tensors in Python: "
                     "torch.save(torch.jit.load(FILE).state_dict(), \"weights.pth\").");
    const ZipEntry* order = find_entry(entries, archive + "byteorder");
    CONVBOOK_REQUIRE(!order || !begins_with(order->bytes, "big"), file, ": its numbers are big-endian, and this book reads little-endian. Load and save the file on an x86 or ARM machine.");
    return archive;
}

/// One pickled file and the archive around it.
class Reader {
public:
    Reader(std::span<const unsigned char> bytes, const std::string& file)
        : bytes_(bytes), file_(file), entries_(read_zip_directory(bytes, file)), archive_(archive_of(entries_, file)),
          pickle_(read_pickle(stored(*find_entry(entries_, archive_ + "data.pkl")), kGlobals, file)) {}

    std::vector<StridedEntry> read() const {
        const PickleValue& dict = find_dict();
        CONVBOOK_REQUIRE(dict.items.size() / 2 <= kMaxTensors, file_, ": it lists ", dict.items.size() / 2, " tensors; more than ", kMaxTensors, " are not read.");
        std::vector<StridedEntry> found;
        for (std::size_t i = 0; i < dict.items.size(); i += 2) found.push_back(read_tensor(name_of(dict.items[i]), dict.items[i + 1]));
        drop_wrapper(found);
        std::sort(found.begin(), found.end(), [](auto& a, auto& b) { return a.entry.name < b.entry.name; });
        const auto twice = std::adjacent_find(found.begin(), found.end(), [](auto& a, auto& b) { return a.entry.name == b.entry.name; });
        CONVBOOK_REQUIRE(twice == found.end(), file_, ": every name stands once; ", quote(twice->entry.name), " stands twice. The file is damaged; get it again.");
        return found;
    }

private:
    [[noreturn]] void refuse(const std::string& name, const std::string& why) const {
        throw Error(message(file_, ": ", quote(name), " ", why, ". Save it again in Python: torch.save(model.state_dict(), \"weights.pth\")."));
    }

    std::span<const unsigned char> stored(const ZipEntry& entry) const {
        CONVBOOK_REQUIRE(entry.is_stored, file_, ": ", quote(entry.name), " is compressed, and torch.save stores. Unpack the archive and zip it again with -0, or save it again with torch.save.");
        return entry.bytes;
    }
    /// The file's own dict, or the one that a checkpoint holds beside epoch and optimiser.
    const PickleValue& find_dict() const {
        const PickleValue& root = pickle_.at(pickle_.root);
        CONVBOOK_REQUIRE(root.kind == PickleKind::dict, file_, ": a state dict is a dict of named tensors; this file holds something else. Save it again in Python: "
                         "torch.save(model.state_dict(), \"weights.pth\").");
        for (const std::string_view wrapper : {"state_dict", "model_state_dict", "model"})
            for (std::size_t i = 0; i < root.items.size(); i += 2) {
                const PickleValue &key = pickle_.at(root.items[i]), &value = pickle_.at(root.items[i + 1]);
                if (key.kind == PickleKind::text && key.text == wrapper && value.kind == PickleKind::dict) return value;
            }
        return root;
    }
    /// torch.nn.DataParallel puts "module." before every name.
    static void drop_wrapper(std::vector<StridedEntry>& found) {
        constexpr std::string_view kWrapper = "module.";
        if (!std::all_of(found.begin(), found.end(), [&](auto& one) { return one.entry.name.starts_with(kWrapper); })) return;
        for (StridedEntry& one : found) one.entry.name.erase(0, kWrapper.size());
    }
    std::string name_of(PickleId id) const {
        const PickleValue& key = pickle_.at(id);
        CONVBOOK_REQUIRE(key.kind == PickleKind::text && key.text.size() <= kMaxNameBytes, file_, ": the names of tensors are texts of at most ", kMaxNameBytes,
                         " bytes. Save it again in Python: torch.save(model.state_dict(), \"weights.pth\").");
        return std::string(key.text);
    }
    /// The arguments of a call of `callable`; empty if the value is none.
    std::span<const PickleId> arguments_of(PickleId id, std::string_view callable) const {
        const PickleValue& value = pickle_.at(id);
        if (value.kind != PickleKind::call || pickle_.at(value.items[0]).text != callable) return {};
        return pickle_.at(value.items[1]).items;
    }
    std::int64_t whole_number(const std::string& name, PickleId id) const {
        const PickleValue& value = pickle_.at(id);
        if (value.kind != PickleKind::integer || value.integer < 0) refuse(name, "has something else where a size or an offset belongs");
        return value.integer;
    }
    std::vector<std::int64_t> whole_numbers(const std::string& name, PickleId id) const {
        constexpr std::size_t kMaxDims = 8;  // PyTorch's convolutions have 5 at most
        const PickleValue& tuple = pickle_.at(id);
        if (tuple.kind != PickleKind::tuple || tuple.items.size() > kMaxDims) refuse(name, message("has no tuple of at most ", kMaxDims, " dimensions"));
        std::vector<std::int64_t> numbers;
        for (const PickleId item : tuple.items) numbers.push_back(whole_number(name, item));
        return numbers;
    }

    /// The bytes of a storage and the type of its numbers.
    struct Storage { std::string_view dtype; std::span<const unsigned char> bytes; std::size_t count; };
    Storage storage_of(const std::string& name, PickleId id) const {
        // ("storage", type, key, location, count)
        const PickleValue& persistent = pickle_.at(id);
        const auto parts = persistent.kind == PickleKind::persistent ? std::span<const PickleId>(pickle_.at(persistent.items[0]).items) : std::span<const PickleId>();
        if (parts.size() != 5 || pickle_.at(parts[0]).text != "storage" || pickle_.at(parts[1]).kind != PickleKind::global || pickle_.at(parts[2]).kind != PickleKind::text)
            refuse(name, "names no storage");
        const std::string_view dtype = storage_type(pickle_.at(parts[1]).text);
        if (dtype.empty()) refuse(name, "names no storage type");
        const ZipEntry* entry = find_entry(entries_, archive_ + "data/" + std::string(pickle_.at(parts[2]).text.substr(0, kMaxNameBytes)));
        if (!entry) refuse(name, message("lies in storage ", quote(pickle_.at(parts[2]).text), ", which the file does not hold"));
        const std::size_t size = size_of_dtype(dtype), count = stored(*entry).size() / size;
        if (static_cast<std::uint64_t>(whole_number(name, parts[4])) != count || entry->bytes.size() % size)
            refuse(name, message("lies in a storage of ", entry->bytes.size(), " bytes that claims ", whole_number(name, parts[4]), " numbers of ", size));
        return {dtype, entry->bytes, count};
    }

    StridedEntry read_tensor(const std::string& name, PickleId id) const {
        if (const auto parameter = arguments_of(id, kParameterCall); !parameter.empty()) id = parameter[0];
        const auto arguments = arguments_of(id, kTensorCall);
        if (arguments.size() < 4) refuse(name, "is not a tensor, and a state dict holds only tensors");
        const Storage storage = storage_of(name, arguments[0]);
        StridedEntry out{{name, std::string(storage.dtype), whole_numbers(name, arguments[2])}, whole_numbers(name, arguments[3])};
        if (out.strides.size() != out.entry.dims.size()) refuse(name, "has not one stride for each dimension");
        place(out, storage, whole_number(name, arguments[1]));
        return out;
    }

    /// Sets where a tensor begins and ends, having checked that it stays inside its storage.
    void place(StridedEntry& out, const Storage& storage, std::int64_t offset) const {
        const std::vector<std::int64_t>& dims = out.entry.dims;
        const bool is_empty = std::find(dims.begin(), dims.end(), 0) != dims.end();
        std::int64_t count = 1, last = offset, reach = 0;
        bool overflows = false;
        for (std::size_t i = 0; i < dims.size() && !is_empty; ++i) {
            overflows |= __builtin_mul_overflow(count, dims[i], &count);
            overflows |= __builtin_mul_overflow(dims[i] - 1, out.strides[i], &reach) || __builtin_add_overflow(last, reach, &last);
        }
        const auto stored = static_cast<std::int64_t>(storage.count);
        const std::string geometry = message("; shape=", dims_text(dims), ", strides=", dims_text(out.strides), ", offset=", offset, ", storage=", stored);
        if (is_empty) offset = last = 0, out.strides.assign(dims.size(), 0);
        else if (overflows || last >= stored) refuse(out.entry.name, "reaches out of its storage" + geometry);
        else if (count > stored) refuse(out.entry.name, "repeats its storage (an expanded tensor: call .contiguous() on it)" + geometry);
        const std::size_t size = size_of_dtype(storage.dtype), begin = static_cast<std::size_t>(storage.bytes.data() - bytes_.data());
        out.entry.begin = begin + static_cast<std::size_t>(offset) * size;
        out.entry.end = is_empty ? out.entry.begin : begin + (static_cast<std::size_t>(last) + 1) * size;
    }

    std::span<const unsigned char> bytes_;
    const std::string& file_;
    std::vector<ZipEntry> entries_;
    std::string archive_;
    Pickle pickle_;
};

}  // namespace

bool is_from_torch(std::span<const unsigned char> bytes) { return begins_with(bytes, kZipStart) || begins_with(bytes, kOldStart); }

std::vector<StridedEntry> read_state_dict(std::span<const unsigned char> bytes, const std::string& file) {
    CONVBOOK_REQUIRE(!begins_with(bytes, kOldStart), file, ": this is the format that torch.save wrote before version 1.6 (or with _use_new_zipfile_serialization=False), which is not read here. "
                     "Save it again in Python: torch.save(torch.load(FILE, map_location=\"cpu\"), \"weights.pth\").");
    CONVBOOK_REQUIRE(begins_with(bytes, kZipStart), file, ": torch.save writes a zip file, which begins with PK; this one does not. It is damaged or something else; get it again.");
    return Reader(bytes, file).read();
}

}  // namespace convbook::io
