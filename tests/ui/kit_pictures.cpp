// Claims about pictures without a window: the same every time, legible at every size, textures outlive what drew them. Look is judged by eye.
#include <doctest/doctest.h>

#include <filesystem>

#include "kit/record.h"
#include "kit/texture.h"
#include "kit_gallery.h"
#include "kit_stage.h"

namespace convbook::test {
namespace {

using namespace kit;

/// The gallery of one theme after `script`.
Image gallery_picture(bool is_dark, float scale, const std::string& script) {
    GalleryState state;
    KitStage stage(800, 1000, [&] { draw_gallery({0, 0}, state); }, KitStage::Screen::pixels, scale);
    ui().is_dark = is_dark;
    CHECK(stage.play("motion off\n" + script) == "");
    return stage.picture();
}

}  // namespace

TEST_CASE("the same input gives the same pixels, every time") {
    SKIP_WITHOUT_PICTURES();
    const std::string script = "drag @slider/groups:0.5 60 0\nclick @toggle/off\nkey tab\nmove @check";
    const Image first = gallery_picture(false, 1, script), second = gallery_picture(false, 1, script);
    CHECK(first.rgb == second.rgb);
    CHECK(first.rgb != gallery_picture(true, 1, script).rgb);
}

TEST_CASE("no text of the gallery lies on another or is cut, in both themes and at 100 to 200 %") {
    GalleryState state;
    for (const float scale : {1.0f, 1.25f, 1.5f, 2.0f}) {
        KitStage stage(800, 1000, [&] { draw_gallery({0, 0}, state); }, KitStage::Screen::none, scale);
        CHECK(stage.play("expect no-overlap") == "");
    }
}

TEST_CASE("the gallery's pictures are written beside the tests, for looking") {
    SKIP_WITHOUT_PICTURES();
    const std::filesystem::path folder = std::filesystem::path(CONVBOOK_BINARY_DIR) / "pictures";
    std::filesystem::create_directories(folder);
    for (const bool is_dark : {false, true}) {
        const Image picture = gallery_picture(is_dark, 1, "move @hover\nclick @editing\ntype 48");
        CHECK(picture.width == 800);
        save_png(folder / (is_dark ? "kit_dark.png" : "kit_light.png"), picture);
    }
}

TEST_CASE("a texture keeps its size without a renderer and outlives its context") {
    Texture texture;
    const std::vector<std::uint32_t> pixels(6, 0xFF0000FFu);
    texture.upload(3, 2, pixels);
    CHECK(texture.width() == 3);
    CHECK_FALSE(texture.is_empty());
    SKIP_WITHOUT_PICTURES();
    {
        KitStage stage(40, 40, [&] { texture.draw({0, 0, 30, 20}); }, KitStage::Screen::pixels);
        texture.upload(3, 2, pixels);
        stage.frame();
        stage.frame();
        const Image picture = stage.picture();
        CHECK(picture.at(15, 10, 0) == 255);
        CHECK(picture.at(15, 10, 1) == 0);
    }
    texture.upload(3, 2, pixels);  // no context: only the size
    CHECK(texture.height() == 2);
}

}  // namespace convbook::test
