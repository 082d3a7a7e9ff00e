// Claims about `convbook predict`: many photos at once, what it says of files that do not fit, and what a stopped run leaves behind.
// Works in a clone: the weights are made here. Leaves out whether predictions are right (lib/nets, torchvision/).
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "convbook/mistakes.h"
#include "files.h"

using namespace convbook;
using namespace convbook::book_test;

namespace {

namespace fs = std::filesystem;

/// A folder with a tiny MobileNet v2 of three classes in safetensors form, two good photos and one that is none.
class Workshop {
public:
    Workshop() : folder_(fs::path(CONVBOOK_BINARY_DIR) / "predict_test") {
        fs::create_directories(folder_);
        write_weights(1.0f);
        for (const char* photo : {"a.ppm", "b, c.ppm"}) std::ofstream(folder_ / photo) << "P6\n32 32\n255\n" << std::string(32 * 32 * 3, 'm');
        std::ofstream(folder_ / "bright.ppm") << "P6\n32 32\n255\n" << std::string(32 * 32 * 3, 'z');
        std::ofstream(folder_ / "bad.jpg") << "no photo";
        std::ofstream(folder_ / "two.txt") << "cat\ndog\n";
    }
    ~Workshop() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    /// Every number is one, those of the classifier are `last`.
    void write_weights(float last) const {
        const Graph graph = mobilenet_v2(0.35, {.classes = 3, .resolution = 32});
        nlohmann::json header = {{"__metadata__", {{"architecture", "mobilenet_v2"}, {"alpha", "0.35"}, {"input_size", "32"}}}};
        std::size_t end = 0;
        for (const Parameter& parameter : graph.parameters()) {
            const int all[4] = {parameter.shape.n, parameter.shape.c, parameter.shape.h, parameter.shape.w};
            const std::size_t bytes = parameter.shape.count() * sizeof(float);
            header[parameter.name] = {{"dtype", "F32"}, {"shape", std::vector<int>(all + 4 - parameter.shape.rank, all + 4)}, {"data_offsets", {end, end + bytes}}};
            end += bytes;
        }
        const std::string text = header.dump();
        const std::uint64_t length = text.size();
        std::vector<float> values(end / sizeof(float), 1.0f);
        std::fill(values.end() - 3 * (1280 + 1), values.end(), last);
        std::ofstream out(folder_ / "w.safetensors", std::ios::binary);
        out.write(reinterpret_cast<const char*>(&length), 8) << text;
        out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(end));
    }

    struct Outcome { int exit_code; std::string out, error; };
    /// Runs predict here; `before` stands in front of the program.
    Outcome predict(const std::string& words, const std::string& before = "") const { return run("predict --net mobilenet_v2 --weights w.safetensors " + words, before); }
    Outcome run(const std::string& words, const std::string& before = "") const {
        const std::string program = std::string(CONVBOOK_BINARY_DIR) + "/bin/convbook ";
        const int status = std::system(("cd '" + folder_.string() + "' && " + before + " " + program + words + " >out 2>error </dev/null").c_str());
        return {WEXITSTATUS(status), read(folder_ / "out"), read(folder_ / "error")};
    }
    const fs::path& folder() const { return folder_; }

private:
    static std::string read(const fs::path& path) {
        std::ifstream in(path);
        return std::string(std::istreambuf_iterator<char>(in), {});
    }
    fs::path folder_;
};

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
long lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }
std::string repeated(const std::string& word, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += word + " ";
    return text;
}

}  // namespace

TEST_CASE("predict: a photo that cannot be read is named, the others are answered, and the run has failed") {
    const Workshop here;
    const auto outcome = here.predict("--csv a.ppm bad.jpg none.jpg 'b, c.ppm' --labels two.txt");
    CHECK(outcome.exit_code == 1);
    CHECK(lines(outcome.out) == 1 + 2 * 3);
    CHECK(says(outcome.error, "bad.jpg is not an image"));
    CHECK(says(outcome.error, "none.jpg cannot be opened"));
    CHECK(says(outcome.out, "\n\"b, c.ppm\",mobilenet_v2,1,"));
    CHECK(here.predict("a.ppm").exit_code == 0);
}

TEST_CASE("predict: JSON is one array with every photo that could be read") {
    const Workshop here;
    const auto outcome = here.predict("--json a.ppm bad.jpg 'b, c.ppm' --top 2");
    const auto answers = nlohmann::json::parse(outcome.out);
    REQUIRE(answers.size() == 2);
    CHECK(answers[1]["image"] == "b, c.ppm");
    CHECK(answers[0]["top"].size() == 2);
    CHECK(answers[0]["net"] == "mobilenet_v2");
}

TEST_CASE("predict: progress is a line every tenth of the way where there is no terminal, and none for one photo") {
    const Workshop here;
    CHECK(lines(here.predict("--labels two.txt " + repeated("a.ppm", 30)).error) == 10 + 1);
    CHECK(lines(here.predict("--labels two.txt a.ppm").error) == 1);
}

