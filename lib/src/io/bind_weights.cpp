// Fits a weights file to a network: every parameter gets its tensor, or one Error says all that does not fit and what to do.
// Leaves out the file formats (weights_file.cpp) and weights that come from no file (weights.cpp).
#include <algorithm>
#include <bit>
#include <map>

#include "io/number_formats.h"

namespace convbook {
namespace {

constexpr std::size_t kMostNames = 24;  // of each fault; a wrong file would otherwise fill pages

bool ends_with(std::string_view text, std::string_view end) { return text.size() >= end.size() && text.substr(text.size() - end.size()) == end; }

/// A file's name for a tensor without what a terminal would obey.
std::string shown(std::string_view name) {
    const std::string quoted = io::quote(name);
    return quoted.substr(1, quoted.size() - 2);
}

bool fits(const TensorEntry& entry, const Shape& shape) {
    const std::int64_t dims[4] = {shape.n, shape.c, shape.h, shape.w};
    return entry.dims.size() == static_cast<std::size_t>(shape.rank) && std::equal(entry.dims.begin(), entry.dims.end(), dims + 4 - shape.rank);
}

/// What does not fit between a file and a network.
struct Misfits {
    std::vector<std::string> missing, unexpected, misshaped;
    std::string class_counts;  ///< set if the last layers differ in their number of classes only
    bool are_empty() const { return missing.empty() && unexpected.empty() && misshaped.empty(); }
};

Misfits compare(const Graph& graph, const WeightsFile& file) {
    Misfits found;
    std::map<std::string_view, const TensorEntry*> offered;
    for (const TensorEntry& entry : file.entries())
        if (!ends_with(entry.name, "num_batches_tracked")) offered.emplace(entry.name, &entry);
    for (const Parameter& parameter : graph.parameters()) {
        const auto at = offered.find(parameter.name);
        if (at == offered.end()) {
            found.missing.push_back(parameter.name);
            continue;
        }
        const TensorEntry& entry = *at->second;
        offered.erase(at);
        if (fits(entry, parameter.shape)) continue;
        found.misshaped.push_back(parameter.name + " " + io::dims_text(entry.dims) + " against " + to_string(parameter.shape));
        const bool is_last_matrix = parameter.shape.rank == 2 && entry.dims.size() == 2 && entry.dims[1] == parameter.shape.w;
        if (is_last_matrix) found.class_counts = message("the file has ", entry.dims[0], " classes, the network ", parameter.shape.h);
    }
    for (const auto& [name, entry] : offered) found.unexpected.push_back(shown(name));
    return found;
}

std::string listed(const char* what, const std::vector<std::string>& names) {
    if (names.empty()) return "";
    std::string text = message("; ", names.size(), " ", what, ": ");
    for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) text += (i ? ", " : "") + names[i];
    return names.size() > kMostNames ? text + message(" and ", names.size() - kMostNames, " more") : text;
}

bool is_finite(const Tensor& tensor) {
    // An exponent of ones only is infinity or NaN; looking at all of them is faster than stopping at the first
    constexpr std::uint32_t kExponent = 0x7f800000u;
    std::uint32_t found = 0;
    for (const float value : tensor.values()) found |= (std::bit_cast<std::uint32_t>(value) & kExponent) == kExponent;
    return found == 0;
}

/// The network, if there is one, whose tensors these are: what a reader who chose the wrong one wants to know.
std::string fitting_net(const Graph& graph, const WeightsFile& file) {
    NetOptions options = read_conventions(file).options;
    for (const NetInfo& info : list_nets())
        if (info.name != graph.name() && compare(build_net(info.name, 1, options), file).are_empty()) return info.name;
    return "";
}

std::string way_out(const Graph& graph, const WeightsFile& file, const Misfits& found) {
    const auto all = [](const std::vector<std::string>& names, auto rule) { return !names.empty() && std::all_of(names.begin(), names.end(), rule); };
    const bool only_shapes = found.missing.empty() && found.unexpected.empty();
    if (only_shapes && !found.class_counts.empty() && found.misshaped.size() <= 2)
        return message("The classifiers differ: ", found.class_counts, ". Build the network with as many classes as the file (--classes), or train a new classifier.");
    if (const std::string fitting = only_shapes ? fitting_net(graph, file) : ""; !fitting.empty()) return message("Its tensors are those of ", fitting, ": choose that network.");
    if (only_shapes) return "The widths differ: build the network with the file's alpha or scale (--alpha, --scale).";
    const bool lacks_norms = std::any_of(found.missing.begin(), found.missing.end(), [](auto& name) { return ends_with(name, "running_mean"); });
    if (lacks_norms && all(found.unexpected, [](auto& name) { return ends_with(name, ".bias"); }))
        return "The file's batch norms are folded into its convolutions: build the network without them (read_conventions tells it).";
    const bool has_norms = std::any_of(found.unexpected.begin(), found.unexpected.end(), [](auto& name) { return ends_with(name, "running_mean"); });
    if (has_norms && all(found.missing, [](auto& name) { return ends_with(name, ".bias"); }))
        return "The file keeps its batch norms apart: build the network with them (read_conventions tells it).";
    const auto says = file.metadata().find("architecture");
    if (says != file.metadata().end() && says->second != graph.name()) return message("The file says that it is ", says->second, ": choose that network.");
    if (const std::string fitting = fitting_net(graph, file); !fitting.empty()) return message("Its tensors are those of ", fitting, ": choose that network.");
    if (found.missing.empty()) return "The file has more layers than this network: choose the network it was made for.";
    return found.unexpected.empty() ? "The file is incomplete or was made for a network with fewer layers." : "The file was made for another network or names its tensors differently.";
}

}  // namespace

