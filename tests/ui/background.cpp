// Claims about work in the background: nothing late, nothing lost, nothing shared between threads (the tsan preset watches these cases).
// Leaves out pixels: the network page's model is driven as the page drives it, faster than a hand could.
#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>

#include "app/network_model.h"
#include "app/network_trial.h"
#include "convbook/weights.h"
#include "kit/job.h"

using namespace convbook;
using namespace std::chrono_literals;

namespace {

constexpr auto kPatience = 120s;  // sanitizers are slow

template <class IsDone>
bool wait_until(IsDone is_done) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!is_done()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

/// Work that ends only when it is told to.
int work_until_cancelled(kit::JobControl& control) {
    while (!control.is_cancelled()) control.report(0.5f);
    return 1;
}

bool has_weights(const std::string& net, double alpha) {
    if (find_weights(net, alpha)) return true;
    MESSAGE("skipped: no weights of " << net << " at " << alpha << " under CONVBOOK_DATA/weights");
    return false;
}

NetSpec mobilenet_v2_at(double alpha, int resolution) { return {"mobilenet_v2", alpha, {.resolution = resolution}}; }

/// As the page does every frame.
bool settle(app::NetworkModel& model) {
    return wait_until([&] { return !model.poll() && !model.is_busy(); });
}

}  // namespace

TEST_CASE("background: a result is taken once, and an error is told while nothing runs any more") {
    kit::Job<int> job;
    CHECK_FALSE(job.take());
    job.start([](kit::JobControl&) { return 7; });
    std::optional<int> result;
    CHECK(wait_until([&] { CHECK(job.error().empty()); return (result = job.take()).has_value(); }));
    CHECK(result == 7);
    CHECK_FALSE(job.take());
    job.start([](kit::JobControl&) -> int { throw std::runtime_error("no such photo"); });
    CHECK(wait_until([&] { CHECK_FALSE(job.take()); return !job.error().empty(); }));
    CHECK(job.error() == "no such photo");
    // The next start forgets it
    job.start(work_until_cancelled);
    CHECK(job.error().empty());
}

TEST_CASE("background: work that is cancelled, restarted or destroyed while busy ends, and leaves no result behind") {
    kit::Job<int> job;
    for (int i = 0; i < 20; ++i) job.start(work_until_cancelled);
    CHECK(job.is_running());
    job.stop();
    CHECK_FALSE(job.is_running());
    CHECK_FALSE(job.take());
    job.start(work_until_cancelled);  // and the destructor joins
}

TEST_CASE("background: a width without weights shows no maps, even if those of another were still on their way") {
    if (!has_weights("mobilenet_v2", 1.0)) return;
    REQUIRE_FALSE(find_weights("mobilenet_v2", 0.85));
    app::NetworkModel model("mobilenet_v2");
    model.poll();
    REQUIRE(model.is_busy());
    model.set(mobilenet_v2_at(0.85, 224));
    CHECK(settle(model));
    CHECK(model.photo_run() == nullptr);
}

TEST_CASE("background: the last of many quick changes is what the network page shows") {
    if (!has_weights("mobilenet_v2", 1.0)) return;
    app::NetworkModel model("mobilenet_v2");
    for (const double alpha : {0.5, 1.0, 0.35, 1.0})
        for (const int resolution : {96, 128}) {
            model.set(mobilenet_v2_at(alpha, resolution));
            model.poll();
            model.progress();
        }
    CHECK(settle(model));
    REQUIRE(model.photo_run() != nullptr);
    CHECK(model.photo_run()->photo.width == 128);
    CHECK(model.photo_run()->run.is_complete);
    CHECK(model.photo_run()->output_of(0).shape().h == 64);
}

