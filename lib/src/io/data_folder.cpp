// Where the reader's data may be: photos, weights, labels, PyTorch tensors. Leaves out what is in it.
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

std::optional<fs::path> find_weights(const std::string& net, std::optional<double> scale) {
    std::error_code error;
    std::optional<fs::path> best;
    double best_scale = 0;
    for (const auto& item : fs::directory_iterator(data_folder() / "weights", error)) {
        if (item.path().extension() != ".safetensors") continue;
        try {
            const ModelConventions conventions = read_conventions(SafetensorsFile::open(item.path()));
            if (conventions.net != net || (scale && std::abs(conventions.scale - *scale) > 1e-6)) continue;
            // Several files: the widest network; of equals the first by name
            if (best && (conventions.scale < best_scale || (conventions.scale == best_scale && *best < item.path()))) continue;
            best = item.path(), best_scale = conventions.scale;
        } catch (const Error&) {
            continue;  // a damaged neighbour is no reason not to find the good one
        }
    }
    return best;
}

}  // namespace convbook
