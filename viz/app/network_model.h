// What the network page shows, without drawing: the graph as blocks and layers, a photo's run with every activation, measured times.
// Loading, running and measuring happen in the background; poll() picks up what is done and never waits.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "convbook/lesson.h"
#include "kit/job.h"
#include "network_run.h"

namespace convbook::app {

class NetworkModel {
public:
    explicit NetworkModel(const std::string& net);
    ~NetworkModel();
    /// Rebuilds the counted graph; the run follows in the background. Cheap if nothing changed. Throws convbook::Error for settings that the network cannot have.
    void set(const NetSpec& spec);
    /// A file of the reader's, or one of photos() by name. Takes effect at the next poll.
    void set_photo(const std::string& name_or_path);
    /// Weights other than those found by themselves.
    void set_weights(const std::string& path);
    /// Picks up finished work; true if something on the page changed.
    bool poll();
    bool is_busy() const { return needs_run_ || run_job_.is_running() || time_job_.is_running(); }
    float progress() const { return run_job_.is_running() ? run_job_.share() : time_job_.share(); }

    const NetSpec& spec() const { return spec_; }
    const Graph& graph() const { return *graph_; }
    const NetCost& cost() const { return cost_; }
    const std::vector<LayerView>& layers() const { return structure_.layers; }
    const std::vector<BlockView>& blocks() const { return structure_.blocks; }
    /// Null without weights, and while those on show belong to a network of other blocks.
    const PhotoRun* photo_run() const { return shared_run().get(); }
    const std::shared_ptr<const PhotoRun>& shared_run() const;
    /// What runs, where it runs: the weights' own graph may name and order its nodes otherwise than the counted one; blocks and layers are the same by number.
    const Graph& shown_graph() const { return photo_run() != nullptr ? photo_run()->graph : *graph_; }
    const NetStructure& shown_structure() const { return photo_run() != nullptr ? photo_run()->structure : structure_; }
    int block_of(int counted) const { return structure_.block_of(counted); }
    /// The same node in the other of the two graphs: the operation of the same kind and number in the same block. Both ways; -1 if there is none.
    int shown_node(int counted) const;
    int counted_node(int shown) const;
    const std::vector<std::string>& labels() const;
    const std::vector<std::string>& photos() const { return photo_names_; }
    const std::string& photo_name() const { return photo_name_; }
    const std::string& first_photo() const { return first_photo_; }  ///< what the page begins with
    double alpha() const { return spec_.scale; }
    int resolution() const { return spec_.options.resolution; }
    /// The kernel of a channel in a layer, as the weights have it; empty without weights.
    Tensor kernel_of(const std::string& layer, int channel) const;
    /// Why there are no maps though there is a file: it failed. Empty otherwise.
    const Text& trouble() const { return trouble_; }
    /// What the weights on show were made for; null without any.
    const ModelConventions* conventions() const { return weights_ ? &weights_->conventions : nullptr; }
    const WeightsFile* weights_file() const { return weights_ ? &weights_->file : nullptr; }
    bool has_weights() const { return weights_ != nullptr; }

    /// Runs the network several times and keeps each layer's median.
    void measure();
    bool is_measuring() const { return wants_times_ || (time_job_.is_running() && !are_times_stale_); }
    void cancel_measuring();
    bool is_measured() const { return is_measured_; }

private:
    void start_run();
    bool take_run();
    void retire_run();
    void retire(std::shared_ptr<const void> old);
    void clean_up();
    bool poll_run();
    bool poll_times();

    NetSpec spec_;
    std::unique_ptr<Graph> graph_;
    NetCost cost_;
    NetStructure structure_;
    std::shared_ptr<const LoadedWeights> weights_;
    std::shared_ptr<const PhotoRun> run_;
    std::vector<std::string> photo_names_;
    std::string photo_name_, first_photo_, weights_path_;
    Text trouble_;
    bool is_measured_ = false, needs_run_ = true, wants_times_ = false, are_times_stale_ = false;
    std::vector<std::shared_ptr<const void>> retired_;  ///< giving hundreds of megabytes back takes longer than a frame: that is a job too
    kit::Job<int> cleaning_job_;
    kit::Job<RunResult> run_job_;
    kit::Job<std::vector<double>> time_job_;
};

}  // namespace convbook::app
