// Reads assets/formulas and finds formulas by their TeX. Leaves out layout (formula_place.cpp) and drawing (formula.cpp).
#include "formula_sheet.h"

#include <cctype>
#include <charconv>
#include <cstdlib>

#include "convbook/embedded.h"
#include "convbook/error.h"
#include "utf8.h"

namespace convbook::kit {
namespace {

/// Words of one line, taken from the left.
class Line {
public:
    explicit Line(std::string_view text) : rest_(text) {}
    std::string_view word() {
        const auto end = std::min(rest_.find(' '), rest_.size());
        const auto word = rest_.substr(0, end);
        rest_.remove_prefix(std::min(rest_.size(), end + 1));
        return word;
    }
    float number() { return std::strtof(std::string(word()).c_str(), nullptr); }
    int whole() {
        int value = -1;
        const auto text = word();
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    }
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

Outline read_outline(std::string_view path) {
    Outline steps;
    float x = 0, y = 0, control_x = 0, control_y = 0;
    const std::string text(path);
    const char* at = text.c_str();
    const auto number = [&] { char* end; const float value = std::strtof(at, &end); at = *end == ',' ? end + 1 : end; while (*at == ' ') ++at; return value; };
    for (char letter = 'M'; *at != '\0';) {
        if (std::isalpha(static_cast<unsigned char>(*at))) letter = *at++;
        if (letter == 'Z') continue;
        const float from_x = x, from_y = y;
        if (letter == 'H') x = number();
        else if (letter == 'V') y = number();
        else if (letter == 'Q') control_x = number(), control_y = number(), x = number(), y = number();
        else if (letter == 'T') control_x = 2 * from_x - control_x, control_y = 2 * from_y - control_y, x = number(), y = number();
        else x = number(), y = number();
        const bool is_curve = letter == 'Q' || letter == 'T';
        steps.push_back({letter == 'M' ? 'm' : is_curve ? 'q' : 'l', x, y, control_x, control_y});
        if (!is_curve) control_x = x, control_y = y;
        if (letter == 'M') letter = 'L';
    }
    return steps;
}

constexpr std::array<std::string_view, 12> kParts{"row", "frac", "script", "stack", "root", "table", "tr", "td", "glyph", "rect", "slot", "words"};
constexpr std::array<std::string_view, 6> kRoles{"-", "input", "weights", "output", "gradient", "accent"};

template <class Names>
int index_of(const Names& names, std::string_view word) {
    for (std::size_t index = 0; index < names.size(); ++index) if (names[index] == word) return static_cast<int>(index);
    return -1;
}

FormulaNode read_node(Line& line) {
    FormulaNode node;
    const int part = index_of(kParts, line.word());
    CONVBOOK_REQUIRE(part >= 0, "an unknown part");
    node.part = static_cast<FormulaPart>(part);
    node.x = line.number(), node.y = line.number(), node.scale = line.number(), node.width = line.number();
    const int role = index_of(kRoles, line.word());
    CONVBOOK_REQUIRE(role >= 0, "an unknown role");
    node.role = static_cast<Role>(role);
    if (node.part == FormulaPart::glyph) node.outline = line.whole();
    if (node.part == FormulaPart::rect) node.height = line.number();
    if (node.part == FormulaPart::slot || node.part == FormulaPart::words) node.name = line.word(), node.text = line.rest();
    if (node.part == FormulaPart::table) node.text = line.word();
    return node;
}

}  // namespace

std::uint64_t formula_key(std::string_view tex, bool is_display) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    const auto take = [&hash](char byte) { hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u; };
    take(is_display ? 'D' : 'I');
    bool is_blank_due = false, has_begun = false;
    for (const char sign : tex) {
        const bool is_blank = sign == ' ' || sign == '\n' || sign == '\t' || sign == '\r';
        if (!is_blank && is_blank_due && has_begun) take(' ');
        if (!is_blank) take(sign), has_begun = true;
        is_blank_due = is_blank;
    }
    return hash;
}

void FormulaSheet::add(std::string_view file_name, std::string_view text) {
    // Glyphs are numbered by file, so that two chapters never disturb each other
    const int first_outline = static_cast<int>(outlines_.size());
    Formula* formula = nullptr;
    std::size_t open_depth = 0;  // how deep the next part may stand
    for (int number = 1; !text.empty(); ++number) {
        Line line(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(text.size(), line.rest().size() + 1));
        if (number == 1 || line.rest().empty()) continue;
        try {
            const auto head = line.word();
            if (head == "g") {
                line.word();
                outlines_.push_back(read_outline(line.rest()));
            } else if (head == "c") {
                const auto code = static_cast<char32_t>(std::strtoul(std::string(line.word()).c_str(), nullptr, 16));
                const float width = line.number();
                const int outline = line.whole();
                characters_.insert({code, {width, outline < 0 ? -1 : outline + first_outline}});
            } else if (head == "f") {
                formula = &formulas_[std::strtoull(std::string(line.word()).c_str(), nullptr, 16)];
                *formula = {};
                formula->width = line.number(), formula->height = line.number(), formula->depth = line.number();
                open_depth = 0;
            } else if (head == "x") {
                CONVBOOK_REQUIRE(formula != nullptr, "TeX without a formula");
                formula->tex = line.rest();
            } else {
                const auto depth = static_cast<std::size_t>(std::strtoul(std::string(head).c_str(), nullptr, 10));
                CONVBOOK_REQUIRE(formula != nullptr && depth <= open_depth, "a part without its parent");
                auto node = read_node(line);
                if (node.outline >= 0) node.outline += first_outline;
                CONVBOOK_REQUIRE(node.outline < static_cast<int>(outlines_.size()), "a glyph that is not in the file");
                // The parent is the last node of the depth above
                FormulaNode* place = &formula->root;
                for (std::size_t level = 1; level < depth; ++level) place = &place->kids.back();
                if (depth == 0) *place = std::move(node);
                else place->kids.push_back(std::move(node));
                open_depth = depth + 1;
            }
        } catch (const Error& error) {
            throw Error("formulas: " + std::string(file_name) + ", line " + std::to_string(number) + ": " + error.what() + ". Make it again with docs/tools/formulas.");
        }
    }
}

const Formula* FormulaSheet::find(std::string_view tex, bool is_display) const {
    const auto found = formulas_.find(formula_key(tex, is_display));
    return found == formulas_.end() ? nullptr : &found->second;
}

const FormulaSheet& formula_sheet() {
    static const FormulaSheet sheet = [] {
        FormulaSheet all;
        for (const auto& asset : embedded::assets())
            if (asset.path.starts_with("formulas/") && asset.path.ends_with(".txt") && asset.text().starts_with("convbook formulas 1")) all.add(asset.path, asset.text());
        return all;
    }();
    return sheet;
}

std::string fill_slots(std::string_view words, const SlotText& slots) {
    std::string filled;
    while (!words.empty()) {
        const auto open = std::min(words.find('{'), words.size());
        filled += words.substr(0, open);
        words.remove_prefix(open);
        const auto equals = words.find('='), close = words.find('}');
        if (words.empty() || close == std::string_view::npos) break;
        if (equals < close) {
            const auto live = slots ? slots(words.substr(1, equals - 1)) : std::string();
            filled += live.empty() ? std::string(words.substr(equals + 1, close - equals - 1)) : live;
        }
        words.remove_prefix(close + 1);
    }
    return filled;
}

}  // namespace convbook::kit
