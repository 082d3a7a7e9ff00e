// Names, folders and formats of exported figures.
#include "export.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <fstream>

namespace convbook::kit {
namespace {

std::filesystem::path home() {
    const char* folder = std::getenv("HOME");
    return folder && *folder ? std::filesystem::path(folder) : std::filesystem::path{};
}

// XDG_PICTURES_DIR="$HOME/Bilder" in ~/.config/user-dirs.dirs
std::filesystem::path pictures_of_user_dirs() {
    std::ifstream file(home() / ".config" / "user-dirs.dirs");
    constexpr std::string_view kKey = "XDG_PICTURES_DIR=\"";
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(kKey) || line.size() < kKey.size() + 2) continue;
        const std::string value = line.substr(kKey.size(), line.rfind('"') - kKey.size());
        return value.starts_with("$HOME/") ? home() / value.substr(6) : std::filesystem::path(value);
    }
    return {};
}

bool is_folder(const std::filesystem::path& path) {
    std::error_code fault;
    return !path.empty() && std::filesystem::is_directory(path, fault);
}

std::string quoted(const std::string& cell) {
    if (cell.find_first_of(",\"\r\n") == cell.npos) return cell;
    std::string out = "\"";
    for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

std::string row_text(const std::vector<std::string>& row) {
    std::string out;
    for (std::size_t i = 0; i < row.size(); ++i) out += (i ? "," : "") + quoted(row[i]);
    return out + "\r\n";
}

// "07?cin=16&k=3" -> "convbook-07-cin16-k3", short enough for every file system
std::string file_stem(const std::string& link) {
    std::string stem = "convbook-";
    for (const char c : link) {
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_') stem += c;
        else if ((c == '?' || c == '&' || c == '/') && stem.back() != '-') stem += '-';
    }
    return stem.substr(0, 80);
}

std::filesystem::path free_stem(const std::filesystem::path& folder, const std::string& stem) {
    std::filesystem::path path = folder / stem;
    const auto is_taken = [](const std::filesystem::path& p) { return std::filesystem::exists(p.string() + ".png") || std::filesystem::exists(p.string() + ".csv"); };
    for (int n = 2; is_taken(path); ++n) path = folder / (stem + "-" + std::to_string(n));
    return path;
}

}  // namespace

std::filesystem::path pictures_folder() {
    const char* chosen = std::getenv("XDG_PICTURES_DIR");
    for (const std::filesystem::path& folder : {std::filesystem::path(chosen ? chosen : ""), pictures_of_user_dirs(), home() / "Pictures", home()})
        if (is_folder(folder)) return folder;
    return std::filesystem::current_path();
}

std::string to_csv(const DataTable& table) {
    std::string out = row_text(table.header);
    for (const auto& row : table.rows) out += row_text(row);
    return out;
}

Image cut_image(const Image& image, const Area& area) {
    const int left = std::clamp(static_cast<int>(std::lround(area.x)), 0, image.width), right = std::clamp(static_cast<int>(std::lround(area.right())), left, image.width);
    const int top = std::clamp(static_cast<int>(std::lround(area.y)), 0, image.height), bottom = std::clamp(static_cast<int>(std::lround(area.bottom())), top, image.height);
    Image part{right - left, bottom - top, {}};
    part.rgb.reserve(static_cast<std::size_t>(part.width) * static_cast<std::size_t>(part.height) * 3);
    for (int y = top; y < bottom; ++y) {
        const auto row = image.rgb.begin() + (static_cast<std::ptrdiff_t>(y) * image.width + left) * 3;
        part.rgb.insert(part.rgb.end(), row, row + static_cast<std::ptrdiff_t>(part.width) * 3);
    }
    return part;
}

ExportedFiles export_figure(const std::filesystem::path& folder, const std::string& link, const Image& picture, const DataTable& data) {
    const std::string stem = free_stem(folder, file_stem(link)).string();
    const ExportedFiles files{stem + ".png", stem + ".csv"};
    save_png(files.picture, picture);
    std::ofstream file(files.data, std::ios::binary);
    file << to_csv(data);
    file.close();
    CONVBOOK_REQUIRE(file.good(), "export: the data could not be written to ", files.data.string(), "; is the folder writable and the disk not full? Choose another with XDG_PICTURES_DIR.");
    return files;
}

}  // namespace convbook::kit
