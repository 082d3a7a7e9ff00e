// Pointer and keyboard on rectangles of the picture. What the pointer is on is decided once a frame among all areas of the frame before:
// the exact area wins over one that was only grown to 28 pixels, and what was drawn later wins over what lies under it.
// Leaves out how controls look (widgets.cpp) and floating cards (tooltip.cpp).
#include "interact.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <vector>

#include "compat.h"
#include "interact_state.h"
#include "record.h"

namespace convbook::kit {
namespace {

struct Place {
    ImGuiID id, window;
    Area area, reach, clip;
    bool is_reachable;
};
struct Ease { float value; int frame; };
struct State {
    ImGuiContext* context = nullptr;
    int frame = -1;
    std::vector<Place> now, before;
    ImGuiID hovered = 0, held = 0, focused = 0, typing = 0;
    int typing_frame = -1;         // a field that is no longer drawn gives the keyboard back
    bool is_by_keyboard = false;   // the last thing the reader used
    bool has_moved_focus = false;  // by Tab, in this frame: bring it into view
    ImVec2 press{0, 0};
    std::unordered_map<ImGuiID, Ease> eases;
    std::unordered_map<ImGuiID, int> grid_cells;  // the focused cell of each grid
};
State state;

Area intersection(const Area& a, const Area& b) {
    const float x = std::max(a.x, b.x), y = std::max(a.y, b.y);
    return {x, y, std::max(0.0f, std::min(a.right(), b.right()) - x), std::max(0.0f, std::min(a.bottom(), b.bottom()) - y)};
}

float squared_distance(const Area& area, ImVec2 p) {
    const float dx = std::max({area.x - p.x, 0.0f, p.x - area.right()}), dy = std::max({area.y - p.y, 0.0f, p.y - area.bottom()});
    return dx * dx + dy * dy;
}

ImGuiID find_hovered() {
    const ImVec2 pointer = ImGui::GetIO().MousePos;
    const ImGuiID window = compat::hovered_window();
    ImGuiID best = 0;
    float best_distance = INFINITY;
    for (const Place& place : state.before) {
        if (place.window != window || !place.clip.contains(pointer) || !place.reach.contains(pointer)) continue;
        const float distance = squared_distance(place.area, pointer);
        if (distance <= best_distance) {
            best = place.id;
            best_distance = distance;
        }
    }
    return best;
}

const Place* find_place(ImGuiID id) {
    const auto found = std::ranges::find(state.before, id, &Place::id);
    return found == state.before.end() ? nullptr : &*found;
}

/// Tab: the next area in the order of drawing, Shift+Tab the one before; both wrap around.
void move_focus(int step) {
    std::vector<ImGuiID> order;
    for (const Place& place : state.before)
        if (place.is_reachable) order.push_back(place.id);
    if (order.empty()) return;
    const int count = static_cast<int>(order.size());
    const auto found = std::ranges::find(order, state.focused);
    int next = step > 0 ? 0 : count - 1;
    if (found != order.end()) next = (static_cast<int>(found - order.begin()) + step + count) % count;
    state.focused = order[static_cast<std::size_t>(next)];
    state.is_by_keyboard = true;
    state.has_moved_focus = true;
}

bool any_navigation_key() {
    for (const int key : {ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_UpArrow, ImGuiKey_DownArrow, ImGuiKey_Home, ImGuiKey_End})
        if (compat::is_key_pressed(key, false)) return true;
    return false;
}

void begin_frame() {
    const int frame = ImGui::GetFrameCount();
    if (state.context != ImGui::GetCurrentContext() || frame < state.frame) {
        state = State{};
        state.context = ImGui::GetCurrentContext();
    }
    if (frame == state.frame) return;
    state.frame = frame;
    std::swap(state.before, state.now);
    state.now.clear();
    state.has_moved_focus = false;
    if (state.focused && !find_place(state.focused)) state.focused = 0;
    if (!ImGui::IsMouseDown(0) && !ImGui::IsMouseReleased(0)) state.held = 0;
    const ImGuiID under = find_hovered();
    state.hovered = ImGui::IsMouseDown(0) && !ImGui::IsMouseClicked(0) ? (under == state.held ? under : 0) : under;
    if (ImGui::IsMouseClicked(0)) {
        state.held = state.focused = state.hovered;
        state.press = ImGui::GetIO().MousePos;
        state.is_by_keyboard = false;
    }
    if (compat::is_key_pressed(ImGuiKey_Tab) && !ImGui::GetIO().KeyCtrl) move_focus(ImGui::GetIO().KeyShift ? -1 : 1);
    else if (state.focused && any_navigation_key()) state.is_by_keyboard = true;
}

Area current_clip() {
    const ImVec2 low = canvas()->GetClipRectMin(), high = canvas()->GetClipRectMax();
    return {low.x, low.y, high.x - low.x, high.y - low.y};
}

void bring_into_view(const Area& area) {
    if (!state.has_moved_focus || ImGui::GetScrollMaxY() <= 0) return;
    const Area clip = current_clip();
    if (area.y < clip.y || area.bottom() > clip.bottom()) ImGui::SetScrollFromPosY(area.center().y - ImGui::GetWindowPos().y, 0.5f);
}

void show_cursor(Cursor cursor) {
    switch (cursor) {
        case Cursor::arrow: break;
        case Cursor::hand: ImGui::SetMouseCursor(ImGuiMouseCursor_Hand); break;
        case Cursor::horizontal: ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW); break;
        case Cursor::vertical: ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeNS); break;
        case Cursor::move: ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeAll); break;
        case Cursor::text: ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput); break;
    }
}

