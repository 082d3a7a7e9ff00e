// Claims about the pages of networks on screen: all of them open, in every look, with the counts of `convbook summary`, and none holds the window up.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>

#include "app/network_model.h"
#include "app_stage.h"
#include "convbook/comparison.h"
#include "convbook/cost.h"
#include "stopwatch.h"

namespace convbook {
namespace {

using test::AppStage;
using test::Folder;

#define NEEDS_A_PICTURE() \
    if (!AppStage::is_possible()) { \
        MESSAGE("skipped: this machine has no EGL, so nothing can be drawn"); \
        return; \
    }

/// Another data folder while it lives.
class DataFolder {
public:
    explicit DataFolder(const std::filesystem::path& path) {
        if (const char* said = std::getenv("CONVBOOK_DATA")) before_ = said;
        setenv("CONVBOOK_DATA", path.c_str(), 1);
    }
    ~DataFolder() {
        if (before_.empty()) unsetenv("CONVBOOK_DATA");
        else setenv("CONVBOOK_DATA", before_.c_str(), 1);
    }

private:
    std::string before_;
};

/// A safetensors file of the network's shapes; its values are a hole in the file, so they are zeros and cost no disk.
void write_hollow_weights(const std::filesystem::path& path, const std::string& net) {
    const Graph graph = build_net(net, 1.0);
    std::string header = R"({"__metadata__":{"architecture":")" + net + "\"}";
    std::size_t at = 0;
    for (const Parameter& parameter : graph.parameters()) {
        const Shape& s = parameter.shape;
        const int dims[] = {s.n, s.c, s.h, s.w};
        std::string shape;
        for (int i = 4 - s.rank; i < 4; ++i) shape += (shape.empty() ? "" : ",") + std::to_string(dims[i]);
        const std::size_t end = at + s.count() * sizeof(float);
        header += ",\"" + parameter.name + R"(":{"dtype":"F32","shape":[)" + shape + R"(],"data_offsets":[)" + std::to_string(at) + "," + std::to_string(end) + "]}";
        at = end;
    }
    header += "}";
    std::ofstream file(path, std::ios::binary);
    const std::uint64_t size = header.size();
    file.write(reinterpret_cast<const char*>(&size), sizeof size);
    file << header;
    file.close();
    std::filesystem::resize_file(path, sizeof size + header.size() + at);
}

double thread_ms() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

