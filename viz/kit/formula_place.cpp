// Where every glyph, rule and word of a formula stands once its slots hold live values: rows move what follows, fractions and stacks
// centre again, roots and bars stretch, table columns widen. Leaves out pixels.
#include <algorithm>

#include "formula_sheet.h"
#include "utf8.h"

namespace convbook::kit {
namespace {

/// Operators inside a live value ("3 × 3") keep the space TeX gives them.
constexpr float kOperatorGap = 222;
bool is_operator(char32_t sign) { return sign == U'×' || sign == U'·' || sign == U'+' || sign == U'=' || sign == U'/'; }

}  // namespace

/// One layout run. Growth is how much wider a node is than baked, in the node's own units.
class FormulaPlacer {
public:
    FormulaPlacer(const FormulaSheet& sheet, const SlotText& slots, const WordsWidth& words) : sheet_(sheet), slots_(slots), words_(words) {}

    PlacedFormula run(const Formula& formula) {
        place(formula.root, 0, 0, 1, 0);
        const float growth = growth_of(formula.root, 1);
        return {formula.width + growth, formula.height, formula.depth, std::move(parts_)};
    }

private:
    std::string live(const FormulaNode& node) const {
        const auto text = slots_ ? slots_(node.name) : std::string();
        return text.empty() ? node.text : text;
    }

    /// `scale` is that of the node's own units against the formula's em.
    float growth_of(const FormulaNode& node, float scale) const {
        switch (node.part) {
        case FormulaPart::slot: return sheet_.slot_width(live(node)) - sheet_.slot_width(node.text);
        case FormulaPart::words: return words_ ? words_(node.name, fill_slots(node.text, slots_)) / scale - node.width : 0;
        case FormulaPart::row: case FormulaPart::td: case FormulaPart::root: return row_growth(node, scale);
        case FormulaPart::frac: case FormulaPart::stack: return widest(node, 0, scale) - widest_baked(node, 0);
        case FormulaPart::script: return node.kids.empty() ? 0 : kid_growth(node.kids[0], scale) + widest(node, 1, scale) - widest_baked(node, 1);
        case FormulaPart::table: { float sum = 0; for (const float column : column_growth(node, scale)) sum += column; return sum; }
        default: return 0;
        }
    }
    float kid_growth(const FormulaNode& kid, float scale) const { return growth_of(kid, scale * kid.scale) * kid.scale; }
    float row_growth(const FormulaNode& node, float scale) const {
        float sum = 0;
        for (const auto& kid : node.kids) sum += kid_growth(kid, scale);
        return sum;
    }
    static bool is_box(const FormulaNode& kid) { return kid.part != FormulaPart::rect; }
    float widest(const FormulaNode& node, std::size_t first, float scale) const {
        float width = 0;
        for (std::size_t index = first; index < node.kids.size(); ++index)
            if (is_box(node.kids[index])) width = std::max(width, node.kids[index].width * node.kids[index].scale + kid_growth(node.kids[index], scale));
        return width;
    }
    static float widest_baked(const FormulaNode& node, std::size_t first) {
        float width = 0;
        for (std::size_t index = first; index < node.kids.size(); ++index)
            if (is_box(node.kids[index])) width = std::max(width, node.kids[index].width * node.kids[index].scale);
        return width;
    }
    std::vector<float> column_growth(const FormulaNode& table, float scale) const {
        std::vector<float> now, baked;
        for (const auto& row : table.kids) {
            now.resize(std::max(now.size(), row.kids.size())), baked.resize(now.size());
            for (std::size_t column = 0; column < row.kids.size(); ++column) {
                const auto& cell = row.kids[column];
                baked[column] = std::max(baked[column], cell.width * cell.scale);
                now[column] = std::max(now[column], cell.width * cell.scale + kid_growth(cell, scale * row.scale));
            }
        }
        for (std::size_t column = 0; column < now.size(); ++column) now[column] -= baked[column];
        return now;
    }

    /// `wider`: what the parent gives this rule or root in addition to its baked width.
    void place(const FormulaNode& node, float x, float y, float scale, float wider) {
        const auto kid = [&](const FormulaNode& one, float shift, float stretch = 0) {
            place(one, x + (one.x + shift) * scale, y + one.y * scale, scale * one.scale, stretch);
        };
        switch (node.part) {
        case FormulaPart::glyph: parts_.push_back({node.part, x, y, scale, 0, 0, node.role, node.outline, {}, {}}); return;
        case FormulaPart::rect: parts_.push_back({node.part, x, y, scale, (node.width + wider) * scale, node.height * scale, node.role, -1, {}, {}}); return;
        case FormulaPart::words:
            parts_.push_back({node.part, x, y, scale, (node.width + growth_of(node, scale)) * scale, 0, node.role, -1, node.name, node.text});
            return;
        case FormulaPart::slot: place_slot(node, x, y, scale); return;
        case FormulaPart::row: case FormulaPart::td: case FormulaPart::tr: {
            float shift = 0;
            for (const auto& one : node.kids) kid(one, shift), shift += kid_growth(one, scale);
            return;
        }
        case FormulaPart::frac: case FormulaPart::stack: {
            const float growth = growth_of(node, scale);
            for (const auto& one : node.kids) {
                if (is_brace(one, widest_baked(node, 0))) place_brace(one, x + one.x * scale, y + one.y * scale, scale * one.scale, growth / one.scale);
                else if (is_box(one)) kid(one, (growth - kid_growth(one, scale)) / 2);
                else kid(one, 0, growth);
            }
            return;
        }
        case FormulaPart::script:
            for (std::size_t index = 0; index < node.kids.size(); ++index) kid(node.kids[index], index == 0 ? 0 : kid_growth(node.kids[0], scale));
            return;
        case FormulaPart::root:
            for (const auto& one : node.kids) kid(one, 0, is_box(one) ? 0 : row_growth(node, scale));
            return;
        case FormulaPart::table: place_table(node, x, y, scale); return;
        }
    }

