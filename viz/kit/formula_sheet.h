// Formulas as trees, read from assets/formulas, and their re-layout when a live value is wider or narrower than the baked one.
// Pure geometry in thousandths of an em, y upwards; pixels, colours and textures are formula.cpp's.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "convbook/lesson.h"

namespace convbook::kit {

/// One step of an outline: m(ove), l(ine) or q(uadratic curve), with its control point.
struct OutlineStep { char kind; float x, y, control_x = 0, control_y = 0; };
using Outline = std::vector<OutlineStep>;

enum class FormulaPart { row, frac, script, stack, root, table, tr, td, glyph, rect, slot, words };
struct FormulaNode {
    FormulaPart part = FormulaPart::row;
    float x = 0, y = 0, scale = 1, width = 0, height = 0;   ///< place and scale inside the parent; width in its own units
    Role role = Role::none;
    int outline = -1;                 ///< glyph
    std::string name, text;           ///< slot: value's name and woven text; words: style and text; table: alignment of its columns
    std::vector<FormulaNode> kids;
};
struct Formula { std::string tex; float width = 0, height = 0, depth = 0; FormulaNode root; };

/// What is left to draw after layout. A glyph's origin is (x, y); a rule's lower left corner; words stand centred in `width`.
struct PlacedPart { FormulaPart part; float x, y, scale, width, height; Role role; int outline; std::string_view name, text; };
struct PlacedFormula { float width = 0, height = 0, depth = 0; std::vector<PlacedPart> parts; };

/// Live text of a slot, or empty to keep the woven one.
using SlotText = std::function<std::string(std::string_view name)>;
/// Width of words in thousandths of the formula's em.
using WordsWidth = std::function<float(std::string_view style, std::string_view text)>;

class FormulaSheet {
public:
    /// Adds the formulas of one asset file. Throws convbook::Error naming the line that is wrong.
    void add(std::string_view file_name, std::string_view text);
    const Formula* find(std::string_view tex, bool is_display) const;
    const Outline& outline(int index) const { return outlines_[static_cast<std::size_t>(index)]; }
    std::size_t size() const { return formulas_.size(); }
    PlacedFormula place(const Formula& formula, const SlotText& slots, const WordsWidth& words = {}) const;
    /// Width of a live value in thousandths of an em.
    float slot_width(std::string_view text) const;

private:
    struct Character { float width; int outline; };
    friend class FormulaPlacer;
    std::vector<Outline> outlines_;
    std::map<char32_t, Character> characters_;
    std::unordered_map<std::uint64_t, Formula> formulas_;
};
/// FNV-1a of the mode and the TeX with its blanks evened out; the same in docs/tools/formulas/collect.js.
std::uint64_t formula_key(std::string_view tex, bool is_display);
/// All formulas built into the program.
const FormulaSheet& formula_sheet();
/// Words with {name=text} slots filled in.
std::string fill_slots(std::string_view words, const SlotText& slots);

}  // namespace convbook::kit