TEST_CASE("predict: labels that are missing, short or unnamed are told in one sentence") {
    const Workshop here;
    const auto unnamed = here.predict("a.ppm"), shorter = here.predict("a.ppm --labels two.txt"), missing = here.predict("a.ppm --labels none.txt");
    CHECK(lines(unnamed.error) == 1);
    CHECK(says(unnamed.error, "shown by number"));
    CHECK(says(shorter.error, "two.txt has 2 lines for 3 classes"));
    CHECK(says(shorter.out, "cat"));
    CHECK(missing.exit_code == 1);
    CHECK(says(missing.error, "none.txt cannot be opened"));
}

TEST_CASE("predict: weights that hold NaN or overflow are told instead of a probability of nan") {
    const Workshop here;
    for (const float value : {std::numeric_limits<float>::quiet_NaN(), 3e38f}) {
        here.write_weights(value);
        const auto outcome = here.predict("a.ppm");
        CAPTURE(value);
        CHECK(outcome.exit_code == 1);
        CHECK_FALSE(says(outcome.out, "nan"));
        CHECK(says(outcome.error, value > 0 ? "beyond float32" : "with NaN or infinity"));
    }
}

TEST_CASE("predict: Ctrl-C ends after the photo at hand and leaves whole lines only") {
    const Workshop here;
    const auto outcome = here.predict("--csv " + repeated("a.ppm", 20'000), "timeout --foreground --preserve-status -s INT 1");
    CHECK(outcome.exit_code == 1);
    CHECK(says(outcome.error, "of 20000 photos"));
    CHECK(outcome.out.back() == '\n');
    CHECK(lines(outcome.out) % 3 == 1);
    CHECK(lines(outcome.out) > 1);
    CHECK(lines(outcome.out) < 60'000);
}

TEST_CASE("predict --net all: every network with weights answers in turn, by its file's name; a damaged file is told and skipped") {
    const Workshop here;
    fs::create_directories(here.folder() / "data" / "weights");
    for (const char* name : {"one.safetensors", "two.safetensors", "mobilenet_v3_small.pth"}) fs::copy_file(here.folder() / "w.safetensors", here.folder() / "data" / "weights" / name, fs::copy_options::overwrite_existing);
    const auto all = here.run("predict --net all --csv a.ppm 'b, c.ppm' --labels two.txt", "CONVBOOK_DATA=data");
    CHECK(all.exit_code == 1);
    CHECK(says(all.error, "mobilenet_v3_small.pth"));
    CHECK(lines(all.out) == 1 + 2 * 2 * 3);
    CHECK(says(all.out, ",one.safetensors\n"));
    CHECK(says(all.out, ",two.safetensors\n"));
    const auto empty = here.run("predict --net all a.ppm", "CONVBOOK_DATA=."), named = here.run("predict --net all a.ppm --weights w.safetensors");
    CHECK(says(empty.error, "no trained weights"));
    CHECK(named.exit_code == 2);
}

TEST_CASE("predict --break: both answers stand side by side, with every layer's difference, as the library finds them") {
    const Workshop here;
    const auto outcome = here.predict("--json bright.ppm --break scale --top 3");
    REQUIRE(outcome.exit_code == 0);
    const auto answer = nlohmann::json::parse(outcome.out)[0];
    const auto& broken = answer["broken"];
    CHECK(broken["steps"] == "scale");
    CHECK(broken["first_layer"] == "features.0.0");
    // The same through the library
    const Model model = load_model(here.folder() / "w.safetensors", "mobilenet_v2");
    const Image photo = load_image(here.folder() / "bright.ppm");
    const Trial right = try_photo(model, photo, {}, 3), wrong = try_photo(model, photo, Mistakes::parse("scale"), 3);
    const auto layers = layer_differences(model.graph, right.run, wrong.run);
    REQUIRE(broken["layers"].size() == layers.size());
    for (std::size_t i = 0; i < layers.size(); ++i) {
        CHECK(broken["layers"][i]["layer"] == model.graph.node(layers[i].layer).name);
        CHECK(broken["layers"][i]["difference"].get<double>() == doctest::Approx(layers[i].relative).epsilon(1e-5));
    }
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(answer["top"][i]["index"] == right.top[i].index);
        CHECK(broken["top"][i]["index"] == wrong.top[i].index);
    }
    CHECK(broken["input_difference"].get<double>() == doctest::Approx(relative_difference(right.steps.input, wrong.steps.input)).epsilon(1e-5));
}

TEST_CASE("predict --break: text and CSV name the first layer, several steps go together, an unknown one is a wrong command line") {
    const Workshop here;
    const auto text = here.predict("bright.ppm --break scale,mean-std --labels two.txt"), csv = here.predict("--csv bright.ppm --break scale --labels two.txt");
    CHECK(says(text.out, "broken: scale,mean-std"));
    CHECK(says(text.out, "first layer whose maps differ is features.0.0"));
    CHECK(says(csv.out, "ms,weights,broken,broken_index,broken_label,broken_probability,first_layer\n"));
    CHECK(says(csv.out, ",features.0.0\n"));
    CHECK(lines(csv.out) == 1 + 3);
    const auto none = here.predict("a.ppm --break aspect --labels two.txt"), unknown = here.predict("a.ppm --break bgr");
    CHECK(says(none.out, "No layer's maps differ."));
    CHECK(unknown.exit_code == 2);
    CHECK(says(unknown.error, "mean-std, eval"));
}
