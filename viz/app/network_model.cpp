#include "network_model.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "convbook/embedded.h"
#include "convbook/nets.h"
#include "convbook/ops.h"
#include "convbook/weights.h"

namespace convbook::app {
namespace {

constexpr int kTimedRuns = 9;  // the median of nine is steady enough to compare layers

bool is_layer(const Node& node) { return std::holds_alternative<Conv2dNode>(node.operation) || std::holds_alternative<LinearNode>(node.operation); }

std::string block_title(const BlockView& block, std::size_t index) {
    if (index == 0) return "stem";
    if (block.name == "classifier") return "classifier";
    return block.is_numbered() ? std::to_string(index) : "head";
}

}  // namespace

Image load_photo(const std::string& name) {
    const std::filesystem::path in_data = data_folder() / "photos" / (name + ".jpg");
    if (name.find('/') == std::string::npos && std::filesystem::exists(in_data)) return load_image(in_data);
    for (const embedded::File& file : embedded::assets())
        if (file.path.starts_with("photos/") && std::filesystem::path(file.path).stem() == name) return decode_image(file.bytes, name);
    return load_image(name);
}

const Tensor* PhotoRun::output_of(const std::string& layer) const {
    const int node = graph.find(layer);
    if (node < 0) return nullptr;
    const Tensor& out = run.activations[static_cast<std::size_t>(graph.layer_output(node))];
    return out.is_empty() ? nullptr : &out;
}

NetworkModel::NetworkModel(std::string net) : net_(std::move(net)) {
    find_photos();
    set(1.0, 224);
}

NetworkModel::~NetworkModel() = default;

void NetworkModel::find_photos() {
    std::error_code ignored;
    for (const auto& file : std::filesystem::directory_iterator(data_folder() / "photos", ignored))
        if (file.path().extension() == ".jpg") photo_names_.push_back(file.path().stem().string());
    for (const embedded::File& file : embedded::assets())
        if (file.path.starts_with("photos/")) {
            const std::string stem = std::filesystem::path(file.path).stem().string();
            if (std::find(photo_names_.begin(), photo_names_.end(), stem) == photo_names_.end()) photo_names_.push_back(stem);
        }
    std::sort(photo_names_.begin(), photo_names_.end());
    const auto parrot = std::find(photo_names_.begin(), photo_names_.end(), "parrot");
    if (!photo_names_.empty()) photo_name_ = parrot != photo_names_.end() ? *parrot : photo_names_.front();
}

void NetworkModel::set(double alpha, int resolution) {
    if (graph_ && alpha == alpha_ && resolution == resolution_) return;
    alpha_ = alpha;
    resolution_ = resolution;
    NetOptions options;
    options.resolution = resolution;
    graph_ = std::make_unique<Graph>(build_net(net_, alpha, options));
    cost_ = count_cost(*graph_);
    is_measured_ = false;
    time_job_.stop();
    needs_run_ = true;
    build_views();
}

void NetworkModel::set_photo(const std::string& name_or_path) {
    if (name_or_path == photo_name_) return;
    photo_name_ = name_or_path;
    needs_run_ = true;
}

void NetworkModel::set_weights(const std::string& path) {
    weights_path_ = path;
    weights_.reset();
    needs_run_ = true;
}

void NetworkModel::build_views() {
    layers_.clear();
    blocks_.clear();
    std::map<std::string, int> known;
    for (std::size_t i = 0; i < graph_->nodes().size(); ++i) {
        const Node& node = graph_->nodes()[i];
        if (node.block.empty()) continue;
        const auto [place, is_new] = known.emplace(node.block, static_cast<int>(blocks_.size()));
        if (is_new) blocks_.push_back({.name = node.block, .in = graph_->node(node.inputs.front()).out});
        BlockView& block = blocks_[static_cast<std::size_t>(place->second)];
        block.out = node.out;
        block.params += cost_.layers[i].params;
        block.macs += cost_.layers[i].macs;
        block.has_shortcut |= std::holds_alternative<AddNode>(node.operation);
        if (!is_layer(node)) continue;
        if (const auto* conv = std::get_if<Conv2dNode>(&node.operation)) block.stride = std::max(block.stride, conv->params.stride.h);
        block.layers.push_back(static_cast<int>(layers_.size()));
        layers_.push_back({.node = static_cast<int>(i), .name = node.name, .kind = cost_.layers[i].kind, .block = place->second,
                           .in = graph_->node(node.inputs.front()).out, .out = node.out, .params = cost_.layers[i].params, .macs = cost_.layers[i].macs});
    }
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        blocks_[i].title = block_title(blocks_[i], i);
        const auto& own = blocks_[i].layers;
        if (own.empty()) continue;
        const Operation& end = graph_->node(graph_->layer_output(layers_[static_cast<std::size_t>(own.back())].node)).operation;
        blocks_[i].is_linear = !std::holds_alternative<ActivationNode>(end);
        if (blocks_[i].is_numbered() && blocks_[i].is_linear)
            blocks_[i].t = own.size() == 3 ? layers_[static_cast<std::size_t>(own[0])].out.c / std::max(1, blocks_[i].in.c) : 1;
    }
}

