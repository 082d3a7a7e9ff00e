// What a weights file says of itself: which network it is, how it pads, where its batch norms are, how its photos are prepared.
// Leaves out the tensors (weights_file.cpp) and their fitting (bind_weights.cpp).
#include <cmath>
#include <nlohmann/json.hpp>

#include "convbook/weights.h"

namespace convbook {
namespace {

using Json = nlohmann::json;
constexpr int kLargestSide = 8192, kLargestClassCount = 1'000'000;

/// Reads fields with their file's name in every complaint.
class FieldReader {
public:
    explicit FieldReader(const WeightsFile& file) : file_(file) {
        const auto text = file.metadata().find("conventions");
        if (text == file.metadata().end()) return;
        conventions_ = Json::parse(text->second, nullptr, false);
        if (!conventions_.is_object()) refuse("conventions", "is not a JSON object");
    }
    /// An entry of the metadata itself; `fallback` if it is absent.
    std::string text(const char* key, const std::string& fallback = "") const {
        const auto found = file_.metadata().find(key);
        return found == file_.metadata().end() ? fallback : found->second;
    }
    double number(const char* key, double fallback, double low, double high) const {
        const std::string written = text(key);
        if (written.empty()) return fallback;
        char* end = nullptr;
        const double value = std::strtod(written.c_str(), &end);
        if (*end != '\0' || !(value >= low && value <= high)) refuse(key, message("is a number in ", low, "..", high, "; it says ", written));
        return value;
    }
    bool has_conventions() const { return conventions_.is_object(); }
    /// An entry of the object `conventions`.
    std::string word(const char* key, const std::string& fallback, std::initializer_list<const char*> legal) const {
        if (!has_conventions() || !conventions_.contains(key)) return fallback;
        const Json& value = conventions_[key];
        for (const char* known : legal)
            if (value == known) return known;
        std::string list;
        for (const char* known : legal) list += (list.empty() ? "" : ", ") + std::string(known);
        refuse(key, message("is one of ", list, "; it says ", value.dump().substr(0, 80)));
    }
    double real(const char* key, double fallback, double low, double high) const {
        if (!has_conventions() || !conventions_.contains(key)) return fallback;
        return checked(key, conventions_[key], low, high);
    }
    int whole(const char* key, int fallback, int low, int high) const { return static_cast<int>(real(key, fallback, low, high)); }
    void channels(const char* key, float (&values)[3], double low, double high) const {
        if (!has_conventions() || !conventions_.contains(key)) return;
        const Json& list = conventions_[key];
        if (!list.is_array() || list.size() != 3) refuse(key, "has three numbers, one a channel");
        for (std::size_t c = 0; c < 3; ++c) values[c] = static_cast<float>(checked(key, list[c], low, high));
    }
    [[noreturn]] void refuse(const char* key, const std::string& why) const {
        throw Error(message("conventions: ", file_.name(), ": metadata field ", key, " ", why, ". Correct it in the file's metadata."));
    }

private:
    double checked(const char* key, const Json& value, double low, double high) const {
        if (!value.is_number() || !(value.get<double>() >= low && value.get<double>() <= high))
            refuse(key, message("is a number in ", low, "..", high, "; it says ", value.dump().substr(0, 80)));
        return value.get<double>();
    }
    const WeightsFile& file_;
    Json conventions_;
};

/// A matrix, or SqueezeNet's 1x1 convolution.
bool is_classifier(const TensorEntry& entry) {
    const bool is_pointwise = entry.dims.size() == 4 && entry.dims[2] == 1 && entry.dims[3] == 1;
    return (entry.dims.size() == 2 || is_pointwise) && entry.dims[0] >= 1 && entry.dims[0] <= kLargestClassCount;
}

/// The rows of the last layer, under the names that networks of the book give it.
int count_classes(const WeightsFile& file, int fallback) {
    for (const char* name : {"classifier.6.weight", "classifier.1.weight", "classifier.3.weight", "classifier.0.weight", "classifier.weight", "fc.weight"})
        for (const TensorEntry& entry : file.entries())
            if (entry.name == name && is_classifier(entry)) return static_cast<int>(entry.dims[0]);
    return fallback;
}

}  // namespace

ModelConventions read_conventions(const WeightsFile& file) {
    const FieldReader fields(file);
    ModelConventions out;
    // Which network
    out.net = fields.text("architecture");
    out.scale = fields.number(file.metadata().contains("alpha") ? "alpha" : "scale", 1.0, 0.01, 16);
    out.options.classes = static_cast<int>(fields.number("num_classes", count_classes(file, 1000), 1, kLargestClassCount));
    out.options.resolution = static_cast<int>(fields.number("input_size", 224, 1, kLargestSide));
    // How it is built
    out.options.conventions.pads_as_tensorflow = fields.word("pad_mode", "symmetric", {"tf_same", "symmetric"}) == "tf_same";
    out.options.conventions.has_batch_norm = fields.word("bn", "separate", {"folded", "separate"}) == "separate";
    if (out.options.conventions.has_batch_norm) out.options.conventions.bn_eps = static_cast<float>(fields.real("bn_eps", 0, 1e-12, 1));
    out.options.conventions.is_megvii_shuffle = fields.word("shuffle", "none", {"none", "paper", "after_depthwise_inverse"}) == "after_depthwise_inverse";
    out.options.groups = static_cast<int>(fields.number("groups", out.options.groups, 1, 8));
    // How its photos are prepared
    const Preprocess torchvision;
    std::copy(torchvision.mean, torchvision.mean + 3, out.mean);
    std::copy(torchvision.std, torchvision.std + 3, out.std);
    fields.channels("mean", out.mean, -1000, 1000);
    fields.channels("std", out.std, 1e-6, 1e6);
    out.is_bgr = fields.word("channel_order", "RGB", {"RGB", "BGR"}) == "BGR";
    out.crop = fields.whole("crop", out.options.resolution, 1, kLargestSide);
    out.resize = fields.whole("resize", (out.crop * 256 + 112) / 224, 1, kLargestSide);
    // What its classes are called
    out.label_offset = fields.whole("label_offset", out.options.classes == 1001 ? 1 : 0, 0, 1);
    out.labels = fields.text("labels", out.options.classes == 1001 ? "imagenet_1001.txt" : out.options.classes == 1000 ? "imagenet_1000.txt" : "");
    if (out.labels.find_first_of("/\\") != std::string::npos) fields.refuse("labels", message("is the name of a file, without folders; it says ", out.labels.substr(0, 80)));
    out.licence = fields.text("licence");
    out.source = fields.text("source");
    return out;
}

Preprocess preprocess_of(const ModelConventions& conventions) {
    Preprocess how;
    how.resize = conventions.resize, how.crop = conventions.crop, how.is_bgr = conventions.is_bgr;
    std::copy(conventions.mean, conventions.mean + 3, how.mean);
    std::copy(conventions.std, conventions.std + 3, how.std);
    return how;
}

ModelConventions at_resolution(ModelConventions conventions, int resolution) {
    conventions.resize = conventions.crop > 0 ? resolution * conventions.resize / conventions.crop : resolution;
    conventions.crop = conventions.options.resolution = resolution;
    return conventions;
}

}  // namespace convbook
