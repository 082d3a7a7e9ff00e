// The safetensors reader takes what is well formed and refuses every lie in one sentence, before it allocates. Leaves out networks (bind_weights.cpp).
#include <cmath>

#include "lib/data.h"
#include "stopwatch.h"

using namespace convbook;
using namespace convbook::test;

namespace {

std::string refusal(const Bytes& file) {
    return error_of([&] { SafetensorsFile::parse(file, "test.safetensors"); });
}
std::string refusal(const std::string& header, std::size_t data_bytes = 0) { return refusal(safetensors(header, Bytes(data_bytes))); }
bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string one_tensor(const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return R"({"w":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
}

Tensor values_of(const std::string& dtype, const Bytes& data, int count) {
    const std::string header = one_tensor(dtype, "[" + std::to_string(count) + "]", "[0," + std::to_string(data.size()) + "]");
    return SafetensorsFile::parse(safetensors(header, data), "test").tensor("w");
}

}  // namespace

TEST_CASE("safetensors: names, shapes and values come back, right-aligned, with the metadata") {
    Bytes data(24);
    for (int i = 0; i < 6; ++i) {
        const float value = static_cast<float>(i) + 0.5f;
        std::memcpy(&data[static_cast<std::size_t>(i) * 4], &value, 4);
    }
    const SafetensorsFile file = SafetensorsFile::parse(safetensors(R"( {"__metadata__":{"net":"x"},"m":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}  )", data), "test");
    CHECK(file.metadata().at("net") == "x");
    CHECK(file.contains("m"));
    CHECK_FALSE(file.contains("n"));
    const Tensor m = file.tensor("m");
    CHECK(to_string(m.shape()) == "[2,3]");
    CHECK(m(0, 0, 1, 2) == 5.5f);
    CHECK(says(error_of([&] { file.tensor("n"); }), "\"n\""));
}

TEST_CASE("safetensors: half precision keeps every kind of value: normal, subnormal, zero, infinity, not a number") {
    const Tensor half = values_of("F16", {0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x80, 0x00, 0x7c, 0x00, 0xfc, 0x01, 0x7e, 0xff, 0x03}, 9);
    const float expected[] = {1.0f, -2.0f, 65504.0f, 0x1p-24f, -0.0f, INFINITY, -INFINITY, 0, 1023 * 0x1p-24f};
    for (int i = 0; i < 9; ++i)
        if (i != 7) CHECK(half(0, 0, 0, i) == expected[i]);
    CHECK(std::isnan(half(0, 0, 0, 7)));
    CHECK(std::signbit(half(0, 0, 0, 4)));
    CHECK(values_of("BF16", {0x80, 0x3f, 0x20, 0xc0}, 2).values()[1] == -2.5f);
    CHECK(values_of("F64", {0, 0, 0, 0, 0, 0, 0xf8, 0x3f}, 1).values()[0] == 1.5f);
}

TEST_CASE("safetensors: whole numbers are read as such, and each type refuses the other's reader") {
    const auto integers = [](const std::string& dtype, const Bytes& data) {
        return SafetensorsFile::parse(safetensors(one_tensor(dtype, "[1]", "[0," + std::to_string(data.size()) + "]"), data), "test").integers("w").at(0);
    };
    CHECK(integers("I64", {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}) == -2);
    CHECK(integers("I32", {0xfd, 0xff, 0xff, 0xff}) == -3);
    CHECK(integers("U8", {0xfc}) == 252);
    CHECK_THROWS_AS(integers("F32", {0, 0, 0, 0}), Error);
    CHECK_THROWS_AS(values_of("U8", {1}, 1), Error);
}

TEST_CASE("safetensors: a truncated file is refused wherever it was cut") {
    const Bytes whole = safetensors(one_tensor("F32", "[2,2]", "[0,16]"), Bytes(16));
    CHECK(refusal(whole).empty());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))).empty());
    }
}

TEST_CASE("safetensors: a header that claims more than the file holds is refused before anything is read") {
    Bytes file = safetensors("{}");
    for (int i = 0; i < 8; ++i) file[static_cast<std::size_t>(i)] = 0xff;
    CHECK(says(refusal(file), "18446744073709551615"));
}

