// Claims about the comparison with PyTorch: it passes on true tensors, fails on false ones, and survives files that lie.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "golden/golden.h"
#include "lib/data.h"

using namespace convbook;
using golden::Status;
namespace fs = std::filesystem;

namespace {

const fs::path kSubset = fs::path(CONVBOOK_SOURCE_DIR) / "tests/golden/data";

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A folder of goldens that a test may spoil; gone with the test.
class Folder {
public:
    explicit Folder(std::initializer_list<const char*> groups)
        : path_(fs::temp_directory_path() / fs::path(message("convbook_golden_", static_cast<const void*>(this)))) {
        fs::remove_all(path_);
        fs::create_directories(path_);
        for (const std::string group : groups)
            for (const char* ending : {".json", ".safetensors"}) fs::copy_file(kSubset / (group + ending), path_ / (group + ending));
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const fs::path& path() const { return path_; }
    void write(const std::string& name, const std::string& bytes) const { std::ofstream(path_ / name, std::ios::binary) << bytes; }
    void edit(const std::string& name, const std::string& from, const std::string& to) const {
        std::string text = read(path_ / name);
        REQUIRE(text.find(from) != std::string::npos);
        write(name, text.replace(text.find(from), from.size(), to));
    }
    golden::Outcome first(const std::string& group) const { return golden::run(path_, {group}).cases.at(0); }

private:
    fs::path path_;
};

void check_all_pass(const golden::Report& report) {
    CHECK_FALSE(report.cases.empty());
    for (const golden::Outcome& c : report.cases) {
        INFO(c.id, ": ", c.note);
        CHECK(c.status == Status::passed);
    }
}

}  // namespace

TEST_CASE("every operation, the photo pipeline and MobileNet v2 equal PyTorch on the cases that a clone carries") {
    const golden::Report report = golden::run(kSubset, golden::groups_in(kSubset));
    check_all_pass(report);
    CHECK(report.is_good());
}

TEST_CASE("every operation, gradient and optimiser equals PyTorch on the large set of cases, where it is at hand") {
    const auto folder = test::data_or_skip("goldens");
    if (!folder) return;
    check_all_pass(golden::run(*folder, {"conv2d", "conv2d_grad", "conv_transpose2d", "batchnorm", "activation", "pool", "blocks", "optim", "preprocess"}));
    for (const golden::Outcome& c : golden::run(*folder, {"nets"}).cases) {
        INFO(c.id, ": ", c.note);
        CHECK(c.status != Status::failed);
    }
}

TEST_CASE("one wrong value fails its case, with the difference and what was allowed, and no other") {
    const Folder folder({"conv2d"});
    std::string bytes = read(folder.path() / "conv2d.safetensors");
    bytes[bytes.size() - 1] = static_cast<char>(bytes[bytes.size() - 1] ^ 0x80);  // the sign of the last case's last value
    folder.write("conv2d.safetensors", bytes);
    const golden::Report report = golden::run(folder.path(), {"conv2d"});
    CHECK(report.count(Status::failed) == 1);
    CHECK(report.cases.back().status == Status::failed);
    CHECK(report.cases.back().max_abs_diff > report.cases.back().tolerance);
    CHECK_FALSE(report.is_good());
}

TEST_CASE("one wrong argument fails its case, and the note says what came out") {
    const Folder folder({"conv2d", "nets"});
    folder.edit("conv2d.json", "\"padding\": [1, 1]", "\"padding\": [0, 1]");
    CHECK(folder.first("conv2d").status == Status::failed);
    CHECK(
        folder.first("conv2d").note ==
        "golden: y has PyTorch's shape; ours is [2,4,5,6], PyTorch's [2,4,7,6]. The shape rule of the operation, or the case's arguments, are wrong.");
    folder.edit("nets.json", "\"gain\": 6.0", "\"gain\": 6.1");
    CHECK(folder.first("nets").status == Status::failed);
    folder.edit("nets.json", "\"gain\": 6.1", "\"gain\": 6.0");
    folder.edit("nets.json", "\"params\": ", "\"params\": 1");
    CHECK(folder.first("nets").note.rfind("number of parameters is off by", 0) == 0);
}

TEST_CASE("a group whose files are missing or broken is one failed case that says why") {
    const Folder folder({"pool"});
    const auto note_with = [&](const char* name, const std::string& bytes) {
        folder.write(name, bytes);
        const golden::Report report = golden::run(folder.path(), {"pool"});
        REQUIRE(report.cases.size() == 1);
        CHECK(report.cases[0].status == Status::failed);
        CHECK(report.cases[0].id == "pool");
        return report.cases[0].note;
    };
    CHECK(note_with("pool.json", "[{\"id\": ").find("is JSON; ") != std::string::npos);
    CHECK(note_with("pool.json", "{}").find("is an array of cases") != std::string::npos);
    CHECK(note_with("pool.json", "[1, 2]").find("is an array of cases") != std::string::npos);
    CHECK(note_with("pool.json", "").find("is JSON; ") != std::string::npos);
    folder.write("pool.json", read(kSubset / "pool.json"));
    CHECK_FALSE(note_with("pool.safetensors", "short").empty());
    CHECK_FALSE(note_with("pool.safetensors", read(kSubset / "pool.safetensors").substr(0, 4000)).empty());
    fs::remove(folder.path() / "pool.safetensors");
    CHECK(golden::run(folder.path(), {"pool"}).count(Status::failed) == 1);
    CHECK(golden::run(folder.path(), {"conv2d"}).count(Status::failed) == 1);
}

TEST_CASE("arguments of the wrong type, absurd sizes and missing tensors fail their case and nothing else") {
    const std::pair<const char*, const char*> spoiled[] = {
        {"\"kernel\": [2, 2]", "\"kernel\": \"two\""},
        {"\"kernel\": [2, 2]", "\"kernel\": [2, 2, 2]"},
        {"\"kernel\": [2, 2]", "\"kernel\": [1e99, 2]"},
        {"\"kernel\": [2, 2]", "\"kernel\": [99999999999, 2]"},
        {"\"stride\": [2, 2]", "\"stride\": [0, 2]"},
        {"\"padding\": [0, 0]", "\"padding\": [-1, 0]"},
        {"\"ceil_mode\": false", "\"ceil_mode\": 3"},
        {"\"op\": \"max\"", "\"op\": 7"},
        {"\"id\": \"pool000\"", "\"id\": \"elsewhere\""},
        {"\"id\": \"pool000\"", "\"id\": 5"},
        {"\"kernel\": [2, 2]", "\"kernel\": [2147483647, 2147483647]"},
    };
    for (const auto& [from, to] : spoiled) {
        const Folder folder({"pool"});
        folder.edit("pool.json", from, to);
        INFO(to);
        const golden::Report report = golden::run(folder.path(), {"pool"});
        CHECK(report.cases[0].status == Status::failed);
        CHECK_FALSE(report.cases[0].note.empty());
        CHECK(report.count(Status::failed) == 1);
    }
}

TEST_CASE("absurd networks fail their case") {
    const std::pair<const char*, const char*> spoiled[] = {
        {"\"size\": 32", "\"size\": -3"},
        {"\"size\": 32", "\"size\": 2000000000"},
        {"\"width_mult\": 0.35", "\"width_mult\": -1"},
        {"\"width_mult\": 0.35", "\"width_mult\": 1e30"},
        {"\"num_classes\": 10", "\"num_classes\": 11"},
        {"\"num_classes\": 10", "\"num_classes\": 2000000000"},
        {"\"args\": {", "\"args\": 3, \"other\": {"},
        {"\"tap.features.0\"", "\"tap.features.99\""},
    };
    for (const auto& [from, to] : spoiled) {
        const Folder folder({"nets"});
        folder.edit("nets.json", from, to);
        INFO(to);
        CHECK(folder.first("nets").status == Status::failed);
        CHECK_FALSE(folder.first("nets").note.empty());
    }
}

TEST_CASE("what the library does not have is unsupported, not failed") {
    const Folder folder({"activation", "nets", "pool"});
    folder.edit("activation.json", "\"op\": \"relu\"", "\"op\": \"mish\"");
    CHECK(folder.first("activation").status == Status::unsupported);
    folder.edit("nets.json", "\"net\": \"mobilenet_v2\"", "\"net\": \"transformer\"");
    CHECK(folder.first("nets").status == Status::unsupported);
    fs::rename(folder.path() / "pool.json", folder.path() / "lstm.json");
    fs::rename(folder.path() / "pool.safetensors", folder.path() / "lstm.safetensors");
    CHECK(golden::groups_in(folder.path()) == std::vector<std::string>{"activation", "nets", "lstm"});
    CHECK(folder.first("lstm").status == Status::unsupported);
}

TEST_CASE("a folder that is missing, or holds no goldens, is refused") {
    CHECK_THROWS_WITH_AS(golden::groups_in("/no/such/folder"),
                         "golden: a folder that can be read belongs here; got \"/no/such/folder\" (No such file or directory). Check the path.", Error);
    const Folder empty({});
    CHECK_THROWS_AS(golden::groups_in(empty.path()), Error);
}

TEST_CASE("the JSON report counts and lists every case") {
    const Folder folder({"pool"});
    folder.edit("pool.json", "\"op\": \"max\"", "\"op\": \"lp\"");
    const golden::Report report = golden::run(folder.path(), {"pool"});
    const auto json = nlohmann::json::parse(report.json());
    CHECK(json["passed"] == report.cases.size() - 1);
    CHECK(json["failed"] == 0);
    CHECK(json["unsupported"] == 1);
    CHECK(json["cases"].size() == report.cases.size());
    CHECK(json["cases"][0] ==
          nlohmann::json{{"id", "pool000"}, {"group", "pool"}, {"status", "unsupported"}, {"max_abs_diff", nullptr}, {"tolerance", nullptr}});
    CHECK(json["cases"][1]["status"] == "passed");
    CHECK(json["cases"][1]["max_abs_diff"] <= json["cases"][1]["tolerance"]);
}
