// Pictures made in the background, in the order they were asked for. A new request replaces an unfinished one; the drawing thread never waits.
#pragma once
#include <functional>
#include <vector>

#include "kit/job.h"
#include "map_sheet.h"

namespace convbook::app {

/// Makes one picture; keeps alive what it reads.
using MakePixels = std::function<SheetPixels()>;

class PictureJob {
public:
    void request(std::vector<MakePixels> pictures);
    /// All pictures of the last request, once.
    std::optional<std::vector<SheetPixels>> poll();
    bool is_busy() const { return has_request_ || job_.is_running(); }

private:
    std::vector<MakePixels> wanted_;
    bool has_request_ = false;
    kit::Job<std::vector<SheetPixels>> job_;
};

}  // namespace convbook::app