/// The slowest frames of the interface: its own work, and the time that passed (which others on this machine lengthen, and waiting for a job too).
struct Slowest { double own_ms = 0, wall_ms = 0; int frames = 0; };
Slowest draw_until_calm(AppStage& stage) {
    Slowest slowest;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (int calm = 0; calm < 5 && std::chrono::steady_clock::now() < end; ++slowest.frames) {
        stage.screen.frame([&] {
            const auto start = std::chrono::steady_clock::now();
            const double own = thread_ms();
            stage.book.frame(1600, 1000);
            slowest.own_ms = std::max(slowest.own_ms, thread_ms() - own);
            slowest.wall_ms = std::max(slowest.wall_ms, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
        });
        calm = stage.book.network()->is_busy() ? 0 : calm + 1;
    }
    return slowest;
}

std::string value_of(AppStage& stage, const std::string& name) {
    const Value* value = stage.book.value(name);
    return value ? value->text : "";
}

void check_layout() {
    for (const kit::LayoutFault& fault : kit::layout_faults()) FAIL_CHECK(fault.what);
}

TEST_CASE("networks: every network of the library opens its page, with the counts that summary prints and nothing on anything else") {
    NEEDS_A_PICTURE();
    const Folder nothing;
    const DataFolder data(nothing.path);
    for (const NetInfo& info : list_nets()) {
        CAPTURE(info.name);
        AppStage stage("net/" + info.name);
        const NetCost cost = count_cost(build_net(info.name, 1.0));
        CHECK(value_of(stage, "params") == format_count(cost.params));
        CHECK(value_of(stage, "macs") == format_count(cost.macs));
        CHECK(value_of(stage, "depth") == std::to_string(cost.depth));
        CHECK(stage.shows(info.title));
        CHECK(stage.shows(format_count(cost.params)));
        CHECK(stage.book.title().starts_with(info.title));
        draw_until_calm(stage);
        CHECK(stage.shows("No weights yet for"));
        check_layout();
    }
}

TEST_CASE("networks: pages, their layers and the comparison overlap nowhere, in both languages, on a laptop and at twice the text") {
    NEEDS_A_PICTURE();
    const Folder nothing;
    const DataFolder data(nothing.path);
    for (const std::string link : {"net/se_resnet50?block=1", "net/shufflenet_v1?block=5", "net/shufflenet_v2?block=2", "net/squeezenet1_0?block=2", "net/vgg16?block=13&bars=macs,params,memory,time",
                                   "net/mobilenet_v3_large?block=6&table=1", "net/resnext50_32x4d?layer=layer2.0.conv2", "net/alexnet_grouped?layer=classifier.1", "compare", "compare/vgg16,resnet50"})
        for (const auto& [width, height] : {std::pair{1600, 1000}, std::pair{1280, 800}})
            for (const Language language : {Language::en, Language::zh})
                for (const float scale : {1.0f, 2.0f}) {
                    CAPTURE(link);
                    CAPTURE(width);
                    CAPTURE(scale);
                    CAPTURE(language == Language::zh);
                    AppStage stage(link, width, height);
                    kit::ui().language = language;
                    kit::ui().text_scale = scale;
                    stage.frames(6);
                    check_layout();
                }
}

/// Opens the network and takes its page through some states; the slowest frame of all but each state's first two, in which new characters are baked.
Slowest walk_through(AppStage& stage, const std::string& net) {
    Slowest slowest;
    const std::string layer = "?layer=" + build_net(net, 1.0).node(1).name;
    for (const std::string& state : {std::string(), layer, std::string("?block=1"), std::string("?resolution=128"), std::string("?resolution=160&table=1")}) {
        stage.book.open("net/" + net + state);
        stage.frames(2);
        const Slowest here = draw_until_calm(stage);
        slowest.own_ms = std::max(slowest.own_ms, here.own_ms);
        slowest.wall_ms = std::max(slowest.wall_ms, here.wall_ms);
    }
    return slowest;
}

TEST_CASE("networks: opening one with big weights never holds a frame up") {
    NEEDS_A_PICTURE();
    const Folder folder;
    const DataFolder data(folder.path);
    std::filesystem::create_directories(folder.path / "weights");
    for (const std::string net : {"resnext50_32x4d", "resnet50", "vgg16"}) write_hollow_weights(folder.path / "weights" / (net + ".safetensors"), net);
    AppStage stage("contents");
    walk_through(stage, "resnext50_32x4d");  // the software renderer compiles its shaders when they are first used
    for (const std::string net : {"vgg16", "resnet50"}) {
        CAPTURE(net);
        const Slowest slowest = walk_through(stage, net);
        REQUIRE(stage.book.value("top.probability") != nullptr);  // it ran
        CHECK(slowest.own_ms < 16 * test::kSlowdown);
        CHECK(slowest.wall_ms < 250);
    }
}

TEST_CASE("networks: a change while half a gigabyte of weights is being read does not wait for the reading") {
    const Folder folder;
    const DataFolder data(folder.path);
    std::filesystem::create_directories(folder.path / "weights");
    write_hollow_weights(folder.path / "weights" / "vgg16.safetensors", "vgg16");
    app::NetworkModel model("vgg16");
    model.poll();
    const auto start = std::chrono::steady_clock::now();
    model.set({"vgg16", 1, {.resolution = 96}});
    model.poll();
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(50));
    CHECK(model.is_busy());
}

TEST_CASE("networks: options, layers and choices make a history that undo walks, and what a network cannot have is said while the page stays") {
    NEEDS_A_PICTURE();
    const Folder nothing;
    const DataFolder data(nothing.path);
    AppStage stage("net/shufflenet_v1");
    stage.click("part/1");
    CHECK(stage.book.link() == "net/shufflenet_v1?layer=stage2.2.conv1.0");
    stage.click("layer/next");
    CHECK(stage.book.link() == "net/shufflenet_v1?layer=stage2.2.shuffle");
    stage.click("layer/back");
    CHECK(stage.book.link() == "net/shufflenet_v1?block=3");
    stage.click("bars/memory");
    CHECK(stage.book.settings().at("bars") == "macs,params,memory,time");
    stage.click("table");
    CHECK(stage.shows("stage2.0.conv1.0"));
    stage.press('Z', true);
    CHECK_FALSE(stage.book.settings().contains("table"));
    // Eight groups do not divide what the blog's bottleneck divides by four
    stage.book.open("net/shufflenet_v1?groups=8");
    stage.frames();
    const std::string before = stage.book.link();
    stage.click("bottleneck");
    stage.press(ImGuiKey_End);
    CHECK(stage.book.link() == before);
    CHECK(stage.shows("with the blog's bottleneck"));
    stage.press('R', true);
    CHECK(stage.book.link() == "net/shufflenet_v1");
    CHECK_THROWS_AS(stage.book.open("net/shufflenet_v1?alpha=0.5"), Error);
    CHECK_THROWS_AS(stage.book.open("net/shufflenet_v1?layer=conv99"), Error);
    CHECK_THROWS_AS(stage.book.open("net/shufflenet_v9"), Error);
}

