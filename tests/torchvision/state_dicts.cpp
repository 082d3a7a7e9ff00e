// Every network that torchvision has gives torchvision's logits under a .pth file that torchvision saved, and its whole file opens without a second copy.
// Runs where Debian's python3-torchvision is installed; leaves out the reader's own claims (lib/io/state_dict.cpp).
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "convbook/engine.h"
#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

namespace {

namespace fs = std::filesystem;
constexpr const char* kPython = "/usr/bin/python3";

/// The folder of files that make_pth.py writes, gone when the test ends; CONVBOOK_PTH names one that is there already.
class Networks {
public:
    Networks() {
        if (const char* given = std::getenv("CONVBOOK_PTH")) folder_ = given, is_ours_ = false;
        else if (std::system((std::string(kPython) + " -c 'import torchvision' 2>/dev/null").c_str()) == 0) make();
    }
    ~Networks() {
        std::error_code ignored;
        if (is_ours_ && !folder_.empty()) fs::remove_all(folder_, ignored);
    }
    const fs::path& folder() const { return folder_; }

private:
    void make() {
        folder_ = fs::path(CONVBOOK_BINARY_DIR) / "torchvision";
        REQUIRE(std::system((std::string(kPython) + " " CONVBOOK_SOURCE_DIR "/tests/golden/make_pth.py networks '" + folder_.string() + "'").c_str()) == 0);
    }
    fs::path folder_;
    bool is_ours_ = true;
};

float largest(const Tensor& tensor) {
    float most = 0;
    for (const float value : tensor.values()) most = std::max(most, std::abs(value));
    return most;
}

}  // namespace

TEST_CASE("torchvision's networks give torchvision's logits under the .pth files it saves") {
    const Networks networks;
    if (networks.folder().empty()) {
        MESSAGE("skipped: torchvision's networks: Debian's python3-torchvision is not installed");
        return;
    }
    const SafetensorsFile golden = SafetensorsFile::open(networks.folder() / "logits.safetensors");
    const Tensor input = golden.tensor("input");
    int compared = 0;
    for (const TensorEntry& entry : golden.entries()) {
        if (entry.name == "input") continue;
        CAPTURE(entry.name);
        const auto begin = std::chrono::steady_clock::now();
        const Model model = load_model(networks.folder() / (entry.name + ".pth"), entry.name);
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        const Tensor expected = golden.tensor(entry.name), ours = run(model.graph, model.weights, input);
        REQUIRE(expected.count() == ours.count());
        const float difference = max_abs_difference(expected.reshaped(ours.shape()), ours), bound = 1e-4f * largest(expected);
        MESSAGE(entry.name << ": largest difference of logits " << difference << " of " << largest(expected) << ", read in " << seconds << " s");
        CHECK(difference <= bound);
        ++compared;
    }
    CHECK(compared >= 1);
}
