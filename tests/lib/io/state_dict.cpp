// The .pth reader gives every tensor that PyTorch saved, and refuses every other file and every lie in one sentence, quickly and before it allocates.
// Leaves out whole networks (torchvision/).
#include <cmath>
#include <limits>

#include "lib/pth_data.h"
#include "stopwatch.h"

using namespace convbook;
using namespace convbook::test;

namespace {

const std::filesystem::path kSaved = CONVBOOK_SOURCE_DIR "/tests/golden/data/pth";

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
std::string refusal(const Bytes& file) {
    return error_of([&] { StateDictFile::parse(file, "test.pth"); });
}
std::string refusal(const std::string& pickle) { return refusal(pth_of(pickle)); }
std::string refusal(const PickledTensor& tensor) { return refusal(pickled_dict({{"w", pickled(tensor)}})); }
std::string refusal_of_saved(const std::string& name) {
    return error_of([&] { WeightsFile::open(kSaved / name); });
}
Bytes bytes_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(in), {});
}
/// make_pth.py's rule for number i of every tensor.
float ramp(std::size_t i) { return static_cast<float>(i) / 8 - 1; }

void check_ramp(const Tensor& tensor, const std::string& shape, const std::vector<std::size_t>& order) {
    CHECK(to_string(tensor.shape()) == shape);
    REQUIRE(tensor.count() == order.size());
    for (std::size_t i = 0; i < order.size(); ++i) CHECK(tensor.values()[i] == ramp(order[i]));
}

}  // namespace

TEST_CASE("pth: every type and layout that PyTorch saves comes back as the numbers it held") {
    const StateDictFile file = StateDictFile::open(kSaved / "types.pth");
    CHECK(file.entries().size() == 11);
    for (const char* name : {"half", "double", "bfloat"}) {
        CAPTURE(name);
        check_ramp(file.tensor(name), "[5]", {0, 1, 2, 3, 4});
    }
    std::vector<std::size_t> all(24);
    for (std::size_t i = 0; i < 24; ++i) all[i] = i;
    check_ramp(file.tensor("plain"), "[2,3,2,2]", all);
    check_ramp(file.tensor("channels_last"), "[2,3,2,2]", all);
    check_ramp(file.tensor("transposed"), "[4,3]", {0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11});
    check_ramp(file.tensor("slice"), "[1,2,2,2]", {12, 13, 14, 15, 16, 17, 18, 19});
    check_ramp(file.tensor("parameter"), "[2,2]", {0, 1, 2, 3});
    check_ramp(file.tensor("number"), "[1]", {0});
    CHECK(file.tensor("nothing").count() == 0);
}

TEST_CASE("pth: whole numbers are listed, and reading them as real ones is refused") {
    const StateDictFile file = StateDictFile::open(kSaved / "types.pth");
    CHECK(says(error_of([&] { file.tensor("num_batches_tracked"); }), "is I64"));
    CHECK(says(error_of([&] { file.tensor("absent"); }), "no tensor \"absent\" among its 11"));
}

TEST_CASE("pth: a checkpoint's state dict is found beside its optimiser, and DataParallel's module. is dropped") {
    const StateDictFile file = StateDictFile::open(kSaved / "checkpoint.pth");
    REQUIRE(file.entries().size() == 2);
    CHECK(file.entries()[0].name == "0.bias");
    check_ramp(file.tensor("0.weight"), "[2,2]", {0, 1, 2, 3});
}

TEST_CASE("pth: the old format, TorchScript, a whole model, another object and an expanded tensor are each named, with the way out") {
    for (const auto& [name, what] : std::vector<std::pair<std::string, std::string>>{{"old.pth", "before version 1.6"}, {"script.pt", "TorchScript"},
             {"whole_model.pth", "\"torch.nn.modules.container.Sequential\""}, {"list.pth", "a dict of named tensors"}, {"expanded.pth", ".contiguous()"}}) {
        CAPTURE(name);
        const std::string text = refusal_of_saved(name);
        CHECK(says(text, what));
        CHECK(says(text, "torch.save("));
        CHECK(text.size() < 700);
    }
}

TEST_CASE("pth: a hand-made file of one tensor is good, so that the refusals below are about what they change") {
    CHECK(refusal(PickledTensor{}).empty());
    const StateDictFile file = StateDictFile::parse(pth_of(pickled_dict({{"w", pickled(PickledTensor{})}})), "test");
    CHECK(file.tensor("w").values()[1] == 2.0f);
}

