// Reads the header of a safetensors file as a stream of events, so that a hostile one is refused at its first wrong word and never becomes a tree in memory.
// Leaves out the values (safetensors.cpp). https://github.com/huggingface/safetensors, section "Format"
#include "io/safetensors_header.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "io/number_formats.h"

namespace convbook::io {
namespace {

constexpr std::size_t kMaxHeaderBytes = 100'000'000;  // the limit of the format's own reader
constexpr std::size_t kMaxTensors = 100'000;          // the largest language models have a few thousand
constexpr std::size_t kMaxDims = 8;                   // PyTorch's convolutions have 5 at most
constexpr std::size_t kMaxNameBytes = 4096;           // of a tensor; a module path of a hundred levels is shorter
constexpr std::size_t kMaxMetadataBytes = 4'000'000;  // all keys and values together

/// Receives the parser's events and accepts only  { "__metadata__": {text: text}, NAME: {"dtype": text, "shape": [..], "data_offsets": [begin, end]} }.
class HeaderEvents : public nlohmann::json_sax<nlohmann::json> {
public:
    HeaderEvents(SafetensorsHeader& header, const std::string& name) : header_(header), name_(name) {}

    bool start_object(std::size_t) override {
        if (place_ == Place::nowhere) return go(Place::names);
        if (place_ == Place::expects_tensor) return entry_ = {}, entry_.name = key_, seen_ = 0, go(Place::tensor);
        if (place_ == Place::expects_metadata) return go(Place::metadata);
        return refuse("an object stands where none belongs");
    }
    bool key(std::string& text) override {
        if (place_ == Place::names) return begin_name(text);
        key_ = text;
        if (place_ == Place::metadata) return true;
        const unsigned field = text == "dtype" ? 1u : text == "shape" ? 2u : text == "data_offsets" ? 4u : 0u;
        if (field == 0) return refuse(message("a tensor has only dtype, shape and data_offsets; ", quote(entry_.name), " has ", quote(text)));
        if (seen_ & field) return refuse(message(quote(text), " stands twice in ", quote(entry_.name)));
        seen_ |= field;
        return true;
    }
    bool end_object() override {
        if (place_ == Place::tensor) return finish_tensor();
        return go(place_ == Place::metadata ? Place::names : Place::done);
    }
    bool string(std::string& text) override {
        if (place_ == Place::metadata) return add_metadata(text);
        if (place_ != Place::tensor || key_ != "dtype") return refuse("a text stands where none belongs");
        if (size_of_dtype(text) == 0) return refuse(message(quote(entry_.name), " has the unknown type ", quote(text)));
        entry_.dtype = text;
        return true;
    }
    bool start_array(std::size_t) override {
        if (place_ != Place::tensor || key_ == "dtype") return refuse("a list stands where none belongs");
        numbers_.clear();
        return go(Place::list);
    }
    bool end_array() override {
        if (key_ == "shape") entry_.dims.assign(numbers_.begin(), numbers_.end());
        else if (numbers_.size() != 2) return refuse(message("data_offsets are two numbers; ", quote(entry_.name), " has ", numbers_.size()));
        else entry_.begin = static_cast<std::size_t>(numbers_[0]), entry_.end = static_cast<std::size_t>(numbers_[1]);
        return go(Place::tensor);
    }
    bool number_unsigned(std::uint64_t number) override {
        if (place_ != Place::list) return refuse("a number stands where none belongs");
        if (numbers_.size() == kMaxDims) return refuse(message(quote(entry_.name), " has more than ", kMaxDims, " numbers in ", key_));
        if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return refuse(message(quote(entry_.name), " has the number ", number, " in ", key_, ", more than 64 bits hold"));
        numbers_.push_back(static_cast<std::int64_t>(number));
        return true;
    }
    bool number_integer(std::int64_t number) override { return refuse(message("numbers are not negative; ", quote(entry_.name), " has ", number)); }
    bool number_float(double, const std::string& text) override { return refuse(message("numbers are whole; found ", text)); }
    bool null() override { return refuse("null stands where a value belongs"); }
    bool boolean(bool) override { return refuse("true or false stands where a value belongs"); }
    bool binary(binary_t&) override { return refuse("binary values do not belong here"); }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
        return refuse(message("it is not JSON at byte ", position));
    }

private:
    enum class Place { nowhere, names, expects_tensor, expects_metadata, metadata, tensor, list, done };

    bool go(Place place) {
        place_ = place;
        return true;
    }
    bool refuse(const std::string& why) const {
        throw Error(message("safetensors: ", name_, ": the header breaks the format: ", why, ". The file is damaged or was not written as safetensors; get it again."));
    }
    bool begin_name(const std::string& text) {
        if (text.size() > kMaxNameBytes) return refuse(message("a name has ", text.size(), " bytes, more than ", kMaxNameBytes));
        key_ = text;
        if (text != "__metadata__") return go(Place::expects_tensor);
        if (has_metadata_) return refuse("__metadata__ stands twice");
        has_metadata_ = true;
        return go(Place::expects_metadata);
    }
    bool add_metadata(const std::string& text) {
        metadata_bytes_ += key_.size() + text.size();
        if (metadata_bytes_ > kMaxMetadataBytes) return refuse(message("__metadata__ has more than ", kMaxMetadataBytes, " bytes"));
        if (!header_.metadata.emplace(key_, text).second) return refuse(message(quote(key_), " stands twice in __metadata__"));
        return true;
    }
    bool finish_tensor() {
        if (seen_ != 7u) return refuse(message(quote(entry_.name), " lacks one of dtype, shape and data_offsets"));
        if (header_.entries.size() == kMaxTensors) return refuse(message("it lists more than ", kMaxTensors, " tensors"));
        header_.entries.push_back(std::move(entry_));
        return go(Place::names);
    }