Weights bind_weights(const Graph& graph, const WeightsFile& file) {
    // Compare names and shapes before anything is read
    const Misfits found = compare(graph, file);
    CONVBOOK_REQUIRE(found.are_empty(), "bind_weights: ", file.name(), " does not fit ", graph.name(), listed("missing", found.missing),
                     listed("unexpected", found.unexpected), listed("misshaped (file against network)", found.misshaped), ". ", way_out(graph, file, found));
    // Read
    std::vector<Tensor> tensors;
    std::vector<std::string> not_finite;
    for (const Parameter& parameter : graph.parameters()) {
        tensors.push_back(file.tensor(parameter.name));
        if (!is_finite(tensors.back())) not_finite.push_back(parameter.name);
    }
    CONVBOOK_REQUIRE(not_finite.empty(), "bind_weights: ", file.name(), " cannot give a prediction", listed("with NaN or infinity in them", not_finite),
                     ". Its training diverged, or the file is damaged: take an earlier checkpoint.");
    return Weights(std::move(tensors));
}

Model load_model(const std::filesystem::path& path, const std::string& wanted, std::optional<double> scale) {
    const NetName named = parse_net_name(wanted, scale.value_or(1));
    const std::string& net = named.name;
    const WeightsFile file = WeightsFile::open(path);
    ModelConventions conventions = read_conventions(file);
    if (conventions.net.empty()) conventions.net = net, conventions.scale = named.scale;
    CONVBOOK_REQUIRE(net.empty() || conventions.net == net, "load_model: ", path.string(), " holds ", conventions.net, ", not ", net, ". Choose that network or another file.");
    Graph graph = build_net(conventions.net, conventions.scale, conventions.options);
    Weights weights = bind_weights(graph, file);
    // Labels stand with the other data or beside the weights; a network without names still has numbers
    std::vector<std::string> labels;
    for (const auto& folder : {data_folder() / "labels", path.parent_path() / ".." / "labels", path.parent_path()})
        if (std::error_code ignored; labels.empty() && !conventions.labels.empty() && std::filesystem::is_regular_file(folder / conventions.labels, ignored))
            labels = load_labels(folder / conventions.labels);
    return {std::move(conventions), std::move(graph), std::move(weights), std::move(labels)};
}

}  // namespace convbook