TEST_CASE("networks: the comparison shows the facts that the command prints, for any set, and its link holds it") {
    NEEDS_A_PICTURE();
    AppStage stage("compare/mobilenet_v1,mobilenet_v2:alpha=0.5,resnet18");
    draw_until_calm(stage);
    for (const NetSpec& net : parse_net_list("mobilenet_v1,mobilenet_v2:alpha=0.5,resnet18")) {
        const NetFacts facts = facts_of(net);
        CHECK(value_of(stage, facts.name + "/params") == format_count(facts.params));
        CHECK(value_of(stage, facts.name + "/macs") == format_count(facts.macs));
        CHECK(value_of(stage, facts.name + "/peak_bytes") == format_count(facts.peak_bytes));
        CHECK(value_of(stage, facts.name + "/depth") == std::to_string(facts.depth));
        CHECK((stage.book.value(facts.name + "/top1") != nullptr) == (facts.accuracy != nullptr));
    }
    CHECK(stage.book.link() == "compare/mobilenet_v1,mobilenet_v2:alpha=0.5,resnet18");
    stage.click("remove/resnet18");
    CHECK(stage.book.link() == "compare/mobilenet_v1,mobilenet_v2:alpha=0.5");
    stage.click("choose/vgg16");
    draw_until_calm(stage);
    CHECK(stage.book.link() == "compare/mobilenet_v1,mobilenet_v2:alpha=0.5,vgg16");
    CHECK(value_of(stage, "vgg16/params") == "138,357,544");
    stage.click("right/vgg16");
    CHECK(stage.book.settings().at("right") == "vgg16");
    stage.press('Z', true);
    CHECK_FALSE(stage.book.settings().contains("right"));
    stage.click("row/mobilenet_v2:alpha=0.5");
    CHECK(stage.book.link() == "net/mobilenet_v2?alpha=0.5");
    CHECK_THROWS_AS(stage.book.open("compare/mobilenet_v9"), Error);
    CHECK_THROWS_AS(stage.book.open("compare/vgg16,vgg16"), Error);
}

TEST_CASE("networks: the comparison shows one photo's maps through both, and without weights their shapes and a word") {
    NEEDS_A_PICTURE();
    const Folder empty;
    const DataFolder data(empty.path);
    AppStage stage("compare/mobilenet_v2,resnet18?show=maps");
    draw_until_calm(stage);
    CHECK(stage.shows("No weights for this network"));
    CHECK(stage.book.value("left/class") == nullptr);
    // A network whose values are all zeros has weights: it has maps on its side, and the other side keeps its word
    std::filesystem::create_directories(empty.path / "weights");
    write_hollow_weights(empty.path / "weights" / "mobilenet_v2.safetensors", "mobilenet_v2");
    AppStage second("compare/mobilenet_v2,resnet18?show=maps");
    draw_until_calm(second);
    CHECK(second.book.value("left/class") != nullptr);
    CHECK(value_of(second, "left/maps") == std::to_string(19));
    CHECK(second.book.value("right/class") == nullptr);
    CHECK(second.shows("No weights for this network"));
    second.click("pair/layers");
    CHECK(second.book.link() == "compare/mobilenet_v2,resnet18");
    second.press('Z', true);
    CHECK(second.book.settings().at("show") == "maps");
    // What is no photo says so where the maps would be
    second.book.open("compare/mobilenet_v2,resnet18?show=maps&photo=nothing.jpg");
    draw_until_calm(second);
    CHECK(second.shows("nothing.jpg"));
    CHECK_THROWS_AS(second.book.open("compare/mobilenet_v2,resnet18?show=pictures"), Error);
}

TEST_CASE("networks: the comparison's bars sort by a column, the best first and what has no number last") {
    NEEDS_A_PICTURE();
    AppStage stage("compare/vgg16,se_resnet,mobilenet_v1?by=top1");
    draw_until_calm(stage);
    const kit::DataTable table = stage.book.network()->data();
    CHECK(table.rows[0][0] == "vgg16");
    CHECK(table.rows[1][0] == "mobilenet_v1");
    CHECK(table.rows[2][0] == "se_resnet");
    stage.click("by/params");
    CHECK(stage.book.network()->data().rows[0][0] == "se_resnet");
}

}  // namespace
}  // namespace convbook
