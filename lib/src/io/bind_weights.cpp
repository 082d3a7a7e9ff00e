// Fits a weights file to a network: every parameter gets its tensor, or one Error says all that does not fit and what to do.
// Leaves out the file format (safetensors.cpp) and weights that come from no file (weights.cpp).
#include <algorithm>
#include <set>

#include "convbook/weights.h"

namespace convbook {
namespace {

constexpr std::size_t kMostNames = 24;  // of each fault; a wrong file would otherwise fill pages

bool ends_with(std::string_view text, std::string_view end) { return text.size() >= end.size() && text.substr(text.size() - end.size()) == end; }

std::string dims_text(const std::vector<std::int64_t>& dims) {
    std::string text = "[";
    for (std::size_t i = 0; i < dims.size(); ++i) text += (i ? "," : "") + std::to_string(dims[i]);
    return text + "]";
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

Misfits compare(const Graph& graph, const SafetensorsFile& file) {
    Misfits found;
    std::set<std::string_view> wanted;
    for (const Parameter& parameter : graph.parameters()) {
        wanted.insert(parameter.name);
        const auto entry = std::find_if(file.entries().begin(), file.entries().end(), [&](const TensorEntry& e) { return e.name == parameter.name; });
        if (entry == file.entries().end()) found.missing.push_back(parameter.name);
        else if (!fits(*entry, parameter.shape)) {
            found.misshaped.push_back(parameter.name + " " + dims_text(entry->dims) + " against " + to_string(parameter.shape));
            const bool is_last_matrix = parameter.shape.rank == 2 && entry->dims.size() == 2 && entry->dims[1] == parameter.shape.w;
            if (is_last_matrix) found.class_counts = message("the file has ", entry->dims[0], " classes, the network ", parameter.shape.h);
        }
    }
    for (const TensorEntry& entry : file.entries())
        if (!wanted.contains(entry.name) && !ends_with(entry.name, "num_batches_tracked")) found.unexpected.push_back(entry.name);
    return found;
}

std::string listed(const char* what, const std::vector<std::string>& names) {
    if (names.empty()) return "";
    std::string text = message("; ", names.size(), " ", what, ": ");
    for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) text += (i ? ", " : "") + names[i];
    return names.size() > kMostNames ? text + message(" and ", names.size() - kMostNames, " more") : text;
}

std::string way_out(const Graph& graph, const SafetensorsFile& file, const Misfits& found) {
    const auto all = [](const std::vector<std::string>& names, auto rule) { return !names.empty() && std::all_of(names.begin(), names.end(), rule); };
    const bool only_shapes = found.missing.empty() && found.unexpected.empty();
    if (only_shapes && !found.class_counts.empty() && found.misshaped.size() <= 2)
        return message("The classifiers differ: ", found.class_counts, ". Build the network with as many classes as the file (--classes), or train a new classifier.");
    if (only_shapes) return "The widths differ: build the network with the file's alpha or scale (--alpha, --scale).";
    const bool lacks_norms = std::any_of(found.missing.begin(), found.missing.end(), [](auto& name) { return ends_with(name, "running_mean"); });
    if (lacks_norms && all(found.unexpected, [](auto& name) { return ends_with(name, ".bias"); }))
        return "The file's batch norms are folded into its convolutions: build the network without them (read_conventions tells it).";
    const bool has_norms = std::any_of(found.unexpected.begin(), found.unexpected.end(), [](auto& name) { return ends_with(name, "running_mean"); });
    if (has_norms && all(found.missing, [](auto& name) { return ends_with(name, ".bias"); }))
        return "The file keeps its batch norms apart: build the network with them (read_conventions tells it).";
    const auto says = file.metadata().find("architecture");
    if (says != file.metadata().end() && says->second != graph.name()) return message("The file says that it is ", says->second, ": choose that network.");
    if (found.missing.empty()) return "The file has more layers than this network: choose the network it was made for.";
    return found.unexpected.empty() ? "The file is incomplete or was made for a network with fewer layers." : "The file was made for another network or names its tensors differently.";
}

}  // namespace

Weights bind_weights(const Graph& graph, const SafetensorsFile& file) {
    // Compare names and shapes before anything is read
    const Misfits found = compare(graph, file);
    CONVBOOK_REQUIRE(found.are_empty(), "bind_weights: ", file.name(), " does not fit ", graph.name(), listed("missing", found.missing),
                     listed("unexpected", found.unexpected), listed("misshaped (file against network)", found.misshaped), ". ", way_out(graph, file, found));
    // Read
    std::vector<Tensor> tensors;
    for (const Parameter& parameter : graph.parameters()) tensors.push_back(file.tensor(parameter.name));
    return Weights(std::move(tensors));
}

Model load_model(const std::filesystem::path& path, const std::string& net) {
    const SafetensorsFile file = SafetensorsFile::open(path);
    ModelConventions conventions = read_conventions(file);
    if (conventions.net.empty()) conventions.net = net;
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
