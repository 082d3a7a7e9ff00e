#include "network_trial.h"

#include "network_model.h"

namespace convbook::app {
namespace {

/// What a run needs of the page, taken on the drawing thread.
struct TrialOrder {
    TrialKey key;
    WeightsFile file;
    ModelConventions conventions;
    std::vector<std::string> labels;
    std::shared_ptr<const TrialPair> before;  ///< the pair on show: its right way may still hold
};

std::shared_ptr<const TrialPair> run_pair(const TrialOrder& order, kit::JobControl& control) {
    auto pair = std::make_shared<TrialPair>();
    pair->key = order.key;
    if (order.before && order.before->key.has_same_right_way(order.key)) {
        pair->model = order.before->model, pair->photo = order.before->photo, pair->right = order.before->right;
    } else {
        Graph graph = build_net(order.conventions.net, order.conventions.scale, order.conventions.options);
        Weights weights = bind_weights(graph, order.file);
        pair->model = std::make_shared<const Model>(Model{order.conventions, std::move(graph), std::move(weights), order.labels});
        pair->photo = std::make_shared<const Image>(load_photo(order.key.photo));
    }
    const float count = static_cast<float>(pair->model->graph.nodes().size());
    const auto go = [&](const Mistakes& mistakes, float begin, float share) {
        return std::make_shared<const Trial>(try_photo(*pair->model, *pair->photo, mistakes, 5, [&](int node) {
            control.report(begin + share * static_cast<float>(node) / count);
            return !control.is_cancelled();
        }));
    };
    const bool runs_twice = !pair->right;
    if (runs_twice) pair->right = go({}, 0, 0.5f);
    pair->broken = order.key.mistakes.are_none() ? pair->right : go(order.key.mistakes, runs_twice ? 0.5f : 0, runs_twice ? 0.5f : 1);
    if (!pair->right->run.is_complete || !pair->broken->run.is_complete) return nullptr;
    pair->input_difference = relative_difference(pair->right->steps.input, pair->broken->steps.input);
    pair->layers = layer_differences(pair->model->graph, pair->right->run, pair->broken->run);
    return pair;
}

}  // namespace

int TrialPair::first() const {
    const LayerDifference* found = first_divergence(layers);
    return found == nullptr ? -1 : static_cast<int>(found - layers.data());
}

int TrialPair::find(const std::string& layer) const {
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (name(static_cast<int>(i)) == layer) return static_cast<int>(i);
    return -1;
}

void TrialRunner::start(const NetworkModel& model) {
    trouble_.clear();
    TrialOrder order{wanted_, *model.weights_file(), at_resolution(*model.conventions(), wanted_.resolution), model.labels(), pair_};
    job_.start([order = std::move(order)](kit::JobControl& control) { return run_pair(order, control); });
}

bool TrialRunner::follow(const NetworkModel& model, const Mistakes& mistakes) {
    if (model.weights_file() == nullptr || model.photo_name().empty()) {
        const bool had_one = pair_ != nullptr;
        job_.stop();
        pair_.reset();
        wanted_ = {};
        return had_one;
    }
    const TrialKey key{model.photo_name(), model.weights_file()->name(), model.resolution(), mistakes};
    if (key != wanted_) {
        wanted_ = key;
        start(model);
        return true;
    }
    bool has_changed = false;
    if (auto result = job_.take(); result && *result) pair_ = std::move(*result), has_changed = true;
    if (const std::string error = job_.error(); error != trouble_) trouble_ = error, has_changed = true;
    return has_changed;
}

}  // namespace convbook::app
