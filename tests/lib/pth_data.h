// Hand-made .pth files for tests: a zip of stored entries and a pickle of one state dict. Leaves out what PyTorch itself wrote (golden/data/pth).
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "lib/data.h"

namespace convbook::test {

inline void append_number(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

/// What a test may lie about in one entry.
struct ZipItem {
    std::string name, content;
    int method = 0, flags = 0x808;
    std::int64_t claimed_size = -1, claimed_begin = -1;
};

inline Bytes zip_of(const std::vector<ZipItem>& items) {
    std::string file, directory;
    for (const ZipItem& item : items) {
        const std::size_t begin = item.claimed_begin < 0 ? file.size() : static_cast<std::size_t>(item.claimed_begin);
        const std::uint64_t size = item.claimed_size < 0 ? item.content.size() : static_cast<std::uint64_t>(item.claimed_size);
        file += std::string("PK\x03\x04", 4) + std::string(22, '\0');
        append_number(file, item.name.size(), 2), append_number(file, 0, 2);
        file += item.name + item.content;
        directory += std::string("PK\x01\x02", 4) + std::string(4, '\0');
        append_number(directory, static_cast<std::uint64_t>(item.flags), 2), append_number(directory, static_cast<std::uint64_t>(item.method), 2);
        directory += std::string(8, '\0');
        append_number(directory, size, 4), append_number(directory, size, 4), append_number(directory, item.name.size(), 2);
        directory += std::string(12, '\0');
        append_number(directory, begin, 4);
        directory += item.name;
    }
    std::string end = std::string("PK\x05\x06", 4) + std::string(4, '\0');
    append_number(end, items.size(), 2), append_number(end, items.size(), 2), append_number(end, directory.size(), 4), append_number(end, file.size(), 4), append_number(end, 0, 2);
    file += directory + end;
    return Bytes(file.begin(), file.end());
}

inline std::string pickled(std::int64_t number) {
    std::string text = "\x8a\x08";
    append_number(text, static_cast<std::uint64_t>(number), 8);
    return text;
}
inline std::string pickled(const std::string& words) {
    std::string text = "X";
    append_number(text, words.size(), 4);
    return text + words;
}
inline std::string pickled(const std::vector<std::int64_t>& numbers) {
    std::string text = "(";
    for (const std::int64_t number : numbers) text += pickled(number);
    return text + "t";
}

/// One tensor as torch.save pickles it.
struct PickledTensor {
    std::vector<std::int64_t> dims{2}, strides{1};
    std::int64_t offset = 0, count = 2;
    std::string key = "0", type = "torch\nFloatStorage";
};
inline std::string pickled(const PickledTensor& t) {
    const std::string storage = "(" + pickled("storage") + "c" + t.type + "\n" + pickled(t.key) + pickled("cpu") + pickled(t.count) + "tQ";
    return "ctorch._utils\n_rebuild_tensor_v2\n(" + storage + pickled(t.offset) + pickled(t.dims) + pickled(t.strides) + "\x89" "ccollections\nOrderedDict\n)RtR";
}
/// A pickle of {name: value, ...}; values are pickled already.
inline std::string pickled_dict(const std::vector<std::pair<std::string, std::string>>& items) {
    std::string text = "\x80\x02}(";
    for (const auto& [name, value] : items) text += pickled(name) + value;
    return text + "u.";
}
/// A .pth file of this data.pkl and one storage of two floats, 1 and 2.
inline Bytes pth_of(const std::string& pickle) {
    return zip_of({{"archive/data.pkl", pickle}, {"archive/data/0", std::string("\0\0\x80\x3f\0\0\0\x40", 8)}, {"archive/version", "3\n"}});
}

}  // namespace convbook::test
