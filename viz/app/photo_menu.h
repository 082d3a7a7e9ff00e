// The choice of a photo: a button that names the present one, below it the known photos and a field for a path.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kit/paint.h"

namespace convbook::app {

class PhotoMenu {
public:
    /// The photo that was chosen in this frame.
    std::optional<std::string> draw(ImVec2 at, const std::string& current, const std::vector<std::string>& photos);
    /// Of the button.
    static float width(const std::string& current);

private:
    std::string typed_;
};

}  // namespace convbook::app
