// Frame times for `convbook bench --filter ui`: every slider of every chapter dragged by the pointer through its whole range at 1600 x 1000.
// The interface is timed from NewFrame through Render, recomputation and layout included; the software rasteriser apart.
#include <algorithm>
#include <optional>

#include "app/book.h"
#include "bench/bench.h"
#include "kit/compat.h"
#include "kit/offscreen.h"
#include "kit/record.h"
#include "kit/registry.h"

namespace convbook::cli {
namespace {

constexpr int kWidth = 1600, kHeight = 1000;

/// The app in a state of its own, with a pointer.
class Drag {
public:
    explicit Drag(const kit::Chapter& chapter) : before_(kit::ui()), screen_((kit::ui() = kit::Ui{}, kWidth), kHeight), chapter_(chapter) {
        book_.open(chapter.number);
        for (int i = 0; i < 4; ++i) frame();
    }
    ~Drag() { kit::ui() = before_; }
    /// Times of the frames in which a slider moved to another stop.
    std::vector<kit::Offscreen::FrameTime> through_all_sliders() {
        std::vector<kit::Offscreen::FrameTime> times;
        for (const Field& field : chapter_.lesson->fields())
            if (const auto area = slider_area(field)) drag(*area, static_cast<int>(field.legal.size()), times);
        return times;
    }

private:
    kit::Ui before_;
    kit::Offscreen screen_;
    app::Book book_;
    const kit::Chapter& chapter_;

    kit::Offscreen::FrameTime frame() {
        return screen_.frame([this] { book_.frame(kWidth, kHeight); });
    }
    // Names of areas are recorded for one frame only: recording is no part of what a reader waits for
    std::optional<kit::Area> slider_area(const Field& field) {
        if (!field.is_slider || field.legal.size() < 2) return {};
        kit::set_recording(true);
        frame();
        const std::optional<kit::Area> area = kit::find_mark("slider/" + field.key);
        kit::set_recording(false);
        return area;
    }
    void point(float x, float y) { kit::compat::send_position(ImGui::GetIO(), {x, y}); }
    void drag(const kit::Area& area, int stops, std::vector<kit::Offscreen::FrameTime>& times) {
        const float y = area.center().y, left = area.x + kit::px(7), right = area.right() - kit::px(7);
        point(left, y);
        frame();
        kit::compat::send_button(ImGui::GetIO(), true);
        frame();
        // There and back, one stop a frame; what is asked in one frame is computed at its end
        for (int step = 1; step < 2 * stops - 1; ++step) {
            const int stop = step < stops ? step : 2 * stops - 2 - step;
            point(left + (right - left) * static_cast<float>(stop) / static_cast<float>(stops - 1), y);
            times.push_back(frame());
        }
        kit::compat::send_button(ImGui::GetIO(), false);
        frame();
        book_.figure()->reset();
        frame();
    }
};

std::vector<double> nanoseconds(const kit::Chapter& chapter, double kit::Offscreen::FrameTime::*part) {
    std::vector<double> all;
    for (const auto& time : Drag(chapter).through_all_sliders()) all.push_back(time.*part * 1e6);
    CONVBOOK_REQUIRE(!all.empty(), "bench: chapter ", chapter.number, " has no slider on show, so there is nothing to drag.");
    return all;
}

bool add_frames() {
    // Chapters register while the program starts, so they are asked for only when the benchmarks are listed
    bench::add_benchmarks([] {
        std::vector<bench::Benchmark> list;
        for (const kit::Chapter& chapter : kit::list_chapters()) {
            const kit::Chapter* c = &chapter;
            list.push_back({.kind = "frame", .name = "ui/" + chapter.number, .run = [c](const bench::Conditions&) { return nanoseconds(*c, &kit::Offscreen::FrameTime::interface_ms); }, .depends_on_backend = false});
            list.push_back({.kind = "frame", .name = "ui/" + chapter.number + "/raster", .run = [c](const bench::Conditions&) { return nanoseconds(*c, &kit::Offscreen::FrameTime::raster_ms); }, .depends_on_backend = false});
        }
        return list;
    });
    return true;
}
const bool frames_are_added = add_frames();

}  // namespace
}  // namespace convbook::cli