void NetworkModel::start_run() {
    needs_run_ = false;
    trouble_ = {};
    // What still runs belongs to another photo or width
    run_job_.stop();
    if (photo_name_.empty()) {
        run_.reset();
        trouble_ = {"There is no photo yet. Drop one on the window.", "还没有照片，把一张照片拖进窗口即可。"};
        return;
    }
    // The file is opened here (mapped, not copied); reading tensors, resizing and running happen in the background
    const std::string wanted = weights_path_;
    const double alpha = alpha_;
    const int resolution = resolution_;
    const auto found = wanted.empty() ? find_weights(net_, alpha) : std::optional<std::filesystem::path>(wanted);
    if (!found) {
        run_.reset();
        weights_.reset();
        return;
    }
    if (!weights_ || weights_alpha_ != alpha) {
        try {
            WeightsFile file = WeightsFile::open(*found);
            ModelConventions conventions = read_conventions(file);
            if (conventions.net.empty()) conventions.net = net_, conventions.scale = alpha;  // a state dict does not say what it is
            weights_.emplace(Loaded{std::move(file), std::move(conventions)});
            weights_alpha_ = alpha;
            if (!weights_->conventions.labels.empty()) labels_ = load_labels(data_folder() / "labels" / weights_->conventions.labels);
        } catch (const Error& error) {
            trouble_ = {error.what(), error.what()};
            if (!weights_) return;
        }
    }
    run_job_.start([name = photo_name_, conventions = at_resolution(weights_->conventions, resolution), file = weights_->file](kit::JobControl& control) {
        const Image photo = load_photo(name);
        PreprocessSteps steps = preprocess(photo, preprocess_of(conventions));
        auto result = std::make_unique<PhotoRun>(PhotoRun{std::move(steps.cropped), build_net(conventions.net, conventions.scale, conventions.options), {}, {}});
        const Weights weights = bind_weights(result->graph, file);
        const float count = static_cast<float>(result->graph.nodes().size());
        result->run = run_keeping(result->graph, weights, steps.input, [&](int node) {
            control.report(static_cast<float>(node) / count);
            return !control.is_cancelled();
        });
        if (result->run.is_complete) result->top = top_predictions(result->run.output(), 5);
        return result;
    });
}

bool NetworkModel::poll() {
    bool has_changed = false;
    if (needs_run_) {
        start_run();
        has_changed = true;
    }
    if (auto result = run_job_.take()) {
        if ((*result)->run.is_complete) run_ = std::move(*result);
        has_changed = true;
    }
    if (!run_job_.error().empty() && trouble_.en.empty()) trouble_ = {run_job_.error(), run_job_.error()}, has_changed = true;
    if (auto times = time_job_.take()) {
        for (std::size_t i = 0; i < layers_.size() && i < times->size(); ++i) layers_[i].ms = (*times)[i];
        is_measured_ = times->size() == layers_.size();
        has_changed = true;
    }
    return has_changed;
}

Tensor NetworkModel::kernel_of(const std::string& layer, int channel) const {
    if (!weights_ || !weights_->file.contains(layer + ".weight")) return {};
    const Tensor all = weights_->file.tensor(layer + ".weight");
    if (channel >= all.shape().n) return {};
    Tensor own(Shape(1, all.shape().c, all.shape().h, all.shape().w));
    std::copy_n(all.data() + static_cast<std::size_t>(channel) * own.count(), own.count(), own.data());
    return own;
}

void NetworkModel::measure() {
    // Times do not depend on the values: any weights will do
    time_job_.start([net = net_, alpha = alpha_, resolution = resolution_](kit::JobControl& control) {
        NetOptions options;
        options.resolution = resolution;
        options.conventions.has_batch_norm = false;
        const Graph graph = build_net(net, alpha, options);
        const Weights weights = default_weights(graph, 1);
        const Tensor in = Random(2).uniform_tensor(graph.input_shape(), -1, 1);
        std::vector<std::vector<double>> samples;
        for (int i = 0; i < kTimedRuns && !control.is_cancelled(); ++i) {
            std::vector<double> ms;
            run(graph, weights, in, &ms);
            samples.push_back(std::move(ms));
            control.report(static_cast<float>(i + 1) / kTimedRuns);
        }
        std::vector<double> medians;
        if (control.is_cancelled()) return medians;
        const auto median = [&](std::size_t node) {
            std::vector<double> all;
            for (const auto& sample : samples) all.push_back(sample[node]);
            std::nth_element(all.begin(), all.begin() + kTimedRuns / 2, all.end());
            return all[kTimedRuns / 2];
        };
        for (std::size_t node = 0; node < graph.nodes().size(); ++node) {
            if (is_layer(graph.nodes()[node])) medians.push_back(median(node));
            else if (!medians.empty()) medians.back() += median(node);
        }
        return medians;
    });
}

}  // namespace convbook::app
