#include "network_run.h"

#include <algorithm>
#include <filesystem>
#include <functional>

#include "convbook/comparison.h"
#include "convbook/embedded.h"
#include "map_sheet.h"

namespace convbook::app {
namespace {

NetOptions options_for(const ModelConventions& conventions, int resolution) {
    NetOptions options = conventions.options;
    options.resolution = resolution;
    return options;
}

/// Null if there is no file for this network.
std::shared_ptr<const LoadedWeights> load_weights(const RunOrder& order) {
    const std::string net = name_without_resolution(order.spec);
    const auto found = order.weights_path.empty() ? find_weights(order.spec) : std::optional<std::filesystem::path>(order.weights_path);
    if (!found) return nullptr;
    if (order.known && order.known->path == found->string() && order.known->net == net) return order.known;
    const WeightsFile file = WeightsFile::open(*found);
    auto loaded = std::make_shared<LoadedWeights>(LoadedWeights{found->string(), net, file, read_conventions(file), {}, {}});
    ModelConventions& conventions = loaded->conventions;
    // A state dict does not say what it is
    if (conventions.net.empty()) {
        conventions.net = order.spec.name;
        conventions.scale = order.spec.scale;
        const NetConventions names = conventions.options.conventions;
        conventions.options = order.spec.options;
        conventions.options.conventions = names;
    }
    loaded->values = bind_weights(build_net(conventions.net, conventions.scale, options_for(conventions, order.spec.options.resolution)), file);
    // Without the names classes have numbers
    const std::filesystem::path labels = data_folder() / "labels" / conventions.labels;
    if (!conventions.labels.empty() && std::filesystem::exists(labels)) loaded->labels = load_labels(labels);
    return loaded;
}

void make_thumbs(PhotoRun& run) {
    for (const BlockView& block : run.structure.blocks) {
        const Tensor& out = run.run.activations[static_cast<std::size_t>(block.end())];
        const int channel = out.shape().h < 2 ? -1 : most_varied_channel(out);
        run.channels.push_back(channel);
        run.thumbs.push_back(channel < 0 ? Tensor() : shrink_channel(out, channel, kThumbSide, kThumbSide));
    }
}

}  // namespace

Image load_photo(const std::string& name) {
    const std::filesystem::path in_data = data_folder() / "photos" / (name + ".jpg");
    if (name.find('/') == std::string::npos && std::filesystem::exists(in_data)) return load_image(in_data);
    for (const embedded::File& file : embedded::assets())
        if (file.path.starts_with("photos/") && std::filesystem::path(file.path).stem() == name) return decode_image(file.bytes, name);
    return load_image(name);
}

const Tensor& PhotoRun::output_of(int layer) const {
    return run.activations[static_cast<std::size_t>(settle(graph, structure.layers[static_cast<std::size_t>(layer)].node))];
}

RunResult run_photo(const RunOrder& order, kit::JobControl& control) {
    RunResult result{load_weights(order), nullptr};
    if (!result.weights || control.is_cancelled()) return result;
    const ModelConventions& conventions = result.weights->conventions;
    PreprocessSteps steps = preprocess(load_photo(order.photo), preprocess_of(at_resolution(conventions, order.spec.options.resolution)));
    Graph graph = build_net(conventions.net, conventions.scale, options_for(conventions, order.spec.options.resolution));
    NetStructure structure = find_structure(graph, count_cost(graph));
    auto run = std::make_shared<PhotoRun>(PhotoRun{std::move(steps.cropped), std::move(graph), std::move(structure), {}, {}, {}, {}, result.weights});
    const float count = static_cast<float>(run->graph.nodes().size());
    run->run = run_keeping(run->graph, result.weights->values, steps.input, [&](int node) {
        control.report(static_cast<float>(node) / count);
        return !control.is_cancelled();
    });
    if (!run->run.is_complete) return result;
    run->top = top_predictions(run->run.output(), 5);
    make_thumbs(*run);
    result.run = std::move(run);
    return result;
}

namespace {

/// For each node the number of the layer that it is or that it follows.
std::vector<int> number_layers(const Graph& graph) {
    std::vector<int> numbers;
    int layer = -1;
    for (const Node& node : graph.nodes()) {
        if (is_layer(node)) ++layer;
        numbers.push_back(std::max(0, layer));
    }
    return numbers;
}

}  // namespace

std::vector<double> time_layers(const NetSpec& spec, kit::JobControl& control) {
    // Times do not depend on the values: any weights will do
    NetOptions options = spec.options;
    options.conventions.has_batch_norm = false;
    const Graph graph = build_net(spec.name, spec.scale, options);
    // Every layer a step of its own, for streams would run several together; and of all the multiply-adds that the page counts, or its speed would pass what the CPU can do
    Plan plan(graph, default_weights(graph, 1), {.without = {Pass::stream_rows, Pass::winograd, Pass::strassen}});
    const Tensor in = Random(2).uniform_tensor(graph.input_shape(), -1, 1);
    std::vector<std::vector<double>> by_step(plan.steps().size());
    for (int i = 0; i < kTimedRuns; ++i) {
        if (control.is_cancelled()) return {};
        std::vector<double> ms;
        plan.run(in, &ms);
        for (std::size_t step = 0; step < ms.size(); ++step) by_step[step].push_back(ms[step]);
        control.report(static_cast<float>(i + 1) / kTimedRuns);
    }
    // What a step computes besides, and steps without a layer, count with the layer before
    const std::vector<int> layer_of_node = number_layers(graph);
    std::vector<double> medians(static_cast<std::size_t>(layer_of_node.back() + 1));
    for (std::size_t step = 0; step < by_step.size(); ++step) {
        const std::vector<int>& nodes = plan.steps()[step].nodes;
        const auto layer = std::ranges::find_if(nodes, [&](int node) { return is_layer(graph.node(node)); });
        const int node = layer != nodes.end() ? *layer : nodes.front();
        medians[static_cast<std::size_t>(layer_of_node[static_cast<std::size_t>(node)])] += median_of(by_step[step]);
    }
    return medians;
}

std::string name_without_resolution(NetSpec spec) {
    spec.options.resolution = NetOptions{}.resolution;
    return to_string(spec);
}

std::vector<std::string> list_photos() {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& file : std::filesystem::directory_iterator(data_folder() / "photos", ignored))
        if (file.path().extension() == ".jpg") names.push_back(file.path().stem().string());
    for (const embedded::File& file : embedded::assets())
        if (file.path.starts_with("photos/")) names.push_back(std::filesystem::path(file.path).stem().string());
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    return names;
}

std::string first_photo() {
    const std::vector<std::string> photos = list_photos();
    const auto parrot = std::ranges::find(photos, "parrot");
    return parrot != photos.end() ? *parrot : photos.empty() ? "" : photos.front();
}

}  // namespace convbook::app
