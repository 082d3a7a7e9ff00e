#include "app_stage.h"

#include <cstdlib>

#include "kit/compat.h"
#include "kit/utf8.h"

namespace convbook::test {

Folder::Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "convbook-XXXXXX").string();
    path = mkdtemp(pattern.data());
}
Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

bool AppStage::is_possible() {
    static const bool is_possible = [] {
        try {
            kit::Offscreen screen(64, 64);
            return true;
        } catch (const Error&) {
            return false;
        }
    }();
    return is_possible;
}

AppStage::AppStage(const std::string& link, int width, int height, const std::filesystem::path& progress)
    : screen((kit::ui() = kit::Ui{}, width), height), owned(std::make_unique<app::Book>(progress)), book(*owned), width_(width), height_(height) {
    kit::set_recording(true);
    book.open(link);
    frames();
}

AppStage::~AppStage() {
    kit::set_recording(false);
    // The book keeps the reader's choices before they are taken back
    owned.reset();
    kit::ui() = kit::Ui{};
}

void AppStage::frames(int count) {
    for (int i = 0; i < count; ++i) {
        screen.frame([this] { book.frame(static_cast<float>(width_), static_cast<float>(height_)); });
        book.after_frame([this] { return screen.read_pixels(); });
    }
}

void AppStage::press(int key, bool with_ctrl, bool with_shift, bool with_alt) {
    ImGuiIO& io = ImGui::GetIO();
    kit::compat::send_modifiers(io, with_ctrl, with_shift);
    io.KeyAlt = with_alt;
    kit::compat::send_key(io, key, true);
    frames(1);
    kit::compat::send_key(io, key, false);
    kit::compat::send_modifiers(io, false, false);
    io.KeyAlt = false;
    frames(2);
}

void AppStage::type(const std::string& words) {
    for (std::size_t at = 0; at < words.size();) {
        ImGui::GetIO().AddInputCharacter(kit::next_code_point(words, at));
        frames(1);
    }
    frames(2);
}

void AppStage::move_to(ImVec2 at) {
    kit::compat::send_position(ImGui::GetIO(), at);
    frames(2);
}

void AppStage::click(const std::string& name) {
    const auto area = kit::find_mark(name);
    if (!area) throw Error("stage: nothing on screen is named " + name + ". Look at seen_marks().");
    move_to(area->center());
    kit::compat::send_button(ImGui::GetIO(), true);
    frames(1);
    kit::compat::send_button(ImGui::GetIO(), false);
    frames(3);
}

bool AppStage::shows(const std::string& words) { return kit::visible_words().find(words) != std::string::npos; }

}  // namespace convbook::test
