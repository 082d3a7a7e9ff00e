// Where the reader's data may be: photos, weights, labels, PyTorch tensors. Leaves out what is in it.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "convbook/weights.h"

namespace convbook {
namespace {

namespace fs = std::filesystem;

bool holds_data(const fs::path& folder) {
    std::error_code ignored;
    for (const char* part : {"weights", "photos", "labels", "goldens"})
        if (fs::is_directory(folder / part, ignored)) return true;
    return false;
}

/// The `shared` folder beside the checkout that this program was built in (build/<preset>/bin), if there is one.
fs::path beside_checkout() {
    std::error_code error;
    fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
    for (int up = 0; up < 5 && folder.has_relative_path(); ++up) {
        folder = folder.parent_path();
        if (holds_data(folder / "shared")) return folder / "shared";
    }
    return {};
}

fs::path users_data_folder() {
    if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data) return fs::path(data) / "convbook";
    if (const char* home = std::getenv("HOME"); home && *home) return fs::path(home) / ".local" / "share" / "convbook";
    return {};
}

/// The network that a weights file is for: what safetensors say in their metadata; a state dict's name up to the first hyphen
/// ("resnet18-f37072fd.pth" as torchvision downloads it), for it says nothing of itself. Without a name for other files.
NetSpec declared_net(const fs::path& path) {
    if (path.extension() == ".pth" || path.extension() == ".pt") {
        const std::string stem = path.stem().string();
        const NetName name = parse_net_name(stem.substr(0, stem.find('-')));
        return {name.name, name.scale, {}};
    }
    if (path.extension() != ".safetensors") return {};
    try {
        const ModelConventions conventions = read_conventions(SafetensorsFile::open(path));
        return {conventions.net, conventions.scale, conventions.options};
    } catch (const Error&) {
        return {};  // a damaged neighbour is no reason not to find the good one
    }
}

/// The widest network that is good; of equals the one trained nearest to `resolution`, if it is given, then the first by name.
template <class IsGood>
std::optional<fs::path> find_widest(const IsGood& is_good, std::optional<int> resolution = {}) {
    const auto rank = [&](const NetSpec& net) { return std::pair(-net.scale, resolution ? std::abs(net.options.resolution - *resolution) : 0); };
    std::optional<FoundWeights> best;
    for (const FoundWeights& found : list_weights())
        if (is_good(found.net) && (!best || rank(found.net) < rank(best->net))) best = found;
    return best ? std::optional(best->path) : std::nullopt;
}

bool is_scale(const NetSpec& declared, double scale) { return std::abs(declared.scale - scale) <= 1e-6; }

}  // namespace

fs::path data_folder() {
    std::error_code error;
    // What the reader says goes first, and alone
    if (const char* said = std::getenv("CONVBOOK_DATA"); said && *said) return fs::is_directory(said, error) ? fs::path(said) : fs::path();
    // Else the usual places, in order
    for (const fs::path& folder : {fs::current_path(error).parent_path() / "shared", beside_checkout(), users_data_folder()})
        if (!folder.empty() && holds_data(folder)) return folder;
    return {};
}

std::vector<FoundWeights> list_weights() {
    std::error_code error;
    std::vector<FoundWeights> all;
    for (const auto& item : fs::directory_iterator(data_folder() / "weights", error))
        if (const NetSpec net = declared_net(item.path()); find_net(net.name) != nullptr) all.push_back({item.path(), net});
    std::ranges::sort(all, {}, &FoundWeights::path);
    return all;
}

std::optional<fs::path> find_weights(const std::string& net, std::optional<double> scale) {
    return find_widest([&](const NetSpec& declared) { return declared.name == net && (!scale || is_scale(declared, *scale)); });
}

std::optional<fs::path> find_weights(const NetSpec& net) {
    const NetOptions& wanted = net.options;
    return find_widest([&](const NetSpec& declared) {
        const NetOptions& has = declared.options;
        const bool has_classes = wanted.classes == NetOptions{}.classes || wanted.classes == has.classes;  // 1000 is what nobody asked for: 1001 will do
        return declared.name == net.name && is_scale(declared, net.scale) && has_classes && has.groups == wanted.groups && has.bottleneck == wanted.bottleneck && has.width == wanted.width &&
               has.reduction == wanted.reduction;
    }, wanted.resolution);
}

}  // namespace convbook
