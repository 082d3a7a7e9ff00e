// Every state has a name: "07?cin=16&k=3", "net/mobilenet_v2?alpha=0.5", "compare/mobilenet_v1,mobilenet_v2:alpha=0.5", "contents".
#pragma once
#include <string>

#include "convbook/lesson.h"

namespace convbook::kit {

struct Link {
    enum class Page { contents, chapter, network, compare };
    Page page = Page::contents;
    std::string name;       ///< chapter number "07", network "mobilenet_v2", or the networks that are compared; empty: all
    Settings settings;
};
/// Throws convbook::Error for an unknown form, with the four forms that exist.
Link parse_link(std::string_view text);
std::string to_string(const Link& link);

}  // namespace convbook::kit
