// The figure as files: its picture as PNG, its data as CSV. Leaves out the pixels' way from the screen: the caller hands them over.
#pragma once
#include <filesystem>

#include "convbook/image.h"
#include "figure.h"

namespace convbook::kit {

/// The reader's pictures folder ($XDG_PICTURES_DIR, user-dirs.dirs, ~/Pictures), else the home folder, else the current one.
std::filesystem::path pictures_folder();
/// RFC 4180: quoted where needed, lines end in CRLF.
std::string to_csv(const DataTable& table);
struct ExportedFiles { std::filesystem::path picture, data; };
/// "convbook-07-cin16-k3.png" and ".csv" in `folder`, numbered if the name is taken. Throws convbook::Error if they cannot be written.
ExportedFiles export_figure(const std::filesystem::path& folder, const std::string& link, const Image& picture, const DataTable& data);
/// Part of an image; the area is in its pixels and is cut to fit.
Image cut_image(const Image& image, const Area& area);

}  // namespace convbook::kit
