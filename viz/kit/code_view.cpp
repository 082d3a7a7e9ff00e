// Whole functions of the sources that were built in, drawn with the running line lit. Leaves out where a function stands (function_lines.h).
#include "code_view.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>

#include "convbook/embedded.h"
#include "function_lines.h"
#include "interact.h"

namespace convbook::kit {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// The end of the string literal that begins at `at`
std::size_t after_literal(std::string_view line, std::size_t at) {
    for (++at; at < line.size() && line[at] != '"'; ++at)
        if (line[at] == '\\') ++at;
    return std::min(at + 1, line.size());
}

enum class Shade { plain, quiet, keyword, input, weights, output };
struct Word { std::size_t begin, end; Shade shade; };

Shade shade_of(std::string_view word) {
    constexpr std::array<std::string_view, 34> kKeywords{"for", "if", "else", "return", "const", "int", "float", "double", "auto", "void", "while", "switch", "case",
        "break", "continue", "static", "inline", "template", "class", "struct", "bool", "true", "false", "char", "unsigned", "constexpr", "namespace", "using",
        "long", "new", "size_t", "std", "typename", "noexcept"};
    if (std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end()) return Shade::keyword;
    if (word == "in" || word == "input" || word == "x") return Shade::input;
    if (word == "w" || word == "weight" || word == "weights" || word == "bias" || word == "b") return Shade::weights;
    if (word == "out" || word == "output" || word == "y" || word == "sum") return Shade::output;
    return Shade::plain;
}

Colour shade_colour(Shade shade) {
    switch (shade) {
        case Shade::quiet: return colour(Ink::ink3);
        case Shade::keyword: return colour(Ink::ink2);
        case Shade::input: return colour(Ink::input);
        case Shade::weights: return colour(Ink::weights);
        case Shade::output: return colour(Ink::output);
        case Shade::plain: break;
    }
    return colour(Ink::ink);
}

std::vector<Word> words_of(std::string_view line) {
    std::vector<Word> words;
    for (std::size_t at = 0; at < line.size();) {
        std::size_t end = at + 1;
        Shade shade = Shade::plain;
        if (line.substr(at, 2) == "//") {
            end = line.size();
            shade = Shade::quiet;
        } else if (line[at] == '"') {
            end = after_literal(line, at);
        } else if (is_word(line[at])) {
            while (end < line.size() && is_word(line[end])) ++end;
            shade = shade_of(line.substr(at, end - at));
        } else {
            while (end < line.size() && !is_word(line[end]) && line[end] != '"' && line.substr(end, 2) != "//") ++end;
        }
        words.push_back({at, end, shade});
        at = end;
    }
    return words;
}

struct DrawerState { float scroll = 0; int running = -1, anchor = -1, last = -1; };
DrawerState& state_of(const char* id) {
    static std::map<ImGuiID, DrawerState> states;
    return states[ImGui::GetID(id)];
}

// Scrolls so that the running line is seen, with one line of company above and below
void follow(DrawerState& state, const CodeExcerpt& excerpt, float view, float row, int running_line) {
    const float whole = static_cast<float>(excerpt.lines.size()) * row;
    if (running_line != state.running && !excerpt.lines.empty()) {
        const float top = static_cast<float>(running_line - excerpt.lines.front().number) * row;
        if (running_line > 0 && (top - row < state.scroll || top + 2 * row > state.scroll + view)) state.scroll = top + row - view;
        state.running = running_line;
    }
    state.scroll = std::round(std::clamp(state.scroll, 0.0f, std::max(0.0f, whole - view)) / row) * row;
}

// Lines are chosen by dragging over them; Ctrl+C copies them
void select_lines(const char* id, const Area& area, DrawerState& state, const CodeExcerpt& excerpt, float row) {
    const Hit over = hit(id, area, Cursor::text, false);
    if (over.is_hovered) state.scroll -= ImGui::GetIO().MouseWheel * 2 * row;
    const auto line_at = [&](ImVec2 p) { return std::clamp(static_cast<int>((p.y - area.y + state.scroll) / row), 0, static_cast<int>(excerpt.lines.size()) - 1); };
    if (over.was_pressed) state.anchor = state.last = line_at(over.pointer);
    if (over.is_held) state.last = line_at(over.pointer);
    if (over.was_clicked && state.anchor == state.last) state.anchor = state.last = -1;
    if (ImGui::IsMouseClicked(0) && !over.is_hovered) state.anchor = state.last = -1;
    if (state.anchor < 0 || !key_pressed('C', true)) return;
    std::string copied;
    for (int i = std::min(state.anchor, state.last); i <= std::max(state.anchor, state.last); ++i) copied += excerpt.lines[static_cast<std::size_t>(i)].text + "\n";
    ImGui::SetClipboardText(copied.c_str());
}

void draw_line(const Area& row, const CodeLine& line, float number_width, bool is_running, bool is_chosen) {
    if (is_running || is_chosen) fill(row, is_running ? colour(Ink::accent_tint) : colour(Ink::input_tint));
    if (is_running) fill({row.x, row.y, px(3), row.h}, colour(Ink::accent));
    const float y = row.center().y - font_size(Type::code) * 0.62f;
    text({row.x + number_width, y}, Type::code, colour(is_running ? Ink::ink2 : Ink::ink3), std::to_string(line.number), AlignX::right);
    float x = row.x + number_width + px(17);
    for (const Word& word : words_of(line.text)) {
        const Colour tone = is_running && word.shade == Shade::quiet ? colour(Ink::ink2) : shade_colour(word.shade);
        x += text({x, y}, Type::code, tone, std::string_view(line.text).substr(word.begin, word.end - word.begin));
    }
}

}  // namespace

