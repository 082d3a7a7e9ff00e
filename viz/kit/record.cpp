// Keeps the texts and marks of the frame being drawn and looks for texts that collide or are cut. Leaves out aiming input (script.cpp).
#include "record.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "compat.h"
#include "tensor_grid.h"

namespace convbook::kit {
namespace {

struct Record {
    bool is_on = false;
    int frame = -1;
    std::vector<SeenText> texts;
    std::vector<Mark> marks;
    /// Forgets the last frame when the next begins.
    void begin() {
        if (frame == ImGui::GetFrameCount()) return;
        frame = ImGui::GetFrameCount();
        texts.clear();
        marks.clear();
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

std::string place(const Area& area) {
    return message(" at ", std::lround(area.x), ",", std::lround(area.y), " (", std::lround(area.w), " x ", std::lround(area.h), ")");
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

/// A text that an inner area hides as a whole is scrolled away; one that is half hidden is cut, unless its window scrolls that way.
void find_cut(const SeenText& text, std::vector<LayoutFault>& faults) {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const Area screen{0, 0, size.x, size.y}, shown = common(text.area, text.clip), on_screen = common(text.area, screen);
    const float slack = 1.5f;
    const bool is_inner = text.clip.w < screen.w - slack || text.clip.h < screen.h - slack;
    if (!is_solid(shown) && (is_inner || text.can_scroll)) return;
    if (text.can_scroll_across && shown.w > 0) return;
    if (!is_solid(on_screen) || on_screen.w < text.area.w - slack || (!text.can_scroll && on_screen.h < text.area.h - slack))
        faults.push_back({"text beyond the screen: \"" + text.words + "\"" + place(text.area), text.area});
    else if (shown.w < text.area.w - slack || (!text.can_scroll && shown.h < text.area.h - slack))
        faults.push_back({"text cut by its window: \"" + text.words + "\"" + place(text.area), text.area});
}

}  // namespace

void set_recording(bool is_on) {
    if (record().is_on == is_on) return;
    record().is_on = is_on;
    record().frame = -1;
    record().texts.clear();
    record().marks.clear();
}
bool is_recording() { return record().is_on; }

void record_text(std::string_view words, const Area& area) {
    Record& r = record();
    if (!r.is_on || words.empty()) return;
    r.begin();
    const ImGuiWindow* window = ImGui::GetCurrentWindowRead();
    SeenText seen{std::string(words), area, {}, 0, false, false};
    const ImDrawList* list = canvas();
    seen.is_on_top = !window || list != window->DrawList;
    const ImVec2 low = list->GetClipRectMin(), high = list->GetClipRectMax();
    seen.clip = {low.x, low.y, high.x - low.x, high.y - low.y};
    if (window) {
        seen.window = window->RootWindow ? window->RootWindow->ID : window->ID;
        for (const ImGuiWindow* w = window; w; w = w->ParentWindow) seen.can_scroll |= w->ScrollMax.y > 0, seen.can_scroll_across |= w->ScrollMax.x > 0;
    }
    r.texts.push_back(std::move(seen));
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

std::vector<LayoutFault> layout_faults() {
    std::vector<LayoutFault> faults;
    const std::vector<SeenText>& texts = record().texts;
    for (const SeenText& text : texts) find_cut(text, faults);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const Area a = common(texts[i].area, texts[i].clip);
        if (!is_solid(a)) continue;
        for (std::size_t j = i + 1; j < texts.size(); ++j) {
            if (texts[i].window != texts[j].window || texts[i].is_on_top != texts[j].is_on_top) continue;
            const Area shared = common(a, common(texts[j].area, texts[j].clip));
            if (shared.w > 1.5f && shared.h > 1.5f)
                faults.push_back({"texts on each other: \"" + texts[i].words + "\" and \"" + texts[j].words + "\"" + place(shared), shared});
        }
    }
    return faults;
}

}  // namespace convbook::kit
