// Positions are those of the look's picture of all controls, so that the two can be laid on each other.
#include "kit_gallery.h"

#include <optional>

#include "kit/tensor_grid.h"
#include "kit/widgets.h"

namespace convbook::test {
namespace {

using namespace kit;

/// Places things in logical pixels from the page's corner.
struct Sheet {
    ImVec2 origin;
    ImVec2 at(float x, float y) const { return {origin.x + px(x), origin.y + px(y)}; }
    Area area(float x, float y, float w, float h) const { return {at(x, y).x, at(x, y).y, px(w), px(h)}; }
    void caption(float x, float middle, const std::string& words) const { text(at(x, middle), Type::caption, colour(Ink::ink3), words, AlignX::left, AlignY::middle); }
    void words(float x, float middle, Type type, Colour tone, const std::string& words) const { text(at(x, middle), type, tone, words, AlignX::left, AlignY::middle); }
};

void draw_buttons(const Sheet& sheet, GalleryState& state) {
    sheet.caption(32, 68, "Buttons: primary, plain, hover, focus, disabled, quiet");
    if (button("check", sheet.at(32, 82), "Check", ButtonLook::primary)) state.pressed = "check";
    if (button("reset", sheet.at(109, 82), "Reset")) state.pressed = "reset";
    if (button("hover", sheet.at(181, 82), "Reset")) state.pressed = "hover";
    if (button("focus", sheet.at(253, 82), "Reset")) state.pressed = "focus";
    if (button("disabled", sheet.at(326, 82), "Check", ButtonLook::plain, false)) state.pressed = "disabled";
    if (button("quiet", sheet.at(398, 82), "Show a hint", ButtonLook::quiet)) state.pressed = "quiet";
    if (words_link("dotted", sheet.at(615, 86), Type::table, "dotted words")) state.pressed = "dotted";
    if (words_link("lit", sheet.at(712, 86), Type::table, "lit words", true)) state.pressed = "lit";
    if (menu_button("photo", sheet.at(502, 82), "Photo")) state.pressed = "photo";
}

void draw_settings(const Sheet& sheet, GalleryState& state) {
    sheet.caption(32, 140, "Slider with legal steps; right: keyboard focus");
    const std::vector<std::string> groups{"1", "2", "4", "8", "16"}, kernels{"1", "3", "5", "7"};
    const auto number = [](int i) { return static_cast<std::size_t>(i); };
    if (const auto chosen = slider("slider/groups", sheet.area(32, 153, 164, 42), {"Groups", groups[number(state.groups)], colour(Ink::weights), 5, groups}, state.groups))
        state.groups = *chosen;
    const std::string shown = kernels[number(state.kernel)] + " × " + kernels[number(state.kernel)];
    if (const auto chosen = slider("slider/k", sheet.area(220, 153, 164, 42), {"Kernel K", shown, colour(Ink::weights), 4, kernels}, state.kernel)) state.kernel = *chosen;
    sheet.caption(416, 140, "Number field: resting, editing, refused. Toggle: off, on, focus");
    if (const auto typed = number_field("number", sheet.area(416, 155, 60, 32), state.number)) state.number = *typed;
    number_field("editing", sheet.area(487, 155, 58, 32), "48");
    number_field("refused", sheet.area(557, 155, 60, 32), "5", true);
    toggle("toggle/off", sheet.at(641, 161), state.toggles[0]);
    toggle("toggle/on", sheet.at(688, 161), state.toggles[1]);
    toggle("toggle/focus", sheet.at(732, 161), state.toggles[2]);
}

void draw_scrubber(const Sheet& sheet, GalleryState& state) {
    sheet.caption(32, 216, "Scrubber: step back, play, step, speed, position, reset this figure, copy a link to this state");
    TransportState steps{state.step, 25, state.is_playing, state.speed, {4, 9, 14, 19}};
    if (transport("transport", sheet.area(32, 230, 641, 32), steps)) {
        state.step = steps.step;
        state.speed = steps.speed;
    }
    state.is_playing = steps.is_playing;
    if (icon_button("undo", sheet.at(700, 230), Icon::reset, "reset this figure", false, false)) state.pressed = "undo";
    if (icon_button("link", sheet.at(736, 230), Icon::link, "copy a link to this state", false, false)) state.pressed = "link";
}

struct Answer { float middle; const char* words; const char* remark; const char* why; Ink ink, tint; std::optional<Icon> sign; };

void draw_exercise(const Sheet& sheet) {
    sheet.caption(32, 292, "Exercise, answered and revealed");
    text_block(sheet.at(32, 306), px(352), Type::body, colour(Ink::ink), "A 3 × 3 layer takes 16 channels to 32 with 4 groups and biases. How many parameters has it?");
    const Answer answers[] = {
        {408, "4640", "", "That is one group: every filter sees all 16 channels.", Ink::ink, Ink::paper, {}},
        {461, "1184", "right", "32 filters × 16/4 kernels × 9 weights = 1152, and 32 biases.", Ink::output, Ink::output_tint, Icon::check},
        {534, "1160", "your answer", "A quarter of 4640. But biases are not divided by the groups.", Ink::bad, Ink::bad_tint, Icon::cross},
        {607, "320", "", "One kernel per filter. That would be 16 groups.", Ink::ink, Ink::paper, {}},
    };
    for (const Answer& answer : answers) {
        if (answer.sign) {
            fill(sheet.area(22, answer.middle - 17, 372, 73), colour(answer.tint), 6);
            icon(sheet.at(40, answer.middle + 1), *answer.sign, colour(answer.ink));
        } else ring(sheet.at(39.5f, answer.middle), 5.5f * scale(), colour(Ink::rule), 1.5f);
        const float width = text(sheet.at(57, answer.middle), Type::table_strong, colour(answer.ink), answer.words, AlignX::left, AlignY::middle);
        text({sheet.at(57, 0).x + width + px(6), sheet.at(0, answer.middle).y}, Type::label, colour(answer.ink), answer.remark, AlignX::left, AlignY::middle);
        text_block(sheet.at(57, answer.middle + 10), px(326), Type::label, colour(Ink::ink2), answer.why);
    }
    button("next", sheet.at(32, 655), "Next", ButtonLook::primary);
    button("set", sheet.at(99, 655), "Set it in the figure");
    text(sheet.at(384, 671), Type::label, colour(Ink::ink3), "3 of 7", AlignX::right, AlignY::middle);
}

void draw_code_lines(const Sheet& sheet) {
    sheet.caption(32, 710, "Code drawer: the line that is running");
    fill(sheet.area(32, 724, 352, 104), colour(Ink::sunk));
    line(sheet.at(32, 724.5f), sheet.at(384, 724.5f), colour(Ink::hair));
    icon(sheet.at(52.5f, 742.5f), Icon::chevron_down, colour(Ink::ink2), 14);
    sheet.words(69, 743, Type::label, colour(Ink::ink2), "Code on show");
    text(sheet.at(370, 742), Type::code, colour(Ink::ink3), "conv2d.cpp", AlignX::right, AlignY::middle);
    fill(sheet.area(32, 780, 352, 21), colour(Ink::accent_tint));
    fill(sheet.area(32, 780, 3, 21), colour(Ink::accent));
    const char* lines[] = {"for (int g = 0; g < groups; ++g)", "  for (int c = 0; c < cin_g; ++c)", "    add(out, w(n, c), x(g*cin_g + c));"};
    for (int i = 0; i < 3; ++i) {
        const float middle = 769.5f + 21 * static_cast<float>(i);
        text(sheet.at(61, middle), Type::code, colour(i == 1 ? Ink::ink2 : Ink::ink3), std::to_string(31 + i), AlignX::right, AlignY::middle);
        sheet.words(74, middle, Type::code, colour(Ink::ink), lines[i]);
    }
}

void draw_error(const Sheet& sheet) {
    sheet.caption(416, 292, "Error, said inside the figure");
    for (int group = 0; group < 5; ++group) {
        const float x = 422 + 62 * static_cast<float>(group);
        for (int i = 0; i < 3; ++i) fill(sheet.area(x + 19 * static_cast<float>(i), 312, 15, 15), channel_colour(group), 2);
        const ImVec2 bracket[4] = {sheet.at(x + 0.5f, 334), sheet.at(x + 0.5f, 338.5f), sheet.at(x + 53.5f, 338.5f), sheet.at(x + 53.5f, 334)};
        polyline(bracket, 4, colour(Ink::rule), 1);
        text(sheet.at(x + 27, 350), Type::label, colour(Ink::ink2), "3", AlignX::center, AlignY::middle);
    }
    dashed_frame(sheet.area(731, 311, 17, 17), colour(Ink::bad), 1.5f);
    text(sheet.at(754, 350), Type::label_strong, colour(Ink::bad), "1 left", AlignX::right, AlignY::middle);
    icon(sheet.at(424, 376), Icon::warning, colour(Ink::bad));
    sheet.words(442, 376, Type::table_strong, colour(Ink::ink), "5 groups do not divide 16 channels.");
    text_block(sheet.at(442, 386), px(320), Type::label, colour(Ink::ink2), "Each group would need 3.2 of them. The figure still shows 4 groups.");
}

void draw_tooltip(const Sheet& sheet) {
    sheet.caption(416, 468, "Tooltip: name, value, how it came about");
    GridLook look;
    look.map = CellMap::weights;
    look.cell = 28;
    look.limit = 2.5f;
    look.value = [](int row, int column) { return static_cast<float>((column - 1) * (row == 1 ? 2 : 1)); };
    const Area grid = draw_grid(sheet.at(416, 482), 3, 3, look);
    frame_cells(grid, 3, 3, 1, 2, 1, 1, colour(Ink::accent));
    tooltip(cell_area(grid, 3, 3, 1, 2).grown(px(2)), {{"weight, row 1, column 2", "2", colour(Ink::weights)}, {"input 9 × weight 2", "18"}, {"sum so far", "17"}}, grid);
}

void draw_empty_state(const Sheet& sheet, GalleryState& state) {
    sheet.caption(416, 594, "Empty state: something is not here");
    dashed_frame(sheet.area(416, 608, 352, 151), colour(Ink::rule));
    sheet.words(433, 633, Type::table_strong, colour(Ink::ink), "No weights for MobileNet v2 yet");
    text_block(sheet.at(433, 645), px(318), Type::label, colour(Ink::ink2),
               "Shapes, counts and arithmetic work without them. A prediction needs a file: safetensors, or .pth with torchvision’s names.");
    button("choose", sheet.at(433, 712), "Choose a file");
    if (button("where", sheet.at(547, 712), "Where to get one", ButtonLook::quiet)) state.pressed = "where";
}

void draw_colours(const Sheet& sheet) {
    sheet.caption(416, 784, "Colour scales, always with ends and unit");
    scale_signed(sheet.at(416, 796), px(164), 28, "signed value");
    scale_magnitude(sheet.at(600, 796), px(164), 0, 6, "activation, ReLU6");
    sheet.caption(32, 872, "Roles");
    struct Pair { Ink ink; Ink tint; const char* words; };
    const Pair roles[] = {{Ink::input, Ink::input_tint, "input"}, {Ink::weights, Ink::weights_tint, "weights"}, {Ink::output, Ink::output_tint, "output"},
                          {Ink::gradient, Ink::gradient_tint, "gradient"}, {Ink::accent, Ink::accent_tint, "under the pointer"}, {Ink::inner, Ink::inner_tint, "inner, neutral"}};
    float x = 32;
    for (const Pair& role : roles) {
        fill(sheet.area(x, 886, 22, 22), colour(role.ink), 2);
        fill(sheet.area(x + 26, 886, 22, 22), colour(role.tint), 2);
        sheet.words(x, 921, Type::label, colour(role.ink == Ink::inner ? Ink::ink2 : role.ink), role.words);
        x += 124;
    }
    sheet.caption(32, 953, "Channels and groups");
    for (int i = 0; i < 8; ++i) fill(sheet.area(168 + 26 * static_cast<float>(i), 944, 20, 18), channel_colour(i), 2);
    sheet.words(462, 953, Type::label, colour(Ink::ink), "ink");
    sheet.words(500, 953, Type::label, colour(Ink::ink2), "second");
    sheet.words(564, 953, Type::label, colour(Ink::ink3), "third");
    line(sheet.at(622, 953), sheet.at(672, 953), colour(Ink::hair), 1.5f);
    sheet.caption(678, 953, "hair");
    line(sheet.at(712, 953), sheet.at(738, 953), colour(Ink::rule), 1.5f);
    sheet.caption(743, 953, "rule");
}

}  // namespace

void draw_gallery(ImVec2 at, GalleryState& state) {
    const Sheet sheet{at};
    fill(sheet.area(0, 0, 800, 1000), colour(Ink::paper));
    text(sheet.at(32, 44), Type::heading, colour(Ink::ink), ui().is_dark ? "Dark" : "Light, paper", AlignX::left, AlignY::baseline);
    draw_buttons(sheet, state);
    draw_settings(sheet, state);
    draw_scrubber(sheet, state);
    draw_exercise(sheet);
    draw_code_lines(sheet);
    draw_error(sheet);
    draw_tooltip(sheet);
    draw_empty_state(sheet, state);
    draw_colours(sheet);
}

void draw_gallery_window(GalleryState& state) {
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
    ImGui::Begin("gallery", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
    draw_gallery({0, 0}, state);
    ImGui::End();
}

}  // namespace convbook::test
