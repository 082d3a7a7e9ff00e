// The heavy work behind a network's page, as functions for a background job: weights found and read, a photo sent through, layers timed.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "convbook/engine.h"
#include "convbook/image.h"
#include "convbook/weights.h"
#include "kit/job.h"
#include "network_structure.h"

namespace convbook::app {

/// A weights file, read: shared by all runs of its network, whatever the photo and the resolution.
struct LoadedWeights {
    std::string path, net;       ///< the file; what name_without_resolution gives
    WeightsFile file;
    ModelConventions conventions;
    Weights values;
    std::vector<std::string> labels;
};

/// One photo sent through the network.
struct PhotoRun {
    Image photo;                ///< cropped, as the network sees it
    Graph graph;                ///< as the weights want it (folded batch norms, padding, names, classes)
    NetStructure structure;     ///< of that graph
    Run run;
    std::vector<Prediction> top;
    std::vector<Tensor> thumbs; ///< one small map a block: its most varied channel; empty where there is no image left
    std::vector<int> channels;  ///< which channel each of them is; -1 where there is none
    std::shared_ptr<const LoadedWeights> weights;
    /// What leaves a layer, by its number: after its activation.
    const Tensor& output_of(int layer) const;
};

struct RunOrder {
    NetSpec spec;
    std::string photo, weights_path;            ///< empty path: the file that find_weights finds
    std::shared_ptr<const LoadedWeights> known; ///< taken if it is the right one
};
/// `weights` null: there is no file for this network. `run` null: the work was cancelled.
struct RunResult {
    std::shared_ptr<const LoadedWeights> weights;
    std::shared_ptr<const PhotoRun> run;
};
/// Throws convbook::Error for a photo or file that cannot be used.
RunResult run_photo(const RunOrder& order, kit::JobControl& control);

/// Median milliseconds of each layer with what follows it, over several runs of a plan on one image; empty if cancelled. The one place where layers are timed.
std::vector<double> time_layers(const NetSpec& spec, kit::JobControl& control);
inline constexpr int kThumbSide = 64;  ///< pixels: what the strip shows them at, or a little more
inline constexpr int kTimedRuns = 9;  ///< the median of nine is steady enough to compare layers

/// A network's weights serve every resolution.
std::string name_without_resolution(NetSpec spec);

/// A photo of the list by name, or a file of the reader's.
Image load_photo(const std::string& name_or_path);
/// Names of the photos in the data folder and of those inside the program, sorted.
std::vector<std::string> list_photos();
/// What pages begin with: the parrot if it is there, else the first; empty without photos.
std::string first_photo();

}  // namespace convbook::app
