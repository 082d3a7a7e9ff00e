// What the page's tests read: the book's own texts, and a context of Dear ImGui without a window.
#pragma once
#include <imgui.h>

#include <string>
#include <string_view>
#include <vector>

#include "convbook/embedded.h"
#include "kit/fonts.h"
#include "kit/theme.h"

namespace convbook::tests {

struct ChapterText { std::string path; std::string_view text; Language language; };
inline std::vector<ChapterText> chapter_texts() {
    std::vector<ChapterText> texts;
    for (const auto& file : embedded::book()) {
        if (!file.path.starts_with("chapters/") || !file.path.ends_with(".md")) continue;
        texts.push_back({std::string(file.path), file.text(), file.path.ends_with(".zh-CN.md") ? Language::zh : Language::en});
    }
    return texts;
}

/// A screen of 600 x 1000 that nobody sees.
class BlindScreen {
public:
    explicit BlindScreen(Language language = Language::en) {
        ImGui::CreateContext();
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = nullptr, io.DisplaySize = {600, 1000}, io.DeltaTime = 1.0f / 60, io.MousePos = {-1000, -1000};
        kit::ui() = {};
        kit::ui().language = language, kit::ui().has_reduced_motion = true;
        kit::build_fonts();
    }
    ~BlindScreen() { ImGui::DestroyContext(); }
    template <class Draw>
    void frame(const Draw& draw) {
        if (kit::fonts_are_stale()) kit::build_fonts();
        kit::ui().seconds += 1.0 / 60;
        ImGui::NewFrame();
        ImGui::SetNextWindowPos({0, 0}), ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
        ImGui::Begin("screen", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoScrollWithMouse);
        draw();
        ImGui::End();
        ImGui::Render();
    }
};

}  // namespace convbook::tests
