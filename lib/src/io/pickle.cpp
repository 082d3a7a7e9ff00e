// A small pickle machine: the 31 opcodes that torch.save writes, each a few lines; all others are refused. Memory is bounded by the pickle's own size.
// Leaves out protocols but 2. The opcodes are described in Python's Lib/pickletools.py
#include "io/pickle.h"

#include <algorithm>

#include "convbook/error.h"
#include "io/number_formats.h"

namespace convbook::io {
namespace {

constexpr std::size_t kMaxPickleBytes = 16'000'000;  // 161 tensors of ResNet-50 take 40 KB
constexpr std::size_t kMaxValues = 1'000'000;        // a tensor needs about 20
constexpr std::size_t kMaxDepth = 100;              // a checkpoint has 8 or so
constexpr std::string_view kOrderedDict = "collections.OrderedDict";

class Machine {
public:
    Machine(std::span<const unsigned char> bytes, std::span<const std::string_view> allowed, const std::string& file) : bytes_(bytes), allowed_(allowed), file_(file) {}

    Pickle run() {
        if (bytes_.size() > kMaxPickleBytes) refuse(message("it has ", bytes_.size(), " bytes; more than ", kMaxPickleBytes, " are not read"));
        if (byte() != 0x80) refuse("it does not begin with its protocol");
        if (const unsigned protocol = byte(); protocol != 2) refuse(message("its protocol is ", protocol, "; torch.save's own is 2, so leave out pickle_protocol"));
        while (step(byte())) {}
        if (stack_.size() != 1 || !marks_.empty()) refuse(message("it ends with ", stack_.size(), " values on the stack instead of one"));
        if (at_ != bytes_.size()) refuse(message(bytes_.size() - at_, " bytes follow its end"));
        out_.root = stack_.back();
        return std::move(out_);
    }

private:
    // ---- Bytes ----
    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(message(file_, ": data.pkl is not what torch.save writes for a state dict: ", why, " (byte ", at_,
                            "). If PyTorch reads the file, save it again: torch.save(model.state_dict(), \"weights.pth\")."));
    }
    std::span<const unsigned char> take(std::size_t count) {
        if (count > bytes_.size() - at_) refuse("it ends too early");
        const auto taken = bytes_.subspan(at_, count);
        at_ += count;
        return taken;
    }
    unsigned byte() { return take(1)[0]; }
    std::uint64_t number(std::size_t width) {
        std::uint64_t value = 0;
        const auto digits = take(width);
        for (std::size_t i = 0; i < width; ++i) value |= static_cast<std::uint64_t>(digits[i]) << (8 * i);
        return value;
    }
    std::string_view text(std::size_t length) { return {reinterpret_cast<const char*>(take(length).data()), length}; }
    std::string_view line() {
        const auto rest = bytes_.subspan(at_);
        const auto end = std::find(rest.begin(), rest.end(), '\n');
        if (end == rest.end()) refuse("it ends too early");
        const std::string_view found = text(static_cast<std::size_t>(end - rest.begin()));
        take(1);
        return found;
    }

    // ---- Stack and memo ----
    void push(PickleValue value) {
        if (out_.values.size() == kMaxValues) refuse(message("it holds more than ", kMaxValues, " values"));
        stack_.push_back(static_cast<PickleId>(out_.values.size()));
        out_.values.push_back(std::move(value));
    }
    void push_integer(std::int64_t value) { push({.kind = PickleKind::integer, .integer = value}); }
    std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
    PickleId top() const {
        if (stack_.size() <= floor()) refuse("an opcode finds nothing on the stack");
        return stack_.back();
    }
    PickleId pop() {
        const PickleId id = top();
        stack_.pop_back();
        return id;
    }
    void push_mark() {
        if (marks_.size() == kMaxDepth) refuse(message("it is nested more than ", kMaxDepth, " levels deep"));
        marks_.push_back(stack_.size());
    }
    std::vector<PickleId> pop_to_mark() {
        if (marks_.empty()) refuse("an opcode finds no mark on the stack");
        const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
        std::vector<PickleId> items(begin, stack_.end());
        stack_.erase(begin, stack_.end());
        marks_.pop_back();
        return items;
    }
    PickleValue& top_as(PickleKind kind, const char* what) {
        PickleValue& value = out_.values[top()];
        if (value.kind != kind) refuse(message("an opcode finds no ", what, " where it needs one"));
        return value;
    }
    void put(std::size_t index) {
        // A pickler numbers its memo 0, 1, 2, ...: an index far out would only cost memory
        if (index > memo_.size()) refuse(message("its memo jumps to ", index, " after ", memo_.size(), " entries"));
        if (index == memo_.size()) memo_.push_back(top());
        else memo_[index] = top();
    }
    void get(std::size_t index) {
        if (index >= memo_.size()) refuse(message("it reads entry ", index, " of a memo of ", memo_.size()));
        stack_.push_back(memo_[index]);
    }