CodeExcerpt find_function(std::string_view path, std::string_view function) {
    CodeExcerpt excerpt{std::string(path), std::string(function), {}};
    std::string_view source;
    for (const embedded::File& file : embedded::book())
        if (file.path == path) source = file.text();
    const auto lines = find_function_lines(source, function);
    if (!lines) return excerpt;
    for (int number = 1; number <= lines->last && !source.empty(); ++number) {
        const std::size_t end = std::min(source.find('\n'), source.size());
        if (number >= lines->first) excerpt.lines.push_back({number, std::string(source.substr(0, end))});
        source.remove_prefix(std::min(end + 1, source.size()));
    }
    return excerpt;
}

int line_with(const CodeExcerpt& excerpt, std::string_view words) {
    for (const CodeLine& line : excerpt.lines)
        if (!words.empty() && line.text.find(words) != line.text.npos) return line.number;
    return 0;
}

void draw_code(const char* id, const Area& outer, const CodeExcerpt& excerpt, int running_line) {
    if (excerpt.lines.empty()) return;
    // Whole lines only: a half line reads like a fault
    DrawerState& state = state_of(id);
    const float row = line_height(Type::code);
    const Area area{outer.x, outer.y, outer.w, std::max(row, std::floor(outer.h / row) * row)};
    select_lines(id, area, state, excerpt, row);
    follow(state, excerpt, area.h, row, running_line);
    const float number_width = px(47);
    ImGui::PushClipRect(area.min(), area.max(), true);
    for (std::size_t i = 0; i < excerpt.lines.size(); ++i) {
        const Area line{area.x, area.y + static_cast<float>(i) * row - state.scroll, area.w, row};
        if (line.bottom() < area.y + 1 || line.y > area.bottom() - 1) continue;
        const int index = static_cast<int>(i);
        const bool is_chosen = state.anchor >= 0 && index >= std::min(state.anchor, state.last) && index <= std::max(state.anchor, state.last);
        draw_line(line, excerpt.lines[i], number_width, excerpt.lines[i].number == running_line, is_chosen);
    }
    ImGui::PopClipRect();
}

}  // namespace convbook::kit
