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

// A line that is too long goes on in the next row, two steps further in
struct Row { std::size_t line = 0; bool is_first = true; std::vector<Word> words; float indent = 0; };
std::vector<Row> rows_of(const CodeExcerpt& excerpt, float width) {
    std::vector<Row> rows;
    const float character = text_width(Type::code, "0");
    for (std::size_t i = 0; i < excerpt.lines.size(); ++i) {
        const std::string& line = excerpt.lines[i].text;
        const float indent = character * static_cast<float>(std::min(line.find_first_not_of(' ') + 4, std::size_t{24}));
        rows.push_back({i, true, {}, 0});
        float x = 0;
        for (const Word& word : words_of(line)) {
            const float w = text_width(Type::code, std::string_view(line).substr(word.begin, word.end - word.begin));
            if (x + w > width && !rows.back().words.empty()) {
                rows.push_back({i, false, {}, indent});
                x = indent;
            }
            rows.back().words.push_back(word);
            x += w;
        }
    }
    return rows;
}

struct DrawerState { float scroll = 0; int running = -1, anchor = -1, last = -1; };
DrawerState& state_of(const char* id) {
    static std::map<ImGuiID, DrawerState> states;
    return states[ImGui::GetID(id)];
}

// Scrolls so that the running line is seen, with one line of company above and below; always by whole rows
void follow(DrawerState& state, const CodeExcerpt& excerpt, const std::vector<Row>& rows, float view, float height, int running_line) {
    if (running_line != state.running) {
        state.running = running_line;
        const auto running = std::ranges::find_if(rows, [&](const Row& row) { return excerpt.lines[row.line].number == running_line; });
        const float top = static_cast<float>(running - rows.begin()) * height;
        if (running != rows.end() && (top - height < state.scroll || top + 2 * height > state.scroll + view)) state.scroll = top + height - view;
    }
    const float whole = static_cast<float>(rows.size()) * height;
    state.scroll = std::round(std::clamp(state.scroll, 0.0f, std::max(0.0f, whole - view)) / height) * height;
}

// Lines are chosen by dragging over them; Ctrl+C copies them
void select_lines(const char* id, const Area& area, DrawerState& state, const CodeExcerpt& excerpt, const std::vector<Row>& rows, float height) {
    const Hit over = hit(id, area, Cursor::text, false);
    if (over.is_hovered) state.scroll -= ImGui::GetIO().MouseWheel * 2 * height;
    const auto line_at = [&](ImVec2 p) {
        const int row = std::clamp(static_cast<int>((p.y - area.y + state.scroll) / height), 0, static_cast<int>(rows.size()) - 1);
        return static_cast<int>(rows[static_cast<std::size_t>(row)].line);
    };
    if (over.was_pressed) state.anchor = state.last = line_at(over.pointer);
    if (over.is_held) state.last = line_at(over.pointer);
    if (over.was_clicked && state.anchor == state.last) state.anchor = state.last = -1;
    if (ImGui::IsMouseClicked(0) && !over.is_hovered) state.anchor = state.last = -1;
    if (state.anchor < 0 || !key_pressed('C', true)) return;
    std::string copied;
    for (int i = std::min(state.anchor, state.last); i <= std::max(state.anchor, state.last); ++i) copied += excerpt.lines[static_cast<std::size_t>(i)].text + "\n";
    ImGui::SetClipboardText(copied.c_str());
}

void draw_row(const Area& area, const Row& row, const CodeLine& line, float number_width, bool is_running, bool is_chosen) {
    if (is_running || is_chosen) fill(area, is_running ? colour(Ink::accent_tint) : colour(Ink::input_tint));
    if (is_running) fill({area.x, area.y, px(3), area.h}, colour(Ink::accent));
    if (row.is_first) text({area.x + number_width, area.y}, Type::code, colour(is_running ? Ink::ink2 : Ink::ink3), std::to_string(line.number), AlignX::right);
    float x = area.x + number_width + px(17) + row.indent;
    for (const Word& word : row.words) {
        const Colour tone = is_running && word.shade == Shade::quiet ? colour(Ink::ink2) : shade_colour(word.shade);
        const std::string_view words = std::string_view(line.text).substr(word.begin, word.end - word.begin);
        if (words.find_first_not_of(' ') == words.npos) x += text_width(Type::code, words);
        else x += text({x, area.y}, word.shade == Shade::quiet ? Type::code_italic : Type::code, tone, words);
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
    // Whole rows only: half a line reads like a fault
    DrawerState& state = state_of(id);
    const float height = line_height(Type::code), number_width = px(47);
    const Area area{outer.x, outer.y, outer.w, std::max(height, std::floor(outer.h / height) * height)};
    const std::vector<Row> rows = rows_of(excerpt, area.w - number_width - px(60));
    select_lines(id, area, state, excerpt, rows, height);
    follow(state, excerpt, rows, area.h, height, running_line);
    ImGui::PushClipRect(area.min(), area.max(), true);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Area place{area.x, area.y + static_cast<float>(i) * height - state.scroll, area.w, height};
        if (place.bottom() < area.y + 1 || place.y > area.bottom() - 1) continue;
        const int index = static_cast<int>(rows[i].line);
        const CodeLine& line = excerpt.lines[rows[i].line];
        const bool is_chosen = state.anchor >= 0 && index >= std::min(state.anchor, state.last) && index <= std::max(state.anchor, state.last);
        draw_row(place, rows[i], line, number_width, line.number == running_line, is_chosen);
    }
    ImGui::PopClipRect();
}

}  // namespace convbook::kit