    SafetensorsHeader& header_;
    const std::string& name_;
    Place place_ = Place::nowhere;
    std::string key_;
    TensorEntry entry_;
    unsigned seen_ = 0;
    std::vector<std::int64_t> numbers_;
    bool has_metadata_ = false;
    std::size_t metadata_bytes_ = 0;
};

/// Refuses a tensor whose bytes are not what its type and shape need.
void check_size(const TensorEntry& entry, std::size_t data_bytes, const std::string& name) {
    CONVBOOK_REQUIRE(entry.begin <= entry.end && entry.end <= data_bytes, "safetensors: ", name, ": ", entry.name, " lies outside the file's data; data_offsets=[",
                     entry.begin, ",", entry.end, "], data=", data_bytes, " bytes. The file was cut off or its header is wrong; get it again.");
    std::size_t bytes = size_of_dtype(entry.dtype);
    bool overflows = false;
    for (const std::int64_t dim : entry.dims) overflows |= __builtin_mul_overflow(bytes, static_cast<std::size_t>(dim), &bytes);
    // A zero among huge dimensions is an empty tensor all the same
    if (std::find(entry.dims.begin(), entry.dims.end(), 0) != entry.dims.end()) bytes = 0, overflows = false;
    CONVBOOK_REQUIRE(!overflows && bytes == entry.end - entry.begin, "safetensors: ", name, ": ", entry.name, " must have as many bytes as its shape and type need; shape=",
                     dims_text(entry.dims), " ", entry.dtype, ", needed=", overflows ? std::string("more than 64 bits can say") : std::to_string(bytes), ", stored=",
                     entry.end - entry.begin, ". The header is wrong; get the file again.");
}

/// Refuses overlaps and holes: sorted by offset, each tensor begins where the one before ended.
void check_layout(const std::vector<TensorEntry>& entries, std::size_t data_bytes, const std::string& name) {
    std::vector<const TensorEntry*> order;
    for (const TensorEntry& entry : entries) order.push_back(&entry);
    std::sort(order.begin(), order.end(), [](auto* a, auto* b) { return std::pair(a->begin, a->end) < std::pair(b->begin, b->end); });
    std::size_t expected = 0;
    for (const TensorEntry* entry : order) {
        CONVBOOK_REQUIRE(entry->begin == expected, "safetensors: ", name, ": tensors follow each other without ", entry->begin < expected ? "overlap" : "hole", "; ",
                         entry->name, " begins at ", entry->begin, ", the one before ends at ", expected, ". The header is wrong; get the file again.");
        expected = entry->end;
    }
    CONVBOOK_REQUIRE(expected == data_bytes, "safetensors: ", name, ": the tensors fill the data; they end at ", expected, ", the data has ", data_bytes,
                     " bytes. The file has bytes that no tensor claims; get it again.");
}

void check_names(const std::vector<TensorEntry>& sorted, const std::string& name) {
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.name == b.name; });
    CONVBOOK_REQUIRE(twice == sorted.end(), "safetensors: ", name, ": every name stands once; ", twice->name, " stands twice. The header is wrong; get the file again.");
}

}  // namespace

SafetensorsHeader read_safetensors_header(std::span<const unsigned char> file, const std::string& name) {
    // Measure the header
    constexpr std::size_t kLengthBytes = 8;
    CONVBOOK_REQUIRE(file.size() >= kLengthBytes, "safetensors: ", name, ": a file begins with the 8-byte length of its header; size=", file.size(),
                     " bytes. The file is empty or cut off; get it again.");
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < kLengthBytes; ++i) length |= static_cast<std::uint64_t>(file[i]) << (8 * i);
    CONVBOOK_REQUIRE(length <= file.size() - kLengthBytes, "safetensors: ", name, ": the header lies within the file; it claims ", length, " bytes, the file has ",
                     file.size() - kLengthBytes, " after the length. The file was cut off, or is neither safetensors nor a .pth file as torch.save writes it.");
    CONVBOOK_REQUIRE(length <= kMaxHeaderBytes, "safetensors: ", name, ": a header has at most ", kMaxHeaderBytes, " bytes; it claims ", length, ".");
    // Read it event by event
    SafetensorsHeader header;
    header.data_begin = kLengthBytes + static_cast<std::size_t>(length);
    const unsigned char* text = file.data() + kLengthBytes;
    HeaderEvents events(header, name);
    nlohmann::json::sax_parse(text, text + length, &events);
    // Check what it says against the file and against itself
    const std::size_t data_bytes = file.size() - header.data_begin;
    for (const TensorEntry& entry : header.entries) check_size(entry, data_bytes, name);
    check_layout(header.entries, data_bytes, name);
    std::sort(header.entries.begin(), header.entries.end(), [](auto& a, auto& b) { return a.name < b.name; });
    check_names(header.entries, name);
    return header;
}

}  // namespace convbook::io
