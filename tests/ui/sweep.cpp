// The lint over every page: at no width, text scale, language or theme may texts collide, be cut, or have a line running through them.
// A part of it runs always; the whole sweep is ctest's "sweep", for ./convbook test --all.
#include <doctest/doctest.h>
#include <imgui.h>

#include <algorithm>
#include <set>

#include "app_stage.h"
#include "kit/compat.h"
#include "kit/registry.h"

namespace convbook::test {
namespace {

struct Look { int width, height; float scale; Language language; bool is_dark; };

std::string words_of(const Look& look) {
    return message(look.width, " x ", look.height, " at ", static_cast<int>(look.scale * 100 + 0.5f), " %, ", look.language == Language::zh ? "zh" : "en", look.is_dark ? ", dark" : ", light");
}

/// Every page of the book, every view of a figure, and the last exercise of a chapter answered wrongly.
std::vector<std::string> all_links() {
    std::vector<std::string> links{"contents", "net/mobilenet_v2"};
    for (const kit::Chapter& chapter : kit::list_chapters()) {
        links.push_back(chapter.number);
        for (const Field& field : chapter.lesson->fields())
            if (field.key == "view")
                for (const std::string& view : field.legal)
                    if (view != field.fallback) links.push_back(chapter.number + "?view=" + view);
    }
    return links;
}

class Sweep {
public:
    explicit Sweep(std::string link) : link_(std::move(link)) {}

    /// What is wrong in these looks, each fault once, with the first look that shows it. All of one size share a window.
    void see(const std::vector<Look>& looks) {
        for (std::size_t at = 0; at < looks.size();) {
            AppStage stage(link_, looks[at].width, looks[at].height);
            const int width = looks[at].width;
            for (; at < looks.size() && looks[at].width == width; ++at) see_one(stage, looks[at]);
        }
    }
    int frames_seen() const { return frames_; }

private:
    void see_one(AppStage& stage, const Look& look) {
        kit::ui().language = look.language, kit::ui().is_dark = look.is_dark, kit::ui().text_scale = look.scale;
        stage.frames(4);
        collect(look, "top");
        // The end of the text: the exercises
        if (!stage.book.exercises()) return;
        scroll_text(stage, -4000);
        collect(look, "exercises");
        scroll_text(stage, 4000);
    }
    static void scroll_text(AppStage& stage, float lines) {
        const auto heading = std::ranges::find_if(kit::seen_texts(), [](const kit::SeenText& text) { return text.can_scroll && text.clip.contains(text.area.center()); });
        if (heading == kit::seen_texts().end()) return;
        stage.move_to({heading->clip.center().x, heading->clip.y + heading->clip.h * 0.5f});
        kit::compat::send_wheel(ImGui::GetIO(), lines);
        stage.frames(3);
    }
    void collect(const Look& look, const std::string& where) {
        ++frames_;
        for (const kit::LayoutFault& fault : kit::layout_faults()) {
            const std::string kind = fault.what.substr(0, fault.what.rfind(" at "));
            if (known_.insert(kind).second) FAIL_CHECK(link_ << ", " << where << ", " << words_of(look) << ": " << fault.what);
        }
    }

    std::string link_;
    std::set<std::string> known_;
    int frames_ = 0;
};

}  // namespace

TEST_CASE("nothing overlaps or is cut on any page: the narrowest and a usual window, the smallest and the largest text") {
    if (!AppStage::is_possible()) return;
    const std::vector<Look> looks{{900, 900, 1, Language::en, false}, {900, 900, 2, Language::zh, true}, {900, 900, 2, Language::en, false}, {1280, 800, 1.5f, Language::en, true}, {1600, 1000, 1, Language::zh, false}};
    for (const std::string& link : all_links()) Sweep(link).see(looks);
}

TEST_CASE("nothing overlaps or is cut on any page: every width from 900 to 2560, every text scale, both languages, both themes" * doctest::skip()) {
    if (!AppStage::is_possible()) return;
    std::vector<Look> looks;
    for (const auto& [width, height] : {std::pair{900, 700}, {1000, 800}, {1120, 800}, {1280, 720}, {1366, 768}, {1440, 900}, {1600, 1000}, {1920, 1080}, {2560, 1440}})
        for (const float scale : {1.0f, 1.1f, 1.25f, 1.5f, 1.75f, 2.0f})
            for (const Language language : {Language::en, Language::zh})
                for (const bool is_dark : {false, true}) looks.push_back({width, height, scale, language, is_dark});
    for (const std::string& link : all_links()) {
        Sweep sweep(link);
        sweep.see(looks);
        CHECK(sweep.frames_seen() >= static_cast<int>(looks.size()));
    }
}

}  // namespace convbook::test