TEST_CASE("pth: a truncated file is refused wherever it was cut, and no changed byte does harm") {
    const Bytes whole = bytes_of(kSaved / "types.pth");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(error_of([&] { WeightsFile::parse({whole.data(), size}, "cut.pth"); }).empty());
    }
    for (std::size_t i = 0; i < whole.size(); ++i) {
        Bytes changed = whole;
        changed[i] ^= 0xff;
        error_of([&] {
            const WeightsFile file = WeightsFile::parse(changed, "changed.pth");
            for (const TensorEntry& entry : file.entries()) file.tensor(entry.name);
        });
    }
}

TEST_CASE("pth: sizes, strides and offsets that reach out of their storage or overflow are refused with their values") {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    const std::string out = "reaches out of its storage";
    CHECK(says(refusal(PickledTensor{.dims = {3}}), out + "; shape=[3], strides=[1], offset=0, storage=2"));
    CHECK(says(refusal(PickledTensor{.offset = 1}), out));
    CHECK(says(refusal(PickledTensor{.strides = {2}}), out));
    CHECK(says(refusal(PickledTensor{.strides = {most}, .offset = most}), out));
    CHECK(says(refusal(PickledTensor{.dims = {1LL << 32, 1LL << 32}, .strides = {0, 0}}), out));
    CHECK(says(refusal(PickledTensor{.dims = {1000}, .strides = {0}}), "repeats its storage"));
    CHECK(says(refusal(PickledTensor{.dims = {-1}}), "a size or an offset"));
    CHECK(says(refusal(PickledTensor{.offset = -1}), "a size or an offset"));
    CHECK(says(refusal(PickledTensor{.dims = {1, 2}}), "one stride for each"));
    CHECK(says(refusal(PickledTensor{.dims = std::vector<std::int64_t>(9, 1), .strides = std::vector<std::int64_t>(9, 1)}), "at most 8 dimensions"));
    CHECK(says(refusal(PickledTensor{.count = 3}), "8 bytes that claims 3 numbers of 4"));
    CHECK(says(refusal(PickledTensor{.key = "7"}), "storage \"7\", which the file does not hold"));
    CHECK(says(refusal(PickledTensor{.key = "../version"}), "does not hold"));
    CHECK(says(refusal(PickledTensor{.type = "torch._utils\n_rebuild_tensor_v2"}), "no storage type"));
    CHECK(refusal(PickledTensor{.dims = {0, most}, .strides = {most, 1}, .offset = most}).empty());
}

TEST_CASE("pth: nothing but a state dict's own words is accepted: no other object, no other opcode, no broken stack") {
    CHECK(says(refusal("\x80\x02" "cos\nsystem\n(X\x02\x00\x00\x00idtR."), "\"os.system\""));
    CHECK(says(refusal(PickledTensor{.type = "builtins\neval"}), "\"builtins.eval\""));
    CHECK(says(refusal(PickledTensor{.type = "torch\nQInt8Storage"}), "\"torch.QInt8Storage\""));
    CHECK(says(refusal("\x80\x02" "c\x1b[31m\nx\n."), "\"?[31m.x\""));
    CHECK(says(refusal("\x80\x04}."), "protocol is 4"));
    CHECK(says(refusal(pickled_dict({{"w", "N"}})), "is not a tensor"));
    CHECK(says(refusal(pickled_dict({{"w", pickled(PickledTensor{})}, {"w", pickled(PickledTensor{})}})), "stands twice"));
    CHECK(says(refusal("\x80\x02}K\x01K\x01s."), "of tensors are texts"));
    for (const std::string& body : std::vector<std::string>{"", "}", "}}.", "}.}", ".", "(.", "t.", "u.", "e.", "s.", "a.", "R.", "b.", "Q.", "q\x01.", "h\x01.", "}q\x02.", "}(Nu.", "](Ns.", "}NNRs.",
                                                            "i", "o", "\x81", "\x93", "P0\n", "\x8a\x09" "123456789.", "X\xff\xff\xff\xff", "cabc", "cabc\ndef", "}(b.", "(0.", "1", "2"}) {
        CAPTURE(body);
        CHECK_FALSE(refusal("\x80\x02" + body).empty());
    }
}

