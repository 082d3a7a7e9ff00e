// What goes wrong between a photo and its prediction, one step each, and where a network first notices: every mistake is an option of the real pipeline.
// Leaves out how answers are printed (the program) and drawn (the app).
#pragma once
#include <span>
#include <string>
#include <vector>

#include "convbook/engine.h"
#include "convbook/lesson.h"
#include "convbook/weights.h"

namespace convbook {

/// The steps from a file to the first layer, in their order, and the state of the batch norms behind it.
enum class Mistake { orientation, aspect, crop, channels, scale, mean_std, eval };
struct MistakeInfo {
    Mistake mistake;
    std::string name;  ///< as in --break and in links: "channels"
    Text step;         ///< "channel order"
    Text idea;         ///< what is done wrong, one line
};
const std::vector<MistakeInfo>& list_mistakes();

/// Some of them; any combination has a meaning.
class Mistakes {
public:
    /// "channels,eval"; empty text is none. Throws convbook::Error naming the known ones.
    static Mistakes parse(const std::string& names);
    bool has(Mistake mistake) const { return (bits_ >> static_cast<unsigned>(mistake) & 1u) != 0; }
    bool are_none() const { return bits_ == 0; }
    Mistakes toggled(Mistake mistake) const;
    std::string names() const;  ///< what parse() reads, in the order of the steps
    bool operator==(const Mistakes&) const = default;

private:
    unsigned bits_ = 0;
};

/// How the numbers 0..255 of a pixel become the network's: divided by 255 or not, then (value - mean[c]) / std[c] or not.
/// A network trained on plain pixels (mean 0, deviation 1) is wronged by what others need: division, and ImageNet's mean and deviation.
struct PixelArithmetic {
    bool is_divided = true, is_normalised = true;
    float mean[3], std[3];  ///< of values in 0..1
    /// What becomes of p in 0..255 in channel c.
    float operator()(float p, int c) const { return ((is_divided ? p / 255 : p) - (is_normalised ? mean[c] : 0)) / (is_normalised ? std[c] : 1); }
};
PixelArithmetic pixel_arithmetic(const Preprocess& right, const Mistakes& mistakes = {});
/// `right` with these steps broken; without mistakes, itself.
Preprocess with_mistakes(const Preprocess& right, const Mistakes& mistakes);

/// One photo's way through a model, with every activation.
struct Trial {
    PreprocessSteps steps;
    Run run;
    std::vector<Prediction> top;  ///< empty if the run was stopped
};
/// Throws convbook::Error for Mistake::eval on a network without batch norms: they may be folded into its convolutions.
Trial try_photo(const Model& model, const Image& photo, const Mistakes& mistakes, int top = 5, const RunProgress& progress = {});

///   |a - b| / (|a| + |b|), Euclidean lengths over all values: 0 where they agree, 1 where one vanishes or is the other's opposite.
/// Throws convbook::Error if their shapes differ.
double relative_difference(TensorView a, TensorView b);

/// What leaves one convolution or linear layer in two runs, after its batch norm and activation.
struct LayerDifference {
    int layer = 0, output = 0;  ///< nodes
    double relative = 0;        ///< relative_difference
    bool is_visible() const { return relative > 1e-3; }  // a thousandth of the maps' size; float32 rounds below 1e-5
};
/// One entry a layer, in the graph's order. Both runs are complete.
std::vector<LayerDifference> layer_differences(const Graph& graph, const Run& a, const Run& b);
/// The first visible one; null if the runs agree.
const LayerDifference* first_divergence(std::span<const LayerDifference> layers);

}  // namespace convbook
