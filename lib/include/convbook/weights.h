// Named tensors from a safetensors or PyTorch file, read defensively: sizes are checked before anything is allocated, the file is mapped, not copied.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "convbook/graph.h"
#include "convbook/image.h"
#include "convbook/nets.h"

namespace convbook {

/// One entry of a file: what it says of itself.
struct TensorEntry { std::string name, dtype; std::vector<std::int64_t> dims; std::size_t begin = 0, end = 0; };

/// A safetensors file, mapped read-only. https://github.com/huggingface/safetensors, "Format"
class SafetensorsFile {
public:
    /// Throws convbook::Error (file, rule, values) for a truncated, lying or oversized header.
    static SafetensorsFile open(const std::filesystem::path& path);
    /// The same checks on bytes in memory (tests, fuzzing); `name` stands in messages. The bytes are copied.
    static SafetensorsFile parse(std::span<const unsigned char> bytes, const std::string& name);
    const std::string& name() const;                   ///< the path, as messages quote it
    const std::vector<TensorEntry>& entries() const;   ///< sorted by name
    const std::map<std::string, std::string>& metadata() const;
    bool contains(std::string_view name) const;
    /// F64, F32, F16 and BF16 as float32; right-aligned if it has fewer than four dimensions. Throws if absent or of another type.
    Tensor tensor(std::string_view name) const;
    std::vector<std::int64_t> integers(std::string_view name) const;   ///< I64, I32 or U8
    std::span<const unsigned char> bytes(std::string_view name) const; ///< raw, as stored

private:
    struct Contents;
    std::shared_ptr<const Contents> contents_;
};

/// A PyTorch state dict (.pth, .pt) as torch.save has written it since version 1.6, mapped read-only; nothing in it is executed.
/// A checkpoint's "state_dict", "model_state_dict" or "model" is found; "module." before every name (DataParallel) is dropped.
class StateDictFile {
public:
    /// Throws convbook::Error (file, rule, values, way out) for anything else: other formats of PyTorch, other objects, damage.
    static StateDictFile open(const std::filesystem::path& path);
    static StateDictFile parse(std::span<const unsigned char> bytes, const std::string& name);
    const std::string& name() const;
    const std::vector<TensorEntry>& entries() const;   ///< sorted by name; types by safetensors' names; begin and end count from the file's first byte
    bool contains(std::string_view name) const;
    /// float64, float32, float16 and bfloat16 as float32, whatever its strides. Throws if absent or of another type.
    Tensor tensor(std::string_view name) const;

private:
    struct Contents;
    std::shared_ptr<const Contents> contents_;
};

/// Either of them, told apart by the file's first bytes.
class WeightsFile {
public:
    WeightsFile(SafetensorsFile file) : file_(std::move(file)) {}
    WeightsFile(StateDictFile file) : file_(std::move(file)) {}
    static WeightsFile open(const std::filesystem::path& path);
    static WeightsFile parse(std::span<const unsigned char> bytes, const std::string& name);
    const std::string& name() const;
    const std::vector<TensorEntry>& entries() const;
    const std::map<std::string, std::string>& metadata() const;  ///< a state dict has none
    bool contains(std::string_view name) const;
    Tensor tensor(std::string_view name) const;

private:
    std::variant<SafetensorsFile, StateDictFile> file_;
};

/// A value for every parameter of a Graph, in its order.
class Weights {
public:
    Weights() = default;
    explicit Weights(std::vector<Tensor> tensors) : tensors_(std::move(tensors)) {}
    const Tensor& at(int parameter) const { return tensors_[static_cast<std::size_t>(parameter)]; }
    Tensor& at(int parameter) { return tensors_[static_cast<std::size_t>(parameter)]; }
    std::size_t size() const { return tensors_.size(); }
    bool is_empty() const { return tensors_.empty(); }

private:
    std::vector<Tensor> tensors_;
};
/// Takes every parameter from the file; throws one Error that names each missing, unexpected and misshaped tensor and says what to do,
/// or each that holds NaN or infinity.
Weights bind_weights(const Graph& graph, const WeightsFile& file);
/// Reproducible weights: convolutions and linear layers by PyTorch's default rule, batch norms at rest (1, 0, 0, 1).
Weights default_weights(const Graph& graph, std::uint64_t seed);
/// The integer-hash weights of the golden networks (tests/golden): value from FNV-1a of salt/key and SplitMix64.
Weights rule_weights(const Graph& graph, const std::string& salt, double gain);
Tensor rule_tensor(const std::string& salt, const std::string& key, Shape shape, double gain);

/// How a file wants its photos and its network built (its metadata `conventions`).
struct ModelConventions {
    std::string net;                 ///< "mobilenet_v2"; empty if the file does not say
    double scale = 1.0;              ///< alpha
    NetOptions options;
    float mean[3] = {0, 0, 0}, std[3] = {1, 1, 1};  ///< on 0..255
    bool is_bgr = false;
    int resize = 256, crop = 224;    ///< short side, then centre
    int label_offset = 0;            ///< 1: class 0 is "background"
    std::string labels;              ///< "imagenet_1001.txt"
    std::string licence, source;
};
/// What a file does not say (a state dict says nothing) is as torchvision has it: symmetric padding, separate batch norms, ImageNet's mean and deviation, 256 -> 224.
ModelConventions read_conventions(const WeightsFile& file);
Preprocess preprocess_of(const ModelConventions& conventions);
/// The same for another side of the square input; resize and crop keep their ratio.
ModelConventions at_resolution(ModelConventions conventions, int resolution);

/// Where data may be: CONVBOOK_DATA, else ../shared beside the checkout or the working folder, else the user's data folder. Empty if none exists.
std::filesystem::path data_folder();
/// A weights file under data_folder()/weights and the network of the book that it is for; all of them, by path, without damaged ones.
struct FoundWeights { std::filesystem::path path; NetSpec net; };
std::vector<FoundWeights> list_weights();
/// The weights file under data_folder()/weights whose metadata names `net` (and `scale`, if given), or a state dict called so: NET.pth, NET-hash.pth.
std::optional<std::filesystem::path> find_weights(const std::string& net, std::optional<double> scale = {});
/// The one for exactly this network: same scale, groups, bottleneck, width, reduction and number of classes, trained as near to its resolution as
/// there is. Nobody asks for 1000 classes: a file of 1001 will do.
std::optional<std::filesystem::path> find_weights(const NetSpec& net);

/// A network ready to name photos: built as its file wants it. `labels` is empty if their file is nowhere.
struct Model {
    ModelConventions conventions;
    Graph graph;
    Weights weights;
    std::vector<std::string> labels;
};
/// `net` and `scale` (alpha) build what the file does not name; both forms of a name are good, "shufflenet_v2" and "shufflenet_v2_x0_5".
/// Throws convbook::Error if the file is damaged, belongs to another network than `net`, or does not fit.
Model load_model(const std::filesystem::path& weights, const std::string& net, std::optional<double> scale = {});

/// A file of one label a line. Throws convbook::Error if it cannot be read.
std::vector<std::string> load_labels(const std::filesystem::path& path);

}  // namespace convbook
