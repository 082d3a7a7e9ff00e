#include "refusal_text.h"

#include <algorithm>
#include <array>
#include <optional>

#include "theme.h"

namespace convbook::kit {
namespace {

#define REFUSAL(en, zh) {en, zh},
#define FRAGMENT(en, zh)
constexpr RefusalForm kRefusals[] = {
#include "refusal_text.inc"
};
#undef REFUSAL
#undef FRAGMENT
#define REFUSAL(en, zh)
#define FRAGMENT(en, zh) {en, zh},
constexpr RefusalForm kFragments[] = {
#include "refusal_text.inc"
};
#undef REFUSAL
#undef FRAGMENT

constexpr std::size_t kGap = 3;  // letters of "{1}"
bool is_gap(std::string_view form, std::size_t at) { return at + 2 < form.size() && form[at] == '{' && form[at + 1] >= '1' && form[at + 1] <= '9' && form[at + 2] == '}'; }

std::size_t next_gap(std::string_view form, std::size_t at) {
    while (at < form.size() && !is_gap(form, at)) ++at;
    return at;
}

using Values = std::array<std::string_view, 10>;

/// The values that make the form this text, each as short as it can be; empty if none do.
std::optional<Values> match(std::string_view form, std::string_view text) {
    Values values;
    std::size_t gap = next_gap(form, 0), at = gap;
    if (text.substr(0, gap) != form.substr(0, gap)) return {};
    while (gap < form.size()) {
        const std::size_t begin = gap + kGap, next = next_gap(form, begin);
        const std::string_view piece = form.substr(begin, next - begin);
        // The last piece ends the text, others stand where they are found first
        const bool is_last = next == form.size();
        const std::size_t found = !is_last ? text.find(piece, at) : text.size() >= at + piece.size() && text.ends_with(piece) ? text.size() - piece.size() : text.npos;
        if (found == text.npos) return {};
        values[static_cast<std::size_t>(form[gap + 1] - '0')] = text.substr(at, found - at);
        at = found + piece.size();
        gap = next;
    }
    return at == text.size() ? std::optional(values) : std::nullopt;
}

/// Letters outside the gaps: of two forms that fit, the one that says more is meant.
std::size_t letters(std::string_view form) {
    std::size_t count = form.size();
    for (std::size_t gap = next_gap(form, 0); gap < form.size(); gap = next_gap(form, gap + kGap)) count -= kGap;
    return count;
}

std::optional<std::string> in_chinese(std::string_view text, std::span<const RefusalForm> forms);

/// Phrases between semicolons, each if it is known.
std::string value_in_chinese(std::string_view value) {
    std::string out;
    bool is_any_known = false;
    for (std::size_t begin = 0; begin <= value.size();) {
        const std::size_t end = std::min(value.find("; ", begin), value.size());
        const std::string_view phrase = value.substr(begin, end - begin);
        const auto known = in_chinese(phrase, kFragments);
        is_any_known |= known.has_value();
        out += (begin > 0 ? "；" : "") + known.value_or(std::string(phrase));
        begin = end + 2;
    }
    return is_any_known ? out : std::string(value);
}

std::optional<std::string> in_chinese(std::string_view text, std::span<const RefusalForm> forms) {
    const RefusalForm* best = nullptr;
    Values values;
    for (const RefusalForm& form : forms) {
        if (best && letters(form.en) <= letters(best->en)) continue;
        if (const auto found = match(form.en, text)) best = &form, values = *found;
    }
    if (!best) return {};
    std::string out;
    for (std::size_t at = 0; at < best->zh.size();) {
        if (!is_gap(best->zh, at)) { out += best->zh[at++]; continue; }
        out += value_in_chinese(values[static_cast<std::size_t>(best->zh[at + 1] - '0')]);
        at += kGap;
    }
    return out;
}

}  // namespace

std::span<const RefusalForm> refusal_forms() { return kRefusals; }
std::span<const RefusalForm> fragment_forms() { return kFragments; }
Text refusal_text(const std::string& english) { return {english, in_chinese(english, kRefusals).value_or(english)}; }
std::string refusal_words(const std::string& english) { return tr(refusal_text(english)); }

}  // namespace convbook::kit
