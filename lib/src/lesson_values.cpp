// How the book prints numbers: commas from five digits, a true minus sign, a thin space before a unit. See lesson.h.
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "convbook/lesson.h"

namespace convbook {
namespace {

constexpr const char* kMinus = "\xE2\x88\x92";      // U+2212
constexpr const char* kThinSpace = "\xE2\x80\x89";  // U+2009

// Four digits read at a glance; from five on, groups of three help
std::string with_commas(std::string digits) {
    if (digits.size() < 5) return digits;
    for (int place = static_cast<int>(digits.size()) - 3; place > 0; place -= 3) digits.insert(place, ",");
    return digits;
}

}  // namespace

std::string format_count(long long number) {
    const std::string digits = std::to_string(number);
    return number < 0 ? kMinus + with_commas(digits.substr(1)) : with_commas(digits);
}

std::string format_decimal(double number, int digits) {
    if (!std::isfinite(number)) return std::isnan(number) ? "not a number" : number < 0 ? std::string(kMinus) + "∞" : "∞";
    char text[400];
    std::snprintf(text, sizeof text, "%.*f", digits, std::abs(number));
    const std::string magnitude = text;
    // A value that rounds to zero has no sign
    const bool is_negative = number < 0 && magnitude.find_first_of("123456789") != magnitude.npos;
    const std::size_t point = std::min(magnitude.find('.'), magnitude.size());
    return (is_negative ? kMinus : "") + with_commas(magnitude.substr(0, point)) + magnitude.substr(point);
}

std::string format_millions(double number, int digits) { return format_decimal(number / 1e6, digits) + kThinSpace + "M"; }

void Values::add(std::string name, std::string text, double number, Role role) {
    CONVBOOK_ASSERT(find(name) == nullptr, "a lesson names each value once; twice: ", name);
    values_.push_back({std::move(name), std::move(text), number, role});
}

void Values::add(std::string name, long long number, Role role) { add(std::move(name), format_count(number), static_cast<double>(number), role); }

void Values::add(std::string name, double number, int digits, Role role) { add(std::move(name), format_decimal(number, digits), number, role); }

const Value* Values::find(std::string_view name) const {
    const auto place = std::find_if(values_.begin(), values_.end(), [&](const Value& value) { return value.name == name; });
    return place == values_.end() ? nullptr : &*place;
}

}  // namespace convbook
