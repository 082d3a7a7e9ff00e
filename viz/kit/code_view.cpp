// Finds whole functions in the sources that were built in, and draws them with the running line lit. Leaves out any parsing beyond
// brackets: the sources are ours and formatted alike.
#include "code_view.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "convbook/embedded.h"
#include "interact.h"

namespace convbook::kit {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// The first place after `at` that is code: skips a comment, a string or a character that begins there
std::size_t skip_quiet(std::string_view text, std::size_t at) {
    if (text.substr(at, 2) == "//") return std::min(text.find('\n', at), text.size());
    if (text.substr(at, 2) == "/*") return std::min(text.find("*/", at), text.size() - 2) + 2;
    if (text[at] != '"' && text[at] != '\'') return at;
    if (text[at] == '\'' && at > 0 && is_word(text[at - 1])) return at + 1;  // 1'000'000
    const char quote = text[at];
    for (++at; at < text.size() && text[at] != quote; ++at)
        if (text[at] == '\\') ++at;
    return std::min(at + 1, text.size());
}

// Place after the bracket that closes the one at `open`, or npos
std::size_t after_bracket(std::string_view text, std::size_t open) {
    int depth = 0;
    for (std::size_t at = open; at < text.size();) {
        if (const std::size_t next = skip_quiet(text, at); next != at) {
            at = next;
            continue;
        }
        if (text[at] == '(' || text[at] == '{') ++depth;
        if ((text[at] == ')' || text[at] == '}') && --depth == 0) return at + 1;
        ++at;
    }
    return text.npos;
}

// The opening brace of a definition whose parameters end at `at`, or npos if this was a call or a declaration
std::size_t body_of_definition(std::string_view text, std::size_t at) {
    for (; at < text.size() && text[at] != '{'; ++at) {
        const bool may_stand_between = std::isspace(static_cast<unsigned char>(text[at])) || is_word(text[at]) || std::string_view("-><:&").find(text[at]) != std::string_view::npos;
        if (!may_stand_between) return text.npos;
    }
    return at < text.size() ? at : text.npos;
}

// Start of the line at which the definition begins, its comment and template line included
std::size_t head_of_definition(std::string_view text, std::size_t name) {
    const auto line_start = [&](std::size_t at) { const std::size_t end = text.rfind('\n', at); return end == text.npos ? 0 : end + 1; };
    std::size_t start = name == 0 ? 0 : line_start(name - 1);
    while (start > 0) {
        const std::size_t previous = start < 2 ? 0 : line_start(start - 2);
        const std::string_view line = text.substr(previous, start - 1 - previous);
        const bool is_comment = line.starts_with("//");
        if (line.empty() || line[0] == '#' || (!is_comment && std::string_view(";{}").find(line.back()) != std::string_view::npos)) break;
        start = previous;
    }
    return start;
}

struct Range { std::size_t begin = std::string_view::npos, end = 0; };
Range definition_range(std::string_view text, std::string_view function) {
    for (std::size_t at = text.find(function); at != text.npos; at = text.find(function, at + 1)) {
        const std::size_t after = at + function.size();
        if ((at > 0 && is_word(text[at - 1])) || after >= text.size() || text[after] != '(') continue;
        const std::size_t close = after_bracket(text, after);
        const std::size_t body = close == text.npos ? close : body_of_definition(text, close);
        if (body == text.npos) continue;
        const std::size_t end = after_bracket(text, body);
        if (end != text.npos) return {head_of_definition(text, at), end};
    }
    return {};
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
            end = skip_quiet(line, at);
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
    const float whole = static_cast<float>(excerpt.lines.size()) * row + px(10);
    if (running_line != state.running && !excerpt.lines.empty()) {
        const float top = static_cast<float>(running_line - excerpt.lines.front().number) * row;
        if (running_line > 0 && (top - row < state.scroll || top + 2 * row > state.scroll + view)) state.scroll = top + row - view + px(8);
        state.running = running_line;
    }
    state.scroll = std::clamp(state.scroll, 0.0f, std::max(0.0f, whole - view));
}

// Lines are chosen by dragging over them; Ctrl+C copies them
void select_lines(const char* id, const Area& area, DrawerState& state, const CodeExcerpt& excerpt, float row) {
    const Hit over = hit(id, area, Cursor::text, false);
    if (over.is_hovered) state.scroll -= ImGui::GetIO().MouseWheel * 3 * row;
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
    const Range range = definition_range(source, function);
    if (range.begin == source.npos) return excerpt;
    int number = 1 + static_cast<int>(std::count(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(range.begin), '\n'));
    for (std::size_t at = range.begin; at < range.end; ++number) {
        const std::size_t end = std::min({source.find('\n', at), range.end});
        excerpt.lines.push_back({number, std::string(source.substr(at, end - at))});
        at = end + 1;
    }
    return excerpt;
}

int line_with(const CodeExcerpt& excerpt, std::string_view words) {
    for (const CodeLine& line : excerpt.lines)
        if (!words.empty() && line.text.find(words) != line.text.npos) return line.number;
    return 0;
}

void draw_code(const char* id, const Area& area, const CodeExcerpt& excerpt, int running_line) {
    if (excerpt.lines.empty()) return;
    DrawerState& state = state_of(id);
    const float row = line_height(Type::code);
    select_lines(id, area, state, excerpt, row);
    follow(state, excerpt, area.h, row, running_line);
    const float number_width = px(47);
    canvas()->PushClipRect(area.min(), area.max(), true);
    for (std::size_t i = 0; i < excerpt.lines.size(); ++i) {
        const Area line{area.x, area.y + static_cast<float>(i) * row - state.scroll, area.w, row};
        if (line.bottom() < area.y || line.y > area.bottom()) continue;
        const int index = static_cast<int>(i);
        const bool is_chosen = state.anchor >= 0 && index >= std::min(state.anchor, state.last) && index <= std::max(state.anchor, state.last);
        draw_line(line, excerpt.lines[i], number_width, excerpt.lines[i].number == running_line, is_chosen);
    }
    canvas()->PopClipRect();
}

}  // namespace convbook::kit
