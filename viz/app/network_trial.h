// A photo's two ways through a network, right and with some steps broken, run in the background. Knows no drawing (network_cards.h).
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "convbook/mistakes.h"
#include "kit/job.h"

namespace convbook::app {

class NetworkModel;

/// What a pair of ways belongs to.
struct TrialKey {
    std::string photo, weights;
    int resolution = 0;
    Mistakes mistakes;
    bool has_same_right_way(const TrialKey& other) const { return photo == other.photo && weights == other.weights && resolution == other.resolution; }
    bool operator==(const TrialKey&) const = default;
};

/// Both ways, where they part, and the model that they went through.
struct TrialPair {
    TrialKey key;
    std::shared_ptr<const Model> model;
    std::shared_ptr<const Image> photo;
    std::shared_ptr<const Trial> right, broken;
    double input_difference = 0;
    std::vector<LayerDifference> layers;
    /// Entry of the first layer whose maps differ, or -1.
    int first() const;
    /// Entry of the layer of that name, or -1.
    int find(const std::string& layer) const;
    const std::string& name(int entry) const { return model->graph.node(layers[static_cast<std::size_t>(entry)].layer).name; }
    const Tensor& output(const Trial& trial, int entry) const { return trial.run.activations[static_cast<std::size_t>(layers[static_cast<std::size_t>(entry)].output)]; }
};

/// Follows the page's photo, weights and resolution; the right way is run once for all mistakes.
class TrialRunner {
public:
    /// Starts what is missing and picks up what is done; true if pair() or trouble() changed.
    bool follow(const NetworkModel& model, const Mistakes& mistakes);
    bool is_busy() const { return job_.is_running(); }
    float progress() const { return job_.share(); }
    /// The last pair that was completed; null before, and while there are no weights.
    const TrialPair* pair() const { return pair_.get(); }
    /// Why there is none for what is wanted; empty otherwise.
    const std::string& trouble() const { return trouble_; }

private:
    void start(const NetworkModel& model);
    TrialKey wanted_;
    std::shared_ptr<const TrialPair> pair_;
    std::string trouble_;
    kit::Job<std::shared_ptr<const TrialPair>> job_;
};

}  // namespace convbook::app