bool is_visible(const Area& area) {
    const Area shown = intersection(area, current_clip());
    return shown.w > 0 && shown.h > 0;
}

Hit hit_unnamed(const char* id, const Area& area, Cursor cursor, bool is_reachable_by_tab) {
    begin_frame();
    const ImGuiID key = ImGui::GetID(id);
    const float side = px(28), grow_x = std::max(0.0f, (side - area.w) / 2), grow_y = std::max(0.0f, (side - area.h) / 2);
    const Area reach{area.x - grow_x, area.y - grow_y, area.w + 2 * grow_x, area.h + 2 * grow_y};
    if (is_visible(reach) || ImGui::GetScrollMaxY() > 0) state.now.push_back({key, compat::current_window(), area, reach, current_clip(), is_reachable_by_tab});
    Hit result;
    result.pointer = ImGui::GetIO().MousePos;
    result.is_hovered = state.hovered == key;
    result.is_held = state.held == key && ImGui::IsMouseDown(0);
    result.is_focused = state.focused == key;
    if (result.is_hovered || result.is_held) show_cursor(cursor);
    result.was_pressed = result.is_hovered && state.held == key && ImGui::IsMouseClicked(0);
    result.was_clicked = result.is_hovered && state.held == key && ImGui::IsMouseReleased(0);
    result.was_double_clicked = result.is_hovered && ImGui::IsMouseDoubleClicked(0);
    if (result.is_held) result.drag = {result.pointer.x - state.press.x, result.pointer.y - state.press.y};
    // Space belongs to an area only if the keyboard leads: after a click it plays the figure
    if (result.is_focused && !is_typing() && (compat::is_enter_pressed() || (state.is_by_keyboard && compat::is_key_pressed(ImGuiKey_Space, false)))) {
        result.was_pressed = result.was_clicked = true;
        state.is_by_keyboard = true;
    }
    if (result.is_focused) bring_into_view(area);
    return result;
}

}  // namespace

Hit hit_bare(const char* id, const Area& area, Cursor cursor, bool is_reachable_by_tab) {
    if (is_recording() && is_visible(area)) mark(id, area);
    return hit_unnamed(id, area, cursor, is_reachable_by_tab);
}

Hit hit(const char* id, const Area& area, Cursor cursor, bool is_reachable_by_tab) {
    const Hit result = hit_bare(id, area, cursor, is_reachable_by_tab);
    if (result.is_focused && shows_focus()) focus_ring(area);
    return result;
}

bool shows_focus() { return state.is_by_keyboard; }
bool has_key_focus() { return state.focused != 0 && state.is_by_keyboard; }
void focus_ring(const Area& area, float corner) { frame(area.grown(px(4)), colour(Ink::accent), 2, corner + 3); }
void take_focus(const char* id) {
    begin_frame();
    state.focused = ImGui::GetID(id);
    state.now.push_back({state.focused, compat::current_window(), {}, {}, {}, false});  // so that it outlives this frame
}
void set_typing(const char* id, bool is_typing) {
    const ImGuiID key = ImGui::GetID(id);
    if (is_typing) {
        state.typing = key;
        state.typing_frame = ImGui::GetFrameCount();
    } else if (state.typing == key) state.typing = 0;
}
bool is_typing() { return (state.typing != 0 && ImGui::GetFrameCount() - state.typing_frame <= 1) || ImGui::GetIO().WantTextInput; }

