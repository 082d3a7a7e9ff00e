// Template definitions of lesson.h; read that file instead.
#pragma once
#include <algorithm>
#include <charconv>

namespace convbook {

namespace detail {
std::string join(const std::vector<std::string>& words, const char* separator = ", ");
/// Throws convbook::Error unless text is a whole number; names the key.
int parse_whole_number(const std::string& key, const std::string& text);
/// The legal values of a field for a sentence: "1 to 64", or "1, 3, 5, 7".
std::string describe_legal(const Field& field);
void require_legal(const Field& field, const std::string& value);
[[noreturn]] void unknown_key(const std::string& key, const std::vector<std::string>& known);
}  // namespace detail

template <class Params>
Member<Params> whole_number(std::string key, int Params::*member, Text label, Role role, std::vector<int> legal) {
    Field field{key, std::move(label), role, std::to_string(Params{}.*member), {}, true, {}};
    for (int value : legal) field.legal.push_back(std::to_string(value));
    return {std::move(field), [key, member](Params& p, const std::string& text) { p.*member = detail::parse_whole_number(key, text); },
            [member](const Params& p) { return std::to_string(p.*member); }};
}

template <class Params>
Member<Params> words(std::string key, std::string Params::*member, Text label, std::vector<std::string> legal, bool is_slider) {
    Field field{std::move(key), std::move(label), Role::none, Params{}.*member, std::move(legal), is_slider, {}};
    return {std::move(field), [member](Params& p, const std::string& text) { p.*member = text; }, [member](const Params& p) { return p.*member; }};
}

template <class Params>
Params read_params(const std::vector<Member<Params>>& members, const Settings& settings) {
    Params params;
    for (const auto& [key, value] : settings) {
        const auto member = std::find_if(members.begin(), members.end(), [&, &key = key](const auto& m) { return m.field.key == key; });
        if (member == members.end()) {
            std::vector<std::string> known;
            for (const auto& m : members) known.push_back(m.field.key);
            detail::unknown_key(key, known);
        }
        detail::require_legal(member->field, value);
        member->set(params, value);
    }
    return params;
}

template <class Params>
Settings to_settings(const std::vector<Member<Params>>& members, const Params& params) {
    Settings settings;
    for (const auto& m : members)
        if (const std::string value = m.get(params); value != m.field.fallback) settings[m.field.key] = value;
    return settings;
}

template <class Params>
LessonOf<Params>::LessonOf(const std::vector<Member<Params>>& members, Refuse refuse, Compute values)
    : members_(members), refuse_(refuse), values_(values) {
    for (const auto& m : members_) fields_.push_back(m.field);
}

}  // namespace convbook
