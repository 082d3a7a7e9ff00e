// A pickle of protocol 2, read into plain values: nothing is imported and nothing is called, a call only stands there as one.
// Leaves out what the values mean (state_dict.cpp).
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace convbook::io {

enum class PickleKind : std::uint8_t { other, integer, text, tuple, list, dict, global, call, persistent };  ///< other: None, True, False, a real number
/// Values name each other by their place, so that what is shared stays shared and a list inside itself is harmless.
using PickleId = std::uint32_t;
struct PickleValue {
    PickleKind kind = PickleKind::other;
    std::int64_t integer = 0;
    std::string_view text{};        ///< of a text or a global ("torch.FloatStorage"); points into the pickle or the list of allowed globals
    std::vector<PickleId> items{};  ///< tuple, list; dict: key, value, key, value; call: callable, tuple of arguments; persistent: what identifies it
};
struct Pickle {
    std::vector<PickleValue> values;
    PickleId root = 0;
    const PickleValue& at(PickleId id) const { return values[id]; }
};
/// collections.OrderedDict() is a dict. Throws convbook::Error beginning with `file` for an opcode that torch.save does not write, a global that
/// is not allowed, a broken stack, or more values than any network has.
Pickle read_pickle(std::span<const unsigned char> bytes, std::span<const std::string_view> allowed_globals, const std::string& file);

}  // namespace convbook::io
