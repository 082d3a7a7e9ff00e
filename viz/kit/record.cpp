// Keeps the texts, shapes and marks of the frame being drawn. Leaves out what is wrong with them (record_faults.cpp) and aiming input (script.cpp).
#include "record.h"

#include <algorithm>
#include <charconv>

#include "compat.h"
#include "tensor_grid.h"

namespace convbook::kit {
namespace {

struct Record {
    bool is_on = false;
    int frame = -1;
    std::vector<SeenText> texts;
    std::vector<SeenShape> shapes;
    std::vector<Mark> marks;
    int drawn = 0;
    /// Forgets the last frame when the next begins.
    void begin() {
        if (frame == ImGui::GetFrameCount()) return;
        frame = ImGui::GetFrameCount();
        texts.clear();
        shapes.clear();
        marks.clear();
        drawn = 0;
    }
};
Record& record() {
    static Record the_record;
    return the_record;
}

Area common(const Area& a, const Area& b) {
    const float x = std::max(a.x, b.x), y = std::max(a.y, b.y);
    return {x, y, std::min(a.right(), b.right()) - x, std::min(a.bottom(), b.bottom()) - y};
}
bool is_solid(const Area& area) { return area.w > 0 && area.h > 0; }

/// Where the next thing is drawn: the part of the screen that is open, the outermost window, the layer and the turn.
template <class Seen>
void note_place(Seen& seen, int order) {
    const ImGuiWindow* window = ImGui::GetCurrentWindowRead();
    const ImDrawList* list = canvas();
    const ImVec2 low = list->GetClipRectMin(), high = list->GetClipRectMax();
    seen.clip = {low.x, low.y, high.x - low.x, high.y - low.y};
    seen.is_on_top = !window || list != window->DrawList;
    if (window) seen.window = window->RootWindow ? window->RootWindow->ID : window->ID;
    seen.order = order;
}

/// The part of `name` after the last slash as a number, removed from `name`; -1 if it is none.
int take_number(std::string_view& name) {
    const std::size_t slash = name.rfind('/');
    if (slash == std::string_view::npos) return -1;
    int number = -1;
    const auto [end, fault] = std::from_chars(name.data() + slash + 1, name.data() + name.size(), number);
    if (fault != std::errc{} || end != name.data() + name.size()) return -1;
    name = name.substr(0, slash);
    return number;
}

}  // namespace

void set_recording(bool is_on) {
    if (record().is_on == is_on) return;
    record().is_on = is_on;
    record().frame = -1;
    record().texts.clear();
    record().shapes.clear();
    record().marks.clear();
}
bool is_recording() { return record().is_on; }

void record_text(std::string_view words, const Area& area) {
    Record& r = record();
    if (!r.is_on || words.empty()) return;
    r.begin();
    SeenText seen{std::string(words), area, {}, 0, false, false};
    note_place(seen, r.drawn++);
    for (const ImGuiWindow* w = ImGui::GetCurrentWindowRead(); w; w = w->ParentWindow) seen.can_scroll |= w->ScrollMax.y > 0, seen.can_scroll_across |= w->ScrollMax.x > 0;
    r.texts.push_back(std::move(seen));
}

void record_line(ImVec2 from, ImVec2 to, Colour colour) {
    Record& r = record();
    if (!r.is_on) return;
    r.begin();
    r.shapes.push_back({false, from, to, colour, {}, 0, false, 0});
    note_place(r.shapes.back(), r.drawn++);
}

void record_area(const Area& area, Colour colour) {
    Record& r = record();
    if (!r.is_on) return;
    r.begin();
    r.shapes.push_back({true, area.min(), area.max(), colour, {}, 0, false, 0});
    note_place(r.shapes.back(), r.drawn++);
}

void mark(std::string_view name, const Area& area) { mark_grid(name, area, 0, 0); }

void mark_grid(std::string_view name, const Area& area, int rows, int columns) {
    Record& r = record();
    if (!r.is_on) return;
    r.begin();
    const auto is_taken = [&](const std::string& wanted) { return std::ranges::any_of(r.marks, [&](const Mark& m) { return m.name == wanted; }); };
    std::string unique(name);
    for (int copy = 2; is_taken(unique); ++copy) unique = std::string(name) + "#" + std::to_string(copy);
    r.marks.push_back({std::move(unique), area, rows, columns});
}

const std::vector<SeenText>& seen_texts() { return record().texts; }
const std::vector<SeenShape>& seen_shapes() { return record().shapes; }
const std::vector<Mark>& seen_marks() { return record().marks; }

std::optional<Area> find_mark(std::string_view name) {
    for (const Mark& m : record().marks)
        if (m.name == name) return m.area;
    const int column = take_number(name), row = take_number(name);
    for (const Mark& m : record().marks)
        if (m.name == name && row >= 0 && row < m.rows && column >= 0 && column < m.columns) return cell_area(m.area, m.rows, m.columns, row, column);
    return {};
}

std::string visible_words() {
    std::vector<const SeenText*> visible;
    for (const SeenText& text : record().texts)
        if (is_solid(common(text.area, text.clip))) visible.push_back(&text);
    std::ranges::stable_sort(visible, [](const SeenText* a, const SeenText* b) {
        const float ya = a->area.bottom(), yb = b->area.bottom();
        return std::abs(ya - yb) > 2 ? ya < yb : a->area.x < b->area.x;
    });
    std::string all;
    for (const SeenText* text : visible) all += text->words + "\n";
    return all;
}

}  // namespace convbook::kit
