// Frames of a book that nobody watches.
#include "headless.h"

#include <chrono>
#include <cmath>
#include <thread>

#include "kit/theme.h"

namespace convbook::app {
namespace {

int device(int logical) { return static_cast<int>(std::lround(static_cast<double>(logical) * static_cast<double>(kit::ui().pixel_scale))); }

/// Sets the scale before the first picture is allocated.
int with_scale(int width, float scale) {
    kit::ui().pixel_scale = scale;
    kit::ui().has_reduced_motion = true;
    return width;
}

}  // namespace

Headless::Headless(int width, int height, float scale) : width_(with_scale(width, scale)), height_(height), screen_(device(width), device(height)) {}
Headless::~Headless() = default;

kit::Offscreen::FrameTime Headless::frame() {
    const kit::Offscreen::FrameTime time = screen_.frame([this] { book_.frame(ImGui::GetIO().DisplaySize.x, ImGui::GetIO().DisplaySize.y); });
    book_.after_frame([this] { return screen_.read_pixels(); });
    return time;
}

void Headless::settle(double seconds) {
    const auto start = std::chrono::steady_clock::now();
    constexpr int kLeastFrames = 5;  // new characters are baked, areas are found, values arrive in the text
    for (int frames = 0; frames < kLeastFrames || book_.wants_frames(); ++frames) {
        frame();
        if (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() > seconds && frames >= kLeastFrames) return;
        if (frames >= kLeastFrames) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

void Headless::resize(int width, int height) {
    width_ = width;
    height_ = height;
    screen_.resize(device(width), device(height));
}

std::optional<std::string> Headless::state(const std::string& key) {
    if (kit::FigureHost* figure = book_.figure()) {
        for (const Field& field : figure->chapter().lesson->fields())
            if (field.key == key) return figure->state().value_of(field);
    }
    const auto found = book_.settings().find(key);
    return found == book_.settings().end() ? std::nullopt : std::optional<std::string>(found->second);
}

std::optional<std::string> Headless::value(const std::string& name) {
    const Value* found = book_.value(name);
    return found ? std::optional<std::string>(found->text) : std::nullopt;
}

kit::ScriptHost Headless::host(std::function<void(const std::string&)> say) {
    kit::ScriptHost host;
    host.draw_frame = [this] { return frame(); };
    host.open = [this](const std::string& link) { book_.open(link); };
    host.resize = [this](int width, int height) { resize(width, height); };
    host.scale_changed = [this] { resize(width_, height_); };
    host.state = [this](const std::string& key) { return state(key); };
    host.value = [this](const std::string& name) { return value(name); };
    host.link = [this] { return book_.link(); };
    host.is_busy = [this] { return book_.wants_frames(); };
    host.drop_file = [this](const std::string& path) { book_.drop_file(path); };
    host.picture = [this] { return picture(); };
    host.say = std::move(say);
    return host;
}

}  // namespace convbook::app