TEST_CASE("pth: a zip file is refused that compresses, encrypts, lies, overlaps, repeats a name or holds no state dict") {
    const std::string pickle = pickled_dict({});
    const std::string name = "archive/data.pkl";
    CHECK(refusal(zip_of({{name, pickle}})).empty());
    CHECK(says(refusal(zip_of({{name, pickle, 8}})), "is compressed, and torch.save stores"));
    CHECK(says(refusal(zip_of({{name, pickle, 0, 1}})), "is encrypted"));
    CHECK(says(refusal(zip_of({{name, pickle, 0, 0, 1'000'000'000}})), "lies outside the file"));
    CHECK(says(refusal(zip_of({{name, pickle, 0, 0, -1, 5}})), "no local header"));
    CHECK(says(refusal(zip_of({{"archive/data/0", "x"}, {"archive/data/0", "x", 0, 0, 1, 0}, {name, pickle}})), "do not overlap"));
    CHECK(says(refusal(zip_of({{"archive/data/0", "x"}, {"archive/data/0", "x"}, {name, pickle}})), "stands twice"));
    CHECK(says(refusal(zip_of({{"other.txt", "x"}})), "no data.pkl"));
    CHECK(says(refusal(zip_of({{name, pickle}, {"archive/byteorder", "big"}})), "big-endian"));
    CHECK(refusal(zip_of({{name, pickle}, {"archive/byteorder", "little"}})).empty());
    // Entries inside one another, as in the zip bombs that share their bytes
    CHECK(says(refusal(zip_of({{"a", std::string(1000, 'x')}, {"a", "", 0, 0, 900, 0}, {name, pickle}})), "overlap"));
}

TEST_CASE("pth: bombs are refused at once and in little memory: depth, memo, self-reference, a million values, tensors, entries") {
    const Stopwatch stopwatch;
    CHECK(says(refusal("\x80\x02" + std::string(10'000'000, '(')), "levels deep"));
    CHECK(says(refusal("\x80\x02" + std::string(10'000'000, ']')), "more than 1000000 values"));
    CHECK(says(refusal("\x80\x02" + std::string(20'000'000, 'N')), "are not read"));
    CHECK(says(refusal("\x80\x02}r\xff\xff\xff\x7f."), "memo jumps"));
    // A tuple of two of the tuple before, thirty times: 2^30 values if anything copied them
    std::string doubling = "\x80\x02)";
    for (char i = 0; i < 30; ++i) doubling += std::string("q") + i + "h" + i + "\x86";
    CHECK(says(refusal(doubling + "."), "something else"));
    CHECK(says(refusal("\x80\x02]q" + std::string(1, '\0') + "h" + std::string(1, '\0') + "a."), "something else"));
    std::vector<std::pair<std::string, std::string>> many;
    for (int i = 0; i < 40'000; ++i) many.emplace_back(std::to_string(i), pickled(PickledTensor{}));
    CHECK(says(refusal(pickled_dict(many)), "more than"));
    std::string million = "\x80\x02}(" + pickled("w") + pickled(PickledTensor{}) + "q" + std::string(1, '\0');
    for (int i = 0; i < 1'000'000; ++i) million += "X\x01" + std::string(3, '\0') + "ah" + std::string(1, '\0');
    CHECK(says(refusal(million + "u."), "more than"));
    CHECK_FALSE(refusal(zip_of(std::vector<ZipItem>(1'000'000, {"a", ""}))).empty());
    MESSAGE("nine bombs refused in " << stopwatch.seconds() << " s");
    CHECK(stopwatch.seconds() < 20 * kSlowdown);
}

TEST_CASE("weights: a file's first bytes say which format it has, and what is neither is told so") {
    CHECK(WeightsFile::open(kSaved / "types.pth").contains("plain"));
    CHECK(WeightsFile::parse(safetensors("{}"), "x").entries().empty());
    const std::string page = "<!DOCTYPE html><html>not found</html>";
    CHECK(says(error_of([&] { WeightsFile::parse(Bytes(page.begin(), page.end()), "x.pth"); }), "neither safetensors nor a .pth file"));
    CHECK(says(error_of([&] { WeightsFile::open("no/such/file.pth"); }), "No such file"));
}
