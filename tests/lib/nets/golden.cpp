// Whole networks equal PyTorch's: values by the integer-hash rule, and real photos under real weights. Leaves out the command that compares any folder (golden).
#include <cmath>

#include "convbook/engine.h"
#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;
using nlohmann::json;

namespace {

double largest(std::span<const float> values) {
    double most = 0;
    for (const float v : values) most = std::max(most, static_cast<double>(std::abs(v)));
    return most;
}

struct Statistics { double mean = 0, deviation = 0, absmax = 0; };
Statistics measure(const Tensor& t) {
    double sum = 0, squares = 0;
    for (const float v : t.values()) sum += v, squares += static_cast<double>(v) * v;
    const double n = static_cast<double>(t.count()), mean = sum / n;
    return {mean, std::sqrt(std::max(0.0, squares / n - mean * mean)), largest(t.values())};
}

Graph build_case(const json& golden, int classes) {
    const json& args = golden["args"];
    NetOptions options{.classes = classes, .resolution = golden["size"].get<int>()};
    options.groups = args.value("groups", options.groups);
    options.width = args.value("width", options.width);
    options.reduction = args.value("reduction", options.reduction);
    return build_net(golden["net"], args.value("width_mult", args.value("alpha", args.value("scale", 1.0))), options);
}

/// Layer statistics and logits of one case against the recorded ones, within 1e-3 of the largest value.
void check_case(const json& golden, const SafetensorsFile& tensors) {
    const std::string salt = golden["salt"], id = golden["id"];
    const Tensor expected = tensors.tensor(id + ".y");
    const Graph graph = build_case(golden, static_cast<int>(expected.count()));
    const Run run = run_keeping(graph, rule_weights(graph, salt, golden["gain"]), rule_tensor(salt, "input", graph.input_shape(), 1));
    for (const auto& [name, tap] : golden["taps"].items()) {
        CAPTURE(name);
        REQUIRE(graph.find_module(name) > 0);
        const Tensor& out = run.activations[static_cast<std::size_t>(graph.find_module(name))];
        const Statistics ours = measure(out);
        const double bound = 1e-3 * tap["absmax"].get<double>();
        CHECK(std::abs(ours.mean - tap["mean"].get<double>()) <= bound);
        CHECK(std::abs(ours.deviation - tap["std"].get<double>()) <= bound);
        CHECK(std::abs(ours.absmax - tap["absmax"].get<double>()) <= bound);
        const Tensor first = tensors.tensor(id + ".tap." + name);
        for (std::size_t i = 0; i < first.count(); ++i) REQUIRE(std::abs(first.values()[i] - out.values()[i]) <= bound);
    }
    REQUIRE(expected.count() == run.output().count());
    CHECK(max_abs_difference(expected.reshaped(run.output().shape()), run.output()) <= 1e-3 * largest(expected.values()));
}

bool is_built(const std::string& net) { return find_net(parse_net_name(net).name) != nullptr; }

/// Logits of every recorded photo and the layers of three of them, for one weights file.
void check_real_weights(const std::filesystem::path& shared, const std::string& stem) {
    const Model model = load_model(shared / "weights" / (stem + ".safetensors"), "");
    const json golden = read_json(shared / "weights" / "goldens" / (stem + ".json"));
    const std::vector<float> logits = read_npy(shared / "weights" / "goldens" / (stem + ".logits.npy"));
    const std::string crops = "photos/crop" + std::to_string(model.conventions.crop);
    const auto classes = static_cast<std::size_t>(model.conventions.options.classes);
    for (std::size_t p = 0; p < golden["photos"].size(); ++p) {
        const std::string photo = golden["photos"][p];
        CAPTURE(stem);
        CAPTURE(photo);
        // Logits
        const Tensor input = to_tensor(load_image(shared / crops / (photo + ".ppm")), preprocess_of(model.conventions));
        const Run run = run_keeping(model.graph, model.weights, input);
        const std::span<const float> expected(logits.data() + p * classes, classes);
        CHECK(max_abs_difference(Tensor(run.output().shape(), expected), run.output()) <= 1e-3 * largest(expected));
        // Five best classes and their names
        const auto top = top_predictions(run.output());
        for (std::size_t i = 0; i < top.size(); ++i) {
            const json& recorded = golden["top5"][photo][i];
            CHECK(top[i].index == recorded[0].get<int>());
            CHECK(model.labels.at(static_cast<std::size_t>(top[i].index)) == recorded[1].get<std::string>());
            CHECK(std::abs(top[i].probability - recorded[2].get<double>()) < 1e-3);
        }
        // Recorded layers
        if (!golden["taps"].contains(photo)) continue;
        for (const auto& [name, tap] : golden["taps"][photo].items()) {
            CAPTURE(name);
            const int node = model.graph.find_module(name);
            if (node < 0) { MESSAGE("no layer of that name here: " << name); continue; }
            const Tensor& out = run.activations[static_cast<std::size_t>(node)];
            const double bound = 1e-3 * tap["absmax"].get<double>();
            CHECK(std::abs(measure(out).mean - tap["mean"].get<double>()) <= bound);
            CHECK(std::abs(measure(out).deviation - tap["std"].get<double>()) <= bound);
            for (std::size_t i = 0; i < tap["first16"].size(); ++i) CHECK(std::abs(out.values()[i] - tap["first16"][i].get<double>()) <= bound);
        }
    }
}

}  // namespace

TEST_CASE("rule weights are PyTorch's bit for bit") {
    const auto goldens = data_or_skip("goldens/nets.safetensors");
    if (!goldens) return;
    const SafetensorsFile file = SafetensorsFile::open(*goldens);
    const Graph graph = mobilenet_v2();
    for (const Parameter& p : graph.parameters()) {
        const std::string key = "nets014." + p.name;
        if (!file.contains(key)) continue;
        const Tensor expected = file.tensor(key), ours = rule_tensor("A", p.name, p.shape, 6.0);
        for (std::size_t i = 0; i < expected.count(); ++i) CHECK(expected.values()[i] == ours.values()[i]);
    }
}

TEST_CASE("networks equal PyTorch's layer by layer under rule weights") {
    const auto goldens = data_or_skip("goldens/nets.json");
    if (!goldens) return;
    const SafetensorsFile tensors = SafetensorsFile::open(goldens->parent_path() / "nets.safetensors");
    int compared = 0;
    for (const json& golden : read_json(*goldens)) {
        if (!is_built(golden["net"])) continue;
        CAPTURE(golden["id"].get<std::string>());
        check_case(golden, tensors);
        ++compared;
    }
    CHECK(compared == 14);
}

TEST_CASE("real weights: every recorded photo gets its recorded logits, names and layers") {
    const auto weights = data_or_skip("weights/goldens");
    if (!weights) return;
    for (const auto& item : std::filesystem::directory_iterator(*weights)) {
        if (item.path().extension() != ".json") continue;
        const std::string stem = item.path().stem();
        const ModelConventions conventions = read_conventions(SafetensorsFile::open(weights->parent_path() / (stem + ".safetensors")));
        if (is_built(conventions.net)) check_real_weights(weights->parent_path().parent_path(), stem);
    }
}