    // ---- Opcodes ----
    void push_tuple(std::size_t count) {
        std::vector<PickleId> items(count);
        for (std::size_t i = count; i-- > 0;) items[i] = pop();
        push({.kind = PickleKind::tuple, .items = std::move(items)});
    }
    void append(PickleKind kind, const char* what, std::vector<PickleId> items) {
        if (kind == PickleKind::dict && items.size() % 2) refuse("a dict gets a key without a value");
        std::vector<PickleId>& into = top_as(kind, what).items;
        into.insert(into.end(), items.begin(), items.end());
    }
    void set_item() {
        const PickleId value = pop(), key = pop();
        append(PickleKind::dict, "dict", {key, value});
    }
    void push_long() {
        const std::size_t width = byte();
        if (width > 8) refuse(message("a whole number has ", width, " bytes, more than 8"));
        const std::uint64_t magnitude = number(width);
        // Two's complement of `width` bytes: the sign is moved up to bit 63 and back
        const int shift = static_cast<int>(64 - 8 * width);
        push_integer(width == 0 ? 0 : static_cast<std::int64_t>(magnitude << shift) >> shift);
    }
    void push_global() {
        const std::string_view module = line(), name = line();
        const auto is_named = [&](std::string_view known) {
            return known.size() == module.size() + 1 + name.size() && known.starts_with(module) && known[module.size()] == '.' && known.ends_with(name);
        };
        const auto known = std::find_if(allowed_.begin(), allowed_.end(), is_named);
        if (known == allowed_.end())
            throw Error(message(file_, ": it asks for the Python object ", quote(std::string(module.substr(0, 80)) + "." + std::string(name.substr(0, 80))),
                                ", which no state dict needs, and nothing of a file is executed here. If it is a whole pickled model or a checkpoint with other objects, save only the tensors in "
                                "Python: torch.save(model.state_dict(), \"weights.pth\")."));
        push({.kind = PickleKind::global, .text = *known});
    }
    void reduce() {
        const bool has_arguments = !top_as(PickleKind::tuple, "tuple of arguments").items.empty();
        const PickleId arguments = pop();
        const std::string_view callable = top_as(PickleKind::global, "callable").text;
        const PickleId global = pop();
        if (callable != kOrderedDict) return push({.kind = PickleKind::call, .items = {global, arguments}});
        if (has_arguments) refuse("an OrderedDict is made with arguments");
        push({.kind = PickleKind::dict});
    }
    void build() {
        // An OrderedDict's attributes: torch.save writes the modules' versions, which no tensor needs
        pop();
        top_as(PickleKind::dict, "dict");
    }

    /// False at the end.
    bool step(unsigned opcode) {
        switch (opcode) {
            case '.': return false;
            case '(': push_mark(); break;
            case 'N': case 0x88: case 0x89: push({}); break;
            case 'K': push_integer(static_cast<std::int64_t>(number(1))); break;
            case 'M': push_integer(static_cast<std::int64_t>(number(2))); break;
            case 'J': push_integer(static_cast<std::int32_t>(number(4))); break;
            case 0x8a: push_long(); break;
            case 'G': take(8), push({}); break;
            case 'X': push({.kind = PickleKind::text, .text = text(number(4))}); break;
            case ')': push_tuple(0); break;
            case 0x85: case 0x86: case 0x87: push_tuple(opcode - 0x84); break;
            case 't': push({.kind = PickleKind::tuple, .items = pop_to_mark()}); break;
            case ']': push({.kind = PickleKind::list}); break;
            case 'a': { const PickleId item = pop(); append(PickleKind::list, "list", {item}); } break;
            case 'e': append(PickleKind::list, "list", pop_to_mark()); break;
            case '}': push({.kind = PickleKind::dict}); break;
            case 's': set_item(); break;
            case 'u': append(PickleKind::dict, "dict", pop_to_mark()); break;
            case 'q': put(number(1)); break;
            case 'r': put(number(4)); break;
            case 'h': get(number(1)); break;
            case 'j': get(number(4)); break;
            case 'c': push_global(); break;
            case 'R': reduce(); break;
            case 'Q': push({.kind = PickleKind::persistent, .items = {pop()}}); break;
            case 'b': build(); break;
            default: refuse(message("it has the opcode ", opcode));
        }
        return true;
    }

    std::span<const unsigned char> bytes_;
    std::span<const std::string_view> allowed_;
    const std::string& file_;
    std::size_t at_ = 0;
    std::vector<PickleId> stack_, memo_;
    std::vector<std::size_t> marks_;
    Pickle out_;
};

}  // namespace

Pickle read_pickle(std::span<const unsigned char> bytes, std::span<const std::string_view> allowed_globals, const std::string& file) {
    return Machine(bytes, allowed_globals, file).run();
}

}  // namespace convbook::io
