// What the network page shows, without drawing: the graph as blocks and layers, a photo's run with every activation, measured times.
// Loading, running and measuring happen in the background; poll() picks up what is done.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "convbook/cost.h"
#include "convbook/engine.h"
#include "convbook/image.h"
#include "convbook/lesson.h"
#include "convbook/weights.h"
#include "kit/job.h"

namespace convbook::app {

/// A convolution or linear layer with what follows it at once (batch norm, activation, addition).
struct LayerView {
    int node = 0;               ///< in the counted graph
    std::string name, kind;     ///< conv, pointwise, depthwise, grouped, linear
    int block = 0;              ///< index into blocks()
    Shape in, out;
    std::int64_t params = 0, macs = 0;
    double ms = 0;              ///< measured; 0 until then
};
/// The stem, an inverted residual, the head, the classifier.
struct BlockView {
    std::string name, title;    ///< "features.3"; "3", "stem", "head"
    std::vector<int> layers;    ///< indices into layers()
    Shape in, out;
    int t = 0, stride = 1;      ///< t = 0: not an inverted residual
    bool has_shortcut = false;
    bool is_linear = false;     ///< no activation after its last layer: its values are signed
    bool is_numbered() const { return layers.size() > 1; }
    /// The layer that keeps channels apart stands before the last one in every numbered block.
    int depthwise_layer() const { return is_numbered() ? layers[layers.size() - 2] : -1; }
    std::int64_t params = 0, macs = 0;
};

/// One photo sent through the network.
struct PhotoRun {
    Image photo;                ///< cropped, as the network sees it
    Graph graph;                ///< as the weights want it (folded batch norms, padding, classes)
    Run run;
    std::vector<Prediction> top;
    /// What leaves a layer of the counted graph: after its activation. Null if the run has no such layer.
    const Tensor* output_of(const std::string& layer) const;
};

/// A photo of the list by name, or a file of the reader's.
Image load_photo(const std::string& name_or_path);

class NetworkModel {
public:
    explicit NetworkModel(std::string net);
    ~NetworkModel();
    /// Rebuilds the counted graph; the run follows in the background. Cheap if nothing changed.
    void set(double alpha, int resolution);
    /// A file of the reader's, or one of photos() by name. Takes effect at the next poll.
    void set_photo(const std::string& name_or_path);
    /// Weights other than those found by themselves.
    void set_weights(const std::string& path);
    /// Picks up finished work; true if something on the page changed.
    bool poll();
    bool is_busy() const { return run_job_.is_running() || time_job_.is_running(); }
    float progress() const { return run_job_.is_running() ? run_job_.share() : time_job_.share(); }

    const Graph& graph() const { return *graph_; }
    const NetCost& cost() const { return cost_; }
    const std::vector<LayerView>& layers() const { return layers_; }
    const std::vector<BlockView>& blocks() const { return blocks_; }
    const PhotoRun* photo_run() const { return run_ ? run_.get() : nullptr; }
    const std::vector<std::string>& labels() const { return labels_; }
    const std::vector<std::string>& photos() const { return photo_names_; }
    const std::string& photo_name() const { return photo_name_; }
    double alpha() const { return alpha_; }
    int resolution() const { return resolution_; }
    /// The kernel of a channel in a layer, as the weights have it; empty without weights.
    Tensor kernel_of(const std::string& layer, int channel) const;
    /// Why there are no maps: no weights for this width, or a file that failed. Empty if there are.
    const Text& trouble() const { return trouble_; }
    /// What the weights on show were made for; null without any.
    const ModelConventions* conventions() const { return weights_ ? &weights_->conventions : nullptr; }
    const WeightsFile* weights_file() const { return weights_ ? &weights_->file : nullptr; }
    bool has_weights() const { return weights_.has_value(); }

    /// Runs the network several times and keeps each layer's median.
    void measure();
    bool is_measuring() const { return time_job_.is_running(); }
    void cancel_measuring() { time_job_.cancel(); }
    bool is_measured() const { return is_measured_; }

private:
    struct Loaded { WeightsFile file; ModelConventions conventions; };
    void build_views();
    void start_run();
    void find_photos();

    std::string net_;
    double alpha_ = 1;
    int resolution_ = 224;
    std::unique_ptr<Graph> graph_;
    NetCost cost_;
    std::vector<LayerView> layers_;
    std::vector<BlockView> blocks_;
    std::optional<Loaded> weights_;
    double weights_alpha_ = 0;
    std::vector<std::string> labels_, photo_names_;
    std::string photo_name_, weights_path_;
    std::unique_ptr<PhotoRun> run_;
    Text trouble_;
    bool is_measured_ = false, needs_run_ = true;
    kit::Job<std::unique_ptr<PhotoRun>> run_job_;
    kit::Job<std::vector<double>> time_job_;
};

}  // namespace convbook::app
