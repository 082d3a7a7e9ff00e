// What is dragged along a track: the slider with its legal stops, and the transport that plays, steps and scrubs.
// Leaves out what a stop means: callers translate indices.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <unordered_map>

#include "compat.h"
#include "interact_state.h"
#include "text_edit.h"
#include "widgets.h"

namespace convbook::kit {
namespace {

constexpr float kHandle = 6;      // visible radius; with its rim of paper 8
constexpr float kStepsPerSecond = 2.5f;
constexpr float kSpeeds[] = {0.5f, 1, 2, 4};

/// A track from left to right with `count` positions on it.
struct Track {
    float left = 0, right = 0, y = 0;
    int count = 1;
    float x_of(int index) const { return count < 2 ? left : left + (right - left) * static_cast<float>(index) / static_cast<float>(count - 1); }
    int index_at(float x) const {
        if (count < 2 || right <= left) return 0;
        return std::clamp(static_cast<int>(std::lround((x - left) / (right - left) * static_cast<float>(count - 1))), 0, count - 1);
    }
};

/// The position that pointer and keyboard choose on the track in this frame.
int chosen_index(const Track& track, const Hit& state, int current) {
    if (state.is_held || state.was_pressed) {
        if (ImGui::IsMouseDown(0)) return track.index_at(state.pointer.x);
    }
    if (!state.is_focused || ImGui::GetIO().KeyCtrl) return current;
    int chosen = current;
    if (compat::is_key_pressed(ImGuiKey_LeftArrow) || compat::is_key_pressed(ImGuiKey_DownArrow)) --chosen;
    if (compat::is_key_pressed(ImGuiKey_RightArrow) || compat::is_key_pressed(ImGuiKey_UpArrow)) ++chosen;
    if (compat::is_key_pressed(ImGuiKey_Home)) chosen = 0;
    if (compat::is_key_pressed(ImGuiKey_End)) chosen = track.count - 1;
    return std::clamp(chosen, 0, track.count - 1);
}

void draw_track(const Track& track, int current, Colour played) {
    const float x = track.x_of(current);
    line({track.left, track.y}, {track.right, track.y}, colour(Ink::rule), 2);
    if (current > 0) line({track.left, track.y}, {x, track.y}, played, 2);
}

void draw_handle(const Track& track, int current, Colour tone, const Hit& state) {
    const ImVec2 center{track.x_of(current), track.y};
    disc(center, (kHandle + 2) * scale(), colour(Ink::paper));
    disc(center, (kHandle + (state.is_hovered || state.is_held ? 0.75f : 0.0f)) * scale(), tone);
    if (state.is_focused && shows_focus()) ring(center, 11 * scale(), colour(Ink::accent), 2);
}

void draw_stops(const Track& track, int current, Colour tone) {
    for (int i = 0; i < track.count; ++i) {
        const ImVec2 center{track.x_of(i), track.y};
        disc(center, 2.5f * scale(), colour(Ink::paper));
        ring(center, 2.5f * scale(), i <= current ? tone : colour(Ink::rule), 1.5f);
    }
}

/// Typing on a focused slider: digits gather at the right, Enter chooses the stop of that name.
struct Typing { ImGuiID slider = 0; TextEdit edit; bool is_refused = false; };
Typing typing;

/// Stops are named by digits and letters; signs such as ? and / are the window's own keys.
bool begins_a_stop() {
    return std::ranges::any_of(ImGui::GetIO().InputQueueCharacters, [](ImWchar c) { return c < 128 && std::isalnum(static_cast<int>(c)) != 0; });
}

std::optional<int> type_stop(const char* id, const SliderLook& look, const Hit& state) {
    const ImGuiID key = ImGui::GetID(id);
    const bool is_ours = typing.slider == key;
    if (!state.is_focused || look.stop_words.empty()) {
        if (is_ours) typing.slider = 0;
        return {};
    }
    if (!is_ours) {
        if (is_typing() || !TextEdit::has_printable_input() || !begins_a_stop()) return {};
        typing = {key, TextEdit{}, false};
    }
    set_typing(id, true);
    if (compat::is_key_pressed(ImGuiKey_Escape, false) || state.was_pressed) {
        typing.slider = 0;
        set_typing(id, false);
        return {};
    }
    if (typing.edit.take_input()) typing.is_refused = false;
    if (!compat::is_enter_pressed()) return {};
    const auto found = std::ranges::find(look.stop_words, typing.edit.text());
    typing.is_refused = found == look.stop_words.end();
    if (typing.is_refused) return {};
    typing.slider = 0;
    set_typing(id, false);
    return static_cast<int>(found - look.stop_words.begin());
}

void draw_typed(const Area& area, const SliderLook& look) {
    const float middle = area.y + px(9);
    const Colour tone = colour(typing.is_refused ? Ink::bad : Ink::ink);
    text({area.right() - px(3), middle}, Type::label_strong, tone, typing.edit.text(), AlignX::right, AlignY::middle);
    line({area.right() - px(1), middle - px(8)}, {area.right() - px(1), middle + px(8)}, colour(Ink::accent), 1);
    if (!typing.is_refused) return;
    std::string legal;
    for (const std::string& word : look.stop_words) legal += (legal.empty() ? "" : " · ") + word;
    tooltip(area, {{legal, "", 0}});
}

std::string speed_words(float speed) { return speed == 0.5f ? "½×" : std::to_string(static_cast<int>(speed)) + "×"; }

/// Quiet words that go through the speeds.
bool speed_button(const std::string& id, const Area& area, float& speed) {
    const Hit state = hit(id.c_str(), area);
    if (state.is_hovered || state.is_held) fill(area, colour(Ink::sunk), 6);
    text(area.center(), Type::label, colour(Ink::ink2), speed_words(speed), AlignX::center, AlignY::middle);
    if (!state.was_clicked) return false;
    const auto* now = std::ranges::find(kSpeeds, speed);
    speed = now == std::end(kSpeeds) || now + 1 == std::end(kSpeeds) ? kSpeeds[0] : now[1];
    return true;
}

/// Moves on by as many steps as have become due; stops at the end.
bool advance(const char* id, TransportState& state) {
    float* due = ImGui::GetStateStorage()->GetFloatRef(ImGui::GetID(id), 0);
    if (!state.is_playing) {
        *due = 0;
        return false;
    }
    *due += ImGui::GetIO().DeltaTime * kStepsPerSecond * state.speed;
    const int whole = static_cast<int>(*due);
    if (whole == 0) return false;
    *due -= static_cast<float>(whole);
    state.step = std::min(state.step + whole, state.steps - 1);
    if (state.step == state.steps - 1) state.is_playing = false;
    return true;
}

bool scrub(const std::string& id, const Track& track, TransportState& state) {
    const float rim = (kHandle + 2) * scale();
    const Hit grip = hit_bare(id.c_str(), {track.left - rim, track.y - px(14), track.right - track.left + 2 * rim, px(28)}, Cursor::horizontal);
    const int chosen = chosen_index(track, grip, state.step);
    const bool has_moved = chosen != state.step;
    state.step = chosen;
    if (grip.is_held) state.is_playing = false;
    draw_track(track, state.step, colour(Ink::ink));
    for (const int end : state.ends)
        line({track.x_of(end), track.y + px(5)}, {track.x_of(end), track.y + px(9)}, colour(Ink::rule), 1);
    draw_handle(track, state.step, colour(Ink::ink), grip);
    return has_moved;
}

std::string count_words(int step, int steps) {
    const bool is_chinese = ui().language == Language::zh;
    return std::to_string(step) + (is_chinese ? " / " : " of ") + std::to_string(steps);
}

}  // namespace

std::optional<int> slider(const char* id, const Area& area, const SliderLook& look, int current) {
    const Colour tone = look.colour ? look.colour : colour(Ink::ink);
    const Track track{area.x + px(7), area.right() - px(7), std::round(area.y + px(29)), std::max(1, look.stops)};
    current = std::clamp(current, 0, track.count - 1);
    // Choose
    const Hit state = hit_bare(id, {area.x, track.y - px(14), area.w, px(28)}, Cursor::horizontal);
    const std::optional<int> typed = type_stop(id, look, state);
    const bool is_typing_here = typing.slider == ImGui::GetID(id);
    const int chosen = typed ? *typed : is_typing_here ? current : chosen_index(track, state, current);
    // Draw label, value, track, stops, handle
    const float middle = area.y + px(9);
    text({area.x, middle}, Type::label, colour(Ink::ink2), look.label, AlignX::left, AlignY::middle);
    if (is_typing_here) draw_typed(area, look);
    else text({area.right(), middle}, Type::label_strong, tone, look.value, AlignX::right, AlignY::middle);
    draw_track(track, chosen, tone);
    draw_stops(track, chosen, tone);
    draw_handle(track, chosen, tone, state);
    return chosen == current ? std::nullopt : std::optional<int>(chosen);
}

bool transport(const char* id, const Area& row, TransportState& state) {
    const std::string name(id);
    state.steps = std::max(1, state.steps);
    state.step = std::clamp(state.step, 0, state.steps - 1);
    bool has_changed = advance(id, state);
    // Buttons: back, play or pause, forward
    const float top = std::round(row.center().y - px(16)), pitch = px(38);
    const bool is_chinese = ui().language == Language::zh;
    const auto step_by = [&](int by) {
        state.is_playing = false;
        state.step = std::clamp(state.step + by, 0, state.steps - 1);
        has_changed = true;
    };
    if (icon_button((name + "/back").c_str(), {row.x, top}, Icon::back, is_chinese ? "后退一步" : "step back")) step_by(-1);
    if (icon_button((name + "/play").c_str(), {row.x + pitch, top}, state.is_playing ? Icon::pause : Icon::play, is_chinese ? "播放或暂停" : "play or pause", true)) {
        if (!state.is_playing && state.step == state.steps - 1) state.step = 0;
        state.is_playing = !state.is_playing;
        has_changed = true;
    }
    if (icon_button((name + "/forward").c_str(), {row.x + 2 * pitch, top}, Icon::forward, is_chinese ? "前进一步" : "step forward")) step_by(1);
    // Speed, track, count
    const float middle = top + px(16), speed_width = px(34);
    if (speed_button(name + "/speed", {row.x + px(114), top, speed_width, px(32)}, state.speed)) has_changed = true;
    const std::string count = count_words(state.step + 1, state.steps);
    const float count_width = std::ceil(text_width(Type::label, count_words(state.steps, state.steps)));
    const Track track{row.x + px(155), row.right() - count_width - px(14), middle, state.steps};
    if (track.right > track.left + px(20) && scrub(name + "/scrub", track, state)) has_changed = true;
    text({row.right() - count_width, middle}, Type::label, colour(Ink::ink2), count, AlignX::left, AlignY::middle);
    return has_changed;
}

}  // namespace convbook::kit
