#include "picture_job.h"

namespace convbook::app {

void PictureJob::request(std::vector<MakePixels> pictures) {
    wanted_ = std::move(pictures);
    has_request_ = true;
    job_.cancel();
}

std::optional<std::vector<SheetPixels>> PictureJob::poll() {
    if (job_.is_running()) return {};
    auto made = job_.take();
    if (!has_request_) return made;
    has_request_ = false;
    job_.start([pictures = std::move(wanted_)](kit::JobControl& control) {
        std::vector<SheetPixels> made;
        for (const MakePixels& make : pictures)
            if (!control.is_cancelled()) made.push_back(make());
        return made;
    });
    return {};
}

}  // namespace convbook::app
