// Claims about files that mean harm, given to the whole program: refused in one sentence, quickly, and in little memory, which is measured.
// Leaves out what each refusal says (lib/io) and what nobody thought of (fuzz/).
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "lib/pth_data.h"
#include "stopwatch.h"

using namespace convbook;
using namespace convbook::test;

namespace {

// The program alone takes 15 MB and a hundredth of a second; a sanitized one begins with hundreds of MB of its own
double most_seconds() { return kSlowdown > 1 ? 120 : 5; }
double most_megabytes() { return kSlowdown > 1 ? 4000 : 200; }

struct Outcome { int exit_code = -1; double seconds = 0, megabytes = 0; };

Outcome predict_with(const std::filesystem::path& weights) {
    const std::string program = std::string(CONVBOOK_BINARY_DIR) + "/bin/convbook", photo = std::string(CONVBOOK_SOURCE_DIR) + "/assets/photos/coffee.jpg";
    const auto begin = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) {
        // What it says belongs to the claims of lib/io
        if (std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(3);
        ::execl(program.c_str(), "convbook", "predict", photo.c_str(), "--net", "mobilenet_v2", "--weights", weights.c_str(), static_cast<char*>(nullptr));
        ::_exit(3);
    }
    int status = 0;
    rusage used{};
    ::wait4(child, &status, 0, &used);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), static_cast<double>(used.ru_maxrss) / 1024};
}

std::string repeated(const std::string& words, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += words;
    return text;
}

std::string a_million_tensors() {
    std::string header = "{";
    for (int i = 0; i < 1'000'000; ++i) header += (i ? ",\"" : "\"") + std::to_string(i) + R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
    return header + "}";
}

/// `make` gives the bytes, which are gone before the program starts: a child's peak begins with what its parent holds.
template <class Make>
void refuse_in_bounds(const std::string& name, Make make) {
    const TemporaryFile file(name, make());
    const Outcome outcome = predict_with(file.path());
    CAPTURE(name);
    MESSAGE(name << ": " << outcome.seconds << " s, " << outcome.megabytes << " MB");
    CHECK(outcome.exit_code == 1);
    CHECK(outcome.seconds < most_seconds());
    CHECK(outcome.megabytes < most_megabytes());
}

}  // namespace

TEST_CASE("hostile safetensors are refused quickly and in bounded memory: overflowing sizes, nesting, a million tensors") {
    refuse_in_bounds("overflow.safetensors", [&] { return safetensors(R"({"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,4]}})", Bytes(4)); });
    refuse_in_bounds("nested.safetensors", [&] { return safetensors(std::string(50'000'000, '[')); });
    refuse_in_bounds("million.safetensors", [&] { return safetensors(a_million_tensors()); });
}

TEST_CASE("hostile .pth files are refused quickly and in bounded memory: zip bombs, recursion, doubling, a million values, tensors, entries") {
    refuse_in_bounds("deflated.pth", [&] { return zip_of({{"archive/data.pkl", std::string(300'000, 'x'), 8}}); });
    refuse_in_bounds("lying.pth", [&] { return zip_of({{"archive/data.pkl", "\x80\x02}.", 0, 0x808, 0xfffffffe}}); });
    refuse_in_bounds("recursive.pth", [&] { return pth_of("\x80\x02" + std::string(15'000'000, '(')); });
    std::string doubling = "\x80\x02)";
    for (char i = 0; i < 60; ++i) doubling += std::string("q") + i + "h" + i + "\x86";
    refuse_in_bounds("doubling.pth", [&] { return pth_of(doubling + "."); });
    refuse_in_bounds("lists.pth", [&] { return pth_of("\x80\x02" + std::string(15'000'000, ']')); });
    refuse_in_bounds("strings.pth", [&] { return pth_of("\x80\x02}(" + repeated(pickled("a"), 2'500'000)); });
    refuse_in_bounds("tensors.pth", [&] { return pth_of("\x80\x02}(" + repeated(pickled("w") + pickled(PickledTensor{}), 100'000) + "u."); });
    refuse_in_bounds("entries.pth", [&] { return zip_of(std::vector<ZipItem>(1'000'000, {"a", ""})); });
}