CellHit hit_grid(const char* id, const Area& area, int rows, int columns) {
    const Hit whole = hit_unnamed(id, area, Cursor::hand, true);
    if (rows <= 0 || columns <= 0) return {};
    mark_grid(id, area, rows, columns);
    int& cell = state.grid_cells[ImGui::GetID(id)];
    cell = std::clamp(cell, 0, rows * columns - 1);
    CellHit result;
    result.is_focused = whole.is_focused;
    // The pointer's cell, or while the keyboard leads the focused one
    if (whole.is_hovered) {
        result.column = std::clamp(static_cast<int>((whole.pointer.x - area.x) / area.w * static_cast<float>(columns)), 0, columns - 1);
        result.row = std::clamp(static_cast<int>((whole.pointer.y - area.y) / area.h * static_cast<float>(rows)), 0, rows - 1);
        if (whole.was_pressed) cell = result.row * columns + result.column;
    }
    if (whole.is_focused && !is_typing()) {
        int row = cell / columns, column = cell % columns;
        if (compat::is_key_pressed(ImGuiKey_LeftArrow)) --column;
        if (compat::is_key_pressed(ImGuiKey_RightArrow)) ++column;
        if (compat::is_key_pressed(ImGuiKey_UpArrow)) --row;
        if (compat::is_key_pressed(ImGuiKey_DownArrow)) ++row;
        row = std::clamp(row, 0, rows - 1);
        column = std::clamp(column, 0, columns - 1);
        cell = row * columns + column;
        if (shows_focus()) {
            result.row = row;
            result.column = column;
            const float w = area.w / static_cast<float>(columns), h = area.h / static_cast<float>(rows);
            frame(Area{area.x + w * static_cast<float>(column), area.y + h * static_cast<float>(row), w, h}.grown(px(2)), colour(Ink::accent), 2, 3);
        }
    }
    result.was_clicked = whole.was_clicked && result.is_on();
    result.was_double_clicked = whole.was_double_clicked && result.is_on();
    return result;
}

int led_by_keys(const char* id, const Area& area, int count) {
    const Hit whole = hit(id, area, Cursor::arrow, true);
    int& at = state.grid_cells[ImGui::GetID(id)];
    if (count <= 0 || !whole.is_focused || !shows_focus() || is_typing()) return -1;
    if (compat::is_key_pressed(ImGuiKey_LeftArrow) || compat::is_key_pressed(ImGuiKey_UpArrow)) --at;
    if (compat::is_key_pressed(ImGuiKey_RightArrow) || compat::is_key_pressed(ImGuiKey_DownArrow)) ++at;
    return at = std::clamp(at, 0, count - 1);
}

bool key_pressed(int imgui_key, bool with_ctrl, bool with_shift) {
    begin_frame();
    const ImGuiIO& io = ImGui::GetIO();
    return !is_typing() && io.KeyCtrl == with_ctrl && io.KeyShift == with_shift && compat::is_key_pressed(imgui_key);
}

bool character_typed(unsigned character) {
    begin_frame();
    if (is_typing()) return false;
    const ImVector<ImWchar>& queue = ImGui::GetIO().InputQueueCharacters;
    return std::find(queue.begin(), queue.end(), static_cast<ImWchar>(character)) != queue.end();
}

float eased(const char* id, float target, float seconds) {
    begin_frame();
    const auto [entry, is_new] = state.eases.try_emplace(ImGui::GetID(id), Ease{target, state.frame});
    Ease& ease = entry->second;
    const bool was_away = state.frame - ease.frame > 1;
    ease.frame = state.frame;
    if (is_new || was_away || ui().has_reduced_motion || seconds <= 0) return ease.value = target;
    // An exponential approach that has covered 98 % after `seconds`
    ease.value += (target - ease.value) * (1 - std::exp(-4.0f * ImGui::GetIO().DeltaTime / seconds));
    if (std::abs(target - ease.value) < 0.002f) ease.value = target;
    return ease.value;
}

}  // namespace convbook::kit
