#include "photo_menu.h"

#include <algorithm>
#include <filesystem>

#include "kit/interact.h"
#include "kit/widgets.h"

namespace convbook::app {

using namespace kit;

namespace {

std::string stem_of(const std::string& photo) { return std::filesystem::path(photo).stem().string(); }
std::string button_words(const std::string& current) { return tr({"Photo: ", "照片："}) + stem_of(current); }

}  // namespace

float PhotoMenu::width(const std::string& current) { return menu_button_width(button_words(current)); }

std::optional<std::string> PhotoMenu::draw(ImVec2 at, const std::string& current, const std::vector<std::string>& photos) {
    if (menu_button("photo", at, button_words(current))) ImGui::OpenPopup("photos");
    // Right edges in line; rows as in the search, never more of them than fit
    const float wide = px(250), row_height = px(28), shown = static_cast<float>(std::clamp<std::size_t>(photos.size(), 1, 14));
    ImGui::SetNextWindowPos({at.x + width(current) - wide, at.y + px(38)});
    ImGui::SetNextWindowSize({wide, px(68) + shown * row_height});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, px(12, 12));
    const bool is_open = ImGui::BeginPopup("photos");
    ImGui::PopStyleVar();
    if (!is_open) return {};
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const float inner = wide - px(photos.size() > 14 ? 34 : 24);  // beside the bar, if there is one
    std::optional<std::string> chosen = text_field("photo-path", {start.x, start.y, inner, px(32)}, typed_, tr({"path of a photo, or drop one", "照片路径，或拖入一张"}));
    float y = start.y + px(44);
    for (const std::string& photo : photos) {
        const Area row{start.x, y, inner, row_height};
        const Hit over = hit(("photo/" + photo).c_str(), row);
        const bool is_current = photo == current;
        if (over.is_hovered || is_current) fill(row, colour(Ink::sunk), 4);
        text({row.x + px(10), row.center().y}, is_current ? Type::label_strong : Type::label, colour(is_current ? Ink::ink : Ink::ink2), stem_of(photo), AlignX::left, AlignY::middle);
        if (over.was_clicked) chosen = photo;
        y += row_height;
    }
    if (chosen) ImGui::CloseCurrentPopup();
    ImGui::SetCursorScreenPos({start.x, y - 1});
    ImGui::Dummy({1, 1});
    ImGui::EndPopup();
    return chosen;
}

}  // namespace convbook::app
