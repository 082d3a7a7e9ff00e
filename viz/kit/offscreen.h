// A picture without a window: EGL surfaceless context, frame buffer, Dear ImGui's renderer. Also the place where frames are timed.
#pragma once
#include <functional>
#include <memory>

#include "convbook/image.h"

namespace convbook::kit {

class Offscreen {
public:
    /// Device pixels. Throws convbook::Error with the reason if this machine has no EGL.
    Offscreen(int width, int height);
    ~Offscreen();
    /// One frame of 1/60 s: NewFrame, draw(), Render. Returns seconds from NewFrame through Render, rasterising apart.
    struct FrameTime { double interface_ms = 0, raster_ms = 0; };
    FrameTime frame(const std::function<void()>& draw);
    void resize(int width, int height);
    Image read_pixels() const;

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

}  // namespace convbook::kit