TEST_CASE("background: a photo that cannot be read is told in a sentence, and the next good one clears it") {
    if (!has_weights("mobilenet_v2", 1.0)) return;
    app::NetworkModel model("mobilenet_v2");
    model.set(mobilenet_v2_at(1.0, 96));
    const std::string good = model.photo_name();
    model.set_photo("/no/such/photo.jpg");
    CHECK(settle(model));
    CHECK(model.trouble().en.find("/no/such/photo.jpg") != std::string::npos);
    model.set_photo(good);
    CHECK(settle(model));
    CHECK(model.trouble().en.empty());
    CHECK(model.photo_run() != nullptr);
}

TEST_CASE("background: measuring can be cancelled, changed under way and left, and only a whole measurement counts") {
    app::NetworkModel model("mobilenet_v2");
    model.set(mobilenet_v2_at(0.35, 32));
    model.measure();
    model.cancel_measuring();
    CHECK(settle(model));
    model.measure();
    model.set(mobilenet_v2_at(0.5, 32));  // ends it
    CHECK_FALSE(model.is_measuring());
    CHECK(settle(model));
    CHECK_FALSE(model.is_measured());
    model.measure();
    CHECK(settle(model));
    CHECK(model.is_measured());
    for (const app::LayerView& layer : model.layers()) CHECK(layer.ms > 0);
    model.measure();  // and the destructor ends this one
}

TEST_CASE("background: the cards' answers are those of the library's pipeline, and of many quick switches the last one holds") {
    const auto file = find_weights("mobilenet_v2", 1.0);
    if (!has_weights("mobilenet_v2", 1.0)) return;
    app::NetworkModel page("mobilenet_v2");
    page.set(mobilenet_v2_at(1.0, 224));
    REQUIRE(settle(page));
    app::TrialRunner runner;
    const auto follow = [&](const Mistakes& mistakes) { return wait_until([&] { return !runner.follow(page, mistakes) && !runner.is_busy(); }); };
    REQUIRE(follow({}));
    REQUIRE(runner.pair() != nullptr);
    CHECK(runner.pair()->first() == -1);
    const Trial* right = runner.pair()->right.get();
    for (const char* names : {"crop", "scale", "eval,scale", "channels,mean-std"}) runner.follow(page, Mistakes::parse(names));
    const Mistakes mistakes = Mistakes::parse("channels,mean-std");
    REQUIRE(follow(mistakes));
    // The right way was not run again
    CHECK(runner.pair()->right.get() == right);
    CHECK(runner.trouble().empty());
    // As `convbook predict` does it
    const Model model = load_model(*file, "mobilenet_v2", 1.0);
    const Image photo = app::load_photo(page.photo_name());
    const Trial own = try_photo(model, photo, {}), broken = try_photo(model, photo, mistakes);
    const auto layers = layer_differences(model.graph, own.run, broken.run);
    REQUIRE(runner.pair()->layers.size() == layers.size());
    for (std::size_t i = 0; i < layers.size(); ++i) CHECK(runner.pair()->layers[i].relative == layers[i].relative);
    for (std::size_t i = 0; i < broken.top.size(); ++i) {
        CHECK(runner.pair()->broken->top[i].index == broken.top[i].index);
        CHECK(runner.pair()->broken->top[i].probability == broken.top[i].probability);
    }
    CHECK(runner.pair()->name(runner.pair()->first()) == "features.0.0");
}

TEST_CASE("background: training mode on folded weights is told in a sentence, and the next mistake clears it") {
    if (!has_weights("mobilenet_v2", 1.0)) return;
    app::NetworkModel page("mobilenet_v2");
    page.set(mobilenet_v2_at(1.0, 96));
    REQUIRE(settle(page));
    app::TrialRunner runner;
    const auto follow = [&](const Mistakes& mistakes) { return wait_until([&] { return !runner.follow(page, mistakes) && !runner.is_busy(); }); };
    CHECK(follow(Mistakes::parse("eval")));
    CHECK(runner.trouble().find("folded") != std::string::npos);
    CHECK(follow(Mistakes::parse("crop")));
    CHECK(runner.trouble().empty());
    CHECK(runner.pair() != nullptr);
}