    /// A brace over or under its formula is made of end pieces and rules between them.
    static bool is_brace(const FormulaNode& node, float full_width) {
        if (node.part != FormulaPart::row || node.width * node.scale < 0.9f * full_width) return false;
        const auto is_rule = [](const FormulaNode& kid) { return kid.part == FormulaPart::rect; };
        const auto is_piece = [&](const FormulaNode& kid) { return is_rule(kid) || kid.part == FormulaPart::glyph; };
        return std::any_of(node.kids.begin(), node.kids.end(), is_rule) && std::all_of(node.kids.begin(), node.kids.end(), is_piece);
    }
    /// Its rules share the growth; every piece moves by what the rules to its left have taken.
    void place_brace(const FormulaNode& node, float x, float y, float scale, float growth) {
        const auto rules = std::count_if(node.kids.begin(), node.kids.end(), [](const FormulaNode& kid) { return kid.part == FormulaPart::rect; });
        const float share = growth / static_cast<float>(rules);
        for (const auto& one : node.kids) {
            const auto is_left = [&](const FormulaNode& other) { return other.part == FormulaPart::rect && &other != &one && other.x + other.width / 2 < one.x + (one.part == FormulaPart::rect ? one.width / 2 : 400); };
            const float shift = share * static_cast<float>(std::count_if(node.kids.begin(), node.kids.end(), is_left));
            place(one, x + (one.x + shift) * scale, y + one.y * scale, scale * one.scale, share);
        }
    }

    void place_table(const FormulaNode& table, float x, float y, float scale) {
        const auto growth = column_growth(table, scale);
        for (const auto& row : table.kids) {
            float shift = 0;
            for (std::size_t column = 0; column < row.kids.size(); ++column) {
                const auto& cell = row.kids[column];
                const float free = growth[column] - kid_growth(cell, scale * row.scale);
                const float inside = align_of(table, column) * free;
                const float cell_scale = scale * row.scale;
                place(cell, x + row.x * scale + (cell.x + shift + inside) * cell_scale, y + row.y * scale + cell.y * cell_scale, cell_scale * cell.scale, 0);
                shift += growth[column];
            }
        }
    }
    /// 0 left, 0.5 centre, 1 right; the last alignment holds for the columns after it.
    static float align_of(const FormulaNode& table, std::size_t column) {
        std::string_view names = table.text;
        for (; column > 0 && names.find(',') != std::string_view::npos; --column) names.remove_prefix(names.find(',') + 1);
        const auto name = names.substr(0, names.find(','));
        return name == "right" ? 1.0f : name == "left" ? 0.0f : 0.5f;
    }

    void place_slot(const FormulaNode& node, float x, float y, float scale) {
        const auto text = to_utf32(live(node));
        for (std::size_t index = 0; index < text.size(); ++index) {
            const auto found = sheet_.characters_.find(text[index]);
            if (found == sheet_.characters_.end()) continue;
            if (is_operator(text[index]) && index > 0) x += kOperatorGap * scale;
            if (found->second.outline >= 0) parts_.push_back({FormulaPart::glyph, x, y, scale, 0, 0, node.role, found->second.outline, node.name, {}});
            x += (found->second.width + (is_operator(text[index]) && index > 0 ? kOperatorGap : 0)) * scale;
        }
    }

    const FormulaSheet& sheet_;
    const SlotText& slots_;
    const WordsWidth& words_;
    std::vector<PlacedPart> parts_;
};

float FormulaSheet::slot_width(std::string_view text) const {
    float width = 0;
    bool is_first = true;
    for (const char32_t sign : to_utf32(text)) {
        const auto found = characters_.find(sign);
        if (found != characters_.end()) width += found->second.width + (is_operator(sign) && !is_first ? 2 * kOperatorGap : 0);
        is_first = false;
    }
    return width;
}

PlacedFormula FormulaSheet::place(const Formula& formula, const SlotText& slots, const WordsWidth& words) const {
    return FormulaPlacer(*this, slots, words).run(formula);
}

}  // namespace convbook::kit
