// The vocabulary of a lesson: parameters by name with their legal values, results by name. Links, options, sliders, woven numbers
// and tests all read the same two lists. Knows no chapter: chapters register themselves here.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "convbook/error.h"

namespace convbook {

enum class Language { en, zh };
/// One text in both languages.
struct Text {
    std::string en, zh;
    const std::string& in(Language language) const { return language == Language::zh ? zh : en; }
};
/// What a symbol means, everywhere in the same colour: formula, figure, slider, code.
enum class Role { none, input, weights, output, gradient, accent };

/// A state by name: "cin" -> "16". Keys that equal the default may be absent.
using Settings = std::map<std::string, std::string>;
/// "cin=16&k=3" <-> Settings; values are percent-encoded where needed. Throws convbook::Error on text that is neither.
Settings parse_query(std::string_view query);
std::string to_query(const Settings& settings);

/// One parameter of a lesson, as links, options and sliders see it.
struct Field {
    std::string key;                 ///< "cin": the link key and, with two dashes, the option
    Text label;                      ///< "Channels in"
    Role role = Role::none;
    std::string fallback;            ///< the default
    std::vector<std::string> legal;  ///< every legal value in the slider's order; empty: any text that the lesson accepts
    bool is_slider = true;           ///< false: set by the picture itself, links and options (a pinned cell, edited weights)
    std::map<std::string, Text> shown;  ///< how a legal value is written beside the slider, where not as itself ("3x5" -> "3 × 5")
};

/// Why a state is refused: the rule and the values in words, and values of one key that would work.
struct Refusal {
    Text what;                       ///< "5 groups do not divide 16 channels."
    Text why;                        ///< "Each group would need 3.2 of them."
    std::string key;                 ///< the parameter to change
    std::vector<std::string> working;  ///< its values that work here
};

/// A result by name, as the text quotes it: value("separable.params") is 704.
struct Value {
    std::string name;
    std::string text;                ///< as printed in the book: 704, 10,838,016, 0.1424, 300.8 M
    double number = 0;
    Role role = Role::none;
};
class Values {
public:
    /// Whole numbers: commas from five digits.
    void add(std::string name, long long number, Role role = Role::none);
    /// Decimals: `digits` after the point, true minus sign.
    void add(std::string name, double number, int digits, Role role = Role::none);
    void add(std::string name, std::string text, double number, Role role = Role::none);
    /// Null if there is none of that name.
    const Value* find(std::string_view name) const;
    const std::vector<Value>& list() const { return values_; }

private:
    std::vector<Value> values_;
};
std::string format_count(long long number);              ///< 4640, 10,838,016
std::string format_millions(double number, int digits = 1);  ///< "300.8 M" with a thin space
std::string format_decimal(double number, int digits);   ///< with U+2212 for negative numbers

/// A chapter's computation without any user interface.
class Lesson {
public:
    virtual ~Lesson() = default;
    virtual const std::vector<Field>& fields() const = 0;
    /// Empty if this state is legal; the figure then keeps the last legal picture and says why.
    virtual std::optional<Refusal> refuse(const Settings& settings) const = 0;
    /// Every result of this state by name. Throws convbook::Error for a refused state.
    virtual Values values(const Settings& settings) const = 0;
};

/// A lesson over its own Params struct: the chapter writes fields(), read() and compute-like functions on Params only.
template <class Params>
struct Member {
    Field field;
    std::function<void(Params&, const std::string&)> set;   ///< throws convbook::Error on text it does not understand
    std::function<std::string(const Params&)> get;
};
/// A whole-number member with its slider's stops.
template <class Params>
Member<Params> whole_number(std::string key, int Params::*member, Text label, Role role, std::vector<int> legal);
/// A member of text (edited weights, a preset's name); `legal` may be empty.
template <class Params>
Member<Params> words(std::string key, std::string Params::*member, Text label, std::vector<std::string> legal, bool is_slider = false);

/// Reads a Params from settings: defaults where absent. Throws convbook::Error naming key, value and legal values (unknown key, not a stop).
template <class Params>
Params read_params(const std::vector<Member<Params>>& members, const Settings& settings);
template <class Params>
Settings to_settings(const std::vector<Member<Params>>& members, const Params& params);  ///< only what differs from the default

template <class Params>
class LessonOf final : public Lesson {
public:
    using Refuse = std::optional<Refusal> (*)(const Params&);
    using Compute = Values (*)(const Params&);
    LessonOf(const std::vector<Member<Params>>& members, Refuse refuse, Compute values);
    const std::vector<Field>& fields() const override { return fields_; }
    std::optional<Refusal> refuse(const Settings& settings) const override { return refuse_(read_params(members_, settings)); }
    Values values(const Settings& settings) const override { return values_(read_params(members_, settings)); }

private:
    std::vector<Member<Params>> members_;
    std::vector<Field> fields_;
    Refuse refuse_;
    Compute values_;
};

// ---- Registry ----------------------------------------------------------------------------------------------------------------
/// Called once per lesson.cpp through REGISTER_LESSON; `folder` is the chapter's folder name "07_depthwise_separable".
bool register_lesson(const char* folder, std::unique_ptr<Lesson> lesson);
struct LessonEntry { std::string folder; const Lesson* lesson; };
/// Sorted by folder.
const std::vector<LessonEntry>& list_lessons();
/// By number "07" or whole folder name; null if there is none.
const Lesson* find_lesson(std::string_view chapter);

}  // namespace convbook

#include "convbook/lesson_impl.h"

/// At the end of lesson.cpp: REGISTER_LESSON(members(), refuse, values);   CONVBOOK_CHAPTER comes from the build.
#define REGISTER_LESSON(members, refuse, values) \
    static const bool lesson_is_registered = ::convbook::register_lesson( \
        CONVBOOK_CHAPTER, std::make_unique<::convbook::LessonOf<Params>>(members, refuse, values))