TEST_CASE("safetensors: sizes that lie are refused with both numbers") {
    CHECK(says(refusal(one_tensor("F32", "[2,2]", "[0,12]"), 12), "needed=16, stored=12"));
    CHECK(says(refusal(one_tensor("F32", "[2]", "[0,8]"), 4), "lies outside"));
    CHECK(says(refusal(one_tensor("F32", "[2]", "[8,0]"), 8), "lies outside"));
    CHECK(says(refusal(one_tensor("F32", "[4294967296,4294967296]", "[0,0]")), "more than 64 bits"));
    CHECK(says(refusal(one_tensor("F32", "[4611686018427387905]", "[0,4]"), 4), "more than 64 bits"));
    CHECK(says(refusal(one_tensor("F32", "[99999999999999999999]", "[0,4]"), 4), "whole"));
    CHECK(says(refusal(one_tensor("F32", "[-1]", "[0,4]"), 4), "not negative"));
    CHECK(says(refusal(one_tensor("F32", "[1.5]", "[0,4]"), 4), "whole"));
    CHECK(refusal(one_tensor("F32", "[0,9223372036854775807,4]", "[0,0]")).empty());
}

TEST_CASE("safetensors: overlaps, holes and bytes that no tensor claims are refused") {
    const auto two = [](const std::string& second) {
        return R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":)" + second + "}}";
    };
    CHECK(refusal(two("[4,8]"), 8).empty());
    CHECK(says(refusal(two("[2,6]"), 6), "overlap"));
    CHECK(says(refusal(two("[6,10]"), 10), "hole"));
    CHECK(says(refusal(two("[4,8]"), 9), "no tensor claims"));
}

TEST_CASE("safetensors: a name that stands twice is refused, in tensors, in a tensor and in the metadata") {
    const std::string tensor = R"({"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
    CHECK(says(refusal("{\"a\":" + tensor + ",\"a\":" + tensor + "}"), "twice"));
    CHECK(says(refusal(R"({"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}})"), "twice"));
    CHECK(says(refusal(R"({"__metadata__":{"k":"1","k":"2"}})"), "twice"));
    CHECK(says(refusal(R"({"__metadata__":{},"__metadata__":{}})"), "twice"));
}

TEST_CASE("safetensors: anything but the format's own words is refused") {
    for (const char* header : {"", "[]", "3", "null", "{", "{}x", R"({"a":3})", R"({"a":"b"})", R"({"a":null})", R"({"a":[]})", R"({"a":{}})", R"({"a":{"dtype":"F32"}})",
                               R"({"a":{"dtype":"F33","shape":[],"data_offsets":[0,0]}})", R"({"a":{"dtype":["F32"],"shape":[],"data_offsets":[0,0]}})",
                               R"({"a":{"dtype":"F32","shape":3,"data_offsets":[0,0]}})", R"({"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}})",
                               R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0]}})", R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0,0]}})",
                               R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"more":1}})", R"({"__metadata__":{"a":1}})", R"({"__metadata__":{"a":{"b":"c"}}})",
                               R"({"__metadata__":[]})", R"({"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}})", R"({"a":true})"}) {
        CAPTURE(header);
        CHECK_FALSE(refusal(header, 0).empty());
    }
}

TEST_CASE("safetensors: nesting bombs and a million tensors are refused at once") {
    const Stopwatch stopwatch;
    CHECK(says(refusal(std::string(20'000'000, '[')), "breaks the format"));
    CHECK(says(refusal(R"({"__metadata__":)" + std::string(20'000'000, '{')), "breaks the format"));
    std::string many = "{";
    for (int i = 0; i < 1'000'000; ++i) many += (i ? "," : "") + std::string("\"") + std::to_string(i) + R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
    CHECK(says(refusal(many + "}"), "more than 100000 tensors"));
    MESSAGE("three bombs refused in " << stopwatch.seconds() << " s");
    CHECK(stopwatch.seconds() < 10 * kSlowdown);
}

TEST_CASE("safetensors: a missing file, a folder and an empty file are each explained") {
    CHECK(says(error_of([] { SafetensorsFile::open("no/such/file.safetensors"); }), "No such file"));
    CHECK(says(error_of([] { SafetensorsFile::open(std::filesystem::temp_directory_path()); }), "not a regular file"));
    const TemporaryFile empty("empty.safetensors", {});
    CHECK(says(error_of([&] { SafetensorsFile::open(empty.path()); }), "8-byte length"));
}

TEST_CASE("safetensors: a mapped file gives the same tensors as its bytes") {
    const Bytes bytes = safetensors(one_tensor("F32", "[1]", "[0,4]"), {0, 0, 0x80, 0x3f});
    const TemporaryFile file("mapped.safetensors", bytes);
    CHECK(SafetensorsFile::open(file.path()).tensor("w").values()[0] == 1.0f);
}
