#include "kit_stage.h"

#include "kit/compat.h"
#include "kit/record.h"
#include "kit/theme.h"

namespace convbook::test {

/// A context of Dear ImGui that nobody renders.
struct KitStage::Bare {
    ImGuiContext* context = ImGui::CreateContext();
    Bare(float width, float height) {
        ImGui::SetCurrentContext(context);
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = nullptr;
        io.DeltaTime = 1.0f / 60;
        io.DisplaySize = {width, height};
        io.MousePos = {-1e6f, -1e6f};
        kit::compat::name_keys(io);
    }
    ~Bare() { ImGui::DestroyContext(context); }
};

KitStage::KitStage(int width, int height, std::function<void()> draw, Screen screen, float scale) : draw_(std::move(draw)) {
    kit::ui() = {};
    kit::ui().pixel_scale = scale;
    kit::set_recording(true);
    const int wide = static_cast<int>(static_cast<float>(width) * scale), high = static_cast<int>(static_cast<float>(height) * scale);
    if (screen == Screen::pixels) pixels_ = std::make_unique<kit::Offscreen>(wide, high);
    else bare_ = std::make_unique<Bare>(static_cast<float>(wide), static_cast<float>(high));
}

KitStage::~KitStage() {
    kit::set_recording(false);
    kit::ui() = {};
}

void KitStage::draw_window() {
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
    ImGui::Begin("stage", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
    draw_();
    ImGui::End();
}

void KitStage::frame() {
    if (pixels_) {
        pixels_->frame([this] { draw_window(); });
        return;
    }
    ImGui::SetCurrentContext(bare_->context);
    kit::refresh_look();
    ImGui::NewFrame();
    draw_window();
    ImGui::Render();
}

kit::ScriptHost KitStage::host() {
    kit::ScriptHost host;
    host.draw_frame = [this] {
        frame();
        return kit::Offscreen::FrameTime{};
    };
    if (pixels_) host.picture = [this] { return pixels_->read_pixels(); };
    return host;
}

std::string KitStage::play(const std::string& script) {
    kit::InputScript player(host());
    player.draw(3);
    player.run(script, "script");
    std::string all;
    for (const std::string& failure : player.failures()) all += failure + "\n";
    return all;
}

Image KitStage::picture() const { return pixels_->read_pixels(); }

const std::string& why_no_pictures() {
    static const std::string reason = [] {
        try {
            const kit::Offscreen probe(8, 8);
            return std::string();
        } catch (const Error& error) {
            return std::string(error.what());
        }
    }();
    return reason;
}

}  // namespace convbook::test
