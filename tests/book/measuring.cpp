// Claims about `profile` and `bench --peers`: that what they print adds up, and what they refuse. Leaves out how fast anything is.
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "convbook/backend.h"
#include "convbook/cost.h"
#include "convbook/engine.h"
#include "convbook/nets.h"
#include "process.h"

using namespace convbook;
using namespace convbook::book_test;
namespace fs = std::filesystem;

namespace {

const std::string kProgram = program("convbook");

/// A folder as `bench --peers` wants it, with networks of these names, and beside it a `node` that prints so many milliseconds whatever it is given.
class PeersFolder {
public:
    PeersFolder(const std::vector<std::string>& nets, const std::string& node_says) : root_(fs::path(CONVBOOK_BINARY_DIR) / "peers_test") {
        fs::remove_all(root_);
        fs::create_directories(root_ / "onnx");
        for (const std::string& net : nets) std::ofstream(root_ / "onnx" / (net + ".onnx"));
        std::ofstream(root_ / "node") << "#!/bin/sh\n" << node_says << "\n";
        fs::permissions(root_ / "node", fs::perms::owner_all);
    }
    ~PeersFolder() { fs::remove_all(root_); }
    PeersFolder(const PeersFolder&) = delete;
    PeersFolder& operator=(const PeersFolder&) = delete;
    std::string bench(const std::string& options) const { return "PATH=" + root_.string() + ":$PATH " + kProgram + " bench --sec 0.001 --peers " + root_.string() + " " + options; }

private:
    fs::path root_;
};

}  // namespace

TEST_CASE("profile: the steps hold all multiply-adds of the network, and their times add up to the total") {
    const Outcome outcome = run(kProgram + " profile mobilenet_v3_small --resolution 96 --repeats 2 --json");
    REQUIRE(outcome.exit_code == 0);
    const nlohmann::json profile = nlohmann::json::parse(outcome.out);
    std::int64_t macs = 0;
    double ms = 0;
    for (const nlohmann::json& step : profile["steps"]) macs += step["macs"].get<std::int64_t>(), ms += step["ms"].get<double>();
    CHECK(macs == count_cost(build_net("mobilenet_v3_small", 1.0, {.resolution = 96})).macs);
    CHECK(ms == doctest::Approx(profile["ms"].get<double>()));
    CHECK(profile["arena_bytes"] >= profile["least_bytes"]);
}

TEST_CASE("profile: without a pass there are more steps, and a pass that does not exist is refused") {
    const auto steps = [](const std::string& options) { return nlohmann::json::parse(run(kProgram + " profile mobilenet_v2 --resolution 96 --repeats 1 --json " + options).out)["steps"].size(); };
    CHECK(steps("--without fuse_activations") > steps(""));
    check_refused(kProgram + " profile mobilenet_v2 --without fuse_everything");
    check_refused(kProgram + " profile mobilenet_v2 --threads 0");
}

TEST_CASE("a network run node by node takes the memory that it freed in the run before, not new pages of the system") {
    const auto page_faults = [](const std::string& seconds) {
        const auto so_far = [] {
            rusage used{};
            getrusage(RUSAGE_CHILDREN, &used);
            return used.ru_minflt;
        };
        const long before = so_far();
        REQUIRE(run(kProgram + " bench --backend " + active_backend_name() + " --filter '^ladder mobilenet_v2 node_by_node ' --sec " + seconds).exit_code == 0);
        return so_far() - before;
    };
    // Ten times as many runs; one of them alone touches 6,000 pages
    CHECK(page_faults("0.1") - page_faults("0.01") < 6000);
}

TEST_CASE("bench --peers: the ratio is own time over the other's, round by round") {
    const PeersFolder folder({"mobilenet_v3_small", "squeezenet11"}, "echo 1000");
    const Outcome outcome = run(folder.bench("--rounds 6 --json"));
    REQUIRE(outcome.exit_code == 0);
    const nlohmann::json nets = nlohmann::json::parse(outcome.out)["nets"];
    CHECK(nets.size() == 2);
    for (const char* name : {"mobilenet_v3_small", "squeezenet1_1"}) {
        CAPTURE(name);
        const auto own = nets[name]["own_ms"].get<std::vector<double>>();
        REQUIRE(own.size() == 6);
        CHECK(nets[name]["onnxruntime_ms"] == std::vector<double>(6, 1000.0));
        // Of six rounds the least and the largest ratio enclose the median in 62 of 64 cases
        CHECK(nets[name]["low"].get<double>() == doctest::Approx(*std::min_element(own.begin(), own.end()) / 1000));
        CHECK(nets[name]["high"].get<double>() == doctest::Approx(*std::max_element(own.begin(), own.end()) / 1000));
        CHECK(nets[name]["ratio"] >= nets[name]["low"]);
        CHECK(nets[name]["ratio"] <= nets[name]["high"]);
    }
}

TEST_CASE("bench --peers: measures on the backend that is asked for, and refuses one, or a network, that does not exist") {
    const PeersFolder folder({"mobilenet_v3_small"}, "echo 1000");
    const Outcome outcome = run(folder.bench("--rounds 6 --json --backend reference --nets mobilenet_v3_small"));
    REQUIRE(outcome.exit_code == 0);
    CHECK(nlohmann::json::parse(outcome.out)["backend"] == "reference");
    check_refused(folder.bench("--rounds 6 --backend mmx"));
    check_refused(folder.bench("--rounds 6 --nets mobilenet_v3_small,mobilenet_v9"));
}

TEST_CASE("bench --peers: a folder without networks and too few rounds are refused, and what Node.js complains of is passed on") {
    const PeersFolder empty({}, "echo 1");
    check_refused(empty.bench("--rounds 6"));
    check_refused(empty.bench("--rounds 5"));
    const PeersFolder broken({"mobilenet_v3_small"}, "echo 'Cannot find module'; exit 1");
    const Outcome outcome = run(broken.bench("--rounds 6"));
    CHECK(outcome.exit_code == 1);
    CHECK(outcome.error.find("Cannot find module") != std::string::npos);
    CHECK(outcome.error.find("npm install") != std::string::npos);
}
